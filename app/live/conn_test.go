package live_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"till/app/live"
	"till/app/shop"
)

// desk holds the true versions of the orders; its frames read "order@version".
type desk struct {
	mu       sync.Mutex
	versions map[shop.OrderID]int64
	fetches  int
	// before, if set, is called with the version a fetch has read, before the
	// fetch returns it.
	before func(version int64)
	fail   error
}

func newDesk(orders ...shop.OrderID) *desk {
	d := &desk{versions: map[shop.OrderID]int64{}}
	for _, id := range orders {
		d.versions[id] = 1
	}
	return d
}

// step brings an order to its next version and returns the change.
func (d *desk) step(id shop.OrderID) shop.Change {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.versions[id]++
	return shop.Change{OrderID: id, Version: d.versions[id]}
}

func (d *desk) set(id shop.OrderID, version int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.versions[id] = version
}

func (d *desk) fetched() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.fetches
}

func (d *desk) fetch(_ context.Context, id shop.OrderID) (frame []byte, version int64, err error) {
	d.mu.Lock()
	d.fetches++
	version = d.versions[id]
	err = d.fail
	d.mu.Unlock()
	if d.before != nil {
		d.before(version)
	}
	return fmt.Appendf(nil, "%s@%d", id, version), version, err
}

// conn is a socket that remembers what it was told, and complains when it is
// used by two at once, after its close, or after its seat was left.
type conn struct {
	t *testing.T
	// hold, if set, is what each Send waits for.
	hold chan struct{}
	// sendErr and pingErr are what Send and Ping return.
	sendErr, pingErr error

	mu     sync.Mutex
	busy   bool
	left   bool
	frames []string
	pings  []time.Time
	codes  []int

	// touched is written without a lock by whoever uses the connection: the
	// race detector sees a use that nothing orders.
	touched int
}

func (c *conn) begin(what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.left:
		c.t.Errorf("%s after Leave had returned", what)
	case c.busy:
		c.t.Errorf("%s while the socket was in use", what)
	case len(c.codes) > 0:
		c.t.Errorf("%s after the socket was closed with %v", what, c.codes)
	}
	c.busy = true
}

func (c *conn) end(note func()) {
	c.touched++
	c.mu.Lock()
	defer c.mu.Unlock()
	note()
	c.busy = false
}

func (c *conn) Send(frame []byte) error {
	c.begin("Send")
	if c.hold != nil {
		<-c.hold
	}
	c.end(func() {
		if c.sendErr == nil {
			c.frames = append(c.frames, string(frame))
		}
	})
	return c.sendErr
}

func (c *conn) Ping() error {
	c.begin("Ping")
	c.end(func() { c.pings = append(c.pings, time.Now()) })
	return c.pingErr
}

func (c *conn) Close(code int) {
	c.begin("Close")
	c.end(func() { c.codes = append(c.codes, code) })
}

// leave leaves the seat as a socket's handler does and then uses the
// connection as the next buyer would.
func (c *conn) leave(s *live.Seat) {
	s.Leave()
	c.touched = 0
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left = true
}

func (c *conn) got() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.frames)
}

func (c *conn) last() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.frames) == 0 {
		return ""
	}
	return c.frames[len(c.frames)-1]
}

func (c *conn) closed() []int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.codes)
}

func (c *conn) pinged() []time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.pings)
}

func (c *conn) wantFrames(want ...string) {
	c.t.Helper()
	if got := c.got(); !slices.Equal(got, want) {
		c.t.Errorf("frames = %v, want %v", got, want)
	}
}

func (c *conn) wantClosed(want ...int) {
	c.t.Helper()
	if got := c.closed(); !slices.Equal(got, want) {
		c.t.Errorf("closed with %v, want %v", got, want)
	}
}

// open returns a hub that is closed at the end of the test.
func open(t *testing.T, cfg live.Config) *live.Hub {
	t.Helper()
	if cfg.Writers == 0 {
		cfg.Writers = 4
	}
	if cfg.PingEvery == 0 {
		cfg.PingEvery = time.Hour
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	h := live.NewHub(cfg)
	t.Cleanup(func() { h.Close(t.Context(), 0) })
	return h
}

// bubble runs a test on a clock of its own, where waiting is free and
// synctest.Wait tells when nothing moves any more.
func bubble(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, test)
}

// eventually polls until what holds, for tests that need real time.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(10 * time.Second); !holds(); <-tick.C {
		if time.Now().After(deadline) {
			t.Fatalf("not within 10 s: %s", what)
		}
	}
}

// version reads the version out of a frame.
func version(frame string) (n int64) {
	_, text, _ := strings.Cut(frame, "@")
	_, _ = fmt.Sscan(text, &n)
	return n
}

var errGone = errors.New("the reader is gone")
