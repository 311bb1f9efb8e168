package live_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"till/app/live"
	"till/app/shop"
)

// TestNoChangeIsLostInAStorm seats a thousand pages on a hundred orders, lets
// changes, newcomers, leavers and pings run into each other, and asks at the
// end that every page that stayed has the newest version, that no page ever
// went back, and that nobody touched a socket that was given up.
func TestNoChangeIsLostInAStorm(t *testing.T) {
	t.Parallel()
	const orders, seats, publishers, steps = 100, 1000, 8, 300
	ids := make([]shop.OrderID, orders)
	for i := range ids {
		ids[i] = shop.OrderID(fmt.Sprint("order", i))
	}
	d := newDesk(ids...)
	h := open(t, live.Config{Fetch: d.fetch, Writers: 16, PingEvery: 25 * time.Millisecond})
	stayed := make([]map[shop.OrderID][]*conn, 4)
	var wg sync.WaitGroup
	for i := range stayed {
		stayed[i] = map[shop.OrderID][]*conn{}
		wg.Go(func() { comeAndGo(t, h, ids, seats/len(stayed), stayed[i]) })
	}
	for p := range publishers {
		dice := rand.New(rand.NewPCG(1, uint64(p)))
		wg.Go(func() {
			for range steps {
				h.Publish(d.step(ids[dice.IntN(orders)]), d.step(ids[dice.IntN(orders)]))
			}
		})
	}
	wg.Wait()
	for _, some := range stayed {
		for id, conns := range some {
			want := fmt.Sprintf("%s@%d", id, d.versions[id])
			for _, c := range conns {
				eventually(t, want+" is shown", func() bool { return c.last() == want })
				wantRising(t, c.got())
			}
		}
	}
}

// comeAndGo seats pages; every third one leaves again.
func comeAndGo(t *testing.T, h *live.Hub, ids []shop.OrderID, n int, stayed map[shop.OrderID][]*conn) {
	t.Helper()
	type visit struct {
		conn *conn
		seat *live.Seat
	}
	var leaving []visit
	for i := range n {
		c, id := &conn{t: t}, ids[i%len(ids)]
		seat := h.Join(id, c)
		if i%3 != 0 {
			stayed[id] = append(stayed[id], c)
			continue
		}
		leaving = append(leaving, visit{c, seat})
		if len(leaving) > 10 {
			leaving[0].conn.leave(leaving[0].seat)
			leaving = leaving[1:]
		}
	}
	for _, v := range leaving {
		v.conn.leave(v.seat)
	}
}

func wantRising(t *testing.T, frames []string) {
	t.Helper()
	for i := 1; i < len(frames); i++ {
		if version(frames[i]) <= version(frames[i-1]) {
			t.Errorf("a page went from %s to %s", frames[i-1], frames[i])
		}
	}
}
