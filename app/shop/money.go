package shop

import (
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
)

// Money is an amount in a currency: exact decimals, never a float. Currency is
// an upper-case code such as USD or USDC.
type Money struct {
	Amount   decimal.Decimal
	Currency string
}

// ParseMoney reads a plain decimal such as "4.50" and a currency code.
func ParseMoney(amount, currency string) (Money, error) {
	d, err := decimal.NewFromString(amount)
	if err != nil {
		return Money{}, fmt.Errorf("amount %q is not a decimal number", amount)
	}
	return Money{Amount: d, Currency: strings.ToUpper(currency)}, nil
}

// Known reports whether the money was stated at all.
func (m Money) Known() bool { return m.Currency != "" }

// Same reports whether both are the same sum of the same currency; 4.5 and
// 4.50 are.
func (m Money) Same(other Money) bool {
	return m.Currency == other.Currency && m.Amount.Equal(other.Amount)
}

// String writes the amount with at least two places and the currency: "4.50 USD".
func (m Money) String() string {
	return m.Plain() + " " + m.Currency
}

// Plain writes the amount alone with at least two places: "4.50".
func (m Money) Plain() string {
	places := max(2, -m.Amount.Exponent())
	return m.Amount.StringFixed(places)
}
