package web

import (
	"github.com/gofiber/fiber/v2"

	"till/app/page"
)

// handleOrderQR handles GET /orders/{id}/qr.svg: the address of the page to pay
// on, for a phone that takes over. It is a picture of its own so that it is
// drawn only for who looks at it.
func (s *Site) handleOrderQR(c *fiber.Ctx) error {
	order, err := s.findOrder(c, c.Params("id"))
	if err != nil {
		return err
	}
	p := order.Current()
	if !p.Payable(s.cfg.Now()) || p.HostedURL == "" {
		return fiber.ErrNotFound
	}
	picture, err := page.QR(p.HostedURL)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderContentType, "image/svg+xml")
	return c.Send(picture)
}
