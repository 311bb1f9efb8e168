package sandbox

import "github.com/gofiber/fiber/v2"

// controlRoutes are what no provider has, below /control.
func (s *Sandbox) controlRoutes(control fiber.Router) {
	control.Get("/charges", s.handleControlCharges)
	control.Post("/charges/:ref/:action", s.handleControlAction)
	control.Get("/checkouts", s.handleControlCheckouts)
	control.Post("/checkouts/:ref/:action", s.handleControlBusiness)
	control.Get("/clock", s.handleClockShow)
	control.Post("/clock", s.handleClockAdvance)
	control.Get("/endpoints", s.handleEndpointList)
	control.Post("/endpoints", s.handleEndpointAdd)
	control.Post("/endpoints/:id", s.handleEndpointChange)
	control.Delete("/endpoints/:id", s.handleEndpointRemove)
	control.Post("/endpoints/:id/test", s.handleEndpointTest)
	control.Get("/attempts", s.handleAttemptList)
	control.Get("/deliveries", s.handleDeliveryList)
	control.Get("/deliveries/:id", s.handleDeliveryShow)
	control.Post("/deliveries/:id/resend", s.handleDeliveryResend)
	control.Get("/troubles", s.handleTroubleList)
	control.Post("/troubles", s.handleTroubleAdd)
	control.Delete("/troubles", s.handleTroubleClear)
	control.Delete("/troubles/:id", s.handleTroubleRemove)
	control.Get("/settings", s.handleSettingsShow)
	control.Post("/settings", s.handleSettingsChange)
}
