package page

import (
	"strings"

	"github.com/gofiber/fiber/v2"
)

// Policy adds origins to what a page may do; by itself it may only talk to the
// site it came from.
type Policy struct {
	FormAction     []string // where a form may lead, redirects included
	FrameSrc       []string // what it may show in a frame
	FrameAncestors []string // who may show it in a frame
}

// contentSecurity writes the Content-Security-Policy. It knows neither
// unsafe-inline nor unsafe-eval.
func (p Policy) contentSecurity() string {
	frames := "'none'"
	if len(p.FrameSrc) > 0 {
		frames = strings.Join(p.FrameSrc, " ")
	}
	ancestors := "'none'"
	if len(p.FrameAncestors) > 0 {
		ancestors = strings.Join(p.FrameAncestors, " ")
	}
	return strings.Join([]string{
		"default-src 'self'",
		"img-src 'self' data:",
		"object-src 'none'",
		"base-uri 'none'",
		"frame-ancestors " + ancestors,
		"frame-src " + frames,
		"form-action " + strings.Join(append([]string{"'self'"}, p.FormAction...), " "),
	}, "; ")
}

// Allow lets this one page do what the policy adds.
func (p *Pages) Allow(c *fiber.Ctx, policy Policy) {
	c.Set(fiber.HeaderContentSecurityPolicy, policy.contentSecurity())
}

// fixed are the security headers that are the same on every answer.
func fixed() [][2]string {
	return [][2]string{
		{fiber.HeaderXXSSProtection, "0"}, // the filter it turns off could itself be abused
		{fiber.HeaderXContentTypeOptions, "nosniff"},
		{fiber.HeaderReferrerPolicy, "same-origin"},
		{fiber.HeaderPermissionsPolicy, "camera=(), geolocation=(), microphone=()"},
		// A payment page in a frame of ours is somebody else's page.
		{"Cross-Origin-Embedder-Policy", "unsafe-none"},
		{"Cross-Origin-Opener-Policy", "same-origin"},
		{"Cross-Origin-Resource-Policy", "same-origin"},
		{"Origin-Agent-Cluster", "?1"},
		{"X-DNS-Prefetch-Control", "off"},
		{"X-Download-Options", "noopen"},
		{"X-Permitted-Cross-Domain-Policies", "none"},
	}
}

// Headers sets the security headers of every answer.
func (p *Pages) Headers(policy Policy) fiber.Handler {
	return func(c *fiber.Ctx) error {
		p.Protect(c, policy)
		return c.Next()
	}
}

// Protect sets the security headers of this answer, for one that goes past
// [Pages.Headers]: a request that could not even be read. X-Frame-Options knows
// no list, so it is left out where somebody may show the page in a frame.
func (p *Pages) Protect(c *fiber.Ctx, policy Policy) {
	for _, h := range fixed() {
		c.Set(h[0], h[1])
	}
	c.Set(fiber.HeaderContentSecurityPolicy, policy.contentSecurity())
	if len(policy.FrameAncestors) == 0 {
		c.Set(fiber.HeaderXFrameOptions, "DENY")
	}
	if p.cfg.Secure {
		// Decided by the site's public address: https ends at a proxy before us,
		// so the connection here is plain http.
		c.Set(fiber.HeaderStrictTransportSecurity, hsts)
	}
}

// hsts makes a browser insist on https for a year.
const hsts = "max-age=31536000"
