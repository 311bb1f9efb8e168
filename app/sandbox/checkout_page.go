package sandbox

import (
	"encoding/json"

	"github.com/gofiber/fiber/v2"

	"till/app/page"
	"till/app/sandbox/ledger"
)

// checkoutPage shows what a checkout sells, before a charge is made of it.
type checkoutPage struct {
	page.Frame
	Item checkoutItem
}

// checkoutItem is what is sold; the hosted and the embedded page share it.
type checkoutItem struct {
	Name, Description string
	Local, Currency   string // both "" when the buyer decides
	Begin             string // where the button leads
}

func itemOf(c *ledger.Checkout, begin string) checkoutItem {
	item := checkoutItem{Name: c.Offer.Name, Description: c.Offer.Description, Begin: begin}
	if p := c.Offer.Price; p != nil {
		item.Local, item.Currency = ledger.Amount(p.Amount), p.Currency
	}
	return item
}

// handleCheckoutPage handles GET /checkout/{id}. Looking makes no charge.
func (s *Sandbox) handleCheckoutPage(c *fiber.Ctx) error {
	checkout, err := s.findCheckout(c)
	if err != nil {
		return err
	}
	return s.pages.Send(c, fiber.StatusOK, "sandbox/checkout",
		checkoutPage{s.pages.Frame(checkoutTitle(checkout)), itemOf(checkout, "/checkout/"+checkout.ID)})
}

// handleCheckoutBegin handles POST /checkout/{id}: whoever begins gets a charge
// of his own.
func (s *Sandbox) handleCheckoutBegin(c *fiber.Ctx) error {
	checkout, err := s.findCheckout(c)
	if err != nil {
		return err
	}
	charge, err := s.open(c.UserContext(), checkout.Terms(json.RawMessage("{}")))
	if err != nil {
		return err
	}
	return c.Redirect(charge.HostedPath(), fiber.StatusSeeOther)
}

func checkoutTitle(c *ledger.Checkout) string {
	if c.Offer.Name == "" {
		return "Pay with crypto"
	}
	return c.Offer.Name
}
