package shop_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"till/app/shop"
)

// restarted is the same till after a restart with another catalog, which sells
// fresh payments at today's price if it is told to.
func (c *counter) restarted(t *testing.T, todays bool, catalog ...shop.Product) *shop.Shelf {
	t.Helper()
	logger := slog.New(slog.DiscardHandler)
	shelf := shop.NewShelf(shop.ShelfConfig{Catalog: catalog, Gateway: c.provider, Store: c.store, Now: c.Now, Logger: logger})
	cashier, err := shop.NewCashier(shop.CashierConfig{
		Store: c.store, Gateways: []shop.Gateway{c.provider}, Publisher: c.page, Shelf: shelf, TodaysPrice: todays, Takes: c.takes,
		PublicURL: "https://shop.example", Patience: 10 * time.Second, Budget: 60000,
		Now: c.Now, Random: rand.Reader, Logger: logger,
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Cashier = cashier
	t.Cleanup(func() { cashier.Close(context.Background()) })
	return shelf
}

// again tries an order again and returns it with its fresh payment.
func (c *counter) again(t *testing.T, id shop.OrderID) (shop.Order, shop.Payment) {
	t.Helper()
	o, err := c.Retry(t.Context(), id, "")
	if err != nil {
		t.Fatal(err)
	}
	return o, o.Payments[len(o.Payments)-1]
}

func costing(t *testing.T, amount, currency string) shop.Product {
	t.Helper()
	p := coffee
	var err error
	if p.Price, err = shop.ParseMoney(amount, currency); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestWhatAFreshPaymentCosts(t *testing.T) {
	t.Parallel()
	throughACheckout := shop.Product{Slug: "coffee", Name: "Coffee", Method: shop.MethodCheckout, CheckoutID: boxID}
	tests := map[string]struct {
		todays bool
		sold   []shop.Product
		price  string
	}{
		"the order's price, dearer today":      {false, []shop.Product{costing(t, "5.00", "USD")}, "4.50 USD"},
		"the order's price, sold no more":      {false, nil, "4.50 USD"},
		"today's price, dearer":                {true, []shop.Product{costing(t, "5.00", "USD")}, "5.00 USD"},
		"today's price, cheaper":               {true, []shop.Product{costing(t, "4.00", "USD")}, "4.00 USD"},
		"today's price, as before":             {true, []shop.Product{costing(t, "4.5", "USD")}, "4.50 USD"},
		"today's price, sold no more":          {true, nil, "4.50 USD"},
		"the order's price, another currency":  {false, []shop.Product{costing(t, "5.00", "EUR")}, "4.50 USD"},
		"today's price, now paid by checkouts": {true, []shop.Product{throughACheckout}, "4.50 USD"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCounter(t, willing)
			o := c.buy(t)
			c.settle(t, charge(c.provider.opened[0], shop.Expired))
			c.provider.sell(shop.Checkout{ID: boxID, Name: "Box", Price: money(t, "12.00")}, nil)
			shelf := c.restarted(t, tt.todays, tt.sold...)
			if quote := shelf.Quote(t.Context(), c.order(t, o.ID)); tt.todays && quote.String() != tt.price {
				t.Errorf("before the click it is said to cost %s, want %s", quote, tt.price)
			}
			got, fresh := c.again(t, o.ID)
			if fresh.Price.String() != tt.price || c.provider.opened[1].Price.String() != tt.price {
				t.Errorf("the fresh payment costs %s and %s was asked for, want %s", fresh.Price, c.provider.opened[1].Price, tt.price)
			}
			if got.State() != shop.Waiting || got.PriceNow().String() != tt.price || got.Price.String() != "4.50 USD" {
				t.Errorf("the order is %s, shows %s and was made for %s", got.State(), got.PriceNow(), got.Price)
			}
		})
	}
}

// TestNobodyIsAskedToPayInACurrencyThatIsGone: no payment is made, however often
// it is tried, and the buyer is told what he can order.
func TestNobodyIsAskedToPayInACurrencyThatIsGone(t *testing.T) {
	t.Parallel()
	dollars := func(currency string) bool { return currency == "USDC" }
	for name, tt := range map[string]struct {
		todays bool
		takes  func(string) bool
		sold   []shop.Product
		says   string
		anew   shop.Slug
	}{
		"priced in another one":              {false, dollars, []shop.Product{costing(t, "5.00", "USDC")}, "Coffee is priced in USDC now, so this order over 4.50 USD cannot be tried again. Nothing was charged", "coffee"},
		"not taken, and sold no more":        {false, dollars, nil, "no longer takes payments in USD", ""},
		"not taken, though priced in it":     {false, dollars, []shop.Product{costing(t, "5.00", "USD")}, "no longer takes payments in USD", ""},
		"taken, but today's price is others": {true, nil, []shop.Product{costing(t, "5.00", "EUR")}, "Coffee is priced in EUR now", "coffee"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCounter(t, willing)
			o := c.buy(t)
			c.settle(t, charge(c.provider.opened[0], shop.Expired))
			before := c.order(t, o.ID)
			c.takes = tt.takes
			c.restarted(t, tt.todays, tt.sold...)
			for range 2 {
				_, err := c.Retry(t.Context(), o.ID, "4.50 USD")
				var told *shop.Error
				if !errors.As(err, &told) || told.Code != shop.Conflict || told.Anew != tt.anew || !strings.Contains(told.Message, tt.says) {
					t.Errorf("tried again: %+v", err)
				}
			}
			if got := c.order(t, o.ID); len(got.Payments) != 1 || got.Version != before.Version || len(c.provider.opened) != 1 {
				t.Errorf("%d payments, version %d, %d were asked for", len(got.Payments), got.Version, len(c.provider.opened))
			}
		})
	}
}

// TestARetryThatFailsAtOnceIsTold while an older payment decides the order.
func TestARetryThatFailsAtOnceIsTold(t *testing.T) {
	t.Parallel()
	c := newCounter(t, willing)
	o := c.buy(t)
	if _, failed := c.order(t, o.ID).FailedRetry(); failed {
		t.Error("told before anything was tried again")
	}
	c.settle(t, charge(c.provider.opened[0], shop.Expired))
	c.provider.open = failing(shop.Credentials)
	before := c.order(t, o.ID)
	got, fresh := c.again(t, o.ID)
	if p, failed := got.FailedRetry(); !failed || p.ID != fresh.ID || p.Problem != shop.Credentials || got.State() != shop.Expired || got.Version <= before.Version {
		t.Errorf("the order is %s at version %d, its retry %+v, %v", got.State(), got.Version, p, failed)
	}
	c.provider.open = willing
	if got, _ = c.again(t, o.ID); got.State() != shop.Waiting {
		t.Errorf("tried once more the order is %s", got.State())
	}
	if _, failed := got.FailedRetry(); failed {
		t.Error("told though the next one worked")
	}
}

func TestAFreshPaymentOfACheckoutAtTodaysPrice(t *testing.T) {
	t.Parallel()
	box := shop.Product{Slug: "box", Method: shop.MethodCheckout, CheckoutID: boxID}
	c := newCounter(t, willing)
	o := c.buyBox(t)
	c.restarted(t, true, box)
	c.settle(t, charge(c.provider.opened[0], shop.Expired))
	c.provider.sell(shop.Checkout{}, &shop.ProviderError{Problem: shop.Unreachable, Err: errors.New("down")})
	if _, err := c.Retry(t.Context(), o.ID, ""); shop.ErrorCode(err) != shop.Unavailable {
		t.Errorf("the price is not known, and the answer is %v", err)
	}
	if got := c.order(t, o.ID); len(got.Payments) != 1 || !got.Retryable() {
		t.Errorf("refused, the order has %d payments", len(got.Payments))
	}
	c.provider.sell(shop.Checkout{ID: boxID, Name: "Box", Price: money(t, "15.00")}, nil)
	got, fresh := c.again(t, o.ID)
	if fresh.Price.Plain() != "15.00" || fresh.CheckoutID != boxID {
		t.Errorf("the fresh payment costs %s by checkout %q", fresh.Price, fresh.CheckoutID)
	}
	pays := embedded(got, "charge-2", shop.Confirmed)
	pays.PaymentID, pays.Price = fresh.ID, fresh.Price
	if v := c.settle(t, pays); v != shop.Settled || c.order(t, o.ID).State() != shop.Confirmed {
		t.Errorf("paid in the embedded checkout at today's price it is %s, %s", v, c.order(t, o.ID).State())
	}
}

// TestAPriceThatTheBuyerWasNotShownIsRefused changes it at the provider, while
// the shelf's copy still has the old one.
func TestAPriceThatTheBuyerWasNotShownIsRefused(t *testing.T) {
	t.Parallel()
	c := newCounter(t, willing)
	o := c.buyBox(t)
	shelf := c.restarted(t, true, shop.Product{Slug: "box", Method: shop.MethodCheckout, CheckoutID: boxID})
	c.settle(t, charge(c.provider.opened[0], shop.Expired))
	if quote := shelf.Quote(t.Context(), o); quote.String() != "12.00 USD" {
		t.Fatalf("the page says %s", quote)
	}
	c.provider.sell(shop.Checkout{ID: boxID, Name: "Box", Price: money(t, "15.00")}, nil)
	c.pass(time.Hour)
	if quote := shelf.Quote(t.Context(), o); quote.String() != "12.00 USD" {
		t.Fatalf("a look at the price asked the provider and says %s", quote)
	}
	_, err := c.Retry(t.Context(), o.ID, "12.00 USD")
	if shop.ErrorCode(err) != shop.Conflict || !strings.Contains(err.Error(), "is now 15.00 USD") {
		t.Errorf("12 were shown and it costs 15: %v", err)
	}
	if got := c.order(t, o.ID); len(got.Payments) != 1 || len(c.provider.opened) != 1 {
		t.Fatalf("refused, the order has %d payments, %d were asked for", len(got.Payments), len(c.provider.opened))
	}
	if quote := shelf.Quote(t.Context(), o); quote.String() != "15.00 USD" {
		t.Errorf("afterwards the page says %s", quote)
	}
	for range 2 { // the second click finds what the first made, whatever it says
		if got, err := c.Retry(t.Context(), o.ID, "15.00 USD"); err != nil || len(got.Payments) != 2 {
			t.Errorf("the price that was shown: %d payments, %v", len(got.Payments), err)
		}
	}
}

func TestAnOrderIsTriedTenTimes(t *testing.T) {
	t.Parallel()
	c := newCounter(t, willing)
	o := c.buy(t)
	for n := range 10 {
		c.settle(t, charge(c.provider.opened[n], shop.Expired))
		if got := c.order(t, o.ID); got.Retryable() != (n < 9) || got.Spent() != (n == 9) {
			t.Fatalf("after %d payments: retryable %v, spent %v", n+1, got.Retryable(), got.Spent())
		}
		_, err := c.Retry(t.Context(), o.ID, "")
		if n < 9 && err != nil {
			t.Fatal(err)
		}
		if n == 9 && (shop.ErrorCode(err) != shop.Conflict || !strings.Contains(err.Error(), "new order")) {
			t.Errorf("the eleventh payment: %v", err)
		}
	}
	if got := len(c.order(t, o.ID).Payments); got != 10 || len(c.provider.opened) != 10 {
		t.Errorf("it has %d payments, %d were asked for", got, len(c.provider.opened))
	}
	c.settle(t, charge(c.provider.opened[3], shop.Confirmed))
	if got := c.order(t, o.ID); got.State() != shop.Confirmed || got.Spent() {
		t.Errorf("paid late it is %s, spent %v", got.State(), got.Spent())
	}
}

// TestChargesThatStrangersBeginAreBounded begins a hundred in the embedded
// checkout, which anybody can who knows the payment.
func TestChargesThatStrangersBeginAreBounded(t *testing.T) {
	t.Parallel()
	c := newCounter(t, willing)
	o := c.buyBox(t)
	verdicts := map[shop.Verdict]int{}
	for n := range 100 {
		verdicts[c.settle(t, embedded(o, fmt.Sprint("charge-", n), shop.Waiting))]++
	}
	if got := len(c.order(t, o.ID).Payments); got != 50 || verdicts[shop.Settled] != 49 || verdicts[shop.Absorbed] != 51 {
		t.Errorf("%d payments, verdicts %v", got, verdicts)
	}
	seq, _, err := c.store.InsertEvent(t.Context(), shop.Event{Provider: shop.Commerce, Environment: shop.Sandbox, ID: "e", Body: []byte("{}"), ReceivedAt: c.Now()}, c.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.SettleEvent(t.Context(), seq, embedded(o, "charge-99", shop.Expired)); err != nil {
		t.Fatal(err)
	}
	if e, err := c.store.FindEvent(t.Context(), "e"); err != nil || !strings.Contains(e.Note, "50 payments already") {
		t.Errorf("the event says %q, %v", e.Note, err)
	}
	for _, ev := range []shop.Evidence{embedded(o, "charge-7", shop.Canceled), embedded(o, "charge-99", shop.Confirmed)} {
		if v := c.settle(t, ev); v != shop.Settled {
			t.Errorf("charge %s is %s", ev.Ref.ID, v)
		}
	}
	if got := c.order(t, o.ID); got.State() != shop.Confirmed || len(got.Payments) != 51 {
		t.Errorf("paid by the hundredth the order is %s with %d payments", got.State(), len(got.Payments))
	}
}

// TestEachPaymentIsPaidAtItsOwnPrice has an old one of 4.50 and a fresh one of
// 5.00.
func TestEachPaymentIsPaidAtItsOwnPrice(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		payment int
		price   string
		verdict shop.Verdict
		state   shop.State
	}{
		"the old one, at the old price": {0, "4.50", shop.Settled, shop.Confirmed},
		"the old one, at the new price": {0, "5.00", shop.Mismatch, shop.Unresolved},
		"the new one, at the new price": {1, "5.00", shop.Settled, shop.Confirmed},
		"the new one, at the old price": {1, "4.50", shop.Mismatch, shop.Unresolved},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCounter(t, willing)
			o := c.buy(t)
			c.settle(t, charge(c.provider.opened[0], shop.Expired))
			c.restarted(t, true, costing(t, "5.00", "USD"))
			c.again(t, o.ID)
			ev := charge(c.provider.opened[tt.payment], shop.Confirmed)
			ev.Price = money(t, tt.price)
			if got := c.settle(t, ev); got != tt.verdict {
				t.Errorf("verdict %s, want %s", got, tt.verdict)
			}
			got := c.order(t, o.ID)
			if got.State() != tt.state {
				t.Errorf("the order is %s, want %s", got.State(), tt.state)
			}
			if tt.state == shop.Confirmed && got.PriceNow().Plain() != tt.price {
				t.Errorf("the order shows %s, want the price that was paid", got.PriceNow())
			}
		})
	}
}

// twice returns a counter with an order that was tried again, and what was
// asked for by its older and its newer payment.
func twice(t *testing.T) (*counter, shop.OrderID, [2]shop.OpenRequest) {
	t.Helper()
	c := newCounter(t, willing)
	o := c.buy(t)
	c.settle(t, charge(c.provider.opened[0], shop.Expired))
	c.again(t, o.ID)
	return c, o.ID, [2]shop.OpenRequest(c.provider.opened)
}

func TestAnExpiryCancelsNoOrderThatIsPaidOtherwise(t *testing.T) {
	t.Parallel()
	for _, state := range []shop.State{shop.Waiting, shop.Detected, shop.Unresolved, shop.Confirmed, shop.PartlyRefunded, shop.Refunded} {
		for name, alive := range map[string]int{"the older": 0, "the newer": 1} {
			if alive == 0 && (state == shop.Waiting || state == shop.Detected) {
				continue // it has expired before there was a newer one
			}
			t.Run(name+" is "+string(state), func(t *testing.T) {
				t.Parallel()
				c, id, opened := twice(t)
				c.settle(t, charge(opened[alive], state))
				c.settle(t, charge(opened[1-alive], shop.Expired))
				got := c.order(t, id)
				if got.State() != state || got.Retryable() {
					t.Errorf("the order is %s, want %s; a third payment is offered: %v", got.State(), state, got.Retryable())
				}
			})
		}
	}
}

func TestALatePaymentOfAnOlderAttemptCounts(t *testing.T) {
	t.Parallel()
	for name, newer := range map[string]shop.State{"the newer waits": shop.Waiting, "the newer has expired": shop.Expired, "the newer was canceled": shop.Canceled} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, id, opened := twice(t)
			c.settle(t, charge(opened[1], newer))
			late := charge(opened[0], shop.Unresolved)
			late.Exception = shop.Delayed
			c.settle(t, late)
			if got := c.order(t, id); got.State() != shop.Unresolved || got.Exception() != shop.Delayed {
				t.Errorf("paid late the order is %s %s", got.State(), got.Exception())
			}
			c.settle(t, charge(opened[0], shop.Confirmed)) // the merchant resolved it
			got := c.order(t, id)
			if got.State() != shop.Confirmed || len(got.Flags()) != 0 {
				t.Errorf("accepted the order is %s, flags %v", got.State(), got.Flags())
			}
		})
	}
}

func TestASecondFullPaymentIsFlagged(t *testing.T) {
	t.Parallel()
	several := func(ev shop.Evidence) shop.Evidence {
		ev.Several = true
		return ev
	}
	multiple := func(ev shop.Evidence) shop.Evidence {
		ev.State, ev.Exception = shop.Unresolved, shop.Multiple
		return ev
	}
	for name, tell := range map[string]func(older, newer shop.Evidence) []shop.Evidence{
		"by the newer":                      func(o, n shop.Evidence) []shop.Evidence { return []shop.Evidence{o, n} },
		"by the older":                      func(o, n shop.Evidence) []shop.Evidence { return []shop.Evidence{n, o} },
		"for the same charge":               func(o, _ shop.Evidence) []shop.Evidence { return []shop.Evidence{o, several(o)} },
		"for the same charge, told first":   func(o, _ shop.Evidence) []shop.Evidence { return []shop.Evidence{multiple(o), o} },
		"for the same charge, told at last": func(o, _ shop.Evidence) []shop.Evidence { return []shop.Evidence{o, multiple(o)} },
		"for the same charge, told at once": func(o, _ shop.Evidence) []shop.Evidence { return []shop.Evidence{several(o)} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, id, opened := twice(t)
			for _, ev := range tell(charge(opened[0], shop.Confirmed), charge(opened[1], shop.Confirmed)) {
				c.settle(t, ev)
			}
			got := c.order(t, id)
			if got.State() != shop.Confirmed || !slices.Equal(got.Flags(), []shop.Flag{shop.FlagPaidTwice}) {
				t.Errorf("the order is %s, flags %v", got.State(), got.Flags())
			}
		})
	}
}

func TestTheSumThatArrivedOnlyGrows(t *testing.T) {
	t.Parallel()
	c := newCounter(t, willing)
	o := c.buy(t)
	for _, step := range []struct {
		said, currency, has, missing, over string
		partial                            bool
	}{
		{"2.25", "USD", "2.25 USD", "2.25 USD", "", true},
		{"1.00", "USD", "2.25 USD", "2.25 USD", "", true},
		{"99", "EUR", "2.25 USD", "2.25 USD", "", true},
		{"4.48", "USD", "4.48 USD", "0.02 USD", "", false}, // an exchange rate's doing
		{"4.5", "USD", "4.50 USD", "", "", false},
		{"9", "USD", "9.00 USD", "", "4.50 USD", false},
	} {
		ev := charge(c.provider.opened[0], shop.Detected)
		var err error
		if ev.Paid, err = shop.ParseMoney(step.said, step.currency); err != nil {
			t.Fatal(err)
		}
		before := c.order(t, o.ID)
		c.settle(t, ev)
		got := c.order(t, o.ID)
		p := got.Current()
		if p.Paid.String() != step.has || known(p.Missing()) != step.missing || known(p.Over()) != step.over || p.Partial() != step.partial {
			t.Errorf("told %s %s: has %s, missing %s, over %s, partial %v; want %+v",
				step.said, step.currency, p.Paid, p.Missing(), p.Over(), p.Partial(), step)
		}
		if grew := !p.Paid.Same(before.Current().Paid); grew && got.Version == before.Version {
			t.Errorf("told %s the page does not hear of it", step.said)
		}
	}
}

func known(m shop.Money) string {
	if !m.Known() {
		return ""
	}
	return m.String()
}

func TestTheRestCanBePaidWhileThereIsTime(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	whole := shop.Payment{Standing: shop.Standing{State: shop.Detected}, Price: money(t, "4.50"), Paid: money(t, "4.50")}
	part := whole
	part.Paid = money(t, "2.25")
	part.ExpiresAt = now.Add(time.Minute)
	late := part
	late.ExpiresAt = now
	untold := part
	untold.Paid = shop.Money{}
	decided := part
	decided.State = shop.Unresolved
	waiting := shop.Payment{Standing: shop.Standing{State: shop.Waiting}, Price: money(t, "4.50")}
	for name, tt := range map[string]struct {
		p    shop.Payment
		want bool
	}{
		"nothing yet": {waiting, true}, "a part, in time": {part, true}, "a part, too late": {late, false},
		"all of it": {whole, false}, "no sum told": {untold, false}, "a part, decided": {decided, false},
	} {
		if got := tt.p.Payable(now); got != tt.want {
			t.Errorf("%s: payable %v, want %v", name, got, tt.want)
		}
	}
}
