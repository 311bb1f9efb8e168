package live_test

import (
	"testing"
	"testing/synctest"

	"till/app/live"
	"till/app/shop"
)

func TestJoinSendsTheTruthAtOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := newDesk("a", "b")
		d.set("a", 7)
		sent := 0
		h := open(t, live.Config{Fetch: d.fetch, Writers: 1, Sent: func() { sent++ }})
		a, b := &conn{t: t}, &conn{t: t}
		h.Join("a", a)
		h.Join("b", b)
		synctest.Wait()
		a.wantFrames("a@7")
		b.wantFrames("b@1")
		if sent != 2 {
			t.Errorf("Sent was called %d times, want 2", sent)
		}
	})
}

func TestPublishReachesEveryPageOfTheOrderAndNoOther(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := newDesk("a", "b", "c")
		h := open(t, live.Config{Fetch: d.fetch})
		phone, desktop, b, c := &conn{t: t}, &conn{t: t}, &conn{t: t}, &conn{t: t}
		h.Join("a", phone)
		h.Join("a", desktop)
		h.Join("b", b)
		h.Join("c", c)
		synctest.Wait()
		h.Publish(d.step("a"), d.step("c"), d.step("nobody waits for it"))
		synctest.Wait()
		phone.wantFrames("a@1", "a@2")
		desktop.wantFrames("a@1", "a@2")
		b.wantFrames("b@1")
		c.wantFrames("c@1", "c@2")
	})
}

// TestAChangeDuringTheFirstFetchIsNotLost holds the fetch after it has read
// the old version: the newest moment at which a change could slip through.
func TestAChangeDuringTheFirstFetchIsNotLost(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := newDesk("a")
		read := make(chan struct{})
		d.before = func(version int64) {
			if version == 1 {
				<-read
			}
		}
		h := open(t, live.Config{Fetch: d.fetch})
		c := &conn{t: t}
		h.Join("a", c)
		synctest.Wait()
		h.Publish(d.step("a"))
		synctest.Wait()
		c.wantFrames()
		close(read)
		synctest.Wait()
		c.wantFrames("a@1", "a@2")
	})
}

func TestAChangeBeforeTheFirstFetchIsSentOnce(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := newDesk("a", "busy")
		h := open(t, live.Config{Fetch: d.fetch, Writers: 1})
		busy, c := &conn{t: t, hold: make(chan struct{})}, &conn{t: t}
		h.Join("busy", busy)
		synctest.Wait() // the only writer is held
		h.Join("a", c)
		h.Publish(d.step("a"))
		close(busy.hold)
		synctest.Wait()
		c.wantFrames("a@2")
	})
}

func TestTheLatestWinsWhileASocketIsWriting(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := newDesk("a")
		h := open(t, live.Config{Fetch: d.fetch})
		c := &conn{t: t, hold: make(chan struct{})}
		h.Join("a", c)
		synctest.Wait()
		for range 100 {
			h.Publish(d.step("a"))
		}
		h.Publish(shop.Change{OrderID: "a", Version: 1}) // a late word takes nothing back
		close(c.hold)
		synctest.Wait()
		c.wantFrames("a@1", "a@101")
	})
}

func TestWhatThePageHasIsNotSentAgain(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := newDesk("a")
		d.set("a", 5)
		h := open(t, live.Config{Fetch: d.fetch})
		c := &conn{t: t}
		h.Join("a", c)
		synctest.Wait()
		for _, old := range []int64{5, 3, 4, 5, 1} {
			h.Publish(shop.Change{OrderID: "a", Version: old})
			synctest.Wait()
		}
		c.wantFrames("a@5")
		if n := d.fetched(); n != 1 {
			t.Errorf("fetched %d times, want once: the page had those versions", n)
		}
	})
}

// TestAnOlderFetchIsNotSent is about a reader that lags behind the one who
// published.
func TestAnOlderFetchIsNotSent(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := newDesk("a")
		d.set("a", 5)
		h := open(t, live.Config{Fetch: d.fetch})
		c := &conn{t: t}
		h.Join("a", c)
		synctest.Wait()
		d.set("a", 4)
		h.Publish(shop.Change{OrderID: "a", Version: 6})
		synctest.Wait()
		c.wantFrames("a@5")
		d.set("a", 6)
		h.Publish(shop.Change{OrderID: "a", Version: 6})
		synctest.Wait()
		c.wantFrames("a@5", "a@6")
	})
}

func TestCountAndWatching(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := newDesk("a", "b")
		h := open(t, live.Config{Fetch: d.fetch})
		check := func(count int, a, b bool) {
			t.Helper()
			if h.Count() != count || h.Watching("a") != a || h.Watching("b") != b {
				t.Errorf("count, a, b = %d, %v, %v; want %d, %v, %v", h.Count(), h.Watching("a"), h.Watching("b"), count, a, b)
			}
		}
		check(0, false, false)
		one, two, three := h.Join("a", &conn{t: t}), h.Join("a", &conn{t: t}), h.Join("b", &conn{t: t})
		check(3, true, true)
		one.Leave()
		one.Leave() // twice does no harm
		check(2, true, true)
		two.Leave()
		check(1, false, true)
		three.Leave()
		check(0, false, false)
	})
}

func TestThoseWhoStayAreServedAfterOthersLeft(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := newDesk("a")
		h := open(t, live.Config{Fetch: d.fetch})
		conns := make([]*conn, 5)
		seats := make([]*live.Seat, len(conns))
		for i := range conns {
			conns[i] = &conn{t: t}
			seats[i] = h.Join("a", conns[i])
		}
		synctest.Wait()
		for _, i := range []int{0, 4, 2} {
			conns[i].leave(seats[i])
		}
		h.Publish(d.step("a"))
		synctest.Wait()
		for _, i := range []int{0, 2, 4} {
			conns[i].wantFrames("a@1")
		}
		for _, i := range []int{1, 3} {
			conns[i].wantFrames("a@1", "a@2")
		}
	})
}

func TestPublishAfterCloseDoesNothing(t *testing.T) {
	bubble(t, func(t *testing.T) {
		d := newDesk("a")
		h := open(t, live.Config{Fetch: d.fetch})
		c := &conn{t: t}
		h.Join("a", c)
		synctest.Wait()
		h.Close(t.Context(), 0)
		h.Publish(d.step("a"))
		synctest.Wait()
		c.wantFrames("a@1")
		c.wantClosed(live.CloseServiceRestart)
	})
}
