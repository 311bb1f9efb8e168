package rest

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
)

const (
	firstPause = 100 * time.Millisecond
	longest    = 24 * time.Hour // of a Retry-After worth to be told
)

// pause is how long to wait between two tries: a doubling time, the second
// half of it at random, or as long as the provider asks, if that is longer. A
// wait that would not end before the call's own end is not begun.
type pause struct {
	ctx    context.Context //nolint:containedctx // of the one call this pause belongs to
	client *Client
	last   **Error // what the try before it came to
	step   time.Duration
}

// Reset begins again with the shortest pause.
func (p *pause) Reset() { p.step = firstPause }

// NextBackOff returns the next wait, or [backoff.Stop].
func (p *pause) NextBackOff() time.Duration {
	wait := p.step/2 + p.client.jitter(p.step/2)
	p.step *= 2
	if asked := (*p.last).RetryAfter; asked > 0 {
		wait += asked // never sooner than asked, and not all of us at once
	}
	// The deadline is set by the real clock, whatever the injected one says.
	if end, ok := p.ctx.Deadline(); ok && time.Until(end) <= wait {
		return backoff.Stop
	}
	return wait
}

// retryAfter reads how long the provider asks us to wait, in seconds or until
// a date. A date is measured by the clock that wrote it, if it tells its time.
func (c *Client) retryAfter(h http.Header) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	seconds, err := strconv.ParseInt(value, 10, 64)
	if err == nil || errors.Is(err, strconv.ErrRange) { // out of range is the greatest
		seconds = min(max(seconds, 0), int64(longest/time.Second))
		return time.Duration(seconds) * time.Second
	}
	until, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	now := c.now()
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return min(max(until.Sub(now), 0), longest)
}
