package web

import (
	"bytes"
	"net/netip"
	"slices"
	"strings"

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

// network returns what is limited together: the visitor's IPv4 address, or the
// /64 that one subscriber has to himself, and with it more addresses than could
// be counted.
func (s *Site) network(c *fiber.Ctx) string {
	address := s.address(c)
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.Unmap().Is4() {
		return address
	}
	prefix, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return prefix.String()
}
