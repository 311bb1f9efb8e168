package commerce

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"till/app/coinbase/rest"
)

const (
	checkoutID   = "5d0e6c1a-9b0f-4f5e-8b7a-3c2d1e0f9a8b"
	goodCheckout = `{"data":{"id":"` + checkoutID + `","pricing_type":"fixed_price","local_price":{"amount":"4.50","currency":"USD"}}}`
	nothing      = ""
	notThere     = `{"error":{"type":"not_found","message":"Not found"}}`
)

func TestCheckoutRequestsAsTheProviderSeesThem(t *testing.T) {
	t.Parallel()
	const asJSON = "application/json"
	testWire(t, map[string]exchange{
		"create": {
			goodCheckout, func(t *testing.T, c *Client) error {
				_, err := c.CreateCheckout(t.Context(), CreateCheckout{
					Name: "Pastries", Description: "Twelve.", PricingType: FixedPrice, LocalPrice: &Money{Amount: "4.50", Currency: "USD"},
				})
				return err
			},
			arrival{Line: "POST /commerce/checkouts", ContentType: asJSON, Body: `{"name":"Pastries","description":"Twelve.","requested_info":[],"pricing_type":"fixed_price","local_price":{"amount":"4.50","currency":"USD"}}`},
		},
		"find": {
			goodCheckout, func(t *testing.T, c *Client) error {
				_, err := c.FindCheckout(t.Context(), checkoutID)
				return err
			},
			arrival{Line: "GET /commerce/checkouts/" + checkoutID},
		},
		"list": {
			`{"data":[]}`, func(t *testing.T, c *Client) error {
				_, err := c.ListCheckouts(t.Context(), ListOptions{Limit: 2, StartingAfter: checkoutID})
				return err
			},
			arrival{Line: "GET /commerce/checkouts?limit=2&starting_after=" + checkoutID},
		},
		"rename": {
			goodCheckout, func(t *testing.T, c *Client) error {
				_, err := c.UpdateCheckout(t.Context(), checkoutID, UpdateCheckout{Name: "Cakes"})
				return err
			},
			arrival{Line: "PUT /commerce/checkouts/" + checkoutID, ContentType: asJSON, Body: `{"name":"Cakes"}`},
		},
		"reprice and ask for nothing": {
			goodCheckout, func(t *testing.T, c *Client) error {
				_, err := c.UpdateCheckout(t.Context(), checkoutID, UpdateCheckout{
					LocalPrice: &Money{Amount: "5.00", Currency: "USD"}, RequestedInfo: []string{},
				})
				return err
			},
			arrival{Line: "PUT /commerce/checkouts/" + checkoutID, ContentType: asJSON, Body: `{"requested_info":[],"local_price":{"amount":"5.00","currency":"USD"}}`},
		},
		"delete, answered by nothing": {nothing, deleteCheckout, arrival{Line: "DELETE /commerce/checkouts/" + checkoutID, ContentType: asJSON}},
		"delete, answered by its id": {
			`{"id":"foo","deleted":true}`, deleteCheckout,
			arrival{Line: "DELETE /commerce/checkouts/" + checkoutID, ContentType: asJSON},
		},
	})
}

func deleteCheckout(t *testing.T, c *Client) error {
	t.Helper()
	return c.DeleteCheckout(t.Context(), checkoutID)
}

func TestACheckoutIsReadWhole(t *testing.T) {
	t.Parallel()
	var reply Reply[Checkout]
	if err := rest.Decode(fixture(t, "checkout.json"), &reply); err != nil {
		t.Fatal(err)
	}
	want := Checkout{
		ID: checkoutID, Resource: "checkout", Name: "A box of pastries", Description: "Twelve of them, baked this morning.",
		LogoURL: "https://shop.example/box.png", RequestedInfo: []string{"name", "email"}, PricingType: FixedPrice,
		LocalPrice: &Money{Amount: "18.00", Currency: "EUR"}, BrandColor: "#122332",
		CreatedAt: At(time.Date(2021, 5, 30, 8, 0, 0, 0, time.UTC)), UpdatedAt: At(time.Date(2021, 6, 1, 10, 0, 0, 5e8, time.UTC)),
	}
	if diff := cmp.Diff(want, reply.Data); diff != "" {
		t.Error(diff)
	}
}

func TestOddCheckoutsAreRead(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		fields string
		price  Money
	}{
		"fixed":               {`"pricing_type":"fixed_price","local_price":{"amount":"1.00","currency":"USD"}`, Money{"1.00", "USD"}},
		"a number for amount": {`"local_price":{"amount":1.50,"currency":"USD"}`, Money{"1.50", "USD"}},
		"onchain":             {`"pricing_type":"fixed_price","local_price":null,"total_price":{"amount":"2","currency":"USDC"}`, Money{"2", "USDC"}},
		"the buyer chooses":   {`"pricing_type":"no_price","local_price":{"amount":"1.00","currency":"USD"}`, Money{}},
		"null everywhere":     {`"name":null,"description":null,"requested_info":null,"pricing_type":null,"local_price":null,"created_at":null`, Money{}},
		"wrong kinds":         {`"name":7,"description":[],"requested_info":"email","pricing_type":1,"local_price":"9","created_at":{}`, Money{}},
		"wrong kinds in it":   {`"requested_info":[1,{},"email"],"local_price":{"amount":{},"currency":7}`, Money{}},
		"unknown fields":      {`"x":{"y":[{}]}`, Money{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(answer(200, nil, `{"data":{"id":"`+checkoutID+`",`+tc.fields+`},"z":1}`))
			t.Cleanup(server.Close)
			client, _ := testClient(t, server.URL, nil)
			c, err := client.FindCheckout(t.Context(), checkoutID)
			if err != nil || c.ID != checkoutID || c.Price() != tc.price {
				t.Errorf("price %+v of %+v, %v", c.Price(), c, err)
			}
		})
	}
}

func TestAnAnswerThatIsNoCheckout(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{}`, `{"data":null}`, `{"data":{}}`, `{"data":{"id":"../charges"}}`, `[]`, `<html>`, nothing} {
		server := httptest.NewServer(answer(200, nil, body))
		t.Cleanup(server.Close)
		client, _ := testClient(t, server.URL, nil)
		_, find := client.FindCheckout(t.Context(), checkoutID)
		_, create := client.CreateCheckout(t.Context(), CreateCheckout{})
		_, update := client.UpdateCheckout(t.Context(), checkoutID, UpdateCheckout{})
		_, list := client.ListCheckouts(t.Context(), ListOptions{})
		for what, err := range map[string]error{"found": find, "created": create, "updated": update, "listed": list} {
			var e *Error
			if !errors.As(err, &e) || e.Status != 200 || !e.Sent {
				t.Errorf("%q counts as %s: %v", body, what, err)
			}
		}
	}
}

func TestOddCheckoutIDsAreNotAskedFor(t *testing.T) {
	t.Parallel()
	server, arrived := silent(t)
	client, _ := testClient(t, server.URL, nil)
	for _, id := range []string{"", "..", "a/b", "a?b", "a%2fb", strings.Repeat("a", 129)} {
		_, find := client.FindCheckout(t.Context(), id)
		_, update := client.UpdateCheckout(t.Context(), id, UpdateCheckout{})
		if find == nil || update == nil || client.DeleteCheckout(t.Context(), id) == nil {
			t.Errorf("%q was asked for", id)
		}
	}
	if n := arrived.Load(); n != 0 {
		t.Errorf("%d requests arrived", n)
	}
}

// TestWhatIsRepeated: making a checkout twice would sell it twice, whereas
// changing or deleting it twice comes to the same.
func TestWhatIsRepeated(t *testing.T) {
	t.Parallel()
	for name, bad := range map[string]http.HandlerFunc{
		"503":         answer(503, nil, `{}`),
		"cut":         hangUp,
		"cut in body": answer(200, map[string]string{"Content-Length": "1000"}, `{"data":`),
	} {
		for method, once := range map[string]bool{http.MethodPost: true, http.MethodPut: false, http.MethodDelete: false} {
			t.Run(method+" "+name, func(t *testing.T) {
				t.Parallel()
				client, arrived := flaky(t, bad, answer(200, nil, goodCheckout))
				err := change(t, client, method)
				if want := map[bool]int64{true: 1, false: 2}[once]; arrived.Load() != want || (err != nil) != once {
					t.Errorf("%d requests, %v", arrived.Load(), err)
				}
			})
		}
	}
}

func TestABusyProviderIsAskedAgain(t *testing.T) {
	t.Parallel()
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			client, arrived := flaky(t, answer(429, nil, `{}`), answer(200, nil, goodCheckout))
			if err := change(t, client, method); err != nil || arrived.Load() != 2 {
				t.Errorf("%d requests, %v", arrived.Load(), err)
			}
		})
	}
}

func TestDeleteCheckout(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		first, then http.HandlerFunc
		fails       bool
	}{
		"204":                             {answer(204, nil, nothing), nil, false},
		"200 without a body":              {answer(200, nil, nothing), nil, false},
		"200 with an empty object":        {answer(200, nil, `{}`), nil, false},
		"nothing was deleted":             {answer(200, nil, `{"deleted":false}`), nil, true},
		"a page of somebody else":         {answer(200, nil, `<html>Log in</html>`), nil, true},
		"it was never there":              {answer(404, nil, notThere), nil, true},
		"a lost answer, then not there":   {hangUp, answer(404, nil, notThere), false},
		"a broken answer, then not there": {answer(502, nil, nothing), answer(404, nil, notThere), false},
		"too busy, then not there":        {answer(429, nil, `{}`), answer(404, nil, notThere), true},
		"a lost answer, then no such API": {hangUp, answer(404, nil, `<html>`), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, _ := flaky(t, tc.first, tc.then)
			if err := client.DeleteCheckout(t.Context(), checkoutID); (err != nil) != tc.fails {
				t.Errorf("got %v", err)
			}
		})
	}
}

// flaky is a provider that answers the first request in one way and all others
// in another.
func flaky(t *testing.T, first, then http.HandlerFunc) (*Client, *atomic.Int64) {
	t.Helper()
	var arrived atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // so that the connection may be used again
		if arrived.Add(1) == 1 {
			first(w, r)
			return
		}
		then(w, r)
	}))
	t.Cleanup(server.Close)
	client, _ := testClient(t, server.URL, nil)
	return client, &arrived
}

func change(t *testing.T, c *Client, method string) error {
	t.Helper()
	switch method {
	case http.MethodPost:
		_, err := c.CreateCheckout(t.Context(), CreateCheckout{PricingType: NoPrice})
		return err
	case http.MethodPut:
		_, err := c.UpdateCheckout(t.Context(), checkoutID, UpdateCheckout{Name: "Cakes"})
		return err
	}
	return c.DeleteCheckout(t.Context(), checkoutID)
}

func TestNextPageOfCheckouts(t *testing.T) {
	t.Parallel()
	two := []Checkout{{ID: "a"}, {ID: "b"}}
	for name, tc := range map[string]struct {
		page CheckoutPage
		next string
		more bool
	}{
		"empty": {CheckoutPage{}, "", false},
		"full":  {CheckoutPage{Checkouts: two}, "b", true},
		"short": {CheckoutPage{Checkouts: two[:1]}, "", false},
		"named": {CheckoutPage{Checkouts: two, Pagination: Pagination{CursorRange: []string{"a", "z"}}}, "z", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if next, more := tc.page.Next(2); next != tc.next || more != tc.more {
				t.Errorf("got %q, %v", next, more)
			}
		})
	}
}

// FuzzCheckout feeds any answer: reading it never panics, and a price that can
// be computed with stays within bounds.
func FuzzCheckout(f *testing.F) {
	f.Add([]byte(goodCheckout))
	f.Add([]byte(`{"data":{"id":"x","local_price":{"amount":1e999999999,"currency":null},"requested_info":[null,7]}}`))
	f.Add([]byte(`{"data":[{"id":"x"}],"deleted":false}`))
	f.Add([]byte(`<html>502</html>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		_ = readDeleted(body) // must only not panic: every outcome is allowed
		var reply Reply[Checkout]
		if rest.Decode(body, &reply) != nil {
			return
		}
		amount := reply.Data.Price().Amount
		if _, ok := amount.Decimal(); ok && len(amount) > 64 {
			t.Error("an amount without bounds was accepted")
		}
		if _, err := json.Marshal(reply.Data); err != nil {
			t.Error(err)
		}
	})
}
