package live_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"till/app/live"
	"till/app/shop"
)

func TestCloseSendsEverybodyAway(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		ended       bool // the context
		seats       int
		spread      time.Duration
		least, most time.Duration
	}{
		"nobody waits":               {spread: 2 * time.Second},
		"a few are quick":            {seats: 3, spread: 2 * time.Second, most: 60 * time.Millisecond},
		"many are spread":            {seats: 1000, spread: 2 * time.Second, least: 1900 * time.Millisecond, most: 2 * time.Second},
		"without a spread":           {seats: 100},
		"an ended context cuts it":   {ended: true, seats: 1000, spread: time.Hour, most: 50 * time.Millisecond},
		"nobody, and no more spread": {ended: true},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				ctx, end := context.WithCancel(t.Context())
				defer end()
				if tc.ended {
					end()
				}
				d := newDesk("a")
				h := open(t, live.Config{Fetch: d.fetch})
				conns := make([]*conn, tc.seats)
				for i := range conns {
					conns[i] = &conn{t: t}
					h.Join("a", conns[i])
				}
				synctest.Wait()
				began := time.Now()
				h.Close(ctx, tc.spread)
				if took := time.Since(began); took < tc.least || took > tc.most {
					t.Errorf("took %v, want %v to %v", took, tc.least, tc.most)
				}
				for _, c := range conns {
					c.wantFrames("a@1")
					c.wantClosed(live.CloseServiceRestart)
				}
				if h.Join("a", &conn{t: t}) != nil {
					t.Error("a closed hub seats somebody")
				}
				h.Close(ctx, tc.spread) // twice does no harm: no socket hears it again
			})
		})
	}
}

func TestCloseLeavesThoseAloneWhoHaveLeft(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := newDesk("a")
		h := open(t, live.Config{Fetch: d.fetch})
		gone, dropped := &conn{t: t}, &conn{t: t, sendErr: errGone}
		seat := h.Join("a", gone)
		h.Join("a", dropped)
		synctest.Wait()
		gone.leave(seat)
		h.Close(t.Context(), time.Second)
		gone.wantClosed()
		dropped.wantClosed(live.CloseTryAgainLater)
	})
}

// TestEverySocketIsPingedAboutEveryPingEvery looks at each gap between two pings, the one
// after joining included: a proxy cuts by the gap, not by the average.
func TestEverySocketIsPingedAboutEveryPingEvery(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const every, length = 25 * time.Second, 10 * time.Minute
		d := newDesk("a", "b")
		h := open(t, live.Config{Fetch: d.fetch, PingEvery: every})
		joined := map[*conn]time.Time{}
		for i := range 120 {
			c := &conn{t: t}
			h.Join([]shop.OrderID{"a", "b"}[i%2], c)
			joined[c] = time.Now()
			time.Sleep(317 * time.Millisecond)
		}
		time.Sleep(length)
		for c, last := range joined {
			c.wantFrames(c.got()[0]) // a ping sends no frame again
			pings := c.pinged()
			if len(pings) < int(length/every) {
				t.Fatalf("%d pings in %v, want one every %v", len(pings), length, every)
			}
			for i, at := range pings {
				gap := at.Sub(last)
				if gap > every+time.Second || (i > 0 && gap < every-time.Second) {
					t.Fatalf("ping %d came after %v, want about %v", i, gap, every)
				}
				last = at
			}
		}
	})
}

func TestPingsAreSpread(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := newDesk("a")
		h := open(t, live.Config{Fetch: d.fetch, PingEvery: 25 * time.Second})
		conns := make([]*conn, 250)
		for i := range conns {
			conns[i] = &conn{t: t}
			h.Join("a", conns[i])
		}
		time.Sleep(25*time.Second + 500*time.Millisecond)
		moments := map[time.Time]int{}
		for _, c := range conns {
			for _, at := range c.pinged() {
				moments[at]++
			}
		}
		for at, n := range moments {
			if n > 20 {
				t.Errorf("%d of 250 sockets were pinged at once, at %v", n, at)
			}
		}
		if len(moments) < 20 {
			t.Errorf("all pings fell on %d moments", len(moments))
		}
	})
}
