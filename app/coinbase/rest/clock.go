package rest

import (
	"net/http"
	"time"
)

// noteClock remembers by how much the provider's clock differs from ours.
func (c *Client) noteClock(h http.Header) {
	const whole, noise = time.Second, 2 * time.Second
	defer c.told.Store(true)
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return
	}
	skew := date.Add(whole / 2).Sub(c.now()) // a time cut to the second is half of one too early
	if skew.Abs() < noise {
		skew = 0
	}
	c.skew.Store(int64(skew))
}

// clock tells the time for credentials: by our clock, or by the provider's as far
// as we know it.
func (c *Client) clock(byTheirs bool) time.Time {
	if byTheirs {
		return c.now().Add(c.Skew())
	}
	return c.now()
}

// turnClock reports whether a refusal may be the fault of the clock that the
// credentials were made by, and takes the other one from now on. Which of the
// two the provider goes by shows only when it refuses one.
func (c *Client) turnClock(e *Error, byTheirs bool) bool {
	if !c.dated || e.Status != http.StatusUnauthorized || c.Skew() == 0 {
		return false
	}
	c.byTheirs.Store(!byTheirs)
	return true
}
