package live

import (
	"sync"

	"till/app/shop"
)

// Seat is one waiting socket.
type Seat struct {
	hub  *Hub
	id   shop.OrderID
	conn Conn

	// slot guards what is wanted; it is held for moments only.
	slot   sync.Mutex
	wanted int64 // the newest version that was published; the one slot
	queued bool  // the seat is in the hub's queue
	pinged bool  // a ping is wanted

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

func (s *Seat) want(version int64) {
	s.slot.Lock()
	defer s.slot.Unlock()
	s.wanted = max(s.wanted, version)
}

// take empties the slot.
func (s *Seat) take() (wanted int64, ping bool) {
	s.slot.Lock()
	defer s.slot.Unlock()
	wanted, ping = s.wanted, s.pinged
	s.queued, s.pinged = false, false
	return wanted, ping
}

// enter marks the seat as queued and reports whether it was not yet.
func (s *Seat) enter() bool {
	s.slot.Lock()
	defer s.slot.Unlock()
	if s.queued {
		return false
	}
	s.queued = true
	return true
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

// serve does what the seat waits for, on one of the hub's writers.
func (s *Seat) serve() {
	wanted, ping := s.take()
	s.line.Lock()
	defer s.line.Unlock()
	if s.closed {
		return
	}
	err := error(nil)
	if ping {
		err = s.conn.Ping()
	}
	if err == nil && wanted > s.sent {
		err = s.send()
	}
	if err != nil {
		s.closed = true
		s.conn.Close(CloseTryAgainLater)
	}
}

// send fetches the truth and writes it, unless the page has it already.
func (s *Seat) send() error {
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
	return nil
}
