package commerce

// Checkout is a thing for sale with a page of its own at the provider. Each
// buyer who begins to pay there makes a new charge. It can send nobody back.
type Checkout struct {
	ID            string   `json:"id"`
	Resource      string   `json:"resource,omitempty"`
	Name          string   `json:"name,omitempty"`
	Description   string   `json:"description,omitempty"`
	LogoURL       string   `json:"logo_url,omitempty"`
	RequestedInfo []string `json:"requested_info"` // what the buyer is asked for: "name", "email"
	PricingType   string   `json:"pricing_type,omitempty"`
	LocalPrice    *Money   `json:"local_price,omitempty"`
	TotalPrice    *Money   `json:"total_price,omitempty"` // onchain's other name of it
	BrandColor    string   `json:"brand_color,omitempty"`
	BrandLogoURL  string   `json:"brand_logo_url,omitempty"`
	CreatedAt     Time     `json:"created_at,omitzero"`
	UpdatedAt     Time     `json:"updated_at,omitzero"`
}

// Known reports whether the checkout has a name to ask for it by.
func (c Checkout) Known() bool { return ValidKey(c.ID) }

// Price returns the fixed price; the zero Money if the buyer chooses the sum,
// or none is stated.
func (c Checkout) Price() Money {
	switch {
	case c.PricingType == NoPrice:
		return Money{}
	case c.LocalPrice != nil:
		return *c.LocalPrice
	case c.TotalPrice != nil:
		return *c.TotalPrice
	}
	return Money{}
}

// CreateCheckout is the body of POST /checkouts. With [NoPrice] there is no
// LocalPrice, with [FixedPrice] there must be one.
type CreateCheckout struct {
	Name          string   `json:"name"`
	Description   string   `json:"description"`
	LogoURL       string   `json:"logo_url,omitempty"`
	RequestedInfo []string `json:"requested_info"`
	PricingType   string   `json:"pricing_type"`
	LocalPrice    *Money   `json:"local_price,omitempty"`
}

// UpdateCheckout is the body of PUT /checkouts/{id}. What is left empty is not
// sent and stays as it is; a RequestedInfo that is empty and not nil asks the
// buyer for nothing more.
type UpdateCheckout struct {
	Name          string   `json:"name,omitempty"`
	Description   string   `json:"description,omitempty"`
	LogoURL       string   `json:"logo_url,omitempty"`
	RequestedInfo []string `json:"requested_info,omitzero"`
	PricingType   string   `json:"pricing_type,omitempty"`
	LocalPrice    *Money   `json:"local_price,omitempty"`
}
