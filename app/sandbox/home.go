package sandbox

import (
	"github.com/gofiber/fiber/v2"

	"till/app/page"
	"till/app/sandbox/ledger"
)

// homePage says what this is.
type homePage struct {
	page.Frame
	BaseURL    string
	KeyHint    string
	Shape      string
	WebhookURL string
	Script     string
	Checkouts  []homeCheckout
	Charges    []homeCharge
}

type homeCheckout struct {
	ID, Name        string
	Local, Currency string
}

type homeCharge struct {
	Path, Code, Name string
	Local, Currency  string
	Status           string
	Stage            stage
}

// shown is how many charges, and checkouts, the home page lists.
const shown = 20

// handleHome handles GET /.
func (s *Sandbox) handleHome(c *fiber.Ctx) error {
	charges, err := ledger.ListNewest(c.UserContext(), s.db.Read(), shown)
	if err != nil {
		return err
	}
	checkouts, err := ledger.ListNewestCheckouts(c.UserContext(), s.db.Read(), shown)
	if err != nil {
		return err
	}
	home := homePage{
		Frame: s.pages.Frame("A till without money"), BaseURL: s.cfg.PublicURL + "/commerce/",
		KeyHint: hint(s.cfg.APIKey), Shape: s.cfg.Shape, WebhookURL: s.cfg.WebhookURL,
		Script: s.cfg.PublicURL + "/v1/checkout.js",
	}
	for _, checkout := range checkouts {
		item := itemOf(checkout, "")
		home.Checkouts = append(home.Checkouts, homeCheckout{checkout.ID, checkoutTitle(checkout), item.Local, item.Currency})
	}
	for _, charge := range charges {
		local, _ := charge.Asked()
		home.Charges = append(home.Charges, homeCharge{
			Path: hostedPath(charge), Code: charge.Code, Name: charge.Terms.Name,
			Local: ledger.Amount(local.Amount), Currency: local.Currency,
			Status: string(charge.Status()), Stage: stageOf(charge),
		})
	}
	return s.pages.Send(c, fiber.StatusOK, "sandbox/home", home)
}

// hint shows enough of a secret to tell it from another, and no more.
func hint(secret string) string {
	const tail = 4
	if len(secret) < 4*tail {
		return "…"
	}
	return "…" + secret[len(secret)-tail:]
}
