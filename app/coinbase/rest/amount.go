package rest

import (
	"strings"

	"github.com/shopspring/decimal"
)

// Amount is a decimal number in the provider's own digits. It is written as a
// string and read from a string or a number, never by way of a float; what is
// neither is "".
type Amount string

// UnmarshalJSON reads a string or a number.
func (a *Amount) UnmarshalJSON(b []byte) error {
	*a = Amount(strings.TrimSpace(Text(b)))
	return nil
}

// Decimal returns the number. False means that there is none, or one too long
// or too great to be a sum of money.
func (a Amount) Decimal() (decimal.Decimal, bool) { return Number(string(a)) }

// Number reads a decimal that is cheap to compute with: a few bytes such as
// 1e999999999 must not become a gigabyte of zeros.
func Number(s string) (decimal.Decimal, bool) {
	const digits, exponent = 64, 40
	if len(s) == 0 || len(s) > digits {
		return decimal.Decimal{}, false
	}
	d, err := decimal.NewFromString(s)
	if err != nil || d.Exponent() > exponent || d.Exponent() < -exponent {
		return decimal.Decimal{}, false
	}
	return d, true
}
