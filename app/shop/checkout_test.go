package shop_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"till/app/shop"
)

const boxID = "5f1c2f6e-3f0a-4f5d-9a60-0f9ab1b3c001"

func (p *provider) FindCheckout(context.Context, string) (shop.Checkout, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked++
	return p.checkout, p.checkoutFails
}

func (p *provider) sell(c shop.Checkout, fails error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.checkout, p.checkoutFails = c, fails
}

func money(t *testing.T, amount string) shop.Money {
	t.Helper()
	m, err := shop.ParseMoney(amount, "USD")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// buyBox orders the product that is sold by a checkout.
func (c *counter) buyBox(t *testing.T) shop.Order {
	t.Helper()
	c.provider.sell(shop.Checkout{ID: boxID, Name: "Box", Price: money(t, "12.00")}, nil)
	o, err := c.Open(t.Context(), shop.Purchase{Product: "box", Browser: "browser"})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// embedded is what the provider says of a charge that its embedded checkout
// made for a payment named by custom.
func embedded(o shop.Order, charge string, s shop.State) shop.Evidence {
	return shop.Evidence{
		Provider: shop.Commerce, Environment: shop.Sandbox, Ref: shop.Ref{ID: charge}, Custom: true,
		PaymentID: o.Payments[0].ID, CheckoutID: boxID, State: s, Steps: 1, Price: o.Price,
		HostedURL: "https://pay.example/" + charge, At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
	}
}

func TestACheckoutIsSoldAtThePriceOfTheMoment(t *testing.T) {
	t.Parallel()
	c := newCounter(t, willing)
	old := c.buyBox(t)
	c.provider.sell(shop.Checkout{ID: boxID, Name: "Bigger box", Price: money(t, "15.00")}, nil)
	fresh, err := c.Open(t.Context(), shop.Purchase{Product: "box"})
	if err != nil {
		t.Fatal(err)
	}
	if fresh.Item.Name != "Bigger box" || fresh.Price.Plain() != "15.00" {
		t.Errorf("the new order is %s at %s", fresh.Item.Name, fresh.Price)
	}
	if got := c.order(t, old.ID); got.Item.Name != "Box" || got.Price.Plain() != "12.00" {
		t.Errorf("the open order became %s at %s", got.Item.Name, got.Price)
	}
	req := c.provider.opened[1]
	if req.CheckoutID != boxID || req.Price.Plain() != "15.00" {
		t.Errorf("the hosted charge was asked for as %+v", req)
	}
	c.provider.sell(shop.Checkout{}, &shop.ProviderError{Problem: shop.Unreachable, Err: errors.New("down")})
	if _, err := c.Open(t.Context(), shop.Purchase{Product: "box"}); shop.ErrorCode(err) != shop.Unavailable {
		t.Errorf("sold without a price: %v", err)
	}
}

// TestCopiesAskNobody looks at them before and after a restart, long after the
// shelf last asked.
func TestCopiesAskNobody(t *testing.T) {
	t.Parallel()
	box := shop.Product{Slug: "box", Method: shop.MethodCheckout, CheckoutID: boxID}
	unread := shop.Product{Slug: "unread", Method: shop.MethodCheckout, CheckoutID: "3c1f0a52-7d64-4b8e-9a2f-6e5d8b7c4f10"}
	c := newCounter(t, willing)
	c.buyBox(t)
	asked := c.provider.asked
	shelf := c.restarted(t, false, box, unread)
	c.provider.sell(shop.Checkout{ID: boxID, Name: "Bigger box", Price: money(t, "15.00")}, nil)
	for range 2 {
		c.pass(time.Hour)
		if p, err := shelf.Copies().Find(t.Context(), "box"); err != nil || p.Price.String() != "12.00 USD" || p.Name != "Box" {
			t.Errorf("the copy is %s at %s, %v", p.Name, p.Price, err)
		}
		if p, err := shelf.Copies().Find(t.Context(), "unread"); err != nil || p.Sellable() {
			t.Errorf("without a copy it costs %s, %v", p.Price, err)
		}
	}
	if c.provider.asked != asked {
		t.Errorf("the provider was asked %d times", c.provider.asked-asked)
	}
	if p, err := shelf.Find(t.Context(), "box"); err != nil || p.Price.String() != "15.00 USD" {
		t.Errorf("a page that looks finds %s, %v", p.Price, err)
	}
	if p, _ := shelf.Copies().Find(t.Context(), "box"); p.Price.String() != "15.00 USD" {
		t.Errorf("what it found is not known: %s", p.Price)
	}
	if _, err := shelf.Copies().Find(t.Context(), "none"); shop.ErrorCode(err) != shop.NotFound {
		t.Errorf("an unknown product: %v", err)
	}
}

func TestAnEmbeddedChargeIsBoundOnlyWhenItFits(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change  func(*shop.Evidence, shop.Order)
		verdict shop.Verdict
		state   shop.State
		flagged bool
	}{
		"fits":                     {func(*shop.Evidence, shop.Order) {}, shop.Settled, shop.Confirmed, false},
		"of another checkout":      {func(e *shop.Evidence, _ shop.Order) { e.CheckoutID = "another" }, shop.Mismatch, shop.Unresolved, true},
		"of no checkout":           {func(e *shop.Evidence, _ shop.Order) { e.CheckoutID = "" }, shop.Mismatch, shop.Unresolved, true},
		"at another price":         {func(e *shop.Evidence, _ shop.Order) { e.Price.Amount = e.Price.Amount.Shift(-1) }, shop.Mismatch, shop.Unresolved, true},
		"in another currency":      {func(e *shop.Evidence, _ shop.Order) { e.Price.Currency = "EUR" }, shop.Mismatch, shop.Unresolved, true},
		"without a price":          {func(e *shop.Evidence, _ shop.Order) { e.Price = shop.Money{} }, shop.Mismatch, shop.Unresolved, true},
		"for nobody":               {func(e *shop.Evidence, _ shop.Order) { e.PaymentID = "" }, shop.Foreign, shop.Waiting, false},
		"for a payment unheard of": {func(e *shop.Evidence, _ shop.Order) { e.PaymentID = "aaaaaaaaaaaaaaaaaaaaaaaaaa" }, shop.Foreign, shop.Waiting, false},
		"from elsewhere":           {func(e *shop.Evidence, _ shop.Order) { e.Environment = "https://elsewhere.example" }, shop.Mismatch, shop.Waiting, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCounter(t, willing)
			o := c.buyBox(t)
			ev := embedded(o, "charge-1", shop.Confirmed)
			tt.change(&ev, o)
			if got := c.settle(t, ev); got != tt.verdict {
				t.Errorf("verdict %s, want %s", got, tt.verdict)
			}
			got := c.order(t, o.ID)
			if got.State() != tt.state || slices.Contains(got.Flags(), shop.FlagMismatch) != tt.flagged {
				t.Errorf("order is %s with flags %v, want %s, flagged %v", got.State(), got.Flags(), tt.state, tt.flagged)
			}
		})
	}
}

func TestACoffeeIsNotPaidByABoxesCheckout(t *testing.T) {
	t.Parallel()
	c := newCounter(t, willing)
	coffee := c.buy(t)
	if got := c.settle(t, embedded(coffee, "charge-1", shop.Confirmed)); got != shop.Mismatch {
		t.Errorf("verdict %s, want mismatch", got)
	}
	if got := c.order(t, coffee.ID).State(); got == shop.Confirmed {
		t.Error("the coffee is confirmed")
	}
}

func TestSeveralChargesOfOneEmbeddedOrder(t *testing.T) {
	t.Parallel()
	c := newCounter(t, willing)
	o := c.buyBox(t)
	c.settle(t, embedded(o, "charge-1", shop.Waiting)) // the modal was opened,
	c.settle(t, embedded(o, "charge-2", shop.Waiting)) // and opened again
	got := c.order(t, o.ID)
	if len(got.Payments) != 3 || got.Current().HostedURL != "https://pay.example/CODE" {
		t.Fatalf("%d payments, the page leads to %s; want 3 and the hosted one", len(got.Payments), got.Current().HostedURL)
	}
	if e, ok := got.Embeddable(); !ok || e.ID != o.Payments[0].ID {
		t.Errorf("the embedded checkout pays %s, want the first payment", e.ID)
	}
	c.settle(t, embedded(o, "charge-1", shop.Expired))
	if got := c.order(t, o.ID).State(); got != shop.Waiting {
		t.Errorf("an attempt that expired made the order %s", got)
	}
	c.settle(t, embedded(o, "charge-2", shop.Confirmed))
	if got := c.order(t, o.ID); got.State() != shop.Confirmed || len(got.Flags()) != 0 {
		t.Errorf("order is %s, flags %v", got.State(), got.Flags())
	}
	c.settle(t, embedded(o, "charge-1", shop.Confirmed))
	if got := c.order(t, o.ID); !slices.Contains(got.Flags(), shop.FlagPaidTwice) {
		t.Errorf("paid twice the order has flags %v", got.Flags())
	}
}

func TestAnEmbeddedChargeIsFoundInTheListWhenWebhooksAreLost(t *testing.T) {
	t.Parallel()
	c := newCounter(t, willing)
	o := c.buyBox(t)
	c.provider.find = func(shop.Ref) (shop.Evidence, error) { return charge(c.provider.opened[0], shop.Waiting), nil }
	c.provider.list = []shop.Evidence{embedded(o, "charge-1", shop.Confirmed)}
	c.ask(t, o)
	if got := c.order(t, o.ID).State(); got != shop.Confirmed {
		t.Errorf("order is %s, want confirmed", got)
	}
}

func TestMetadataThatNamesAnotherCustomerIsFlagged(t *testing.T) {
	t.Parallel()
	ann := shop.Customer{ID: "ann", Username: "Ann"}
	for claimed, flagged := range map[shop.CustomerID]bool{"": false, "ann": false, "bob": true} {
		c := newCounter(t, willing)
		o, err := c.Open(t.Context(), shop.Purchase{Product: "coffee", Customer: ann})
		if err != nil {
			t.Fatal(err)
		}
		if got := c.provider.opened[0].Customer; got != ann {
			t.Errorf("the provider was told of %v", got)
		}
		ev := charge(c.provider.opened[0], shop.Confirmed)
		ev.CustomerID = claimed
		c.settle(t, ev)
		got := c.order(t, o.ID)
		if got.State() != shop.Confirmed || slices.Contains(got.Flags(), shop.FlagCustomer) != flagged {
			t.Errorf("metadata names %q: order %s, flags %v", claimed, got.State(), got.Flags())
		}
		if got.Customer != ann {
			t.Errorf("metadata names %q: the order belongs to %v", claimed, got.Customer)
		}
	}
}

func TestWhoMayClaimAnOrder(t *testing.T) {
	t.Parallel()
	ann, bob := shop.Customer{ID: "ann", Username: "Ann"}, shop.Customer{ID: "bob", Username: "Bob"}
	c := newCounter(t, willing)
	o, err := c.Open(t.Context(), shop.Purchase{Product: "coffee", Browser: "hers"})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		name    string
		by      shop.Customer
		browser string
		code    shop.Code
		owner   shop.CustomerID
	}{
		{"another browser", bob, "his", shop.Forbidden, ""},
		{"no browser", bob, "", shop.Forbidden, ""},
		{"her browser", ann, "hers", "", "ann"},
		{"she again", ann, "another of hers", "", "ann"},
		{"somebody else in her browser", bob, "hers", shop.Forbidden, "ann"},
	} {
		_, err := c.Claim(t.Context(), o.ID, step.by, step.browser)
		if shop.ErrorCode(err) != step.code {
			t.Errorf("%s: %v, want code %q", step.name, err, step.code)
		}
		if got := c.order(t, o.ID).Customer.ID; got != step.owner {
			t.Errorf("%s: the order belongs to %q, want %q", step.name, got, step.owner)
		}
	}
}

func TestTheShelfShowsTheLastGoodCopy(t *testing.T) {
	t.Parallel()
	c := newCounter(t, willing)
	catalog := shop.Catalog{{Slug: "box", Name: "box", Method: shop.MethodCheckout, CheckoutID: boxID}}
	newShelf := func() *shop.Shelf {
		return shop.NewShelf(shop.ShelfConfig{
			Catalog: catalog, Gateway: c.provider, Store: c.store, Now: c.Now, Logger: slog.New(slog.DiscardHandler),
		})
	}
	name := func(s *shop.Shelf) string { return s.List(t.Context())[0].Name }
	down := &shop.ProviderError{Problem: shop.Unreachable, Err: errors.New("down")}
	first := shop.Checkout{ID: boxID, Name: "First", Price: money(t, "1.00")}
	second := shop.Checkout{ID: boxID, Name: "Second", Price: money(t, "2.00")}

	c.provider.sell(shop.Checkout{}, down)
	if p := newShelf().List(t.Context())[0]; p.Sellable() {
		t.Errorf("a checkout nobody ever read has a price: %+v", p)
	}
	shelf := newShelf()
	c.provider.sell(first, nil)
	if got := name(shelf); got != "First" {
		t.Errorf("shows %q, want what the provider says", got)
	}
	c.provider.sell(second, nil)
	asked := c.provider.asked
	if got := name(shelf); got != "First" || c.provider.asked != asked {
		t.Errorf("within a minute it shows %q after %d questions more", got, c.provider.asked-asked)
	}
	c.pass(2 * time.Minute)
	if got := name(shelf); got != "Second" {
		t.Errorf("later it shows %q", got)
	}
	c.provider.sell(shop.Checkout{}, down)
	c.pass(2 * time.Minute)
	if got := name(shelf); got != "Second" {
		t.Errorf("while the provider is down it shows %q", got)
	}
	if got := name(newShelf()); got != "Second" {
		t.Errorf("after a restart, the provider down, it shows %q", got)
	}
}
