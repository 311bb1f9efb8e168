package sandbox

import "github.com/gofiber/fiber/v2"

// handleEmbedScript handles GET /v1/checkout.js, the script for other shops'
// pages: an asset like any other, but under the provider's name for it.
func (s *Sandbox) handleEmbedScript(c *fiber.Ctx) error {
	c.Path("/assets/js/sandbox-checkout.js")
	err := c.RestartRouting()
	c.Set("Cross-Origin-Resource-Policy", "cross-origin") // that is what it is for
	return err
}
