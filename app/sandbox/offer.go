package sandbox

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
	"github.com/shopspring/decimal"

	"till/app/sandbox/ledger"
)

// offerRequest is what charges and checkouts have in common.
type offerRequest struct {
	Name        string        `json:"name"`
	Description string        `json:"description"`
	LogoURL     string        `json:"logo_url"`
	PricingType string        `json:"pricing_type"`
	LocalPrice  *priceRequest `json:"local_price"`
}

type priceRequest struct {
	Amount   json.RawMessage `json:"amount"` // a string, or a number
	Currency string          `json:"currency"`
}

const (
	maxName        = 100
	maxDescription = 200
)

func (r *offerRequest) check(shape ledger.Shape) error {
	switch {
	case r.PricingType == "":
		return missing("pricing_type")
	case r.PricingType != "fixed_price" && r.PricingType != "no_price":
		return unfit("pricing_type must be fixed_price or no_price")
	case shape == ledger.Classic && strings.TrimSpace(r.Name) == "":
		return missing("name")
	case shape == ledger.Classic && strings.TrimSpace(r.Description) == "":
		return missing("description")
	}
	return cmp.Or(
		checkLength("name", r.Name, maxName),
		checkLength("description", r.Description, maxDescription),
		checkLink("logo_url", r.LogoURL),
	)
}

// price is what is asked for, nil when the buyer decides.
func (r *offerRequest) price() (*ledger.Money, error) {
	p := r.LocalPrice
	switch {
	case r.PricingType == "no_price" && p == nil:
		return nil, nil //nolint:nilnil // no price is a price here
	case r.PricingType == "no_price":
		return nil, invalid("local_price is not allowed when pricing_type is no_price")
	case p == nil:
		return nil, missing("local_price")
	}
	return readPrice(strings.Trim(string(p.Amount), `"`), p.Currency)
}

// readPrice keeps out signs, exponents and sums beyond any price.
func readPrice(amount, currency string) (*ledger.Money, error) {
	if !regexp.MustCompile(`^[A-Z]{3,5}$`).MatchString(currency) {
		return nil, unfit("local_price currency must be an ISO 4217 code such as USD")
	}
	if !regexp.MustCompile(`^[0-9]{1,12}(\.[0-9]{1,18})?$`).MatchString(amount) {
		return nil, unfit("local_price amount must be a decimal number such as 1.00")
	}
	sum, err := decimal.NewFromString(amount)
	if err != nil || !sum.IsPositive() {
		return nil, unfit("local_price amount must be more than 0")
	}
	return &ledger.Money{Amount: sum, Currency: currency}, nil
}

// checkLink refuses what a page must not link to; none is fine.
func checkLink(name, raw string) error {
	if raw == "" {
		return nil
	}
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return unfit(name + " must be an http or https URL")
	}
	return nil
}

// checkLength refuses text of more than most characters.
func checkLength(name, text string, most int) error {
	if utf8.RuneCountInString(text) > most {
		return unfit(fmt.Sprintf("%s is too long (maximum is %d characters)", name, most))
	}
	return nil
}

func missing(name string) error { return invalid("Required parameter missing: %s", name) }

func unfit(message string) error {
	return &problem{fiber.StatusBadRequest, "validation_error", message}
}
