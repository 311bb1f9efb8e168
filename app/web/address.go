package web

import (
	"bytes"
	"net/netip"
	"slices"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"
)

// address returns the visitor's network address. X-Forwarded-For is believed
// only as far as trusted proxies wrote it: read from the right, the first
// address that is not one of them is the visitor's.
func (s *Site) address(c *fiber.Ctx) string {
	peer := c.Context().RemoteIP().String()
	// Every line counts: some proxies add one of their own and leave the
	// visitor's in place.
	lines := c.Request().Header.PeekAll(fiber.HeaderXForwardedFor)
	hops := strings.Split(string(bytes.Join(lines, []byte(","))), ",")
	for i := len(hops) - 1; i >= 0 && s.trusted(peer); i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		peer = hop.Unmap().String()
	}
	return peer
}

func (s *Site) trusted(address string) bool {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(s.cfg.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(ip.Unmap()) })
}

// addressCount counts what each address holds, up to a limit.
type addressCount struct {
	limit  int // 0: none
	mu     sync.Mutex
	counts map[string]int
}

// full reports whether the address may hold no more.
func (a *addressCount) full(address string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.limit > 0 && a.counts[address] >= a.limit
}

// take reports whether the address may hold one more; if so it holds it.
func (a *addressCount) take(address string) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.limit > 0 && a.counts[address] >= a.limit {
		return false
	}
	a.counts[address]++
	return true
}

func (a *addressCount) give(address string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.counts[address]--; a.counts[address] <= 0 {
		delete(a.counts, address)
	}
}
