package reconcile_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"till/app/reconcile"
	"till/app/shop"
)

// learner notes when it was asked what was sent back.
type learner struct {
	asker

	clock  *handClock
	answer shop.Answer
	err    error
	at     []time.Time
}

func (l *learner) LearnRefunds(_ context.Context, from shop.Provider) (shop.Answer, error) {
	if from != shop.Business {
		return shop.Skipped, nil
	}
	l.at = append(l.at, l.clock.Now())
	return l.answer, l.err
}

// TestWhatWasRefundedIsAskedEveryHour, soon after the start, and again when it
// could not be told.
func TestWhatWasRefundedIsAskedEveryHour(t *testing.T) {
	t.Parallel()
	l := &learner{clock: &handClock{now: noon}, answer: shop.Same}
	told, cut := map[string]int{}, errors.New("cut")
	r := reconcile.New(reconcile.Config{
		Store: &shelf{}, Cashier: l, Watcher: watching{}, Now: l.clock.Now, Logger: quiet(), Asked: func(result string) { told[result]++ },
	})
	for i, step := range []struct {
		what   string
		after  time.Duration
		answer shop.Answer
		err    error
		asks   bool
	}{
		{"at the start", 0, shop.Same, nil, true},
		{"at once", 0, shop.Same, nil, false},
		{"before the hour is over", time.Hour - time.Second, shop.Same, nil, false},
		{"an hour later, over budget", time.Second, shop.OverBudget, nil, true},
		{"in the next round, paused", time.Second, shop.Paused, nil, true},
		{"in the next round, failing", time.Second, "", cut, true},
		{"soon after a failure", 5*time.Minute - time.Second, shop.Same, nil, false},
		{"a few minutes later", time.Second, shop.Changed, nil, true},
		{"soon after it went well", 5 * time.Minute, shop.Same, nil, false},
		{"after the clock was put back", -24 * time.Hour, shop.Skipped, nil, true},
		{"after nobody could tell", 5 * time.Minute, shop.Same, nil, false},
		{"an hour after that, failing", 55 * time.Minute, "", cut, true},
		{"once more", 5 * time.Minute, "", cut, true},
		{"not as soon", 10*time.Minute - time.Second, shop.Same, nil, false},
		{"ever more rarely", time.Second, "", cut, true},
		{"and more", 20 * time.Minute, "", cut, true},
		{"and more again", 40 * time.Minute, "", cut, true},
		{"but every hour", time.Hour - time.Second, shop.Same, nil, false},
		{"at the hour, paused", time.Second, shop.Paused, nil, true},
		{"in the round after that", time.Second, "", cut, true},
		{"an hour later, well again", time.Hour, shop.Same, nil, true},
		{"an hour after that, failing anew", time.Hour, "", cut, true},
		{"soon after that", 5 * time.Minute, shop.Same, nil, true},
	} {
		l.clock.advance(step.after)
		l.answer, l.err = step.answer, step.err
		before := len(l.at)
		if err := r.Once(t.Context()); !errors.Is(err, step.err) {
			t.Errorf("%d, %s: %v", i, step.what, err)
		}
		if asked := len(l.at) > before; asked != step.asks {
			t.Errorf("%d, %s: asked %v", i, step.what, asked)
		}
	}
	if told["same"] != 3 || told["changed"] != 1 || told["error"] != 8 || len(told) != 3 {
		t.Errorf("told of %v", told)
	}
}
