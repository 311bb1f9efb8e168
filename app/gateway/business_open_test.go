package gateway

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"till/app/coinbase/business"
	"till/app/shop"
)

func wish(currency string) shop.OpenRequest {
	return shop.OpenRequest{
		OrderID: testOrder, PaymentID: testPayment, Name: "Coffee", Description: "A cup.",
		Price:      shop.Money{Amount: decimal.RequireFromString("4.5"), Currency: currency},
		SuccessURL: "https://shop.example/success?order=x", CancelURL: "http://127.0.0.1/cancel?order=x",
	}
}

func TestBusinessOpenAsks(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(*shop.OpenRequest)
		want   business.CreateCheckout
	}{
		"a guest": {func(*shop.OpenRequest) {}, business.CreateCheckout{
			Description: "Coffee: A cup.",
			Metadata:    business.Metadata{"order_id": string(testOrder), "payment_id": string(testPayment), "price_currency": "USD"},
		}},
		"a customer with a very long name": {func(r *shop.OpenRequest) {
			r.Customer = shop.Customer{ID: "cccccccccccccccccccccccccc", Username: strings.Repeat("ü", 150)}
			r.Description = ""
			r.Price.Currency = "USDC"
		}, business.CreateCheckout{
			Description: "Coffee",
			Metadata: business.Metadata{
				"order_id": string(testOrder), "payment_id": string(testPayment), "price_currency": "USDC",
				"customer_id": "cccccccccccccccccccccccccc", "customer_username": strings.Repeat("ü", 100),
			},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got business.CreateCheckout
			var key string
			p := play(t, func(w http.ResponseWriter, r *http.Request) {
				if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
					t.Error(err)
				}
				key = r.Header.Get(business.IdempotencyHeader)
				say(w, 201, checkoutJSON("ACTIVE", `"metadata":{}`))
			})
			req := wish("USD")
			tc.change(&req)
			ev, err := newBusiness(t, p.URL).Open(t.Context(), req)
			if err != nil {
				t.Fatal(err)
			}
			tc.want.Amount, tc.want.Currency, tc.want.SuccessRedirectURL = "4.50", "USDC", req.SuccessURL
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
			if key != openingKey(testPayment) || p.requests() != "POST /api/v1/checkouts" {
				t.Errorf("key %q, asked %s", key, p.requests())
			}
			// An answer without metadata is still the answer to this question.
			if ev.PaymentID != testPayment || ev.OrderID != testOrder || ev.Price.String() != "4.50 USDC" || ev.State != shop.Waiting {
				t.Errorf("got %+v", ev)
			}
		})
	}
}

func TestBusinessOpenTroubles(t *testing.T) {
	t.Parallel()
	refusal := func(kind string) string {
		return `{"errorType":"` + kind + `","errorMessage":"No.","correlationId":"corr-1"}`
	}
	for name, tc := range map[string]struct {
		status   int
		body     string
		currency string
		problem  shop.Problem
		gone     bool
		asked    int // 0: as often as there is patience for
	}{
		"refused":             {400, refusal("invalid_request"), "USD", shop.Refused, false, 1},
		"wrong key":           {401, refusal("unauthorized"), "USD", shop.Credentials, false, 1},
		"forbidden":           {403, refusal("forbidden"), "USD", shop.Credentials, false, 1},
		"same key, otherwise": {422, refusal("idempotency_error"), "USD", shop.Unanswered, false, 1},
		"same key, at work":   {409, ``, "USD", shop.Unanswered, false, 1},
		"gone for good":       {410, ``, "USD", shop.Refused, true, 1},
		"broken":              {500, ``, "USD", shop.Unanswered, false, 0},
		"no sense":            {201, `{"id":""}`, "USD", shop.Unanswered, false, 1},
		"another's payment":   {201, checkoutJSON("ACTIVE", `"metadata":{"payment_id":"cccccccccccccccccccccccccc"}`), "USD", shop.Unanswered, false, 1},
		"a price in euros":    {201, checkoutJSON("ACTIVE"), "EUR", shop.Refused, false, -1},
		"too many decimals":   {201, checkoutJSON("ACTIVE"), "0.001 USD", shop.Refused, false, -1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := play(t, func(w http.ResponseWriter, _ *http.Request) { say(w, tc.status, tc.body) })
			req := wish(tc.currency)
			if amount, currency, ok := strings.Cut(tc.currency, " "); ok {
				req.Price = shop.Money{Amount: decimal.RequireFromString(amount), Currency: currency}
			}
			_, err := newBusiness(t, p.URL).Open(t.Context(), req)
			var e *shop.ProviderError
			if !errors.As(err, &e) || e.Problem != tc.problem || e.Gone != tc.gone {
				t.Fatalf("got %#v", err)
			}
			asked := strings.Count(p.requests(), "POST")
			if (tc.asked > 0 && asked != tc.asked) || (tc.asked == 0 && asked < 2) || (tc.asked < 0 && asked != 0) {
				t.Errorf("asked %d times", asked)
			}
		})
	}
}

// TestAnUnclearOpeningIsRepeatedUnderItsKey, and what the repetition is refused
// for says nothing of the first try.
func TestAnUnclearOpeningIsRepeatedUnderItsKey(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status int
		body   string
		fails  bool
	}{
		"it worked":       {201, checkoutJSON("ACTIVE"), false},
		"it is refused":   {409, `{"errorType":"idempotency_error","errorMessage":"in progress"}`, true},
		"the key is gone": {401, `{}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			sent := map[string]int{}
			p := play(t, func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body) // what is missing of it shows below
				mu.Lock()
				defer mu.Unlock()
				first := len(sent) == 0
				sent[r.Header.Get(business.IdempotencyHeader)+string(body)]++
				if first {
					say(w, 502, ``)
					return
				}
				say(w, tc.status, tc.body)
			})
			ev, err := newBusiness(t, p.URL).Open(t.Context(), wish("USD"))
			var e *shop.ProviderError
			if tc.fails && (!errors.As(err, &e) || e.Problem != shop.Unanswered) {
				t.Errorf("got %v", err)
			}
			if !tc.fails && (err != nil || ev.Ref.ID != checkoutID) {
				t.Errorf("got %+v, %v", ev, err)
			}
			if len(sent) != 1 {
				t.Errorf("the tries differed: %v", sent)
			}
		})
	}
}

func TestOpeningKeys(t *testing.T) {
	t.Parallel()
	one, two := openingKey(testPayment), openingKey("cccccccccccccccccccccccccc")
	if one == two || one != openingKey(testPayment) {
		t.Errorf("%q, %q", one, two)
	}
	if len(one) != 36 || one[14] != '4' || !strings.ContainsRune("89ab", rune(one[19])) {
		t.Errorf("%q is not shaped like a random uuid", one)
	}
}
