package gateway

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"till/app/shop"
)

// embeddedJSON is a paid charge that a buyer began in the embedded checkout; its
// only metadata is custom, as JSON.
func embeddedJSON(custom string) string {
	return fmt.Sprintf(`{"id":"charge-2","code":"CODE5678","created_at":"2026-05-01T12:00:00Z",`+
		`"checkout":{"id":%q},"pricing":{"local":{"amount":"18.00","currency":"EUR"}},"metadata":{"custom":%s},`+
		`"timeline":[{"status":"COMPLETED","time":"2026-05-01T12:30:00Z"}]}`, testCheckout, custom)
}

func TestWhatABuyersPagePassedOn(t *testing.T) {
	t.Parallel()
	const payment = string(testPayment)
	quote := func(s string) string { return `"` + s + `"` }
	for name, tc := range map[string]struct {
		custom string
		bound  bool
	}{
		"a payment":              {quote(payment), true},
		"a payment in escapes":   {`"\u0062` + payment[1:] + `"`, true},
		"empty":                  {`""`, false},
		"null":                   {`null`, false},
		"the word null":          {`"null"`, false},
		"a blank in front":       {quote(" " + payment), false},
		"a line break behind":    {quote(payment + `\n`), false},
		"one character less":     {quote(payment[1:]), false},
		"one character more":     {quote(payment + "b"), false},
		"two of them":            {quote(payment + "," + payment), false},
		"in capitals":            {quote(strings.ToUpper(payment)), false},
		"other digits":           {quote("0" + payment[1:]), false},
		"not ASCII":              {quote("ｂ" + payment[1:]), false},
		"a very long one":        {quote(strings.Repeat(payment, 40_000)), false},
		"HTML":                   {`"<img src=x onerror=alert(1)>"`, false},
		"SQL":                    {`"'; DROP TABLE payments; --"`, false},
		"a NUL":                  {`"` + payment[1:] + `\u0000"`, false},
		"JSON in a text":         {`"{\"payment_id\":\"` + payment + `\"}"`, false},
		"an object":              {`{"payment_id":` + quote(payment) + `}`, false},
		"a list":                 {`[` + quote(payment) + `]`, false},
		"a number":               {`12345678901234567890123456`, false},
		"a number in powers":     {`1e999999999`, false},
		"a truth":                {`true`, false},
		"half of an UTF-16 sign": {`"\ud800"`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ev, err := silentGateway(t).Read(event("charge:confirmed", embeddedJSON(tc.custom)))
			if err != nil {
				t.Fatal(err)
			}
			want := shop.PaymentID("")
			if tc.bound {
				want = testPayment
			}
			if ev.PaymentID != want || ev.Custom != tc.bound || ev.OrderID != "" {
				t.Errorf("payment %q, custom %v, order %q", ev.PaymentID, ev.Custom, ev.OrderID)
			}
			if ev.CheckoutID != testCheckout || ev.State != shop.Confirmed || ev.Price.String() != "18.00 EUR" {
				t.Errorf("the rest was lost: %+v", ev)
			}
		})
	}
}

func TestWhoseACharge(t *testing.T) {
	t.Parallel()
	const (
		other    = "cccccccccccccccccccccccccc"
		order    = `"order_id":"aaaaaaaaaaaaaaaaaaaaaaaaaa"`
		payment  = `"payment_id":"bbbbbbbbbbbbbbbbbbbbbbbbbb"`
		custom   = `"custom":"` + other + `"`
		customer = `"customer_id":"dddddddddddddddddddddddddd"`
	)
	for name, tc := range map[string]struct {
		metadata string
		want     shop.Evidence // only what it claims
	}{
		"none":                       {`null`, shop.Evidence{}},
		"a list":                     {`[` + `"bbbbbbbbbbbbbbbbbbbbbbbbbb"` + `]`, shop.Evidence{}},
		"ours":                       {`{` + order + `,` + payment + `}`, shop.Evidence{OrderID: testOrder, PaymentID: testPayment}},
		"ours, with custom":          {`{` + order + `,` + payment + `,` + custom + `}`, shop.Evidence{OrderID: testOrder, PaymentID: testPayment}},
		"ours, with hostile custom":  {`{` + order + `,` + payment + `,"custom":"<b>"}`, shop.Evidence{OrderID: testOrder, PaymentID: testPayment}},
		"custom alone":               {`{` + custom + `}`, shop.Evidence{PaymentID: other, Custom: true}},
		"custom, odd payment":        {`{"payment_id":"17",` + custom + `}`, shop.Evidence{PaymentID: other, Custom: true}},
		"custom, empty payment":      {`{"payment_id":"",` + custom + `}`, shop.Evidence{PaymentID: other, Custom: true}},
		"custom and an order":        {`{` + order + `,` + custom + `}`, shop.Evidence{PaymentID: other, Custom: true}},
		"an order alone":             {`{` + order + `}`, shop.Evidence{OrderID: testOrder}},
		"an order, hostile custom":   {`{` + order + `,"custom":"` + other + ` "}`, shop.Evidence{OrderID: testOrder}},
		"a customer":                 {`{` + payment + `,` + customer + `}`, shop.Evidence{PaymentID: testPayment, CustomerID: "dddddddddddddddddddddddddd"}},
		"a customer called null":     {`{` + payment + `,"customer_id":"null"}`, shop.Evidence{PaymentID: testPayment}},
		"a customer of null":         {`{` + payment + `,"customer_id":null}`, shop.Evidence{PaymentID: testPayment}},
		"a customer of another kind": {`{` + payment + `,"customer_id":{"id":7}}`, shop.Evidence{PaymentID: testPayment}},
		"a name is not believed":     {`{` + payment + `,"customer_username":"ann"}`, shop.Evidence{PaymentID: testPayment}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.want.Provider, tc.want.Environment, tc.want.State = shop.Commerce, somewhere, shop.Waiting
			tc.want.Ref = shop.Ref{ID: "x"}
			got := silentGateway(t).evidence(read(t, `{"id":"x","metadata":`+tc.metadata+`}`))
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTheCheckoutOfACharge(t *testing.T) {
	t.Parallel()
	for origin, want := range map[string]string{
		`{"id":"` + testCheckout + `"}`:                  testCheckout,
		`{"id":"` + strings.ToUpper(testCheckout) + `"}`: testCheckout,
		`{"id":"../charges"}`:                            "",
		`{"id":7}`:                                       "",
		`{}`:                                             "",
		`null`:                                           "",
		`"` + testCheckout + `"`:                         "",
	} {
		t.Run(origin, func(t *testing.T) {
			t.Parallel()
			ev, err := silentGateway(t).Read(event("charge:created", `{"id":"x","checkout":`+origin+`}`))
			if err != nil || ev.CheckoutID != want || ev.Ref.ID != "x" {
				t.Errorf("got %q of %q, %v", ev.CheckoutID, ev.Ref.ID, err)
			}
		})
	}
}

func TestFindCheckout(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ü", 300)
	for name, tc := range map[string]struct {
		fields string
		want   shop.Checkout // without id and price
		price  string
	}{
		"as it should be": {
			`"name":"Pastries","description":"Twelve.","pricing_type":"fixed_price","local_price":{"amount":"18.00","currency":"EUR"}`,
			shop.Checkout{Name: "Pastries", Description: "Twelve."}, "18.00 EUR",
		},
		"no words, a number, small letters": {`"local_price":{"amount":4.5,"currency":"usd"}`, shop.Checkout{}, "4.50 USD"},
		"too many words": {
			`"name":"` + long + `","description":"` + long + `","local_price":{"amount":"1","currency":"USDC"}`,
			shop.Checkout{Name: long[:200], Description: long[:400]}, "1.00 USDC",
		},
		"odd words": {
			`"name":"a\u0000b\u202ec","description":7,"local_price":{"amount":"1","currency":"USD"}`,
			shop.Checkout{Name: "abc"}, "1.00 USD",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := play(t, func(w http.ResponseWriter, _ *http.Request) {
				say(w, 200, `{"data":{"id":"`+strings.ToUpper(testCheckout)+`",`+tc.fields+`}}`)
			})
			got, err := newGateway(t, p.URL).FindCheckout(t.Context(), testCheckout)
			if err != nil {
				t.Fatal(err)
			}
			if got.Price.String() != tc.price || p.requests() != "GET /checkouts/"+testCheckout {
				t.Errorf("price %s after %s", got.Price, p.requests())
			}
			tc.want.ID, got.Price = testCheckout, shop.Money{}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestFindCheckoutSaysWhyNot(t *testing.T) {
	t.Parallel()
	priced := func(fields string) string { return `{"data":{"id":"` + testCheckout + `",` + fields + `}}` }
	for name, tc := range map[string]struct {
		status   int
		body     string
		problem  shop.Problem
		notFound bool
		says     string
	}{
		"no such checkout":  {404, `{"error":{"type":"not_found","message":"Not found"}}`, shop.Refused, true, "Not found"},
		"no such page":      {404, `<html>`, shop.Refused, false, "base URL"},
		"wrong key":         {401, `{"error":{"type":"authentication_error","message":"no"}}`, shop.Credentials, false, "no"},
		"busy":              {429, `{"error":{"type":"rate_limit_exceeded","message":"slow"}}`, shop.Busy, false, "slow"},
		"broken":            {500, ``, shop.Unanswered, false, "500"},
		"no checkout":       {200, `{"data":{}}`, shop.Unanswered, false, "no checkout"},
		"another checkout":  {200, `{"data":{"id":"x"}}`, shop.Unanswered, false, "another one"},
		"the buyer chooses": {200, priced(`"pricing_type":"no_price"`), shop.Refused, false, "no fixed price"},
		"no price":          {200, priced(`"pricing_type":"fixed_price"`), shop.Refused, false, "no fixed price"},
		"price of nothing":  {200, priced(`"local_price":{"amount":"0","currency":"USD"}`), shop.Refused, false, "no fixed price"},
		"price below zero":  {200, priced(`"local_price":{"amount":"-1","currency":"USD"}`), shop.Refused, false, "no fixed price"},
		"price in powers":   {200, priced(`"local_price":{"amount":1e999999999,"currency":"USD"}`), shop.Refused, false, "no fixed price"},
		"no currency":       {200, priced(`"local_price":{"amount":"1"}`), shop.Refused, false, "no fixed price"},
		"an odd currency":   {200, priced(`"local_price":{"amount":"1","currency":"<b>"}`), shop.Refused, false, "no fixed price"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := play(t, func(w http.ResponseWriter, _ *http.Request) { say(w, tc.status, tc.body) })
			got, err := newGateway(t, p.URL).FindCheckout(t.Context(), testCheckout)
			var e *shop.ProviderError
			if !errors.As(err, &e) || e.Problem != tc.problem || e.NotFound != tc.notFound || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestAnOddCheckoutIsNotAskedFor(t *testing.T) {
	t.Parallel()
	p := play(t, func(w http.ResponseWriter, _ *http.Request) { say(w, 200, `{}`) })
	for _, id := range []string{"", "../charges", "https://commerce.coinbase.com/checkout/" + testCheckout} {
		_, err := newGateway(t, p.URL).FindCheckout(t.Context(), id)
		var e *shop.ProviderError
		if !errors.As(err, &e) || e.Problem != shop.Refused || !strings.Contains(err.Error(), "checkout_id") {
			t.Errorf("%q: %v", id, err)
		}
	}
	if p.requests() != "" {
		t.Errorf("it was asked %s", p.requests())
	}
}
