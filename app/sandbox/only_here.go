package sandbox

import (
	"net"

	"github.com/gofiber/fiber/v2"

	"till/app/page"
)

// elsewherePage tells who comes from another machine how to go on.
type elsewherePage struct {
	page.Frame
	BaseURL string
	Here    string // where it opens, "" = nowhere
}

// onlyHere guards the pages about the whole sandbox. A browser sends no API
// key, so they are for browsers on this machine alone, under a name that is
// ours; in a sandbox that is shown around they are for nobody.
func (s *Sandbox) onlyHere(c *fiber.Ctx) error {
	if s.isHere(c) {
		return c.Next()
	}
	p := elsewherePage{Frame: s.pages.Frame("Only on the sandbox's own machine"), BaseURL: s.cfg.PublicURL}
	if _, port, err := net.SplitHostPort(c.Context().LocalAddr().String()); err == nil && !s.isOpen() {
		p.Here = "http://" + net.JoinHostPort("127.0.0.1", port) + c.Path()
	}
	return s.pages.Send(c, fiber.StatusForbidden, "sandbox/elsewhere", p)
}

// isHere says whether somebody on this machine asks, and for us.
func (s *Sandbox) isHere(c *fiber.Ctx) bool {
	return s.direct(c) && s.knownHost(string(c.Request().Host()))
}
