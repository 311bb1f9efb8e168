package inbox_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"till/app/inbox"
	"till/app/shop"
)

// TestABugLosesNothing: a settler that cannot do anything gives all events up
// in the end. Once it is put right, a replay settles each of them.
func TestABugLosesNothing(t *testing.T) {
	t.Parallel()
	const events = 30
	for name, bug := range map[string]func() error{
		"that fails":  func() error { return errBoom },
		"that panics": func() error { panic("a hole") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.cashier.do = func(context.Context, int64, shop.Evidence) error { return bug() }
			for n := range events {
				r.accept(fmt.Sprintf("e%d confirmed", n))
			}
			for range 20 {
				r.sweep(time.Hour)
			}
			r.wantVerdict("e0", shop.Dead)
			r.accept("late confirmed") // fails only once
			r.sweep(2 * time.Second)

			r.cashier.do = nil
			r.sweep(0)
			if n, err := r.store.ReplayEvents(t.Context(), shop.EventChoice{Failed: true}, r.clock.Now()); n != events+1 || err != nil {
				t.Fatalf("%d events are replayed, %v; want %d", n, err, events+1)
			}
			r.sweep(0)
			for n := range events {
				r.wantVerdict(fmt.Sprint("e", n), shop.Settled)
			}
			r.wantVerdict("late", shop.Settled)
		})
	}
}

// TestAReplayedEventHasAllItsTriesAgain, and a restart does not forget it.
func TestAReplayedEventHasAllItsTriesAgain(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	broken := func(context.Context, int64, shop.Evidence) error { return errBoom }
	r.cashier.do = broken
	r.accept("e1 confirmed")
	for range 20 {
		r.sweep(time.Hour)
	}
	r.wantVerdict("e1", shop.Dead)
	if _, err := r.store.ReplayEvents(t.Context(), shop.EventChoice{Failed: true}, r.clock.Now()); err != nil {
		t.Fatal(err)
	}
	r.restart()
	r.cashier.do = broken
	for n := 1; n < 20; n++ {
		r.sweep(time.Hour)
		if e := r.event("e1"); e.Verdict != shop.Received || e.Attempts != n {
			t.Fatalf("after %d tries it is %s with %d failures", n, e.Verdict, e.Attempts)
		}
	}
	r.sweep(time.Hour)
	r.wantVerdict("e1", shop.Dead)
}

// TestOneThatHangsHoldsUpNoOther: of those the store gives out, too.
func TestOneThatHangsHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	release := make(chan struct{})
	r.cashier.do = func(_ context.Context, _ int64, ev shop.Evidence) error {
		if ev.Ref.ID == "slow" {
			<-release
		}
		return nil
	}
	r.accept("slow confirmed")
	for n := range 50 {
		r.accept(fmt.Sprintf("e%d confirmed", n))
	}
	r.clock.advance(2 * time.Second)
	done := make(chan struct{})
	go func() {
		r.Sweep(context.Background())
		close(done)
	}()
	for n := range 50 {
		r.untilSettled(fmt.Sprint("e", n))
	}
	close(release)
	<-done
	r.wantVerdict("slow", shop.Settled)
}

func TestWorkedIsToldOfEachTry(t *testing.T) {
	t.Parallel()
	type told struct {
		verdict shop.Verdict
		age     time.Duration
		again   bool
	}
	var all []told
	r := newRig(t, func(cfg *inbox.Config) {
		cfg.Worked = func(v shop.Verdict, age time.Duration, replayed bool) {
			all = append(all, told{v, age, replayed})
		}
	})
	r.cashier.do = func(context.Context, int64, shop.Evidence) error { return errBoom }
	r.accept("e1 confirmed")
	r.sweep(2 * time.Second)
	r.cashier.do = nil
	r.sweep(time.Hour)
	r.cashier.do = func(context.Context, int64, shop.Evidence) error { return errBoom }
	r.accept("e2 confirmed")
	for range 20 {
		r.sweep(time.Hour)
	}
	if _, err := r.store.ReplayEvents(t.Context(), shop.EventChoice{Failed: true}, r.clock.Now()); err != nil {
		t.Fatal(err)
	}
	r.cashier.do = nil
	r.sweep(time.Hour)
	if len(all) != 23 {
		t.Fatalf("told of %d tries, want 23", len(all))
	}
	for i, want := range map[int]told{
		0: {shop.Received, 2 * time.Second, false}, 1: {shop.Settled, time.Hour + 2*time.Second, false},
		2: {shop.Received, time.Hour, false}, 21: {shop.Dead, 20 * time.Hour, false}, 22: {shop.Settled, 21 * time.Hour, true},
	} {
		if all[i] != want {
			t.Errorf("try %d: told %v, want %v", i, all[i], want)
		}
	}
	if n := r.Queued(); n != 2 {
		t.Errorf("%d events are queued, want the two that nobody took", n)
	}
}
