// Package clock keeps the sandbox's business time: the real one plus an offset
// that control moves forward, so that an hour passes in a moment.
package clock

import (
	"context"
	"sync"
	"time"
)

// longest is how long Wait sleeps at most. A machine that slept wakes with
// timers that have not counted the night; so nobody trusts one for long.
const longest = time.Minute

// Clock tells the business time and wakes the one who waits for it.
type Clock struct {
	now  func() time.Time
	wake chan struct{}

	mu     sync.RWMutex
	offset time.Duration
}

// New returns a clock that is ahead of now by offset.
func New(now func() time.Time, offset time.Duration) *Clock {
	return &Clock{now: now, offset: offset, wake: make(chan struct{}, 1)}
}

// Now is the business time, in UTC and whole microseconds, as it is stored.
func (c *Clock) Now() time.Time {
	return c.now().Add(c.Offset()).UTC().Truncate(time.Microsecond)
}

// Real is the time outside, in UTC: what others compare with theirs.
func (c *Clock) Real() time.Time { return c.now().UTC() }

// Offset is how far the business time is ahead of the real one.
func (c *Clock) Offset() time.Duration {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.offset
}

// SetOffset moves the business time and wakes who waits.
func (c *Clock) SetOffset(d time.Duration) {
	c.mu.Lock()
	c.offset = d
	c.mu.Unlock()
	c.Wake()
}

// Wake ends the current or the next Wait. It never blocks.
func (c *Clock) Wake() {
	select {
	case c.wake <- struct{}{}:
	default: // somebody has rung already
	}
}

// Wait returns when the business time until has come, when it is woken, or
// when ctx ends; now and then also for nothing. A zero until is never.
func (c *Clock) Wait(ctx context.Context, until time.Time) {
	d := longest
	if !until.IsZero() {
		d = min(max(until.Sub(c.Now()), time.Millisecond), longest)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-c.wake:
	case <-ctx.Done():
	}
}
