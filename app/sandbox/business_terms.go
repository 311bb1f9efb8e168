package sandbox

import (
	"cmp"
	"encoding/json"
	"errors"
	"net"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"
	"github.com/shopspring/decimal"

	"till/app/coinbase/business"
	"till/app/sandbox/ledger"
)

// The limits of business's fields; lengths are in characters.
const (
	maxBusinessDescription = 500
	maxMetadataKeys        = 20
	maxMetadataValue       = 100
	maxRedirect            = 2048
	maxReason              = 500
)

// checkoutBody is what a merchant sends; unknown fields are ignored.
type checkoutBody struct {
	Amount             string            `json:"amount"`
	Currency           string            `json:"currency"`
	Network            string            `json:"network"`
	Description        string            `json:"description"`
	Metadata           map[string]string `json:"metadata"`
	SuccessRedirectURL string            `json:"successRedirectUrl"`
	FailRedirectURL    string            `json:"failRedirectUrl"`
	ExpiresAt          *time.Time        `json:"expiresAt"`
}

// readBusiness reads the JSON of a request. A field of the wrong type is
// refused, an amount that is a number among them; one that is spelt with other
// capitals is unknown.
func readBusiness(c *fiber.Ctx, into any) error {
	err := json.Unmarshal(spelt(c.BodyRaw(), reflect.TypeOf(into).Elem()), into)
	var mismatch *json.UnmarshalTypeError
	switch {
	case errors.As(err, &mismatch) && mismatch.Field != "":
		return invalid("%s must not be a %s.", mismatch.Field, mismatch.Value)
	case err != nil:
		return invalid("The request body is not the JSON that is expected here.")
	}
	return nil
}

// spelt is an object without the fields whose names differ from those of a
// struct, if only in capitals: Go's reader would take successRedirectURL for
// successRedirectUrl. What is no object is left as it is.
func spelt(body []byte, as reflect.Type) []byte {
	var fields, known map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil || fields == nil {
		return body
	}
	known = make(map[string]json.RawMessage, len(fields))
	for i := range as.NumField() {
		name, _, _ := strings.Cut(as.Field(i).Tag.Get("json"), ",")
		inner := as.Field(i).Type
		value, ok := fields[name]
		if ok && inner.Kind() == reflect.Struct {
			value = spelt(value, inner)
		}
		if ok {
			known[name] = value
		}
	}
	written, err := json.Marshal(known)
	if err != nil {
		return body
	}
	return written
}

// terms checks the body and makes terms of it.
func (b checkoutBody) terms(now time.Time) (ledger.Terms, error) {
	amount, err := businessAmount(b.Amount)
	if err != nil {
		return ledger.Terms{}, err
	}
	if err := b.check(now); err != nil {
		return ledger.Terms{}, err
	}
	metadata := json.RawMessage("{}")
	if b.Metadata != nil {
		if metadata, err = json.Marshal(b.Metadata); err != nil {
			return ledger.Terms{}, err
		}
	}
	terms := ledger.Terms{
		Description: b.Description, PricingType: "fixed_price", Price: &ledger.Money{Amount: amount, Currency: b.Currency},
		Metadata: metadata, RedirectURL: b.SuccessRedirectURL, CancelURL: b.FailRedirectURL,
	}
	if b.ExpiresAt != nil {
		terms.ExpiresAt = b.ExpiresAt.UTC().Truncate(time.Microsecond)
	}
	return terms, nil
}

func (b checkoutBody) check(now time.Time) error {
	switch {
	case !business.Accepts(b.Currency):
		return invalid("currency must be one of %s.", strings.Join(business.Currencies(), ", "))
	case b.Network != "" && b.Network != "base":
		return invalid("network must be base.")
	case utf8.RuneCountInString(b.Description) > maxBusinessDescription:
		return invalid("description must have at most %d characters.", maxBusinessDescription)
	case len(b.Metadata) > maxMetadataKeys:
		return invalid("metadata must have at most %d keys.", maxMetadataKeys)
	case b.ExpiresAt != nil && !b.ExpiresAt.After(now):
		return invalid("expiresAt must be in the future.")
	}
	for name, value := range b.Metadata {
		if utf8.RuneCountInString(value) > maxMetadataValue {
			return invalid("metadata.%s must have at most %d characters.", name, maxMetadataValue)
		}
	}
	return cmp.Or(checkRedirect("successRedirectUrl", b.SuccessRedirectURL), checkRedirect("failRedirectUrl", b.FailRedirectURL))
}

// businessAmount reads a sum from 0.01 to 100,000,000.
func businessAmount(text string) (decimal.Decimal, error) {
	wrong := invalid(`amount must be a text such as "10.50", from 0.01 to 100000000, with two decimals at most.`)
	if !regexp.MustCompile(`^[0-9]{1,12}(\.[0-9]{1,2})?$`).MatchString(text) {
		return decimal.Zero, wrong
	}
	amount, err := decimal.NewFromString(text)
	if err != nil || !amount.IsPositive() || amount.GreaterThan(decimal.NewFromInt(100_000_000)) {
		return decimal.Zero, wrong
	}
	return amount, nil
}

// checkRedirect wants https as the provider does, but for shops that are being
// tested on this machine.
func checkRedirect(name, raw string) error {
	if raw == "" {
		return nil
	}
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || utf8.RuneCountInString(raw) > maxRedirect ||
		(u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname()))) {
		return invalid("%s must be an https URL of at most %d characters; http is for addresses of this machine.", name, maxRedirect)
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || (ip != nil && ip.IsLoopback())
}

// refundBody is what a merchant sends to have money sent back.
type refundBody struct {
	Amount   string `json:"amount"`
	Currency string `json:"currency"`
	Reason   string `json:"reason"`
}

func (b refundBody) claim() (ledger.Claim, error) {
	amount, err := businessAmount(b.Amount)
	switch {
	case err != nil:
		return ledger.Claim{}, err
	case b.Currency != "" && !slices.Contains(business.Currencies(), b.Currency):
		return ledger.Claim{}, invalid("currency must be one of %s.", strings.Join(business.Currencies(), ", "))
	case utf8.RuneCountInString(b.Reason) > maxReason:
		return ledger.Claim{}, invalid("reason must have at most %d characters.", maxReason)
	}
	return ledger.Claim{Amount: amount, Currency: b.Currency, Reason: b.Reason}, nil
}
