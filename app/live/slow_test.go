package live_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"till/app/live"
	"till/app/shop"
)

// TestOneWhoCannotBeServedIsSentAway: whatever goes wrong with one socket ends
// in 1013 for it alone, and the page comes back later.
func TestOneWhoCannotBeServedIsSentAway(t *testing.T) {
	t.Parallel()
	panicking := func(context.Context, shop.OrderID) ([]byte, int64, error) { panic("a template with a hole") }
	failing := func(context.Context, shop.OrderID) ([]byte, int64, error) { return nil, 0, context.DeadlineExceeded }
	cases := map[string]struct {
		sendErr error
		pingErr error
		fetch   live.Fetch // for order "a"; nil: the truth
		frames  []string
	}{
		"send fails":   {sendErr: errGone},
		"ping fails":   {pingErr: errGone, frames: []string{"a@1"}},
		"fetch fails":  {fetch: failing},
		"fetch panics": {fetch: panicking},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				d := newDesk("a", "b")
				fetch := func(ctx context.Context, id shop.OrderID) ([]byte, int64, error) {
					if id == "a" && tc.fetch != nil {
						return tc.fetch(ctx, id)
					}
					return d.fetch(ctx, id)
				}
				h := open(t, live.Config{Fetch: fetch, Writers: 1, PingEvery: time.Minute})
				a := &conn{t: t, sendErr: tc.sendErr, pingErr: tc.pingErr}
				b := &conn{t: t}
				h.Join("a", a)
				h.Join("b", b)
				time.Sleep(time.Minute + time.Second)
				h.Publish(d.step("a"), d.step("b"))
				time.Sleep(time.Minute) // on the bubble's clock; a closed socket is not pinged either
				a.wantFrames(tc.frames...)
				a.wantClosed(live.CloseTryAgainLater)
				b.wantFrames("b@1", "b@2")
				b.wantClosed()
			})
		})
	}
}

// TestASlowReaderHoldsUpNobodyElse publishes again and again to a socket that
// is stuck in a write. It may take one writer, never the others.
func TestASlowReaderHoldsUpNobodyElse(t *testing.T) {
	t.Parallel()
	d := newDesk("slow", "quick")
	h := open(t, live.Config{Fetch: d.fetch, Writers: 3})
	slow, quick := &conn{t: t, hold: make(chan struct{})}, &conn{t: t}
	h.Join("slow", slow)
	h.Join("quick", quick)
	for range 10 {
		h.Publish(d.step("slow"))
		change := d.step("quick")
		h.Publish(change)
		ok := false
		tick := time.NewTicker(time.Millisecond)
		for deadline := time.Now().Add(5 * time.Second); !ok && time.Now().Before(deadline); <-tick.C {
			ok = version(quick.last()) == change.Version
		}
		tick.Stop()
		if !ok {
			close(slow.hold) // so that the hub can be closed
			t.Fatalf("the quick reader waits for the slow one: it has %q, want version %d", quick.last(), change.Version)
		}
	}
	close(slow.hold)
	eventually(t, "the slow reader has the newest version", func() bool { return slow.last() == "slow@11" })
	if got := slow.got(); len(got) != 2 {
		t.Errorf("slow reader's frames = %v, want the first and the newest", got)
	}
}

// TestLeaveWaitsForTheWriteInHand: the handler returns its connection to a pool
// right after Leave, where the next buyer gets it.
func TestLeaveWaitsForTheWriteInHand(t *testing.T) {
	t.Parallel()
	d := newDesk("a")
	h := open(t, live.Config{Fetch: d.fetch})
	c := &conn{t: t, hold: make(chan struct{})}
	seat := h.Join("a", c)
	eventually(t, "the frame is being written", func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.busy
	})
	frames := make(chan int)
	go func() {
		c.leave(seat)
		frames <- len(c.got())
	}()
	eventually(t, "Leave has begun", func() bool { return !h.Watching("a") })
	h.Publish(d.step("a"))
	close(c.hold)
	if n := <-frames; n != 1 {
		t.Errorf("when Leave returned %d frames were written, want the one in hand", n)
	}
}

func TestASeatLeftInTheQueueIsNotServed(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := newDesk("a", "busy")
		h := open(t, live.Config{Fetch: d.fetch, Writers: 1})
		busy, c := &conn{t: t, hold: make(chan struct{})}, &conn{t: t}
		h.Join("busy", busy)
		synctest.Wait()
		c.leave(h.Join("a", c))
		close(busy.hold)
		synctest.Wait()
		c.wantFrames()
		c.wantClosed()
	})
}
