package sandbox

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"till/app/sandbox/ledger"
)

const (
	businessPath      = "/business"
	subscriptionsPath = "/platform/v2/data/webhooks/subscriptions"
	linksPath         = "/payment-links"
	x402Path          = "/x402"

	checkoutIDLength = 24
)

// versions are where business's API is: for real money, and for none. Here
// there is one store behind both.
func versions() []string { return []string{"/api/v1", "/sandbox/api/v1"} }

// businessRoutes are the API of Commerce's successor.
func (s *Sandbox) businessRoutes(app *fiber.App) {
	api := app.Group(businessPath, s.requireToken, s.trouble)
	for _, version := range versions() {
		checkouts := api.Group(version + "/checkouts")
		checkouts.Post("/", s.handleBusinessCreate)
		checkouts.Get("/", s.handleBusinessList)
		checkouts.Get("/:id", s.handleBusinessShow)
		checkouts.Post("/:id/deactivate", s.handleBusinessDeactivate)
		checkouts.Post("/:id/refund", s.handleBusinessRefund)
	}
	subscriptions := app.Group(subscriptionsPath, s.requireToken, s.trouble)
	subscriptions.Post("/", s.handleSubscriptionCreate)
	subscriptions.Get("/", s.handleSubscriptionList)
	subscriptions.Get("/:id", s.handleSubscriptionShow)
	subscriptions.Put("/:id", s.handleSubscriptionChange)
	subscriptions.Delete("/:id", s.handleSubscriptionDelete)
	subscriptions.Get("/:id/events", s.handleSubscriptionEvents)
	app.Get(x402Path+"/:id", s.trouble, s.handleX402)
}

// ofBusiness says whether a program asks the API of Commerce's successor.
func ofBusiness(c *fiber.Ctx) bool {
	return under(c, businessPath) || under(c, "/platform") || under(c, x402Path)
}

// businessResource is what a path of that API is about, behind one element as
// Commerce's have it: /business/checkouts/ID.
func businessResource(path string) string {
	path = strings.Replace(path, x402Path+"/", businessPath+"/checkouts/", 1)
	path = strings.Replace(path, subscriptionsPath, businessPath+"/subscriptions", 1)
	path = strings.Replace(path, "/sandbox/", "/", 1)
	return strings.Replace(path, "/api/v1/", "/", 1)
}

// onItsPage keeps checkouts of business to the pages of links, and charges from
// them: each is paid on its own provider's page.
func onItsPage(c *fiber.Ctx) error {
	name := c.Params("ref")
	_, link := ledger.OfLink(name)
	if link != under(c, linksPath) || len(name) == checkoutIDLength {
		return ledger.ErrNotFound
	}
	return c.Next()
}
