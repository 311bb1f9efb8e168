package commerce

import (
	"encoding/json"
	"math"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"till/app/coinbase/rest"
)

// Amount is a decimal number in the provider's own digits, written as a string.
type Amount = rest.Amount

// Metadata is what the merchant attached to a charge. Values that are no
// strings are kept as their JSON text.
type Metadata = rest.Metadata

// Number is an [Amount] that is written as a number, as fee_rate is.
type Number string

// UnmarshalJSON reads a number, or a string with one in it.
func (n *Number) UnmarshalJSON(b []byte) error {
	*n = ""
	if d, ok := rest.Number(strings.TrimSpace(rest.Text(b))); ok {
		*n = Number(d.String())
	}
	return nil
}

// MarshalJSON writes a number, or null for what is none.
func (n Number) MarshalJSON() ([]byte, error) {
	d, ok := rest.Number(string(n))
	if !ok {
		return []byte("null"), nil
	}
	return []byte(d.String()), nil
}

// ID is an identifier that the provider writes as a string in one place and as
// an integer in another.
type ID string

// UnmarshalJSON reads a string or a number.
func (i *ID) UnmarshalJSON(b []byte) error {
	*i = ID(rest.Text(b))
	return nil
}

// Count is a whole number that is never below zero. It is read from a number
// or a string; what is neither counts as 0, what is too great as the greatest.
type Count int

// UnmarshalJSON reads a number or a string.
func (c *Count) UnmarshalJSON(b []byte) error {
	*c = 0
	d, ok := rest.Number(strings.TrimSpace(rest.Text(b)))
	switch {
	case !ok || d.IsNegative():
	case d.GreaterThan(decimal.NewFromInt(math.MaxInt32)):
		*c = math.MaxInt32
	default:
		*c = Count(d.IntPart())
	}
	return nil
}

// Time is an instant of the provider's clock. It is written to the second in
// UTC and read with or without fraction and offset; what is no time is zero.
type Time struct{ time.Time }

// At wraps an instant.
func At(t time.Time) Time { return Time{t} }

// MarshalJSON writes "2024-02-23T05:48:55Z".
func (t Time) MarshalJSON() ([]byte, error) {
	return json.Marshal(t.UTC().Format(time.RFC3339))
}

// UnmarshalJSON reads RFC 3339 and its near relatives.
func (t *Time) UnmarshalJSON(b []byte) error {
	t.Time = rest.Time(b)
	return nil
}
