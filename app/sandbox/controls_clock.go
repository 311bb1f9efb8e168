package sandbox

import (
	"time"

	"github.com/gofiber/fiber/v2"
)

// controlsClock is the sandbox's time, and how to move it.
type controlsClock struct {
	Now   string
	Ahead string // of the machine's clock, "" = not
	Steps []choice
}

func (s *Sandbox) clockNow() controlsClock {
	clock := controlsClock{Now: moment(s.clock.Now()), Steps: []choice{
		{"15m", "15 minutes"}, {"61m", "61 minutes"}, {"24h", "1 day"}, {"72h", "3 days"},
	}}
	if offset := s.clock.Offset().Round(time.Second); offset > 0 {
		clock.Ahead = offset.String()
	}
	return clock
}

// handleControlsClock handles POST /controls/clock.
func (s *Sandbox) handleControlsClock(c *fiber.Ctx) error {
	return s.answerControls(c, s.advance(c.UserContext(), c.FormValue("advance")))
}

// handleControlsSettings handles POST /controls/settings.
func (s *Sandbox) handleControlsSettings(c *fiber.Ctx) error {
	shape, after := c.FormValue("shape"), c.FormValue("confirm_after")
	return s.answerControls(c, s.set(c.UserContext(), settingsRequest{Shape: &shape, ConfirmAfter: &after}))
}
