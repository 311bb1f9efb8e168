package sandbox

import (
	"cmp"
	"encoding/json"
	"regexp"

	"github.com/gofiber/fiber/v2"

	"till/app/sandbox/ledger"
)

// checkoutRequest is what a merchant sends; unknown fields are ignored.
type checkoutRequest struct {
	offerRequest
	RequestedInfo []string `json:"requested_info"`
	BrandColor    string   `json:"brand_color"`
	BrandLogoURL  string   `json:"brand_logo_url"`
}

// offer checks the request and says what it asks for.
func (r *checkoutRequest) offer(shape ledger.Shape) (ledger.Offer, error) {
	if err := r.check(shape); err != nil {
		return ledger.Offer{}, err
	}
	price, err := r.price()
	if err != nil {
		return ledger.Offer{}, err
	}
	return ledger.Offer{
		Name: r.Name, Description: r.Description, LogoURL: r.LogoURL, PricingType: r.PricingType, Price: price,
		RequestedInfo: r.RequestedInfo, BrandColor: r.BrandColor, BrandLogoURL: r.BrandLogoURL,
	}, nil
}

func (r *checkoutRequest) check(shape ledger.Shape) error {
	return cmp.Or(
		r.offerRequest.check(shape),
		checkInfo(r.RequestedInfo),
		checkColor(r.BrandColor),
		checkLink("brand_logo_url", r.BrandLogoURL),
	)
}

func checkInfo(names []string) error {
	for _, name := range names {
		switch name {
		case "name", "email", "address", "phone", "employer", "occupation":
		default:
			return unfit("requested_info must be a list of name, email, address, phone, employer or occupation")
		}
	}
	return nil
}

func checkColor(color string) error {
	if color != "" && !regexp.MustCompile(`^#[0-9A-Fa-f]{6}$`).MatchString(color) {
		return unfit("brand_color must be a color such as #0B5D4B")
	}
	return nil
}

// readChange reads the body over what holds now, so that what it does not name
// stays. Only a price goes when the buyer is to decide from now on.
func readChange(c *fiber.Ctx, now ledger.Offer) (*checkoutRequest, error) {
	var sent checkoutRequest
	if err := readBody(c, &sent, "a checkout"); err != nil {
		return nil, err
	}
	r := requestOf(now)
	if sent.PricingType == "no_price" && sent.LocalPrice == nil {
		r.LocalPrice = nil
	}
	if sent.RequestedInfo != nil {
		r.RequestedInfo = nil // or the new list would be written into the stored one's memory
	}
	return r, readBody(c, r, "a checkout")
}

// requestOf is the request that would make the offer.
func requestOf(o ledger.Offer) *checkoutRequest {
	r := &checkoutRequest{
		offerRequest:  offerRequest{Name: o.Name, Description: o.Description, LogoURL: o.LogoURL, PricingType: o.PricingType},
		RequestedInfo: o.RequestedInfo, BrandColor: o.BrandColor, BrandLogoURL: o.BrandLogoURL,
	}
	if o.Price != nil {
		r.LocalPrice = &priceRequest{Amount: json.RawMessage(`"` + o.Price.Amount.String() + `"`), Currency: o.Price.Currency}
	}
	return r
}
