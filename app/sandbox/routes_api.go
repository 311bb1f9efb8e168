package sandbox

import "github.com/gofiber/fiber/v2"

// apiRoutes are the provider's REST API, below /commerce.
func (s *Sandbox) apiRoutes(api fiber.Router) {
	api.Post("/charges", s.handleChargeCreate)
	api.Get("/charges", s.handleChargeList)
	api.Get("/charges/:ref", s.handleChargeShow)
	api.Post("/charges/:ref/cancel", s.handleChargeCancel)
	api.Post("/charges/:ref/resolve", s.handleChargeResolve)
	api.Post("/checkouts", s.handleCheckoutCreate)
	api.Get("/checkouts", s.handleCheckoutList)
	api.Get("/checkouts/:id", s.handleCheckoutShow)
	api.Put("/checkouts/:id", s.handleCheckoutChange)
	api.Delete("/checkouts/:id", s.handleCheckoutDelete)
	s.invoiceRoutes(api)
	api.Get("/events", s.handleEventList)
	api.Get("/events/:id", s.handleEventShow)
}

// invoiceRoutes change an invoice by POST and by PUT: the clients there are do
// not agree.
func (s *Sandbox) invoiceRoutes(api fiber.Router) {
	api.Post("/invoices", s.handleInvoiceCreate)
	api.Get("/invoices", s.handleInvoiceList)
	api.Get("/invoices/:ref", s.handleInvoiceShow)
	for _, method := range []string{fiber.MethodPost, fiber.MethodPut} {
		api.Add(method, "/invoices/:ref/void", s.handleInvoiceVoid)
		api.Add(method, "/invoices/:ref/resolve", s.handleInvoiceResolve)
	}
}
