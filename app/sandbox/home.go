package sandbox

import (
	"cmp"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"till/app/page"
	"till/app/sandbox/delivery"
	"till/app/sandbox/ledger"
)

// homePage says what this is and how to use it.
type homePage struct {
	page.Frame
	BaseURL    string
	PublicURL  string
	KeyHint    string
	SecretHint string
	Key        string // whole, for who is on this machine
	Secret     string
	Shape      string
	Webhooks   []string // where they go, in words
	Script     string
	SDKs       []sdk
	Curl       string
	Imitated   []string
	Omissions  []omission
	Checkouts  []homeCheckout
	Invoices   []homeInvoice
	Charges    []homeCharge
	Business   homeBusiness
}

type homeCheckout struct {
	ID, Name        string
	Local, Currency string
}

type homeInvoice struct {
	Code, Business  string
	Local, Currency string
	Status          string
}

type homeCharge struct {
	Path, Code, Name string
	Local, Currency  string
	Status           string
	Stage            stage
}

// shown is how many charges, checkouts and invoices the home page lists.
const shown = 20

// handleHome handles GET /.
func (s *Sandbox) handleHome(c *fiber.Ctx) error {
	home := homePage{
		Frame: s.pages.Frame("A till without money"), BaseURL: s.cfg.PublicURL + "/commerce/", PublicURL: s.cfg.PublicURL,
		KeyHint: hint(s.cfg.APIKey), SecretHint: hint(s.cfg.WebhookSecret), Shape: string(s.shapeNow()),
		Script: s.cfg.PublicURL + "/v1/checkout.js",
		SDKs:   sdks(s.cfg.PublicURL), Curl: curl(s.cfg.PublicURL), Imitated: imitated(), Omissions: notImitated(),
	}
	endpoints, err := s.queue.Endpoints(c.UserContext())
	if err != nil {
		return err
	}
	here := s.isHere(c)
	home.Webhooks = destinations(endpoints, delivery.Commerce, here)
	home.Business = s.homeBusiness(endpoints, here)
	if here {
		home.Key, home.Secret = s.cfg.APIKey, s.cfg.WebhookSecret
	}
	if err := s.listHome(c, &home); err != nil {
		return err
	}
	return s.pages.Send(c, fiber.StatusOK, "sandbox/home", home)
}

// destinations says where the webhooks of a face go, the configured endpoint
// first. Only who is here is told the addresses.
func destinations(endpoints []delivery.Endpoint, face string, here bool) []string {
	var all []string
	for _, e := range endpoints {
		if e.Face != face {
			continue
		}
		name := "endpoint " + strconv.Itoa(len(all)+1)
		if here {
			name = e.URL
		}
		if !e.Enabled {
			name += " (switched off)"
		}
		all = append(all, name)
	}
	return all
}

// listHome adds what there is, the newest first.
func (s *Sandbox) listHome(c *fiber.Ctx, home *homePage) error {
	charges, err := ledger.ListNewest(c.UserContext(), s.db.Read(), shown)
	if err != nil {
		return err
	}
	checkouts, err := ledger.ListNewestCheckouts(c.UserContext(), s.db.Read(), shown)
	if err != nil {
		return err
	}
	invoices, err := ledger.ListNewestInvoices(c.UserContext(), s.db.Read(), shown)
	if err != nil {
		return err
	}
	for _, checkout := range checkouts {
		item := itemOf(checkout, "")
		home.Checkouts = append(home.Checkouts, homeCheckout{checkout.ID, checkoutTitle(checkout), item.Local, item.Currency})
	}
	for _, i := range invoices {
		home.Invoices = append(home.Invoices, homeInvoice{
			Code: i.Code, Business: i.Bill.BusinessName, Status: string(i.Status),
			Local: ledger.Amount(i.Bill.Price.Amount), Currency: i.Bill.Price.Currency,
		})
	}
	for _, charge := range charges {
		local, _ := charge.Asked()
		home.Charges = append(home.Charges, homeCharge{
			Path: charge.HostedPath(), Code: charge.Code, Name: cmp.Or(charge.Terms.Name, charge.Terms.Description),
			Local: ledger.Amount(local.Amount), Currency: local.Currency,
			Status: charge.State(), Stage: stageOf(charge),
		})
	}
	return nil
}

// hint shows enough of a secret to tell it from another, and no more.
func hint(secret string) string {
	const tail = 4
	if len(secret) < 4*tail {
		return "…"
	}
	return "…" + secret[len(secret)-tail:]
}
