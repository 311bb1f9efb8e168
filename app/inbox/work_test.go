package inbox_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"till/app/shop"
)

func TestAnAcceptedEventIsWorkedOffAtOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var got shop.Evidence
	r.cashier.do = func(_ context.Context, seq int64, ev shop.Evidence) error {
		got = ev
		if seq != 1 {
			t.Errorf("seq = %d, want 1", seq)
		}
		return nil
	}
	stop := r.run()
	r.accept("e1 confirmed") // the clock stands still, so no sweep finds it
	r.untilSettled("e1")
	stop()
	want := shop.Evidence{Provider: shop.Commerce, Environment: shop.Sandbox, Ref: shop.Ref{ID: "e1"}, State: shop.Confirmed}
	if got.Ref != want.Ref || got.Provider != want.Provider || got.Environment != want.Environment || got.State != want.State {
		t.Errorf("settled %+v, want %+v", got, want)
	}
}

func TestWhatWasNotWorkedOffIsWorkedOffAfterARestart(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.accept("e1 confirmed")
	r.accept("e2 confirmed")
	r.restart()
	r.sweep(0)
	if got := r.cashier.charges(); len(got) != 0 {
		t.Errorf("settled %v at once, while their worker may still be at it", got)
	}
	r.clock.advance(2 * time.Second)
	stop := r.run()
	r.untilSettled("e1")
	r.untilSettled("e2")
	stop()
	r.restart()
	r.sweep(time.Hour)
	if got := r.cashier.charges(); len(got) != 0 {
		t.Errorf("settled %v again after another restart", got)
	}
}

// TestAFailingEventWaitsAndHoldsUpNoOther: whatever fails, the event comes
// again two seconds later, and what came after it is settled meanwhile.
func TestAFailingEventWaitsAndHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		body, note string
		do         func() error
	}{
		"settling fails":  {body: "bad confirmed", note: "boom", do: func() error { return errBoom }},
		"settling panics": {body: "bad confirmed", note: "panicked: a hole", do: func() error { panic("a hole") }},
		"reading fails":   {body: "bad unreadable", note: "boom"},
		"reading panics":  {body: "bad unreadable-panic", note: "panicked: unreadable"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			r.cashier.do = func(_ context.Context, _ int64, ev shop.Evidence) error {
				if ev.Ref.ID == "bad" {
					return tc.do()
				}
				return nil
			}
			r.accept(tc.body)
			r.accept("good confirmed")
			r.sweep(2 * time.Second)
			r.wantVerdict("good", shop.Settled)
			bad := r.event("bad")
			if bad.Verdict != shop.Received || bad.Attempts != 1 || !strings.Contains(bad.Note, tc.note) {
				t.Errorf("the bad one is %s after %d failures, note %q", bad.Verdict, bad.Attempts, bad.Note)
			}
			if strings.Contains(bad.Note, "goroutine") {
				t.Errorf("the note is a stack: %q", bad.Note)
			}
			r.sweep(2*time.Second - time.Microsecond)
			if n := r.event("bad").Attempts; n != 1 {
				t.Errorf("tried again too early")
			}
			r.sweep(time.Microsecond)
			if n := r.event("bad").Attempts; n != 2 {
				t.Errorf("%d attempts after two seconds, want 2", n)
			}
		})
	}
}

// TestAFailingEventIsTriedEverMoreRarelyAndGivenUp counts the pauses out.
func TestAFailingEventIsTriedEverMoreRarelyAndGivenUp(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.cashier.do = func(context.Context, int64, shop.Evidence) error { return errBoom }
	r.accept("e1 confirmed")
	r.sweep(2 * time.Second)
	pause := 2 * time.Second
	for attempt := 1; attempt < 20; attempt++ {
		if e := r.event("e1"); e.Attempts != attempt || e.Verdict != shop.Received {
			t.Fatalf("after attempt %d: %d attempts, %s", attempt, e.Attempts, e.Verdict)
		}
		r.sweep(pause - time.Microsecond)
		if n := len(r.cashier.charges()); n != attempt {
			t.Fatalf("attempt %d came before %v were over", attempt+1, pause)
		}
		r.sweep(time.Microsecond)
		if n := len(r.cashier.charges()); n != attempt+1 {
			t.Fatalf("attempt %d did not come after %v", attempt+1, pause)
		}
		pause = min(2*pause, time.Hour)
	}
	e := r.event("e1")
	if e.Verdict != shop.Dead || e.Note != "boom" || !e.WorkedAt.Equal(r.clock.Now()) {
		t.Errorf("after 20 attempts: %s at %v, note %q", e.Verdict, e.WorkedAt, e.Note)
	}
	r.sweep(24 * time.Hour)
	if n := len(r.cashier.charges()); n != 20 {
		t.Errorf("tried %d times, want 20", n)
	}
}

func TestAnEventThatFailedIsSettledLater(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	failures := 2
	r.cashier.do = func(context.Context, int64, shop.Evidence) error {
		if failures--; failures >= 0 {
			return errBoom
		}
		return nil
	}
	r.accept("e1 confirmed")
	for range 3 {
		r.sweep(4 * time.Second)
	}
	r.wantVerdict("e1", shop.Settled)
	if e := r.event("e1"); e.Attempts != 2 || e.Note != "" {
		t.Errorf("%d failed attempts, note %q; want 2 and none", e.Attempts, e.Note)
	}
}

func TestAnEventAboutSomethingElseIsIgnored(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.accept("e1 ignored")
	r.sweep(2 * time.Second)
	r.wantVerdict("e1", shop.Ignored)
	if e := r.event("e1"); !strings.Contains(e.Note, "an invoice") || e.Attempts != 0 {
		t.Errorf("note %q, %d attempts", e.Note, e.Attempts)
	}
	if got := r.cashier.charges(); len(got) != 0 {
		t.Errorf("settled %v", got)
	}
}

// TestAnEventWithoutItsGatewayWaits for the day the configuration has it back.
func TestAnEventWithoutItsGatewayWaits(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.accept("e1 confirmed")
	r.restart(gateways(&teller{provider: shop.Commerce, env: "https://api.example", secret: "earnest"}))
	r.sweep(2 * time.Second)
	if e := r.event("e1"); e.Verdict != shop.Received || e.Attempts != 1 || !strings.Contains(e.Note, "no gateway") {
		t.Errorf("%s, %d attempts, note %q", e.Verdict, e.Attempts, e.Note)
	}
	r.restart()
	r.sweep(2 * time.Second)
	r.wantVerdict("e1", shop.Settled)
}

// TestATroubledStoreLosesNothing: neither a list that fails nor a note that
// cannot be written takes an event out of the work.
func TestATroubledStoreLosesNothing(t *testing.T) {
	t.Parallel()
	broken := &faulty{}
	r := newRig(t, over(broken))
	r.cashier.do = func(context.Context, int64, shop.Evidence) error { return errBoom }
	r.accept("e1 confirmed")
	broken.set("list", true)
	r.sweep(2 * time.Second)
	if got := r.cashier.charges(); len(got) != 0 {
		t.Errorf("settled %v without a list", got)
	}
	broken.set("list", false)
	broken.set("delay", true)
	r.sweep(0)
	if e := r.event("e1"); e.Verdict != shop.Received || len(r.cashier.charges()) != 1 {
		t.Errorf("%s after %d attempts", e.Verdict, len(r.cashier.charges()))
	}
	broken.set("delay", false)
	r.cashier.do = nil
	r.sweep(0)
	r.wantVerdict("e1", shop.Settled)
}

// TestRunFinishesWhatIsInHand: a stop waits for the event that is being
// settled, and does not cut it short.
func TestRunFinishesWhatIsInHand(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	began, release := make(chan struct{}), make(chan struct{})
	r.cashier.do = func(ctx context.Context, _ int64, _ shop.Evidence) error {
		close(began)
		<-release
		return ctx.Err()
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan shop.Verdict)
	go func() {
		r.Run(ctx)
		done <- r.event("e1").Verdict
	}()
	r.accept("e1 confirmed")
	<-began
	cancel()
	close(release)
	if verdict := <-done; verdict != shop.Settled {
		t.Errorf("when Run returned the event was %s, want settled", verdict)
	}
}
