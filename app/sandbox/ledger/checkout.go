package ledger

import (
	"encoding/json"
	"time"
)

// Checkout is what is sold again and again: each visit that begins makes a new
// charge of it.
type Checkout struct {
	ID        string    `json:"id"`
	Offer     Offer     `json:"offer"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// Offer is what a merchant asks for when he creates a checkout.
type Offer struct {
	Name          string   `json:"name"`
	Description   string   `json:"description"`
	LogoURL       string   `json:"logo_url,omitempty"`
	PricingType   string   `json:"pricing_type"`
	Price         *Money   `json:"price,omitempty"` // nil: the buyer decides
	RequestedInfo []string `json:"requested_info"`
	BrandColor    string   `json:"brand_color,omitempty"`
	BrandLogoURL  string   `json:"brand_logo_url,omitempty"`
}

// Offered begins a checkout.
func Offered(id string, offer Offer, now time.Time) *Checkout {
	return &Checkout{ID: id, Offer: offer, CreatedAt: now, UpdatedAt: now}
}

// Terms are those of a charge that a visit makes, with metadata as its own. A
// checkout leads nowhere afterwards: the provider's has no redirects either.
func (c *Checkout) Terms(metadata json.RawMessage) Terms {
	return Terms{
		Name: c.Offer.Name, Description: c.Offer.Description, LogoURL: c.Offer.LogoURL,
		PricingType: c.Offer.PricingType, Price: c.Offer.Price, Metadata: metadata, CheckoutID: c.ID,
	}
}

type checkoutResource struct {
	ID            string         `json:"id"`
	Resource      string         `json:"resource"`
	Name          string         `json:"name"`
	Description   string         `json:"description"`
	LogoURL       string         `json:"logo_url,omitempty"`
	RequestedInfo []string       `json:"requested_info"`
	PricingType   string         `json:"pricing_type"`
	LocalPrice    *moneyResource `json:"local_price,omitempty"`
	BrandColor    string         `json:"brand_color"`
	BrandLogoURL  string         `json:"brand_logo_url"`
	CreatedAt     string         `json:"created_at"`
	UpdatedAt     string         `json:"updated_at"`
}

// Checkout is a checkout as the REST API answers it.
func (v View) Checkout(c *Checkout) any {
	r := checkoutResource{
		ID: c.ID, Resource: "checkout", Name: c.Offer.Name, Description: c.Offer.Description,
		LogoURL: c.Offer.LogoURL, RequestedInfo: append([]string{}, c.Offer.RequestedInfo...),
		PricingType: c.Offer.PricingType, BrandColor: c.Offer.BrandColor, BrandLogoURL: c.Offer.BrandLogoURL,
		CreatedAt: stamp(c.CreatedAt), UpdatedAt: stamp(c.UpdatedAt),
	}
	if c.Offer.Price != nil {
		price := localOf(*c.Offer.Price)
		r.LocalPrice = &price
	}
	return r
}
