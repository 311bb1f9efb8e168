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
	name, secure := s.cookieName()
	if value := c.Cookies(name); shop.ValidToken(value) {
		return value, nil
	}
	value, err := shop.NewToken(s.cfg.Random)
	if err != nil {
		return "", err
	}
	c.Cookie(&fiber.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: int(browserAge.Seconds()),
		HTTPOnly: true, Secure: secure, SameSite: fiber.CookieSameSiteLaxMode,
	})
	return value, nil
}

// cookieName returns the cookie's name: with the __Host- prefix, and so only
// over https and for this host alone, exactly when the shop is reached by https.
func (s *Site) cookieName() (name string, secure bool) {
	if s.cfg.PublicURL.Scheme == "https" {
		return "__Host-" + browserCookie, true
	}
	return browserCookie, false
}
