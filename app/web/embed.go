package web

import (
	"github.com/gofiber/fiber/v2"

	"till/app/page"
)

// allowFrame lets a page show the provider's embedded checkout. A card's button
// swaps the order into the page it is on, so a page that lists a checkout
// product needs it as much as an order's own page.
func (s *Site) allowFrame(c *fiber.Ctx) {
	s.cfg.Pages.Allow(c, page.Policy{FrameSrc: []string{s.cfg.Fragments.Embed}})
}
