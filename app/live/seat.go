package live

import (
	"errors"
	"runtime/debug"
	"sync"
	"time"

	"till/app/shop"
)

// Seat is one waiting socket.
type Seat struct {
	hub  *Hub
	id   shop.OrderID
	conn Conn
	turn int // in which part of a round it is pinged

	// slot guards what is wanted; it is held for moments only.
	slot   sync.Mutex
	wanted int64     // the newest version that was published; the one slot
	since  time.Time // when the oldest of what is wanted was published; zero: nothing was
	pinged bool      // a ping is wanted
	// busy: the seat is in the hub's queue or with one of its writers. What is
	// wanted meanwhile waits in the slot, so a slow reader takes one writer at
	// most.
	busy bool

	// line is held while the connection is used, so that nothing touches it
	// once Leave has returned.
	line   sync.Mutex
	sent   int64
	closed bool
}

// Leave gives the seat up. When it returns, the connection is the handler's
// alone again.
func (s *Seat) Leave() {
	s.hub.remove(s)
	s.line.Lock()
	defer s.line.Unlock()
	s.closed = true
}

func (s *Seat) want(version int64, now time.Time) {
	s.slot.Lock()
	defer s.slot.Unlock()
	if version > s.wanted && s.since.IsZero() {
		s.since = now
	}
	s.wanted = max(s.wanted, version)
}

func (s *Seat) wantPing() {
	s.slot.Lock()
	defer s.slot.Unlock()
	s.pinged = true
}

// enter makes the seat busy and reports whether it was not yet.
func (s *Seat) enter() bool {
	s.slot.Lock()
	defer s.slot.Unlock()
	if s.busy {
		return false
	}
	s.busy = true
	return true
}

// wish is what was in a seat's slot.
type wish struct {
	version int64
	since   time.Time
	ping    bool
}

// take empties the slot; the seat stays busy.
func (s *Seat) take() wish {
	s.slot.Lock()
	defer s.slot.Unlock()
	w := wish{version: s.wanted, since: s.since, ping: s.pinged}
	s.since, s.pinged = time.Time{}, false
	return w
}

// rest ends being busy, unless more came into the slot than was taken from it.
func (s *Seat) rest(taken int64) (more bool) {
	s.slot.Lock()
	defer s.slot.Unlock()
	s.busy = s.wanted > taken || s.pinged
	return s.busy
}

// close ends the socket with a code; its handler then leaves by itself.
func (s *Seat) close(code int) {
	s.line.Lock()
	defer s.line.Unlock()
	if s.closed {
		return
	}
	s.closed = true
	s.conn.Close(code)
}

// serve does what the seat waits for, on one of the hub's writers, and reports
// whether there is more to do.
func (s *Seat) serve() (more bool) {
	w := s.take()
	s.tell(w)
	return s.rest(w.version)
}

// tell uses the connection; one that cannot be served is sent away.
func (s *Seat) tell(w wish) {
	s.line.Lock()
	defer s.line.Unlock()
	if s.closed {
		return
	}
	if err := s.try(w); err != nil {
		s.closed = true
		s.conn.Close(CloseTryAgainLater)
	}
}

var errPanic = errors.New("serving a page panicked")

// try writes what is wanted. A panic on the way is this page's error: the
// writers serve the others too.
func (s *Seat) try(w wish) (err error) {
	defer func() {
		if r := recover(); r != nil {
			s.hub.cfg.Logger.Error("serving a page panicked", "order", s.id, "panic", r, "stack", string(debug.Stack()))
			err = errPanic
		}
	}()
	if w.ping {
		if err := s.conn.Ping(); err != nil {
			return err
		}
	}
	if w.version > s.sent {
		return s.send(w.since)
	}
	return nil
}

// send fetches the truth and writes it, unless the page has it already.
func (s *Seat) send(since time.Time) error {
	frame, version, err := s.hub.cfg.Fetch(s.hub.ctx, s.id)
	if err != nil {
		s.hub.cfg.Logger.Error("fetching an order for its page failed", "order", s.id, "error", err)
		return err
	}
	if version <= s.sent {
		return nil
	}
	if err := s.conn.Send(frame); err != nil {
		return err
	}
	s.sent = version
	if s.hub.cfg.Sent != nil {
		s.hub.cfg.Sent()
	}
	if s.hub.cfg.Pushed != nil && !since.IsZero() {
		s.hub.cfg.Pushed(time.Since(since))
	}
	return nil
}
