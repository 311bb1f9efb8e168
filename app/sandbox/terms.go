package sandbox

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
	"github.com/shopspring/decimal"

	"till/app/sandbox/ledger"
)

// chargeRequest is what a merchant sends; unknown fields are ignored.
type chargeRequest struct {
	Name        string          `json:"name"`
	Description string          `json:"description"`
	LogoURL     string          `json:"logo_url"`
	PricingType string          `json:"pricing_type"`
	LocalPrice  *priceRequest   `json:"local_price"`
	Metadata    json.RawMessage `json:"metadata"`
	RedirectURL string          `json:"redirect_url"`
	CancelURL   string          `json:"cancel_url"`
}

type priceRequest struct {
	Amount   json.RawMessage `json:"amount"` // a string, or a number
	Currency string          `json:"currency"`
}

// readTerms reads and checks the body of a new charge. A body that does not
// say it is JSON is not read, so that everything in it is missing.
func readTerms(c *fiber.Ctx, shape ledger.Shape) (ledger.Terms, error) {
	var r chargeRequest
	if body := c.Body(); isJSON(c) && len(body) > 0 {
		if err := json.Unmarshal(body, &r); err != nil {
			return ledger.Terms{}, invalid("The request body is not the JSON of a charge.")
		}
	}
	if err := r.check(shape); err != nil {
		return ledger.Terms{}, err
	}
	price, err := r.price()
	if err != nil {
		return ledger.Terms{}, err
	}
	return ledger.Terms{
		Name: r.Name, Description: r.Description, LogoURL: r.LogoURL, PricingType: r.PricingType, Price: price,
		Metadata: r.Metadata, RedirectURL: r.RedirectURL, CancelURL: r.CancelURL,
	}, nil
}

const (
	maxName        = 100
	maxDescription = 200
)

func (r *chargeRequest) check(shape ledger.Shape) error {
	switch {
	case r.PricingType == "":
		return missing("pricing_type")
	case r.PricingType != "fixed_price" && r.PricingType != "no_price":
		return unfit("pricing_type must be fixed_price or no_price")
	case shape == ledger.Classic && strings.TrimSpace(r.Name) == "":
		return missing("name")
	case shape == ledger.Classic && strings.TrimSpace(r.Description) == "":
		return missing("description")
	case utf8.RuneCountInString(r.Name) > maxName:
		return unfit("name is too long (maximum is 100 characters)")
	case utf8.RuneCountInString(r.Description) > maxDescription:
		return unfit("description is too long (maximum is 200 characters)")
	case !isLink(r.RedirectURL):
		return unfit("redirect_url must be an http or https URL")
	case !isLink(r.CancelURL):
		return unfit("cancel_url must be an http or https URL")
	}
	return r.checkMetadata()
}

func (r *chargeRequest) checkMetadata() error {
	if len(r.Metadata) == 0 || string(r.Metadata) == "null" {
		r.Metadata = json.RawMessage("{}")
	}
	if !bytes.HasPrefix(r.Metadata, []byte("{")) {
		return unfit("metadata must be an object")
	}
	return nil
}

var (
	// amountForm keeps out signs, exponents and sums beyond any price.
	amountForm   = regexp.MustCompile(`^[0-9]{1,12}(\.[0-9]{1,18})?$`)
	currencyForm = regexp.MustCompile(`^[A-Z]{3,5}$`)
)

// price is what the charge costs, nil when the buyer decides.
func (r *chargeRequest) price() (*ledger.Money, error) {
	p := r.LocalPrice
	switch {
	case r.PricingType == "no_price" && p == nil:
		return nil, nil //nolint:nilnil // no price is a price here
	case r.PricingType == "no_price":
		return nil, invalid("local_price is not allowed when pricing_type is no_price")
	case p == nil:
		return nil, missing("local_price")
	case !currencyForm.MatchString(p.Currency):
		return nil, unfit("local_price currency must be an ISO 4217 code such as USD")
	}
	text := strings.Trim(string(p.Amount), `"`)
	if !amountForm.MatchString(text) {
		return nil, unfit("local_price amount must be a decimal number such as 1.00")
	}
	amount, err := decimal.NewFromString(text)
	if err != nil || !amount.IsPositive() {
		return nil, unfit("local_price amount must be more than 0")
	}
	return &ledger.Money{Amount: amount, Currency: p.Currency}, nil
}

// isLink says whether a page may link to raw; none is fine.
func isLink(raw string) bool {
	if raw == "" {
		return true
	}
	u, err := url.Parse(raw)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https")
}

func missing(name string) error { return invalid("Required parameter missing: %s", name) }

func unfit(message string) error {
	return &problem{fiber.StatusBadRequest, "validation_error", message}
}
