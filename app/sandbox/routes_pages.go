package sandbox

import "github.com/gofiber/fiber/v2"

// pageRoutes are what people see.
func (s *Sandbox) pageRoutes(html fiber.Router) {
	html.Get("/", s.handleHome)
	for _, hosted := range []string{"/charges/:ref", "/pay/:ref", linksPath + "/:ref"} {
		html.Use(hosted, onItsPage)
		html.Get(hosted, s.handleHostedShow)
		html.Get(hosted+"/status", s.handleHostedStatus)
		html.Get(hosted+"/leave", s.handleHostedLeave)
		html.Post(hosted+"/pay", s.handleHostedPay)
		html.Post(hosted+"/cancel", s.handleHostedCancel)
		html.Get(hosted+"/control", s.handleHostedBack)
		html.Post(hosted+"/control", s.handleHostedControl)
	}
	html.Get("/checkout/:id", s.handleCheckoutPage)
	html.Post("/checkout/:id", s.handleCheckoutBegin)
	html.Get("/invoices/:ref", s.handleInvoicePage)
	s.embedRoutes(html)
	s.deliveryRoutes(html.Group("/deliveries", s.onlyHere))
	s.controlsRoutes(html.Group("/controls", s.onlyHere))
}

// deliveryRoutes are the log of webhooks.
func (s *Sandbox) deliveryRoutes(log fiber.Router) {
	log.Get("/", s.handleDeliveriesPage)
	log.Get("/:id", s.handleDeliveryPage)
	log.Post("/:id/resend", s.handleDeliveryAgain)
	log.Get("/:id/resend", handleDeliveryBack)
}

// controlsRoutes change the whole sandbox.
func (s *Sandbox) controlsRoutes(controls fiber.Router) {
	controls.Get("/", s.handleControlsPage)
	controls.Post("/clock", s.handleControlsClock)
	controls.Post("/settings", s.handleControlsSettings)
	controls.Post("/endpoints", s.handleControlsEndpointAdd)
	controls.Post("/endpoints/:id/test", s.handleControlsEndpointTest)
	controls.Post("/endpoints/:id/switch", s.handleControlsEndpointSwitch)
	controls.Post("/endpoints/:id/remove", s.handleControlsEndpointRemove)
	controls.Post("/troubles", s.handleControlsTroubleAdd)
	controls.Post("/troubles/clear", s.handleControlsTroubleClear)
	controls.Post("/troubles/:id/remove", s.handleControlsTroubleRemove)
	controls.Get("/*", handleControlsBack)
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
