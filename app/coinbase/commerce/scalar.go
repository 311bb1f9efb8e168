package commerce

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// Amount is a decimal number in the provider's own digits. It is written as a
// string and read from a string or a number, never by way of a float; what is
// neither is "".
type Amount string

// UnmarshalJSON reads a string or a number.
func (a *Amount) UnmarshalJSON(b []byte) error {
	*a = Amount(strings.TrimSpace(scalar(b)))
	return nil
}

// Decimal returns the number. False means that there is none, or one too long
// or too great to be a sum of money.
func (a Amount) Decimal() (decimal.Decimal, bool) { return plain(string(a)) }

// Number is an [Amount] that is written as a number, as fee_rate is.
type Number string

// UnmarshalJSON reads a number, or a string with one in it.
func (n *Number) UnmarshalJSON(b []byte) error {
	*n = ""
	if d, ok := plain(strings.TrimSpace(scalar(b))); ok {
		*n = Number(d.String())
	}
	return nil
}

// MarshalJSON writes a number, or null for what is none.
func (n Number) MarshalJSON() ([]byte, error) {
	d, ok := plain(string(n))
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
	*i = ID(scalar(b))
	return nil
}

// Count is a whole number that is never below zero. It is read from a number
// or a string; what is neither counts as 0, what is too great as the greatest.
type Count int

// UnmarshalJSON reads a number or a string.
func (c *Count) UnmarshalJSON(b []byte) error {
	*c = 0
	d, ok := plain(strings.TrimSpace(scalar(b)))
	switch {
	case !ok || d.IsNegative():
	case d.GreaterThan(decimal.NewFromInt(math.MaxInt32)):
		*c = math.MaxInt32
	default:
		*c = Count(d.IntPart())
	}
	return nil
}

// Metadata is what the merchant attached to a charge. Values that are no
// strings are kept as their JSON text.
type Metadata map[string]string

// UnmarshalJSON reads an object; anything else is empty.
func (m *Metadata) UnmarshalJSON(b []byte) error {
	*m = nil
	var raw map[string]json.RawMessage
	if json.Unmarshal(b, &raw) != nil || raw == nil {
		return nil //nolint:nilerr // what is no object says nothing, and is no reason to lose the charge
	}
	*m = make(Metadata, len(raw))
	for k, v := range raw {
		(*m)[k] = text(v)
	}
	return nil
}

// text returns a JSON string's content and anything else as it is written;
// null is nothing.
func text(b json.RawMessage) string {
	if b[0] == '"' {
		return scalar(b)
	}
	if string(b) == "null" {
		return ""
	}
	return string(b)
}

// MarshalJSON writes an object even when there is nothing in it, as the
// provider does.
func (m Metadata) MarshalJSON() ([]byte, error) {
	if m == nil {
		return []byte("{}"), nil
	}
	return json.Marshal(map[string]string(m))
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
	t.Time = time.Time{}
	s := strings.TrimSpace(scalar(b))
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05", "2006-01-02 15:04:05 MST"} {
		at, err := time.Parse(layout, s)
		if year := at.UTC().Year(); err == nil && year > 0 && year < 10000 {
			t.Time = at.UTC()
			break
		}
	}
	return nil
}

// scalar returns the text of a JSON string or number, "" for anything else.
func scalar(b []byte) string {
	b = bytes.TrimSpace(b)
	if len(b) == 0 {
		return ""
	}
	if b[0] == '"' {
		var s string
		if json.Unmarshal(b, &s) != nil {
			return ""
		}
		return s
	}
	if b[0] == '-' || (b[0] >= '0' && b[0] <= '9') {
		return string(b)
	}
	return ""
}

// plain reads a decimal that is cheap to compute with: a few bytes such as
// 1e999999999 must not become a gigabyte of zeros.
func plain(s string) (decimal.Decimal, bool) {
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
