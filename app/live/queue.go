package live

import (
	"sync"
	"time"
)

// queue holds the seats that have something to be sent and are not with a
// writer already, each at most once, so it is never longer than there are seats and a push never waits.
type queue struct {
	mu     sync.Mutex
	filled *sync.Cond
	seats  []*Seat
	closed bool
}

func (q *queue) init() { q.filled = sync.NewCond(&q.mu) }

func (q *queue) push(s *Seat) {
	if s.enter() {
		q.add(s)
	}
}

// add puts a busy seat at the end.
func (q *queue) add(s *Seat) {
	q.mu.Lock()
	q.seats = append(q.seats, s)
	q.mu.Unlock()
	q.filled.Signal()
}

// pop waits for a seat; nil means that the queue was closed.
func (q *queue) pop() *Seat {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.seats) == 0 && !q.closed {
		q.filled.Wait()
	}
	if q.closed {
		return nil
	}
	s := q.seats[0]
	q.seats[0] = nil
	q.seats = q.seats[1:]
	return s
}

func (q *queue) close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	q.filled.Broadcast()
}

// write is one of the hub's writers.
func (h *Hub) write() {
	for s := h.work.pop(); s != nil; s = h.work.pop() {
		if s.serve() {
			h.work.add(s)
		}
	}
}

// rounds is into how many parts a round of pings is cut, so that not all
// sockets are pinged in the same moment.
const rounds = 25

// ping pings every socket once in PingEvery, each in its own part of the round:
// what cuts an idle socket looks at the gap between two pings.
func (h *Hub) ping() {
	tick := time.NewTicker(h.cfg.PingEvery / rounds)
	defer tick.Stop()
	for turn := 0; ; turn = (turn + 1) % rounds {
		select {
		case <-h.ctx.Done():
			return
		case <-tick.C:
			h.pingTurn(turn)
		}
	}
}

func (h *Hub) pingTurn(turn int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, seats := range h.seats {
		for _, s := range seats {
			if s.turn == turn {
				s.wantPing()
				h.work.push(s)
			}
		}
	}
}
