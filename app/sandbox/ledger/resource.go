package ledger

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// View renders charges as the provider shows them, under its public URL.
type View struct{ PublicURL string }

// HostedURL is where the buyer pays.
func (v View) HostedURL(c *Charge) string { return v.PublicURL + c.HostedPath() }

// HostedPath is the path of that page: the provider has one for each shape.
func (c *Charge) HostedPath() string {
	switch c.Shape {
	case Onchain:
		return "/pay/" + c.ID
	case Business:
		return "/payment-links/" + c.Link()
	default:
		return "/charges/" + c.Code
	}
}

// Resource is the charge as the REST API answers it.
func (v View) Resource(c *Charge) any { return v.shape(c, v.common(c)) }

// Data is the charge as a webhook carries it: onchain it does not say that it
// is a charge.
func (v View) Data(c *Charge) any {
	common := v.common(c)
	if c.Shape == Onchain {
		common.Resource = ""
	}
	return v.shape(c, common)
}

// Control is the resource, and its status in one word.
func (v View) Control(c *Charge) any {
	if c.Shape == Business {
		return v.businessControl(c)
	}
	common := v.common(c)
	common.Status = c.Status()
	return v.shape(c, common)
}

func (v View) shape(c *Charge, common commonResource) any {
	if c.Shape == Onchain {
		return onchainOf(c, common)
	}
	return classicOf(c, common)
}

type moneyResource struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
}

type commonResource struct {
	ID               string                   `json:"id"`
	Resource         string                   `json:"resource,omitempty"`
	Code             string                   `json:"code"`
	Status           Status                   `json:"status,omitempty"` // control only
	Name             string                   `json:"name"`
	Description      string                   `json:"description"`
	LogoURL          string                   `json:"logo_url,omitempty"`
	HostedURL        string                   `json:"hosted_url"`
	CreatedAt        string                   `json:"created_at"`
	ExpiresAt        string                   `json:"expires_at"`
	ConfirmedAt      string                   `json:"confirmed_at,omitempty"`
	Checkout         *originResource          `json:"checkout,omitempty"`
	Invoice          *originResource          `json:"invoice,omitempty"`
	Timeline         []stepResource           `json:"timeline"`
	Metadata         json.RawMessage          `json:"metadata"`
	PricingType      string                   `json:"pricing_type"`
	Pricing          map[string]moneyResource `json:"pricing,omitempty"`
	Payments         []paymentResource        `json:"payments"`
	FeeRate          json.Number              `json:"fee_rate"`
	FeesSettled      bool                     `json:"fees_settled"`
	OrganizationName string                   `json:"organization_name"`
	SupportEmail     string                   `json:"support_email"`
	BrandColor       string                   `json:"brand_color"`
	BrandLogoURL     string                   `json:"brand_logo_url"`
	Managed          bool                     `json:"coinbase_managed_merchant"`
	CollectedEmail   bool                     `json:"collected_email"`
	PWCBOnly         bool                     `json:"pwcb_only"`
	OffchainEligible bool                     `json:"offchain_eligible"`
}

// originResource names what a charge was made from.
type originResource struct {
	ID   string `json:"id"`
	Code string `json:"code,omitempty"` // an invoice has one
}

type stepResource struct {
	Time    string            `json:"time"`
	Status  Status            `json:"status"`
	Context string            `json:"context,omitempty"`
	Payment *transferResource `json:"payment,omitempty"`
}

type transferResource struct {
	Network       string        `json:"network"`
	TransactionID string        `json:"transaction_id"`
	Value         moneyResource `json:"value"`
}

type paymentResource struct {
	PaymentID      string        `json:"payment_id"`
	Network        string        `json:"network"`
	TransactionID  string        `json:"transaction_id"`
	Status         string        `json:"status"`
	DetectedAt     string        `json:"detected_at"`
	Value          valueResource `json:"value"`
	Block          blockResource `json:"block"`
	PayerAddresses []string      `json:"payer_addresses,omitempty"`
}

type valueResource struct {
	Local  moneyResource `json:"local"`
	Crypto moneyResource `json:"crypto"`
}

type blockResource struct {
	Height        int    `json:"height"`
	Hash          string `json:"hash"`
	Confirmations int    `json:"confirmations"`
	Accumulated   int    `json:"confirmations_accumulated"` // its older name, which some clients read
	Required      int    `json:"confirmations_required"`
}

func (v View) common(c *Charge) commonResource {
	r := commonResource{
		ID: c.ID, Resource: "charge", Code: c.Code,
		Name: c.Terms.Name, Description: c.Terms.Description, LogoURL: c.Terms.LogoURL,
		HostedURL: v.HostedURL(c), CreatedAt: stamp(c.CreatedAt), ExpiresAt: stamp(c.ExpiresAt),
		Metadata: c.Terms.Metadata, PricingType: c.Terms.PricingType, Pricing: pricing(c),
		Timeline: []stepResource{}, Payments: []paymentResource{},
		FeeRate: "0.01", FeesSettled: true, OrganizationName: "Till sandbox", SupportEmail: "nobody@sandbox.invalid",
	}
	if !c.ConfirmedAt.IsZero() {
		r.ConfirmedAt = stamp(c.ConfirmedAt)
	}
	if c.Terms.CheckoutID != "" {
		r.Checkout = &originResource{ID: c.Terms.CheckoutID}
	}
	if c.Terms.InvoiceID != "" {
		r.Invoice = &originResource{c.Terms.InvoiceID, c.Terms.InvoiceCode}
	}
	for _, s := range c.Timeline {
		r.Timeline = append(r.Timeline, stepOf(c, s))
	}
	for i := range c.Payments {
		r.Payments = append(r.Payments, paymentOf(c, i+1))
	}
	return r
}

func pricing(c *Charge) map[string]moneyResource {
	if c.Terms.Price == nil && (c.Shape == Classic || len(c.Payments) == 0) {
		return nil
	}
	local, crypto := c.Asked()
	prices := map[string]moneyResource{"local": localOf(local)}
	if c.Shape == Onchain {
		prices["settlement"] = coinOf(crypto)
		return prices
	}
	for _, coin := range c.Shape.Coins() {
		prices[coin.Name] = coinOf(coin.Of(local))
	}
	return prices
}

func stepOf(c *Charge, s Step) stepResource {
	r := stepResource{Time: stamp(s.At), Status: s.Status, Context: s.Context}
	if s.Payment > 0 {
		r.Payment = &transferResource{
			Network: c.paidWith(s.Payment).Network, TransactionID: c.transaction(s.Payment),
			Value: coinOf(c.Payments[s.Payment-1].Crypto),
		}
	}
	return r
}

func paymentOf(c *Charge, n int) paymentResource {
	p := c.Payments[n-1]
	r := paymentResource{
		PaymentID: c.transaction(n), TransactionID: c.transaction(n),
		Network: c.paidWith(n).Network, Status: "PENDING", DetectedAt: stamp(p.DetectedAt),
		Value: valueResource{Local: localOf(p.Local), Crypto: coinOf(p.Crypto)},
		Block: blockResource{
			Height: 800_000 + p.Confirmations, Hash: c.digest("block", c.transaction(n)),
			Confirmations: p.Confirmations, Accumulated: p.Confirmations, Required: Required,
		},
	}
	if p.Confirmed {
		r.Status = "CONFIRMED"
	}
	if c.Shape == Onchain {
		r.Status = strings.ToLower(r.Status)
		r.PayerAddresses = []string{"sandbox-payer-" + c.digest("payer", r.PaymentID)[:24]}
	}
	return r
}

// stamp writes a time as the provider does: UTC, whole seconds.
func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// Amount writes a local sum with at least two decimals.
func Amount(d decimal.Decimal) string {
	if d.Equal(d.Truncate(2)) {
		return d.StringFixed(2)
	}
	return d.String()
}

func localOf(m Money) moneyResource {
	return moneyResource{Amount: Amount(m.Amount), Currency: m.Currency}
}

func coinOf(m Money) moneyResource {
	return moneyResource{Amount: m.Amount.String(), Currency: m.Currency}
}
