package web

import "github.com/gofiber/fiber/v2"

// cookie returns the value of a cookie of ours; "" if there is none.
func (s *Site) cookie(c *fiber.Ctx, name string) string { return c.Cookies(s.cookieName(name)) }

// setCookie sets a cookie of ours for age seconds; a negative age takes it
// away.
func (s *Site) setCookie(c *fiber.Ctx, name, value string, age int) {
	c.Cookie(&fiber.Cookie{
		Name: s.cookieName(name), Value: value, Path: "/", MaxAge: age,
		HTTPOnly: true, Secure: s.secure(), SameSite: fiber.CookieSameSiteLaxMode,
	})
}

// cookieName returns a cookie's full name: with the __Host- prefix, and so only
// over https and for this host alone, exactly when the shop is reached by https.
func (s *Site) cookieName(name string) string {
	if s.secure() {
		return "__Host-" + name
	}
	return name
}

// secure reports whether the shop is reached by https.
func (s *Site) secure() bool { return s.cfg.PublicURL.Scheme == "https" }
