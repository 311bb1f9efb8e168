package sandbox

import (
	"github.com/gofiber/fiber/v2"

	"till/app/page"
)

// elsewherePage tells who comes from another machine how to go on.
type elsewherePage struct {
	page.Frame
	BaseURL string
}

// onlyHere guards the pages about the whole sandbox. A browser sends no API
// key, so they are for browsers on this machine alone, under a name that is
// ours.
func (s *Sandbox) onlyHere(c *fiber.Ctx) error {
	if s.isHere(c) {
		return c.Next()
	}
	return s.pages.Send(c, fiber.StatusForbidden, "sandbox/elsewhere",
		elsewherePage{s.pages.Frame("Only on the sandbox's own machine"), s.cfg.PublicURL})
}

// isHere says whether somebody on this machine asks, and for us.
func (s *Sandbox) isHere(c *fiber.Ctx) bool {
	return direct(c) && s.knownHost(string(c.Request().Host()))
}
