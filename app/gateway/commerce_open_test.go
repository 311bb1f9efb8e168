package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"till/app/coinbase/commerce"
	"till/app/shop"
)

func openRequest(t *testing.T) shop.OpenRequest {
	t.Helper()
	price, err := shop.ParseMoney("4.5", "USD")
	if err != nil {
		t.Fatal(err)
	}
	return shop.OpenRequest{
		OrderID: testOrder, PaymentID: testPayment, Price: price,
		Name: strings.Repeat("ü", 120), Description: strings.Repeat("₿", 300),
		SuccessURL: "http://127.0.0.1:8000/success?order=x", CancelURL: "http://127.0.0.1:8000/cancel?order=x",
	}
}

func TestOpenAsksForACharge(t *testing.T) {
	t.Parallel()
	sent := make(chan commerce.CreateCharge, 1)
	p := play(t, func(w http.ResponseWriter, r *http.Request) {
		var req commerce.CreateCharge
		if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
			t.Error(err)
		}
		sent <- req
		say(w, 201, `{"data":`+chargeJSON(`{"status":"NEW","time":"2026-05-01T12:00:00Z"}`)+`}`)
	})
	ev, err := newGateway(t, p.URL).Open(t.Context(), openRequest(t))
	if err != nil {
		t.Fatal(err)
	}
	if ev.State != shop.Waiting || ev.PaymentID != testPayment || ev.OrderID != testOrder || ev.Price.String() != "4.50 USD" {
		t.Errorf("got %+v", ev)
	}
	want := commerce.CreateCharge{
		Name: strings.Repeat("ü", 100), Description: strings.Repeat("₿", 200), PricingType: commerce.FixedPrice,
		LocalPrice:  &commerce.Money{Amount: "4.50", Currency: "USD"},
		RedirectURL: "http://127.0.0.1:8000/success?order=x", CancelURL: "http://127.0.0.1:8000/cancel?order=x",
		Metadata: commerce.Metadata{"order_id": string(testOrder), "payment_id": string(testPayment)},
	}
	if diff := cmp.Diff(want, <-sent); diff != "" {
		t.Error(diff)
	}
}

func TestOpenSaysWhoPaysAndForWhichCheckout(t *testing.T) {
	t.Parallel()
	const id = "cccccccccccccccccccccccccc"
	for name, tc := range map[string]struct {
		customer shop.Customer
		checkout string
		want     string // what is sent besides price, texts and links
	}{
		"a guest":             {shop.Customer{}, "", `{}`},
		"a guest, a checkout": {shop.Customer{}, testCheckout, `{"checkout_id":"` + testCheckout + `"}`},
		"a customer":          {shop.Customer{ID: id, Username: "ann@example.com"}, "", `{"customer_id":"` + id + `","customer_username":"ann@example.com"}`},
		"a nameless customer": {shop.Customer{ID: id}, "", `{"customer_id":"` + id + `"}`},
		"a name without an account": {
			shop.Customer{Username: "ann"}, "", `{}`,
		},
		"a customer, a checkout": {
			shop.Customer{ID: id, Username: `null "<b>"`}, testCheckout,
			`{"checkout_id":"` + testCheckout + `","customer_id":"` + id + `","customer_username":"null \"<b>\""}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sent := make(chan map[string]any, 1)
			p := play(t, func(w http.ResponseWriter, r *http.Request) {
				var body map[string]any
				if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
					t.Error(err)
				}
				sent <- body
				say(w, 201, `{"data":`+chargeJSON(`{"status":"NEW","time":"2026-05-01T12:00:00Z"}`)+`}`)
			})
			req := openRequest(t)
			req.Customer, req.CheckoutID = tc.customer, tc.checkout
			if _, err := newGateway(t, p.URL).Open(t.Context(), req); err != nil {
				t.Fatal(err)
			}
			var want map[string]any
			if err := json.Unmarshal([]byte(tc.want), &want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, identification(t, <-sent)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// identification is what a request says about checkout and customer, in one
// flat object; the ids of order and payment, which all have, are left out.
func identification(t *testing.T, body map[string]any) map[string]any {
	t.Helper()
	metadata, ok := body["metadata"].(map[string]any)
	if !ok || metadata["order_id"] != string(testOrder) || metadata["payment_id"] != string(testPayment) {
		t.Errorf("the metadata is %v", body["metadata"])
	}
	delete(metadata, "order_id")
	delete(metadata, "payment_id")
	if id, ok := body["checkout_id"]; ok {
		metadata["checkout_id"] = id
	}
	return metadata
}

func TestOpenBelievesOnlyItsOwnCharge(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		metadata string
		fine     bool
	}{
		"ours":            {fmt.Sprintf(`{"order_id":%q,"payment_id":%q}`, testOrder, testPayment), true},
		"none came back":  {`null`, true},
		"another payment": {`{"payment_id":"cccccccccccccccccccccccccc"}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := play(t, func(w http.ResponseWriter, _ *http.Request) {
				say(w, 201, `{"data":{"id":"charge-1","metadata":`+tc.metadata+`}}`)
			})
			ev, err := newGateway(t, p.URL).Open(t.Context(), openRequest(t))
			if tc.fine && (err != nil || ev.PaymentID != testPayment || ev.OrderID != testOrder) {
				t.Errorf("got %+v, %v", ev, err)
			}
			var e *shop.ProviderError
			if !tc.fine && (!errors.As(err, &e) || e.Clear()) {
				t.Errorf("got %+v, %v", ev, err)
			}
		})
	}
}

func TestOpenSaysWhatWentWrong(t *testing.T) {
	t.Parallel()
	fault := func(status int, kind string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			say(w, status, `{"error":{"type":"`+kind+`","message":"no"}}`)
		}
	}
	for name, tc := range map[string]struct {
		handler http.HandlerFunc
		want    shop.Problem
		retry   time.Duration
	}{
		"400":             {fault(400, "invalid_request"), shop.Refused, 0},
		"401":             {fault(401, "authentication_error"), shop.Credentials, 0},
		"401 of a proxy":  {fault(401, ""), shop.Credentials, 0},
		"403":             {fault(403, ""), shop.Credentials, 0},
		"400 for the key": {fault(400, "authorization_error"), shop.Credentials, 0},
		"404":             {fault(404, "not_found"), shop.Refused, 0},
		"408":             {fault(408, ""), shop.Unanswered, 0},
		"422":             {fault(422, "validation_error"), shop.Refused, 0},
		"429": {func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Retry-After", "30")
			fault(429, "rate_limit_exceeded")(w, r)
		}, shop.Busy, 30 * time.Second},
		"500":  {fault(500, "internal_server_error"), shop.Unanswered, 0},
		"302":  {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/x", http.StatusFound) }, shop.Unanswered, 0},
		"HTML": {func(w http.ResponseWriter, _ *http.Request) { say(w, 200, "<html>") }, shop.Unanswered, 0},
		"slow": {stall, shop.Unanswered, 0},
		"cut":  {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, shop.Unanswered, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := play(t, tc.handler)
			_, err := newGateway(t, p.URL).Open(t.Context(), openRequest(t))
			var e *shop.ProviderError
			if !errors.As(err, &e) || e.Problem != tc.want || e.RetryAfter != tc.retry {
				t.Errorf("got %v", err)
			}
			if asked := p.requests(); asked != "POST /charges" {
				t.Errorf("it was asked:\n%s", asked)
			}
		})
	}
}

func TestOpenWithoutConnection(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = newGateway(t, "http://"+l.Addr().String()).Open(t.Context(), openRequest(t))
	var e *shop.ProviderError
	if !errors.As(err, &e) || e.Problem != shop.Unreachable || !e.Clear() {
		t.Errorf("got %v", err)
	}
}

func TestACallerWhoGivesUpIsUnansweredToo(t *testing.T) {
	t.Parallel()
	arrived := make(chan struct{})
	p := play(t, func(w http.ResponseWriter, r *http.Request) { close(arrived); stall(w, r) })
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	_, err := newGateway(t, p.URL).Open(ctx, openRequest(t))
	var e *shop.ProviderError
	if !errors.Is(err, context.Canceled) || !errors.As(err, &e) || e.Clear() {
		t.Errorf("got %v", err)
	}
}
