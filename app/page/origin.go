package page

import (
	"net/http"

	"github.com/gofiber/fiber/v2"
)

// FromElsewhere says why a request that is [CrossSite] is refused.
const FromElsewhere = "To protect you, a form can only be sent from our own pages. Open our page and try again there."

// SameOrigin refuses with a page what is [CrossSite].
func (p *Pages) SameOrigin() fiber.Handler {
	return func(c *fiber.Ctx) error {
		if CrossSite(c) {
			return p.Fail(c, fiber.StatusForbidden, "This came from another site", FromElsewhere)
		}
		return c.Next()
	}
}

// CrossSite reports whether this is an unsafe request that a browser makes for
// another site, by the rules of [http.CrossOriginProtection]: Sec-Fetch-Site, else
// Origin against Host; a request with neither was sent by no browser.
func CrossSite(c *fiber.Ctx) bool {
	header := http.Header{}
	for _, name := range []string{fiber.HeaderOrigin, "Sec-Fetch-Site"} {
		if v := c.Get(name); v != "" {
			header.Set(name, v)
		}
	}
	asked := &http.Request{Method: c.Method(), Host: string(c.Request().Host()), Header: header}
	return http.NewCrossOriginProtection().Check(asked) != nil
}
