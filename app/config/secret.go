package config

import (
	"fmt"
	"io"
	"log/slog"
)

const hidden = "(set)"

// Secret is a value that must not be read by accident: whatever prints, logs
// or encodes it gets "(set)", or "" when there is none.
type Secret string

// Reveal gives the value itself. Call it where the secret is used, nowhere else.
func (s Secret) Reveal() string { return string(s) }

// String hides the value.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return hidden
}

// GoString hides the value.
func (s Secret) GoString() string { return s.String() }

// Format hides the value from every verb, also from wrong ones such as %d.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue hides the value from slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText hides the value from encoders.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// MarshalJSON hides the value from JSON.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + s.String() + `"`), nil }
