package shop_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"till/app/shop"
)

const week = 7 * 24 * time.Hour

// TestOneFailedQuestionDoesNotEndTheAsking: the last word must be the
// provider's, for a day.
func TestOneFailedQuestionDoesNotEndTheAsking(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		state, then     shop.State // now, and what the provider knows
		atLast, atGrace shop.State // after its answer, or if there is none for a day
	}{
		"waiting":               {shop.Waiting, shop.Confirmed, shop.Confirmed, shop.Unresolved},
		"expired and paid late": {shop.Expired, shop.Unresolved, shop.Unresolved, shop.Expired},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCounter(t, func(r shop.OpenRequest) (shop.Evidence, error) { return charge(r, tc.state), nil })
			o, silent := c.buy(t), c.buy(t)
			down := func(shop.Ref) (shop.Evidence, error) {
				return shop.Evidence{}, &shop.ProviderError{Problem: shop.Unreachable, Err: errors.New("down")}
			}
			for range 3 {
				c.provider.find = down
				c.pass(week / 3 * 101 / 100)
				for _, id := range []shop.PaymentID{o.Current().ID, silent.Current().ID} {
					_ = c.Ask(t.Context(), id) // that it fails is what the test wants
					c.pass(time.Minute)
				}
			}
			got := c.order(t, o.ID)
			if got.State() != tc.state || len(got.Flags()) != 0 || !got.Current().AskAt.After(c.Now().Add(-time.Hour)) {
				t.Fatalf("after a failed question it is %s, flags %v, asked about at %s", got.State(), got.Flags(), got.Current().AskAt)
			}
			c.pass(7 * time.Hour)
			c.provider.find = func(shop.Ref) (shop.Evidence, error) { return charge(c.provider.opened[0], tc.then), nil }
			c.ask(t, o)
			if got = c.order(t, o.ID); got.State() != tc.atLast {
				t.Errorf("answered at last it is %s, want %s", got.State(), tc.atLast)
			}
			c.provider.find = down
			c.pass(24 * time.Hour)
			_ = c.Ask(t.Context(), silent.Current().ID) // as above
			got = c.order(t, silent.ID)
			if got.State() != tc.atGrace || !slices.Equal(got.Flags(), []shop.Flag{shop.FlagUnverified}) || !got.Current().AskAt.IsZero() {
				t.Errorf("without an answer it is %s, flags %v, asked about at %s", got.State(), got.Flags(), got.Current().AskAt)
			}
		})
	}
}

// TestWhatIsHeardAfterTheHorizonIsAskedAbout once more, lest it stay on its way
// for ever.
func TestWhatIsHeardAfterTheHorizonIsAskedAbout(t *testing.T) {
	t.Parallel()
	for state, again := range map[shop.State]bool{
		shop.Detected: true, shop.Unresolved: false, shop.Confirmed: false, shop.Expired: false,
	} {
		c := newCounter(t, willing)
		o := c.buy(t)
		c.pass(week + 30*time.Hour)
		c.settle(t, charge(c.provider.opened[0], state))
		got := c.order(t, o.ID).Current()
		if got.State != state || got.AskAt.Equal(c.Now()) != again || got.AskAt.IsZero() == again {
			t.Errorf("%s: it is %s, asked about at %v", state, got.State, got.AskAt)
		}
	}
}

// TestMoneyOnItsWayIsNotGivenUpAtTheHorizon while it is being confirmed.
func TestMoneyOnItsWayIsNotGivenUpAtTheHorizon(t *testing.T) {
	t.Parallel()
	c := newCounter(t, willing)
	o := c.buy(t)
	state := shop.Detected
	c.provider.find = func(shop.Ref) (shop.Evidence, error) { return charge(c.provider.opened[0], state), nil }
	c.pass(week + time.Minute)
	c.ask(t, o)
	if got := c.order(t, o.ID).Current(); got.State != shop.Detected || got.AskAt.IsZero() {
		t.Errorf("seen at the last moment it is %s, asked about at %s", got.State, got.AskAt)
	}
	state = shop.Confirmed
	c.pass(time.Hour)
	c.ask(t, o)
	if got := c.order(t, o.ID); got.State() != shop.Confirmed || len(got.Flags()) != 0 {
		t.Errorf("then it is %s, flags %v", got.State(), got.Flags())
	}
}

// TestWhatIsOverIsAskedAboutMoreRarely than what may be paid any moment.
func TestWhatIsOverIsAskedAboutMoreRarely(t *testing.T) {
	t.Parallel()
	for state, want := range map[shop.State]time.Duration{shop.Waiting: time.Hour, shop.Expired: 6 * time.Hour} {
		c := newCounter(t, func(r shop.OpenRequest) (shop.Evidence, error) { return charge(r, state), nil })
		o := c.buy(t)
		c.provider.find = func(shop.Ref) (shop.Evidence, error) { return charge(c.provider.opened[0], state), nil }
		for range 10 {
			c.pass(time.Minute)
			c.ask(t, o)
		}
		if got := c.order(t, o.ID).Current().AskAt.Sub(c.Now()); got != want {
			t.Errorf("%s: asked about again in %s, want %s", state, got, want)
		}
	}
}
