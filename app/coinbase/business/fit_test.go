package business

import (
	"errors"
	"maps"
	"strconv"
	"strings"
	"testing"
)

func TestWhatTheAPIWouldRefuseIsNotSent(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä", mostValue)
	many := Metadata{}
	for i := range mostMetadata {
		many[strconv.Itoa(i)] = "x"
	}
	tooMany := maps.Clone(many)
	tooMany["one more"] = "x"
	for name, tc := range map[string]struct {
		change func(*CreateCheckout)
		says   string // "": it is sent
	}{
		"as it is":             {func(*CreateCheckout) {}, ""},
		"the least":            {func(r *CreateCheckout) { r.Amount = "0.01" }, ""},
		"the most":             {func(r *CreateCheckout) { r.Amount = "100000000" }, ""},
		"zeros at the end":     {func(r *CreateCheckout) { r.Amount = "4.5000" }, ""},
		"nothing":              {func(r *CreateCheckout) { r.Amount = "0" }, "not between 0.01"},
		"less than nothing":    {func(r *CreateCheckout) { r.Amount = "-1" }, "not between 0.01"},
		"less than a cent":     {func(r *CreateCheckout) { r.Amount = "0.001" }, "more than two decimals"},
		"more than the most":   {func(r *CreateCheckout) { r.Amount = "100000000.01" }, "not between"},
		"no amount":            {func(r *CreateCheckout) { r.Amount = "" }, "no number"},
		"an endless amount":    {func(r *CreateCheckout) { r.Amount = "1e999999999" }, "no number"},
		"a fiat currency":      {func(r *CreateCheckout) { r.Currency = "SGD" }, ""},
		"a coin it takes not":  {func(r *CreateCheckout) { r.Currency = "BTC" }, "is none of [USDC USD EUR GBP SGD]"},
		"no currency":          {func(r *CreateCheckout) { r.Currency = "" }, "is none of"},
		"all the metadata":     {func(r *CreateCheckout) { r.Metadata = many }, ""},
		"too much metadata":    {func(r *CreateCheckout) { r.Metadata = tooMany }, "21 keys, 20 are allowed"},
		"a long value":         {func(r *CreateCheckout) { r.Metadata = Metadata{"order_id": long} }, ""},
		"a value that is more": {func(r *CreateCheckout) { r.Metadata = Metadata{"order_id": long + "x"} }, `"order_id" is longer than 100`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			req := coffee()
			tc.change(&req)
			p := newProvider(t, answer(201, goodCheckout))
			_, err := p.client(t).CreateCheckout(t.Context(), req, "key")
			if sent := len(p.arrivals()) == 1; sent != (tc.says == "") {
				t.Errorf("sent: %v", sent)
			}
			if tc.says == "" && err != nil {
				t.Error(err)
			}
			if tc.says != "" && (!errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), tc.says)) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestWhatIsCutOrLeftOut(t *testing.T) {
	t.Parallel()
	secure := "https://shop.example/"
	for name, tc := range map[string]struct{ description, redirect, wantDescription, wantRedirect string }{
		"just right":         {strings.Repeat("ü", 500), secure + strings.Repeat("x", 2048-len(secure)), strings.Repeat("ü", 500), secure + strings.Repeat("x", 2048-len(secure))},
		"too long":           {strings.Repeat("ü", 501), secure + strings.Repeat("x", 2049-len(secure)), strings.Repeat("ü", 499) + "…", ""},
		"without TLS":        {"", "http://shop.example/", "", ""},
		"without a host":     {"", "https:///success", "", ""},
		"not an address":     {"", "https://[", "", ""},
		"nothing, nothing":   {"", "", "", ""},
		"another scheme yet": {"", "javascript:alert(1)", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			req := coffee()
			req.Description, req.SuccessRedirectURL, req.FailRedirectURL = tc.description, tc.redirect, tc.redirect
			got, err := req.fit()
			if err != nil || got.Description != tc.wantDescription || got.SuccessRedirectURL != tc.wantRedirect || got.FailRedirectURL != tc.wantRedirect {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestRefundAmounts(t *testing.T) {
	t.Parallel()
	p := newProvider(t, answer(200, goodRefund))
	for _, amount := range []Amount{"", "0", "-1", "0.001", "all"} {
		if _, err := p.client(t).Refund(t.Context(), checkoutID, CreateRefund{Amount: amount}, "key"); !errors.Is(err, ErrInvalid) {
			t.Errorf("%q: %v", amount, err)
		}
	}
	if n := len(p.arrivals()); n != 0 {
		t.Errorf("%d requests arrived", n)
	}
}

func TestARefundAnswerMustHoldBoth(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"no refund":   `{"checkout":` + goodCheckout + `}`,
		"no checkout": `{"refund":{"id":"r1"}}`,
		"neither":     `{}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reply, err := newProvider(t, answer(200, body)).client(t).Refund(t.Context(), checkoutID, CreateRefund{Amount: "1"}, "key")
			var e *Error
			if !errors.As(err, &e) || !e.Sent || reply.Refund.ID != "" {
				t.Errorf("got %+v, %v", reply, err)
			}
		})
	}
}
