package web

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"till/app/shop"
)

const browserCookie = "till_browser"

// browserAge is how long a browser is known again.
const browserAge = 90 * 24 * time.Hour

// browser returns the secret that tells this browser from others, and gives it
// one if it has none. Form tokens are bound to it.
func (s *Site) browser(c *fiber.Ctx) (string, error) {
	if value := s.cookie(c, browserCookie); shop.ValidToken(value) {
		return value, nil
	}
	value, err := shop.NewToken(s.cfg.Random)
	if err != nil {
		return "", err
	}
	s.setCookie(c, browserCookie, value, int(browserAge.Seconds()))
	return value, nil
}
