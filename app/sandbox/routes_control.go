package sandbox

import "github.com/gofiber/fiber/v2"

// controlRoutes are what no provider has, below /control.
func (s *Sandbox) controlRoutes(control fiber.Router) {
	control.Get("/charges", s.handleControlCharges)
	control.Post("/charges/:ref/:action", s.handleControlAction)
	control.Get("/checkouts", s.handleControlCheckouts)
	control.Get("/clock", s.handleClockShow)
	control.Post("/clock", s.handleClockAdvance)
	control.Get("/deliveries", s.handleDeliveryList)
	control.Post("/deliveries/:id/resend", s.handleDeliveryResend)
	control.Get("/settings", s.handleSettingsShow)
	control.Post("/settings", s.handleSettingsChange)
}
