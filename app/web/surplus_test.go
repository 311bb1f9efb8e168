package web

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"till/app/shop"
)

// refundsOf is a store that knows the refunds of one order.
type refundsOf []shop.Refund

func (refundsOf) FindOrder(context.Context, shop.OrderID) (shop.Order, error) {
	return shop.Order{}, shop.Errorf(shop.NotFound, "none")
}

func (r refundsOf) ListRefunds(context.Context, shop.OrderID) ([]shop.Refund, error) { return r, nil }

// TestWhatWasSentBackIsToldWhicheverPaymentCounts goes through an order that was
// paid by two payments, of which one goes back. The other one pays it in full all
// the while, so it never looks as if the whole purchase were reversed.
func TestWhatWasSentBackIsToldWhicheverPaymentCounts(t *testing.T) {
	t.Parallel()
	price := dollars(t, "4.50")
	paid := func(id shop.PaymentID, s shop.State, back string, underway bool) shop.Payment {
		p := shop.Payment{ID: id, Provider: shop.Business, Price: price, Standing: shop.Standing{State: s, Refunding: underway}}
		p.Refunded, _ = decimal.NewFromString(back)
		return p
	}
	refund := func(of shop.PaymentID, amount string, outcome shop.RefundOutcome) shop.Refund {
		return shop.Refund{PaymentID: of, Amount: dollars(t, amount), State: shop.RefundAnswered, Outcome: outcome}
	}
	const over = "more money arrived than it costs"
	for name, tt := range map[string]struct {
		other               shop.Payment
		refunds             refundsOf
		says, lacks         string
		refunded, refunding string // in JSON
	}{
		"nothing yet":       {paid("2", shop.Confirmed, "0", false), nil, over, "sent back", "", ""},
		"it is on its way":  {paid("2", shop.Confirmed, "0", true), refundsOf{refund("2", "4.50", shop.RefundPending)}, "A refund of <strong>4.50 USD</strong> is on its way.", "did not work", "", "4.50"},
		"it failed":         {paid("2", shop.Confirmed, "0", false), refundsOf{refund("2", "4.50", shop.RefundFailed)}, "A refund of <strong>4.50 USD</strong> did not work", "on its way.", "", ""},
		"a part of it":      {paid("2", shop.PartlyRefunded, "1.5", false), refundsOf{refund("2", "1.50", shop.RefundCompleted)}, "<strong>1.50 USD</strong> of 9.00 USD was sent back.", "data-refund", "1.50", ""},
		"a part is not all": {paid("2", shop.PartlyRefunded, "1.5", false), refundsOf{refund("2", "1.50", shop.RefundCompleted)}, over, "did not work", "1.50", ""},
		"all of it":         {paid("2", shop.Refunded, "4.5", false), refundsOf{refund("2", "4.50", shop.RefundCompleted)}, "<strong>4.50 USD</strong> of 9.00 USD was sent back.", over, "4.50", ""},
	} {
		f := newFragments(t, time.Now())
		f.Orders = tt.refunds
		stays := paid("1", shop.Confirmed, "0", false)
		for which, payments := range map[string][]shop.Payment{"the newer": {stays, tt.other}, "the older": {tt.other, stays}} {
			o := shop.Order{ID: "o", Price: price, Payments: payments}
			got := render(t, f, "fragments/order_status", viewOf(t, f, o, false))
			if !strings.Contains(got, tt.says) || strings.Contains(got, tt.lacks) || !strings.Contains(got, "<h2>Payment confirmed</h2>") ||
				!strings.Contains(got, `<li class="done">Payment confirmed</li>`+"\n</ol>") || strings.Contains(got, "data-refund") {
				t.Errorf("%s, %s: want %q, not %q, in %s", name, which, tt.says, tt.lacks, got)
			}
			open, err := f.refund(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			told := (&Site{cfg: Config{PublicURL: &url.URL{}, Now: time.Now}}).orderJSON(o, open)
			if plain(told.Refunded) != tt.refunded || plain(told.Refunding) != tt.refunding {
				t.Errorf("%s, %s: a program is told of %q and %q", name, which, plain(told.Refunded), plain(told.Refunding))
			}
		}
	}
}

// TestSumsOfSeveralCurrenciesAreNotAdded: only what is in that of the price is.
func TestSumsOfSeveralCurrenciesAreNotAdded(t *testing.T) {
	t.Parallel()
	price := dollars(t, "4.50")
	in := func(id shop.PaymentID, currency string, underway bool) shop.Payment {
		return shop.Payment{
			ID: id, Provider: shop.Business, Price: shop.Money{Amount: price.Amount, Currency: currency},
			Standing: shop.Standing{State: shop.PartlyRefunded, Refunded: decimal.NewFromInt(1), Refunding: underway},
		}
	}
	o := shop.Order{ID: "o", Price: price, Payments: []shop.Payment{in("1", "EUR", true), in("2", "USD", true)}}
	if got := sentBack(o); got.String() != "1.00 USD" {
		t.Errorf("%s was sent back", got)
	}
	if got := arrived(o); got.String() != "4.50 USD" {
		t.Errorf("%s arrived", got)
	}
	pending := refundsOf{
		{PaymentID: "1", Amount: shop.Money{Amount: decimal.NewFromInt(2), Currency: "EUR"}, State: shop.RefundAnswered, Outcome: shop.RefundPending},
		{PaymentID: "2", Amount: dollars(t, "3.00"), State: shop.RefundAnswered, Outcome: shop.RefundPending},
	}
	if got := pendingSum(o.Payments, pending); got.Known() {
		t.Errorf("%s is on its way", got)
	}
}

func plain(m *moneyJSON) string {
	if m == nil {
		return ""
	}
	return m.Amount
}

// TestAPolicyOpensOnlyWhatMayBeFramed on the page of an order.
func TestAPolicyOpensOnlyWhatMayBeFramed(t *testing.T) {
	t.Parallel()
	at := func(p shop.Provider, s shop.State) shop.Payment {
		return shop.Payment{Provider: p, CheckoutID: "c", Standing: shop.Standing{State: s}}
	}
	const embed, hosted = "https://commerce.example", "https://payments.example"
	for name, tt := range map[string]struct {
		opens    shop.Provider
		payments []shop.Payment
		want     string
	}{
		"waits at Commerce":                    {shop.Commerce, []shop.Payment{at(shop.Commerce, shop.Waiting)}, embed},
		"waits at Business":                    {shop.Business, []shop.Payment{at(shop.Business, shop.Waiting)}, hosted},
		"waits at Commerce after the move":     {shop.Business, []shop.Payment{at(shop.Commerce, shop.Waiting)}, hosted},
		"waits at Business after the way back": {shop.Commerce, []shop.Payment{at(shop.Business, shop.Waiting)}, embed + " " + hosted},
		"expired there, tried again here":      {shop.Commerce, []shop.Payment{at(shop.Business, shop.Expired)}, embed},
		"money seen, not yet confirmed":        {shop.Business, []shop.Payment{at(shop.Business, shop.Detected)}, hosted},
		"confirmed":                            {shop.Business, []shop.Payment{at(shop.Business, shop.Confirmed)}, ""},
		"refunded":                             {shop.Business, []shop.Payment{at(shop.Business, shop.Refunded)}, ""},
		"the merchant decides":                 {shop.Commerce, []shop.Payment{at(shop.Commerce, shop.Unresolved)}, ""},
		"canceled, and may be tried again":     {shop.Business, []shop.Payment{at(shop.Commerce, shop.Canceled)}, hosted},
	} {
		f := &Fragments{Opens: tt.opens, Embed: embed, Hosted: []string{hosted}}
		if got := strings.Join(f.sourcesOf(shop.Order{Payments: tt.payments}), " "); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}
