package shop_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"till/app/shop"
)

// inquire asks about an order's first payment.
func (c *counter) inquire(t *testing.T, o shop.Order) shop.Answer {
	t.Helper()
	answer, err := c.Inquire(t.Context(), o.Payments[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestWhatCameOfAQuestion(t *testing.T) {
	t.Parallel()
	c := newCounter(t, willing)
	o := c.buy(t)
	state := shop.Waiting
	c.provider.find = func(shop.Ref) (shop.Evidence, error) { return charge(c.provider.opened[0], state), nil }
	for _, step := range []struct {
		name  string
		pass  time.Duration
		state shop.State
		want  shop.Answer
	}{
		{"nothing new", 0, shop.Waiting, shop.Same},
		{"asked just now", time.Second, shop.Detected, shop.Skipped},
		{"news", 5 * time.Second, shop.Detected, shop.Changed},
		{"nothing new again", 5 * time.Second, shop.Detected, shop.Same},
	} {
		c.pass(step.pass)
		state = step.state
		if got := c.inquire(t, o); got != step.want {
			t.Errorf("%s: %s, want %s", step.name, got, step.want)
		}
	}
}

// TestNobodyAsksWhileTheProviderWantsUsToWait, about whatever payment; buyers
// are served all the same.
func TestNobodyAsksWhileTheProviderWantsUsToWait(t *testing.T) {
	t.Parallel()
	c := newCounter(t, willing)
	one, two := c.buy(t), c.buy(t)
	c.provider.find = func(shop.Ref) (shop.Evidence, error) {
		return shop.Evidence{}, &shop.ProviderError{Problem: shop.Busy, RetryAfter: 40 * time.Second, Err: errors.New("slow down")}
	}
	if _, err := c.Inquire(t.Context(), one.Payments[0].ID); err == nil {
		t.Fatal("a refusal is no error")
	}
	c.provider.find = func(shop.Ref) (shop.Evidence, error) { return charge(c.provider.opened[1], shop.Confirmed), nil }
	if got := c.inquire(t, two); got != shop.Paused {
		t.Errorf("another payment's question is %s", got)
	}
	if err := c.Ask(t.Context(), two.Payments[0].ID); shop.ErrorCode(err) != shop.TooMany {
		t.Errorf("Ask returns %v", err)
	}
	if got := c.buy(t).State(); got != shop.Waiting {
		t.Errorf("a buyer's payment is %s", got)
	}
	c.pass(40*time.Second - time.Nanosecond)
	if got := c.inquire(t, two); got != shop.Paused || c.provider.found != 1 {
		t.Errorf("before the time is over: %s after %d questions", got, c.provider.found)
	}
	c.pass(time.Nanosecond)
	if got := c.inquire(t, two); got != shop.Changed {
		t.Errorf("when the time is over: %s", got)
	}
}

// TestAQuestionThatWasNotAskedStaysDue keeps its place in the schedule.
func TestAQuestionThatWasNotAskedStaysDue(t *testing.T) {
	t.Parallel()
	c := newCounter(t, willing)
	one, two := c.buy(t), c.buy(t)
	c.provider.find = func(shop.Ref) (shop.Evidence, error) {
		return shop.Evidence{}, &shop.ProviderError{Problem: shop.Unreachable, Err: errors.New("down")}
	}
	_ = c.Ask(t.Context(), one.Payments[0].ID) // that it fails is what the test wants
	if got := c.inquire(t, two); got != shop.Paused {
		t.Fatalf("the question is %s", got)
	}
	if before, after := two.Payments[0].AskAt, c.order(t, two.ID).Payments[0].AskAt; !after.Equal(before) {
		t.Errorf("it was due at %v and is now at %v", before, after)
	}
}

// TestAnAnswerThatMakesUsPanicIsOnePaymentsTrouble: it is asked about again
// later, and the till goes on.
func TestAnAnswerThatMakesUsPanicIsOnePaymentsTrouble(t *testing.T) {
	t.Parallel()
	c := newCounter(t, willing)
	o := c.buy(t)
	c.provider.find = func(shop.Ref) (shop.Evidence, error) { panic("a hole") }
	if _, err := c.Inquire(t.Context(), o.Payments[0].ID); err == nil {
		t.Fatal("no error")
	}
	if got := c.order(t, o.ID).Payments[0]; !got.AskAt.After(o.Payments[0].AskAt) || got.Asked != 1 {
		t.Errorf("it is asked again at %v, as the %d. time", got.AskAt, got.Asked)
	}
	c.provider.find = func(shop.Ref) (shop.Evidence, error) { return charge(c.provider.opened[0], shop.Confirmed), nil }
	c.pass(5 * time.Second)
	if got := c.inquire(t, o); got != shop.Changed {
		t.Errorf("then: %s", got)
	}
}

func TestACashierNeedsABudget(t *testing.T) {
	t.Parallel()
	c := newCounter(t, willing)
	if _, err := shop.NewCashier(shop.CashierConfig{Gateways: []shop.Gateway{c.provider}, Now: c.Now}); err == nil {
		t.Error("a cashier that may never ask was made")
	}
}

// TestThoseLookedForTogetherShareAList that is new and goes back far enough.
func TestThoseLookedForTogetherShareAList(t *testing.T) {
	t.Parallel()
	c := newCounter(t, failing(shop.Unanswered))
	old := c.buy(t)
	c.pass(10 * time.Second)
	one, two, three := c.buy(t), c.buy(t), c.buy(t)
	for _, req := range c.provider.opened {
		c.provider.list = append(c.provider.list, charge(req, shop.Waiting))
	}
	for _, step := range []struct {
		name   string
		pass   time.Duration
		order  shop.Order
		listed int
	}{
		{"the first", 0, one, 1},
		{"a second", 5*time.Second - time.Nanosecond, two, 1},
		{"an older one", 0, old, 2},
		{"when the list is old", 5 * time.Second, three, 3},
	} {
		c.pass(step.pass)
		if got := c.inquire(t, step.order); got != shop.Changed || c.provider.listed != step.listed {
			t.Errorf("%s: %s after %d lists, want it found and %d", step.name, got, c.provider.listed, step.listed)
		}
	}
}

// askThrough is the same till with another gateway and budget.
func (c *counter) askThrough(t *testing.T, g shop.Gateway, budget int) {
	t.Helper()
	logger := slog.New(slog.DiscardHandler)
	cashier, err := shop.NewCashier(shop.CashierConfig{
		Store: c.store, Gateways: []shop.Gateway{g}, Publisher: c.page, PublicURL: "https://shop.example",
		Shelf:  shop.NewShelf(shop.ShelfConfig{Gateway: g, Store: c.store, Now: c.Now, Logger: logger}),
		Budget: budget, Now: c.Now, Random: rand.Reader, Logger: logger,
	})
	if err != nil {
		t.Fatal(err)
	}
	c.Cashier = cashier
	t.Cleanup(func() { cashier.Close(context.Background()) })
}

// mute is a provider that answers no question until the asker gives up.
type mute struct{ *provider }

func (mute) Find(ctx context.Context, _ shop.Ref) (shop.Evidence, error) {
	<-ctx.Done()
	return shop.Evidence{}, &shop.ProviderError{Problem: shop.Unanswered, Err: ctx.Err()}
}

// TestAQuestionThatTookAllItsTimeIsNoted, lest it stay the first that is due.
func TestAQuestionThatTookAllItsTimeIsNoted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCounter(t, willing)
		o := c.buy(t)
		c.askThrough(t, mute{c.provider}, 1000)
		if _, err := c.Inquire(t.Context(), o.Payments[0].ID); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("a provider that does not answer: %v", err)
		}
		if got := c.order(t, o.ID).Payments[0]; got.Asked != 1 || !got.AskAt.After(o.Payments[0].AskAt) {
			t.Errorf("it was asked about %d times, and is again at %s", got.Asked, got.AskAt)
		}
	})
}

// TestAQuestionWithoutLeaveForItsListIsNotCounted: the charges of the embedded
// checkout were not looked for.
func TestAQuestionWithoutLeaveForItsListIsNotCounted(t *testing.T) {
	t.Parallel()
	c := newCounter(t, willing)
	o := c.buyBox(t)
	c.provider.find = func(shop.Ref) (shop.Evidence, error) { return charge(c.provider.opened[0], shop.Waiting), nil }
	c.askThrough(t, c.provider, 1) // a budget for one call a minute
	if got := c.inquire(t, o); got != shop.Same || c.provider.listed != 0 {
		t.Fatalf("the question is %s, listed %d times", got, c.provider.listed)
	}
	before, after := o.Payments[0], c.order(t, o.ID).Payments[0]
	if after.Asked != before.Asked || !after.AskAt.Equal(c.Now().Add(15*time.Second)) {
		t.Errorf("it counts as question %d and is asked again at %s", after.Asked, after.AskAt)
	}
}

// TestOneListFindsAllThatWereCutShort, whatever the budget: to look into it
// once more costs the provider nothing.
func TestOneListFindsAllThatWereCutShort(t *testing.T) {
	t.Parallel()
	const many = 100 // more than may be asked about at once
	c := newCounter(t, failing(shop.Unanswered))
	var orders []shop.Order
	for range many {
		orders = append(orders, c.buy(t))
	}
	for _, req := range c.provider.opened {
		c.provider.list = append(c.provider.list, charge(req, shop.Waiting))
	}
	for i, o := range orders {
		if got := c.inquire(t, o); got != shop.Changed {
			t.Fatalf("payment %d of %d: %s", i+1, many, got)
		}
	}
	if c.provider.listed != 1 {
		t.Errorf("listed %d times", c.provider.listed)
	}
}

// reading is a provider whose lists take as long as the test says.
type reading struct {
	*provider

	read func() error
}

func (r reading) List(context.Context, time.Time) (shop.Listed, error) {
	return shop.Listed{}, r.read()
}

// TestABuyerDoesNotWaitForAnothersListWithoutLeave: a provider in trouble answers
// one question at a time, and the next is told so.
func TestABuyerDoesNotWaitForAnothersListWithoutLeave(t *testing.T) {
	t.Parallel()
	c := newCounter(t, failing(shop.Unanswered))
	one, two := c.buy(t).Payments[0].ID, c.buy(t).Payments[0].ID
	begun, goOn := make(chan struct{}), make(chan struct{})
	down := true
	c.askThrough(t, reading{c.provider, func() error {
		if down {
			return &shop.ProviderError{Problem: shop.Unreachable, Err: errors.New("down")}
		}
		close(begun)
		<-goOn
		return nil
	}}, 300)
	if _, err := c.Inquire(t.Context(), one); err == nil {
		t.Fatal("no error")
	}
	down = false
	c.pass(5 * time.Second)
	first := make(chan error)
	go func() {
		_, err := c.Inquire(t.Context(), one)
		first <- err
	}()
	<-begun
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := c.Ask(ctx, two); shop.ErrorCode(err) != shop.TooMany {
		t.Errorf("another's question: %v", err)
	}
	close(goOn)
	if err := <-first; err != nil {
		t.Error(err)
	}
}
