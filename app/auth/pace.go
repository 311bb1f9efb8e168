package auth

import (
	"fmt"
	"math"
	"net/netip"
	"sync"
	"time"

	"till/app/shop"
)

// TooManyError says that somebody tries too often, and in how long he may try
// again. It is a [shop.Error] of the code [shop.TooMany].
type TooManyError struct {
	Wait time.Duration
}

// Error speaks to people.
func (e *TooManyError) Error() string {
	return "There were too many attempts. Please try again in " + inWords(e.Wait) + "."
}

// Unwrap returns the shop's own error, so that the web knows its status.
func (e *TooManyError) Unwrap() error { return shop.Errorf(shop.TooMany, "%s", e.Error()) }

func inWords(d time.Duration) string {
	n, unit := int(math.Ceil(d.Seconds())), "second"
	if n > 60 {
		n, unit = int(math.Ceil(d.Minutes())), "minute"
	}
	if n == 1 {
		return "a " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}

// maxPaces bounds the keys that are remembered, a few megabytes.
const maxPaces = 1 << 16

// pace lets each key through burst times at once and then once every gap. It
// remembers of a key only when it will be fully rested.
type pace struct {
	now   func() time.Time
	burst int
	gap   time.Duration

	mu     sync.Mutex
	rested map[string]time.Time
}

func newPace(now func() time.Time, burst int, gap time.Duration) *pace {
	return &pace{now: now, burst: burst, gap: gap, rested: map[string]time.Time{}}
}

// take lets the key through once, or returns a [*TooManyError].
func (p *pace) take(key string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	rested := p.rested[key]
	if rested.Before(now) {
		rested = now
	}
	next := rested.Add(p.gap)
	if wait := next.Sub(now) - time.Duration(p.burst)*p.gap; wait > 0 {
		return &TooManyError{Wait: wait}
	}
	p.makeRoom(now)
	p.rested[key] = next
	return nil
}

// give takes one take back.
func (p *pace) give(key string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if rested, ok := p.rested[key]; ok {
		p.rested[key] = rested.Add(-p.gap)
	}
}

// makeRoom forgets the rested keys once there are many, and if all are busy
// any one: a flood from everywhere is not stopped by counting addresses.
func (p *pace) makeRoom(now time.Time) {
	if len(p.rested) < maxPaces {
		return
	}
	for key, rested := range p.rested {
		if !rested.After(now) {
			delete(p.rested, key)
		}
	}
	for key := range p.rested {
		if len(p.rested) < maxPaces {
			return
		}
		delete(p.rested, key)
	}
}

// network returns what is limited together: an IPv4 address, or the /64 that
// one IPv6 subscriber has to himself.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if ip = ip.Unmap(); ip.Is4() {
		return ip.String()
	}
	prefix, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return prefix.String()
}
