package sandbox

import "github.com/gofiber/fiber/v2"

// pageRoutes are what people see.
func (s *Sandbox) pageRoutes(html fiber.Router) {
	html.Get("/", s.handleHome)
	for _, hosted := range []string{"/charges/:ref", "/pay/:ref"} {
		html.Get(hosted, s.handleHostedShow)
		html.Get(hosted+"/status", s.handleHostedStatus)
		html.Get(hosted+"/leave", s.handleHostedLeave)
		html.Post(hosted+"/pay", s.handleHostedPay)
		html.Post(hosted+"/cancel", s.handleHostedCancel)
	}
	html.Get("/checkout/:id", s.handleCheckoutPage)
	html.Post("/checkout/:id", s.handleCheckoutBegin)
	s.embedRoutes(html)
}

// embedRoutes are what another site's page shows in a frame, and its script.
func (s *Sandbox) embedRoutes(html fiber.Router) {
	html.Get("/v1/checkout.js", s.handleEmbedScript)
	html.Get("/embed/checkout/:id", s.handleEmbedCheckout)
	html.Post("/embed/checkout/:id", s.handleEmbedBegin)
	html.Get("/embed/charges/:ref", s.handleEmbedCharge)
	html.Get("/embed/charges/:ref/status", s.handleEmbedStatus)
	html.Post("/embed/charges/:ref/pay", s.handleEmbedPay)
	html.Post("/embed/charges/:ref/cancel", s.handleEmbedCancel)
}
