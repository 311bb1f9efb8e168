package live_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"till/app/live"
)

// TestPushedTellsHowLongAChangeTook holds a reader up and looks at what is told
// of the two changes that it slept through.
func TestPushedTellsHowLongAChangeTook(t *testing.T) {
	bubble(t, func(t *testing.T) {
		var mu sync.Mutex
		var waits []time.Duration
		d := newDesk("a")
		h := open(t, live.Config{Fetch: d.fetch, Pushed: func(waited time.Duration) {
			mu.Lock()
			defer mu.Unlock()
			waits = append(waits, waited)
		}})
		c := &conn{t: t}
		h.Join("a", c)
		synctest.Wait()
		if len(waits) > 0 {
			t.Errorf("the first frame counts as a push: %v", waits)
		}
		c.hold = make(chan struct{})
		h.Publish(d.step("a"))
		synctest.Wait()
		time.Sleep(2 * time.Second)
		h.Publish(d.step("a"))
		time.Sleep(time.Second)
		close(c.hold)
		synctest.Wait()
		c.wantFrames("a@1", "a@2", "a@3")
		mu.Lock()
		defer mu.Unlock()
		if len(waits) != 2 || waits[0] != 3*time.Second || waits[1] != time.Second {
			t.Errorf("pushes took %v, want 3s and 1s", waits)
		}
	})
}
