package shop

import (
	"errors"
	"time"
)

const (
	// goneFor is for how long a provider must have said that its API is gone, and
	// nothing else, before it is believed: whatever stands between us and it may
	// say so by mistake, for an hour or for a night.
	goneFor = 24 * time.Hour
	// goneTimes is how often it must have said so.
	goneTimes = 10
)

// gone counts how often in a row a provider said that its API is gone for good.
type gone struct {
	since time.Time
	times int
}

// noteGone learns from an answer. No answer at all tells neither way.
func (p *pace) noteGone(now time.Time, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var failure *ProviderError
	switch {
	case errors.As(err, &failure) && failure.Gone:
		if p.gone.times == 0 || now.Before(p.gone.since) {
			p.gone.since = now
		}
		p.gone.times++
	case err == nil, failure != nil && failure.answered():
		p.gone = gone{}
	}
}

// goneForGood reports whether nothing will ever be heard of the provider's
// payments again by asking.
func (p *pace) goneForGood(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.gone.times >= goneTimes && now.Sub(p.gone.since) >= goneFor
}

// answered reports whether the provider said something that can be understood.
func (e *ProviderError) answered() bool {
	return e.Problem == Refused || e.Problem == Busy || e.Problem == Credentials
}
