package shop_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"time"

	"till/app/shop"
)

// successor is a provider of Business.
type successor struct{ *provider }

func (successor) Provider() shop.Provider { return shop.Business }

// twoProviders is a counter that opens with Business and still watches what was
// opened with Commerce.
func twoProviders(t *testing.T) (c *counter, commerce *provider, business successor) {
	t.Helper()
	c = newCounter(t, willing)
	commerce, business = c.provider, successor{&provider{}}
	var err error
	c.Cashier, err = shop.NewCashier(shop.CashierConfig{
		Store: c.store, Gateways: []shop.Gateway{business, commerce}, Publisher: c.page,
		Shelf: shop.NewShelf(shop.ShelfConfig{}), PublicURL: "https://shop.example", Patience: time.Second, Budget: 1000,
		Now: c.Now, Random: rand.Reader, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(context.Background()) })
	return c, commerce, business
}

// begun stores an order with a payment that waits at a provider.
func (c *counter) begun(t *testing.T, name string, from shop.Provider, state shop.State) shop.Order {
	t.Helper()
	price := money(t, "4.50")
	o := shop.Order{
		ID: shop.OrderID(name), Version: 1, Price: price, Method: shop.MethodCharge, CreatedAt: c.Now(), UpdatedAt: c.Now(),
		Payments: []shop.Payment{{
			ID: shop.PaymentID(name), Provider: from, Environment: shop.Sandbox, Ref: shop.Ref{ID: "ref-" + name},
			Price: price, Standing: shop.Standing{State: state}, CreatedAt: c.Now(), AskAt: c.Now(),
		}},
	}
	err := c.store.Write(t.Context(), func(ctx context.Context, l shop.Ledger) error { return l.SaveOrder(ctx, o) })
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func standsAs(o shop.Order, s shop.State) shop.Evidence {
	p := o.Payments[0]
	return shop.Evidence{
		Provider: p.Provider, Environment: p.Environment, Ref: p.Ref, PaymentID: p.ID, OrderID: o.ID, Price: p.Price, State: s,
		At: time.Date(2026, 3, 1, 12, 30, 0, 0, time.UTC),
	}
}

// TestAProviderInTroubleIsAloneWithIt: the other is asked as if nothing were.
func TestAProviderInTroubleIsAloneWithIt(t *testing.T) {
	t.Parallel()
	for name, trouble := range map[string]error{
		"unreachable":   &shop.ProviderError{Problem: shop.Unreachable, Err: errors.New("down")},
		"key not taken": &shop.ProviderError{Problem: shop.Credentials, Err: errors.New("no")},
		"asks to wait":  &shop.ProviderError{Problem: shop.Busy, RetryAfter: time.Hour, Err: errors.New("slow down")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, commerce, business := twoProviders(t)
			old, older, fresh := c.begun(t, "old", shop.Commerce, shop.Waiting), c.begun(t, "older", shop.Commerce, shop.Waiting), c.begun(t, "fresh", shop.Business, shop.Waiting)
			commerce.find = func(shop.Ref) (shop.Evidence, error) { return shop.Evidence{}, trouble }
			business.find = func(shop.Ref) (shop.Evidence, error) { return standsAs(fresh, shop.Detected), nil }
			if err := c.Ask(t.Context(), old.Payments[0].ID); err == nil {
				t.Fatal("no error")
			}
			if got := c.inquire(t, older); got != shop.Paused {
				t.Errorf("a second question to the one in trouble: %s", got)
			}
			if got := c.inquire(t, fresh); got != shop.Changed {
				t.Errorf("a question to the other: %s", got)
			}
		})
	}
}

// TestAnAPIThatIsGone: a day of nothing but that is believed, and what may have
// been a mistake is not.
func TestAnAPIThatIsGone(t *testing.T) {
	t.Parallel()
	away := &shop.ProviderError{Problem: shop.Refused, Gone: true, Err: errors.New("410")}
	down := &shop.ProviderError{Problem: shop.Unreachable, Err: errors.New("down")}
	other := &shop.ProviderError{Problem: shop.Credentials, Err: errors.New("401")}
	hourly := func(n int, err error) []error { return slices.Repeat([]error{err}, n) }
	for name, tc := range map[string]struct {
		answers []error // an hour apart
		want    shop.State
	}{
		"a day long":                     {hourly(26, away), shop.Unresolved},
		"once":                           {hourly(1, away), shop.Waiting},
		"for a night":                    {hourly(20, away), shop.Waiting},
		"a day long, at times no answer": {slices.Concat(hourly(10, away), hourly(6, down), hourly(10, away)), shop.Unresolved},
		"and an answer in between":       {slices.Concat(hourly(13, away), []error{nil}, hourly(13, away)), shop.Waiting},
		"and another no in between":      {slices.Concat(hourly(13, away), []error{other}, hourly(13, away)), shop.Waiting},
		"at last an answer":              {append(hourly(24, away), nil), shop.Waiting},
		"only down":                      {hourly(26, down), shop.Waiting},
		"twice, two days apart":          {slices.Concat([]error{away}, hourly(48, down), []error{away}), shop.Waiting},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, commerce, _ := twoProviders(t)
			o := c.begun(t, "old", shop.Commerce, shop.Waiting)
			for _, err := range tc.answers {
				commerce.find = func(shop.Ref) (shop.Evidence, error) { return standsAs(o, shop.Waiting), err }
				_ = c.Ask(t.Context(), o.Payments[0].ID) // what comes of it shows below
				c.pass(time.Hour)
			}
			got := c.order(t, o.ID)
			if got.State() != tc.want || slices.Contains(got.Flags(), shop.FlagUnverified) != (tc.want == shop.Unresolved) {
				t.Fatalf("it is %s %s, flags %v", got.State(), got.Exception(), got.Flags())
			}
			c.settle(t, standsAs(o, shop.Confirmed))
			if got := c.order(t, o.ID).State(); got != shop.Confirmed {
				t.Errorf("late evidence made it %s", got)
			}
		})
	}
}

// TestCredentialsThatAreGone: nobody is asked, and at the horizon that is told.
func TestCredentialsThatAreGone(t *testing.T) {
	t.Parallel()
	c := newCounter(t, willing) // Commerce alone
	o := c.begun(t, "orphan", shop.Business, shop.Waiting)
	if got := c.inquire(t, o); got != shop.Same || c.provider.found != 0 {
		t.Fatalf("%s after %d questions", got, c.provider.found)
	}
	if got := c.order(t, o.ID); got.State() != shop.Waiting || !got.Payments[0].AskAt.After(c.Now()) {
		t.Fatalf("it is %s, asked again at %s", got.State(), got.Payments[0].AskAt)
	}
	c.pass(30 * 24 * time.Hour)
	if got := c.inquire(t, o); got != shop.Changed {
		t.Errorf("at the horizon: %s", got)
	}
	if got := c.order(t, o.ID); got.Exception() != shop.Unverified || !slices.Contains(got.Flags(), shop.FlagUnverified) || !got.Payments[0].AskAt.IsZero() {
		t.Errorf("it is %s %q, flags %v", got.State(), got.Exception(), got.Flags())
	}
}

// TestAnAPIThatSaysItIsGoneAtTheHorizon says nothing of the payment: it may have
// been paid late, and the next answer may tell.
func TestAnAPIThatSaysItIsGoneAtTheHorizon(t *testing.T) {
	t.Parallel()
	for state, want := range map[shop.State]shop.State{shop.Waiting: shop.Unresolved, shop.Expired: shop.Expired} {
		c, commerce, _ := twoProviders(t)
		o := c.begun(t, "old", shop.Commerce, state)
		commerce.find = func(shop.Ref) (shop.Evidence, error) {
			return shop.Evidence{}, &shop.ProviderError{Problem: shop.Refused, Gone: true, Err: errors.New("410")}
		}
		c.pass(week)
		_ = c.Ask(t.Context(), o.Payments[0].ID) // that it fails is what the test wants
		if got := c.order(t, o.ID); got.State() != state || len(got.Flags()) != 0 || got.Payments[0].AskAt.IsZero() {
			t.Errorf("%s: said once it makes it %s, flags %v", state, got.State(), got.Flags())
		}
		c.pass(24 * time.Hour)
		_ = c.Ask(t.Context(), o.Payments[0].ID) // as above
		if got := c.order(t, o.ID); got.State() != want || !slices.Equal(got.Flags(), []shop.Flag{shop.FlagUnverified}) || !got.Payments[0].AskAt.IsZero() {
			t.Errorf("%s: after the grace it is %s, flags %v", state, got.State(), got.Flags())
		}
	}
}

// TestARefundThatIsUnderWayIsNotOver, though the state of its payment is final.
func TestARefundThatIsUnderWayIsNotOver(t *testing.T) {
	t.Parallel()
	c, _, business := twoProviders(t)
	o := c.begun(t, "one", shop.Business, shop.Confirmed)
	ev := standsAs(o, shop.Confirmed)
	ev.Refunding = true
	c.settle(t, ev)
	business.find = func(shop.Ref) (shop.Evidence, error) { return ev, nil }
	for range 10 {
		c.pass(time.Minute)
		c.inquire(t, o)
	}
	if got := c.order(t, o.ID).Payments[0].AskAt.Sub(c.Now()); got != time.Hour {
		t.Errorf("asked about again in %s, want an hour", got)
	}
}

// TestARefundThatDoesNotEnd is left at its horizon, and flagged if nobody says
// what became of it.
func TestARefundThatDoesNotEnd(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		after time.Duration
		err   error
		flags int
		asked bool // again
	}{
		"for a month":                  {30 * 24 * time.Hour, nil, 0, false},
		"for a month, and no answer":   {30 * 24 * time.Hour, &shop.ProviderError{Problem: shop.Unreachable, Err: errors.New("down")}, 0, true},
		"and a day, and still none is": {31 * 24 * time.Hour, &shop.ProviderError{Problem: shop.Unreachable, Err: errors.New("down")}, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, _, business := twoProviders(t)
			o := c.begun(t, "one", shop.Business, shop.Confirmed)
			ev := standsAs(o, shop.PartlyRefunded)
			ev.Refunding = true
			c.settle(t, ev)
			business.find = func(shop.Ref) (shop.Evidence, error) { return ev, tc.err }
			c.pass(tc.after + time.Hour)             // it was asked for within that hour
			_ = c.Ask(t.Context(), o.Payments[0].ID) // what comes of it shows below
			got := c.order(t, o.ID)
			if got.State() != shop.PartlyRefunded || len(got.Flags()) != tc.flags || got.Payments[0].AskAt.IsZero() == tc.asked {
				t.Errorf("it is %s, flags %v, asked again at %s", got.State(), got.Flags(), got.Payments[0].AskAt)
			}
		})
	}
}

// TestHowLongBusinessIsAsked holds what a checkout may still become against how
// long somebody looks.
func TestHowLongBusinessIsAsked(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for name, tc := range map[string]struct {
		state shop.State
		after time.Duration
		want  shop.State
		asked bool // again
	}{
		"waiting for a week":       {shop.Waiting, 8 * day, shop.Waiting, true},
		"waiting for a month":      {shop.Waiting, 30 * day, shop.Unresolved, false},
		"detected for a week":      {shop.Detected, 8 * day, shop.Detected, true},
		"detected for a month":     {shop.Detected, 30 * day, shop.Detected, true}, // a day of grace
		"and a day":                {shop.Detected, 31 * day, shop.Unresolved, false},
		"expired for hours":        {shop.Expired, 47 * time.Hour, shop.Expired, true},
		"expired for a day":        {shop.Expired, 2 * day, shop.Expired, false},
		"confirmed":                {shop.Confirmed, time.Hour, shop.Confirmed, false},
		"refunded in part":         {shop.PartlyRefunded, time.Hour, shop.PartlyRefunded, false},
		"refunded in part, a year": {shop.PartlyRefunded, 365 * day, shop.PartlyRefunded, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, _, business := twoProviders(t)
			o := c.begun(t, "one", shop.Business, tc.state)
			business.find = func(shop.Ref) (shop.Evidence, error) { return standsAs(o, tc.state), nil }
			c.pass(tc.after)
			c.inquire(t, o)
			got := c.order(t, o.ID)
			if got.State() != tc.want || got.Payments[0].AskAt.IsZero() == tc.asked {
				t.Errorf("it is %s, asked again at %s", got.State(), got.Payments[0].AskAt)
			}
			if flagged := slices.Contains(got.Flags(), shop.FlagUnverified); flagged != (tc.want == shop.Unresolved) {
				t.Errorf("flags %v", got.Flags())
			}
		})
	}
}
