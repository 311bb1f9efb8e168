package page

import (
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/helmet"
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

// Headers sets the security headers of every answer. X-Frame-Options knows no
// list, so it is left out where somebody may show the page in a frame.
func (p *Pages) Headers(policy Policy) fiber.Handler {
	protect := helmet.New(helmet.Config{
		ContentSecurityPolicy: policy.contentSecurity(),
		XFrameOptions:         "DENY",
		ReferrerPolicy:        "same-origin",
		// A payment page in a frame of ours is somebody else's page.
		CrossOriginEmbedderPolicy: "unsafe-none",
		PermissionPolicy:          "camera=(), geolocation=(), microphone=()",
	})
	return func(c *fiber.Ctx) error {
		if p.cfg.Secure {
			// Not left to helmet, which looks at the connection: https ends at a
			// proxy before us, so what it would see is plain http.
			c.Set(fiber.HeaderStrictTransportSecurity, hsts)
		}
		err := protect(c)
		if len(policy.FrameAncestors) > 0 {
			c.Response().Header.Del(fiber.HeaderXFrameOptions)
		}
		return err
	}
}

// hsts makes a browser insist on https for a year.
const hsts = "max-age=31536000"
