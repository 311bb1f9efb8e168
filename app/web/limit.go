package web

import (
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/limiter"
)

// perMinute bounds how often one network gets through in a minute, by all routes
// of the returned handler together; what comes after that is answered by over.
func (s *Site) perMinute(most int, over fiber.Handler) fiber.Handler {
	if most == 0 {
		return func(c *fiber.Ctx) error { return c.Next() }
	}
	return limiter.New(limiter.Config{
		Max: most, Expiration: time.Minute, KeyGenerator: s.network, LimitReached: over,
	})
}

func refuseTooMany(*fiber.Ctx) error { return fiber.ErrTooManyRequests }

const asksNothing = "asks nothing"

// askTooMany refuses a form, but lets a visitor see what is known without asking
// the provider again: a buyer who comes back from paying is not to be met with a
// refusal.
func askTooMany(c *fiber.Ctx) error {
	if c.Method() == fiber.MethodPost {
		return refuseTooMany(c)
	}
	c.Locals(asksNothing, true)
	return c.Next()
}

// limitWebhooks bounds how many webhooks are looked at in a second. The
// provider sends again what is refused here.
func (s *Site) limitWebhooks(c *fiber.Ctx) error {
	if s.webhooks.Allow() {
		return c.Next()
	}
	c.Set(fiber.HeaderRetryAfter, "1")
	return s.answerWebhook(c, fiber.StatusTooManyRequests, "too_many", "Too many at once. Please send it again.\n")
}
