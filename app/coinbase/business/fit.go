package business

import (
	"net/url"
	"slices"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

// The limits of the API's fields; lengths are in characters.
const (
	mostDescription = 500
	mostMetadata    = 20  // keys
	mostValue       = 100 // of a value of the metadata
	mostURL         = 2048
)

// Currencies returns what a checkout may be priced in.
func Currencies() []string { return []string{"USDC", "USD", "EUR", "GBP", "SGD"} }

// Accepts reports whether a checkout may be priced in that currency.
func Accepts(currency string) bool { return slices.Contains(Currencies(), currency) }

// fit returns the request as the API takes it, or an [ErrInvalid].
func (r CreateCheckout) fit() (CreateCheckout, error) {
	amount, err := fitAmount(r.Amount)
	switch {
	case err != nil:
		return r, err
	case !Accepts(r.Currency):
		return r, unsent("%w: the currency %.12q is none of %v", ErrInvalid, r.Currency, Currencies())
	case len(r.Metadata) > mostMetadata:
		return r, unsent("%w: the metadata has %d keys, %d are allowed", ErrInvalid, len(r.Metadata), mostMetadata)
	}
	for key, value := range r.Metadata {
		if utf8.RuneCountInString(value) > mostValue {
			return r, unsent("%w: the metadata's %.40q is longer than %d characters", ErrInvalid, key, mostValue)
		}
	}
	r.Amount = amount
	r.Description = shorten(r.Description, mostDescription)
	r.SuccessRedirectURL = secureURL(r.SuccessRedirectURL)
	r.FailRedirectURL = secureURL(r.FailRedirectURL)
	return r, nil
}

// fitAmount writes an amount with two decimals.
func fitAmount(a Amount) (Amount, error) {
	d, ok := a.Decimal()
	switch {
	case !ok:
		return "", unsent("%w: the amount %.40q is no number", ErrInvalid, string(a))
	case !d.Equal(d.Round(2)):
		return "", unsent("%w: the amount %s has more than two decimals", ErrInvalid, a)
	case d.LessThan(decimal.New(1, -2)) || d.GreaterThan(decimal.New(1, 8)):
		return "", unsent("%w: the amount %s is not between 0.01 and 100000000", ErrInvalid, a)
	}
	return Amount(d.StringFixed(2)), nil
}

// shorten cuts a text that has more than most characters.
func shorten(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}

// secureURL returns an address the API takes for a way back, "" for any other.
func secureURL(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" || u.Host == "" || utf8.RuneCountInString(s) > mostURL {
		return ""
	}
	return s
}
