package web

import (
	"strings"
	"testing"
	"time"

	"till/app/shop"
)

func dollars(t *testing.T, amount string) shop.Money {
	t.Helper()
	m, err := shop.ParseMoney(amount, "USD")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestTheBuyerIsToldWhatHappensNext looks for the sums and for what comes next
// in everything that is not simply paid.
func TestTheBuyerIsToldWhatHappensNext(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	unresolved := func(e shop.Exception, paid string) shop.Payment {
		p := shop.Payment{Standing: shop.Standing{State: shop.Unresolved, Exception: e}}
		if paid != "" {
			p.Paid = dollars(t, paid)
		}
		return p
	}
	part := shop.Payment{
		Standing: shop.Standing{State: shop.Detected}, Paid: dollars(t, "2.25"),
		HostedURL: "https://pay.example/CODE", ExpiresAt: now.Add(20 * time.Minute),
	}
	late := part
	late.ExpiresAt = now.Add(-time.Minute)
	whole := part
	whole.Paid = dollars(t, "4.50")
	twice := shop.Payment{Standing: shop.Standing{State: shop.Confirmed}, Several: true}
	const again, told = "Please do not pay a second time.", "This page tells you what was decided."
	for name, tt := range map[string]struct {
		p     shop.Payment
		says  []string
		lacks []string
	}{
		"underpaid":             {unresolved(shop.Underpaid, "2.25"), []string{"2.25 USD of 4.50 USD arrived; 2.25 USD are missing.", "sends back", again, told}, []string{`id="pay"`, `id="retry"`}},
		"underpaid, no sum":     {unresolved(shop.Underpaid, ""), []string{"Part of the price has arrived.", again, told}, nil},
		"overpaid":              {unresolved(shop.Overpaid, "9"), []string{"9.00 USD arrived for a price of 4.50 USD; 4.50 USD are over.", "accepts your order", told}, []string{`id="pay"`}},
		"overpaid, no sum":      {unresolved(shop.Overpaid, ""), []string{"You paid more than the price. The shop", told}, nil},
		"delayed":               {unresolved(shop.Delayed, "4.50"), []string{"after the time to pay", "accepts your payment all the same, or sends it back", again, told}, nil},
		"multiple":              {unresolved(shop.Multiple, "9"), []string{"More than one payment", "4.50 USD are over", "accepts your order", told}, nil},
		"mismatch":              {unresolved(shop.MismatchException, ""), []string{"differs from what we asked for", "accepts your order or sends your money back", told}, nil},
		"unverified":            {unresolved(shop.Unverified, ""), []string{"no longer tells us", "please contact it"}, nil},
		"other":                 {unresolved(shop.Other, ""), []string{"unusual", "sends your money back", told}, nil},
		"a part, in time":       {part, []string{"2.25 USD of 4.50 USD has arrived. Pay the rest on Coinbase&#39;s page.", "Still to pay", "<strong>2.25 USD</strong>", `href="https://pay.example/CODE"`, `data-countdown="1200"`}, []string{`id="cancel"`, "need not do anything"}},
		"a part, too late":      {late, []string{"2.25 USD of 4.50 USD has arrived", "the time to pay is over", "this page tells you"}, []string{`id="pay"`, "Still to pay"}},
		"all of it, on its way": {whole, []string{"you need not do anything"}, []string{`id="pay"`}},
		"paid twice":            {twice, []string{"Your order is paid, and more money arrived", "please do not pay again"}, []string{`id="pay"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFragments(t, now)
			tt.p.Price = dollars(t, "4.50")
			got := render(t, f, "fragments/order_status", viewOf(t, f, shop.Order{ID: "o", Price: tt.p.Price, Payments: []shop.Payment{tt.p}}, false))
			for _, want := range tt.says {
				if !strings.Contains(got, want) {
					t.Errorf("%q is not said in\n%s", want, got)
				}
			}
			for _, never := range tt.lacks {
				if strings.Contains(got, never) {
					t.Errorf("%q is said in\n%s", never, got)
				}
			}
		})
	}
}
