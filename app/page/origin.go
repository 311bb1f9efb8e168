package page

import (
	"net/http"

	"github.com/gofiber/fiber/v2"
)

// SameOrigin refuses unsafe requests that a browser makes for another site, by
// the rules of [http.CrossOriginProtection]: Sec-Fetch-Site, else Origin
// against Host; a request with neither was sent by no browser and passes.
func (p *Pages) SameOrigin() fiber.Handler {
	protection := http.NewCrossOriginProtection()
	return func(c *fiber.Ctx) error {
		header := http.Header{}
		for _, name := range []string{fiber.HeaderOrigin, "Sec-Fetch-Site"} {
			if v := c.Get(name); v != "" {
				header.Set(name, v)
			}
		}
		asked := &http.Request{Method: c.Method(), Host: string(c.Request().Host()), Header: header}
		if protection.Check(asked) != nil {
			return p.Fail(c, fiber.StatusForbidden, "This came from another site",
				"To protect you, a form can only be sent from our own pages. Open our page and try again there.")
		}
		return c.Next()
	}
}
