// Package live knows the pages that wait in this process and sends them the
// truth when their order changes. It is told only that an order is at a
// version; what a page is sent is fetched afresh, so a lost or repeated word
// makes a page later, never wrong.
//
// A waiting page costs a [Seat] and no goroutine of its own: a few writers
// serve all seats. Each seat has one slot, the version it wants; the latest
// wins. A reader too slow for a frame is dropped, never awaited.
package live

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"till/app/shop"
)

// Conn is one socket. Its methods are called by one goroutine at a time and
// never after [Seat.Leave] has returned.
type Conn interface {
	// Send writes a frame within a short deadline.
	Send(frame []byte) error
	// Ping keeps proxies from cutting an idle socket.
	Ping() error
	// Close sends the close code and makes the socket's reader return.
	Close(code int)
}

// Fetch returns the frame that shows the order now, and its version.
type Fetch func(ctx context.Context, id shop.OrderID) (frame []byte, version int64, err error)

// The close codes of RFC 6455 (and its registry) that the hub sends.
const (
	CloseServiceRestart = 1012
	CloseTryAgainLater  = 1013
)

// Config is what a [Hub] is made of.
type Config struct {
	Fetch     Fetch
	Writers   int           // how many frames may be on their way at once
	PingEvery time.Duration // how often each socket is pinged
	// Sent, if set, is called after a frame was written.
	Sent func()
	// Pushed, if set, is called after a frame that a change called for was
	// written, with the time since the change was published.
	Pushed func(waited time.Duration)
	Logger *slog.Logger
}

// Hub seats the waiting pages. It implements [shop.Publisher].
type Hub struct {
	cfg Config

	mu     sync.Mutex
	seats  map[shop.OrderID][]*Seat
	count  int
	turn   int // of the seat that joins next
	closed bool

	work queue
	wg   sync.WaitGroup
	stop context.CancelFunc
	ctx  context.Context //nolint:containedctx // the writers' own, ended by Close
}

// NewHub returns a hub whose writers run until [Hub.Close].
func NewHub(cfg Config) *Hub {
	ctx, stop := context.WithCancel(context.Background())
	h := &Hub{cfg: cfg, seats: map[shop.OrderID][]*Seat{}, ctx: ctx, stop: stop}
	h.work.init()
	for range cfg.Writers {
		h.wg.Go(h.write)
	}
	h.wg.Go(h.ping)
	return h
}

// Join seats a socket that waits for an order and sends it the current truth.
// It returns nil when the hub is closing; the socket is to be closed then.
// Leave must be called before the socket's handler returns.
func (h *Hub) Join(id shop.OrderID, conn Conn) *Seat {
	s := &Seat{hub: h, id: id, conn: conn, wanted: 1}
	h.mu.Lock()
	if h.closed {
		h.mu.Unlock()
		return nil
	}
	s.turn, h.turn = h.turn, (h.turn+1)%rounds
	h.seats[id] = append(h.seats[id], s)
	h.count++
	h.mu.Unlock()
	h.work.push(s)
	return s
}

// Publish tells every page that waits for one of the orders. It never blocks
// on a socket.
func (h *Hub) Publish(changes ...shop.Change) {
	now := time.Now() // how long a push takes is about the machine, not the shop's clock
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, change := range changes {
		for _, s := range h.seats[change.OrderID] {
			s.want(change.Version, now)
			h.work.push(s)
		}
	}
}

// Watching reports whether a page waits for the order.
func (h *Hub) Watching(id shop.OrderID) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.seats[id]) > 0
}

// Count returns how many sockets wait.
func (h *Hub) Count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.count
}

// all returns every seat there is now.
func (h *Hub) all() []*Seat {
	h.mu.Lock()
	defer h.mu.Unlock()
	seats := make([]*Seat, 0, h.count)
	for _, some := range h.seats {
		seats = append(seats, some...)
	}
	return seats
}

func (h *Hub) remove(s *Seat) {
	h.mu.Lock()
	defer h.mu.Unlock()
	seats := h.seats[s.id]
	for i, other := range seats {
		if other != s {
			continue
		}
		h.count--
		if len(seats) == 1 {
			delete(h.seats, s.id)
			return
		}
		seats[i] = seats[len(seats)-1]
		seats[len(seats)-1] = nil
		h.seats[s.id] = seats[:len(seats)-1]
		return
	}
}

// Close seats nobody any more and closes every socket with 1012, spread over
// up to spread so that the pages do not all come back at once. Once ctx has
// ended it tells the rest without a pause. It returns when all have been told.
func (h *Hub) Close(ctx context.Context, spread time.Duration) {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	seats := h.all()
	pause := min(maxPause, spread/time.Duration(max(1, len(seats))))
	tick := time.NewTimer(0)
	defer tick.Stop()
	for _, s := range seats {
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
		s.close(CloseServiceRestart)
		tick.Reset(pause)
	}
	h.stop()
	h.work.close()
	h.wg.Wait()
}

// maxPause keeps the closing of a few sockets quick.
const maxPause = 20 * time.Millisecond
