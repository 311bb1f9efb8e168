package gateway

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"till/app/coinbase/business"
	"till/app/shop"
)

const (
	refundPost = "POST /api/v1/checkouts/" + checkoutID + "/refund"
	refundGet  = "GET /api/v1/checkouts/" + checkoutID
)

func refundOf(amount string) shop.RefundRequest {
	return shop.RefundRequest{
		ID: "5d0e6c1a-9b0f-4f5e-8b7a-3c2d1e0f9a8b", Reason: "cold",
		Amount: shop.Money{Amount: decimal.RequireFromString(amount), Currency: "USD"},
	}
}

func TestBusinessRefundAsksOnceAndItsAnswerIsAnEvent(t *testing.T) {
	t.Parallel()
	var sent business.CreateRefund
	var key string
	p := play(t, func(w http.ResponseWriter, r *http.Request) {
		if err := json.NewDecoder(r.Body).Decode(&sent); err != nil {
			t.Error(err)
		}
		key = r.Header.Get(business.IdempotencyHeader)
		say(w, 200, fmt.Sprintf(`{"checkout":%s,"refund":%s}`, checkoutJSON("COMPLETED"), refundJSON("r1", "1.50", "PENDING")))
	})
	g := newBusiness(t, p.URL)
	answer, err := g.Refund(t.Context(), shop.Ref{ID: checkoutID}, refundOf("1.5"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(business.CreateRefund{Amount: "1.50", Currency: "USDC", Reason: "cold"}, sent); diff != "" {
		t.Error(diff)
	}
	if key != string(refundOf("1").ID) || p.requests() != refundPost {
		t.Errorf("key %q, asked %s", key, p.requests())
	}
	note := answer.Refund
	if note.ID != "r1" || note.Outcome != shop.RefundPending || note.Amount.String() != "1.50 USD" || note.Reason != "cold" {
		t.Errorf("got %+v", note)
	}
	ev, err := g.Read(answer.Event)
	if err != nil || ev.State != shop.Confirmed || !ev.Refunding || ev.PaymentID != testPayment || ev.Environment != businessPlace {
		t.Fatalf("the event says %+v, %v", ev, err)
	}
	note.Amount.Currency = "USDC" // as it is charged: the shop knows its price
	if diff := cmp.Diff([]shop.RefundNote{note}, ev.Refunds); diff != "" {
		t.Error(diff)
	}
}

func TestBusinessRefundTroubles(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status  int
		body    string
		problem shop.Problem
	}{
		"refused":          {400, `{"errorType":"invalid_request","errorMessage":"At most 2.00."}`, shop.Refused},
		"wrong key":        {401, `{}`, shop.Credentials},
		"busy":             {429, `{"errorType":"rate_limit_exceeded"}`, shop.Busy},
		"in the making":    {409, `{"errorType":"invalid_request","errorMessage":"in progress"}`, shop.Unanswered},
		"a known key":      {422, `{"errorType":"idempotency_error"}`, shop.Unanswered},
		"not understood":   {422, `{"errorType":"invalid_request"}`, shop.Refused},
		"broken":           {500, ``, shop.Unanswered},
		"no refund":        {200, `{"checkout":` + checkoutJSON("COMPLETED") + `}`, shop.Unanswered},
		"another checkout": {200, `{"checkout":{"id":"other"},"refund":` + refundJSON("r1", "1", "PENDING") + `}`, shop.Unanswered},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := play(t, func(w http.ResponseWriter, _ *http.Request) { say(w, tc.status, tc.body) })
			_, err := newBusiness(t, p.URL).Refund(t.Context(), shop.Ref{ID: checkoutID}, refundOf("1"))
			var e *shop.ProviderError
			if !errors.As(err, &e) || e.Problem != tc.problem {
				t.Errorf("got %v", err)
			}
		})
	}
}

// TestARefundOfAnotherCheckoutIsNotOurs, though it is of the same sum.
func TestARefundOfAnotherCheckoutIsNotOurs(t *testing.T) {
	t.Parallel()
	p := play(t, func(w http.ResponseWriter, _ *http.Request) {
		say(w, 200, checkoutJSON("COMPLETED", `"id":"69163c762331ed43dc64a6ee"`, `"refunds":[`+refundJSON("r1", "1.50", "COMPLETED")+`]`))
	})
	req := refundOf("1.50")
	req.Since = instant(t, "2026-05-03T09:02:00Z")
	_, err := newBusiness(t, p.URL).Refund(t.Context(), shop.Ref{ID: checkoutID}, req)
	var e *shop.ProviderError
	if !errors.As(err, &e) || e.Problem != shop.Unanswered || p.requests() != refundGet {
		t.Errorf("got %v after %s", err, p.requests())
	}
}

// TestARefundThatDoesNotEchoTheCurrency is told in that it was asked for in,
// and found again.
func TestARefundThatDoesNotEchoTheCurrency(t *testing.T) {
	t.Parallel()
	bare := checkoutJSON("COMPLETED", `"metadata":{}`, `"refunds":[`+refundJSON("r1", "1.50", "PENDING")+`]`)
	for name, since := range map[string]time.Time{"at once": {}, "found again": instant(t, "2026-05-03T09:02:00Z")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := play(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodGet {
					say(w, 200, bare)
					return
				}
				say(w, 200, fmt.Sprintf(`{"checkout":%s,"refund":%s}`, bare, refundJSON("r1", "1.50", "PENDING")))
			})
			g := newBusiness(t, p.URL)
			req := refundOf("1.50")
			req.Since = since
			answer, err := g.Refund(t.Context(), shop.Ref{ID: checkoutID}, req)
			if err != nil || answer.Refund.Amount.String() != "1.50 USD" {
				t.Fatalf("got %+v, %v", answer.Refund, err)
			}
			if ev, err := g.Read(answer.Event); err != nil || ev.Price.String() != "4.50 USDC" {
				t.Errorf("the event says %+v, %v", ev, err)
			}
			if found := strings.HasPrefix(p.requests(), refundGet); found != !since.IsZero() || strings.Contains(p.requests(), "\n") {
				t.Errorf("it was asked %s", p.requests())
			}
		})
	}
}

// TestARepeatedRefundLooksFirst, so that money goes back once whether or not
// the provider still knows the key.
func TestARepeatedRefundLooksFirst(t *testing.T) {
	t.Parallel()
	asked := instant(t, "2026-05-03T09:02:00Z") // the refunds are of 09:00
	for name, tc := range map[string]struct {
		refunds string
		others  []string
		since   time.Time
		fails   bool
		found   string // "": it is asked for again
	}{
		"it was made":              {refundJSON("r1", "1.50", "PENDING"), nil, asked, false, "r1"},
		"it was made and failed":   {refundJSON("r1", "1.5", "FAILED"), nil, asked, false, "r1"},
		"none was made":            {``, nil, asked, false, ""},
		"one of another sum":       {refundJSON("r1", "1.51", "COMPLETED"), nil, asked, false, ""},
		"one that is another's":    {refundJSON("r1", "1.50", "COMPLETED"), []string{"r0", "r1"}, asked, false, ""},
		"one of long ago":          {refundJSON("r1", "1.50", "COMPLETED"), nil, asked.Add(time.Hour), false, ""},
		"two, of which one is new": {refundJSON("r1", "1.50", "COMPLETED") + `,` + refundJSON("r2", "1.50", "PENDING"), []string{"r1"}, asked, false, "r2"},
		"a failed one beside it":   {refundJSON("r1", "1.50", "PENDING") + `,` + refundJSON("r2", "1.50", "FAILED"), nil, asked, false, "r1"},
		"nobody can look":          {``, nil, asked, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := play(t, func(w http.ResponseWriter, r *http.Request) {
				switch {
				case tc.fails:
					say(w, 403, `{"errorType":"forbidden"}`)
				case r.Method == http.MethodGet:
					say(w, 200, checkoutJSON("COMPLETED", `"refunds":[`+tc.refunds+`]`))
				default:
					say(w, 200, fmt.Sprintf(`{"checkout":%s,"refund":%s}`, checkoutJSON("COMPLETED"), refundJSON("fresh", "1.50", "PENDING")))
				}
			})
			req := refundOf("1.50")
			req.Since, req.Others = tc.since, tc.others
			answer, err := newBusiness(t, p.URL).Refund(t.Context(), shop.Ref{ID: checkoutID}, req)
			if tc.fails {
				var e *shop.ProviderError
				if !errors.As(err, &e) || e.Problem != shop.Unanswered || p.requests() != refundGet {
					t.Errorf("got %v after %s", err, p.requests())
				}
				return
			}
			want, calls := tc.found, refundGet
			if want == "" {
				want, calls = "fresh", refundGet+"\n"+refundPost
			}
			if err != nil || answer.Refund.ID != want || p.requests() != calls {
				t.Errorf("got %+v, %v after\n%s", answer.Refund, err, p.requests())
			}
		})
	}
}
