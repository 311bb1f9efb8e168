package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"time"
)

// Decode reads JSON into v. A field of the wrong kind is left as it was and
// all others are read: one odd field must not cost a payment.
func Decode(body []byte, v any) error {
	err := json.Unmarshal(body, v)
	var odd *json.UnmarshalTypeError
	if errors.As(err, &odd) {
		return nil
	}
	return err
}

// Text returns the text of a JSON string or number, "" for anything else.
func Text(b []byte) string {
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

// Time reads an instant from a JSON string: RFC 3339 and its near relatives,
// with or without fraction and offset. What is no time is the zero time.
func Time(b []byte) time.Time {
	s := strings.TrimSpace(Text(b))
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05", "2006-01-02 15:04:05 MST"} {
		at, err := time.Parse(layout, s)
		if year := at.UTC().Year(); err == nil && year > 0 && year < 10000 {
			return at.UTC()
		}
	}
	return time.Time{}
}
