package commerce

import (
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode"
)

// Error is what a [Client] returns when the provider did not do what it was
// asked.
type Error struct {
	Status     int           // of the answer; 0: there was none
	Type       string        // the provider's, such as not_found; "" if it gave none
	Message    string        // the provider's own words
	RequestID  string        // the provider's id of the request, for its support
	RetryAfter time.Duration // how long it asks us to wait; 0: it did not say
	Sent       bool          // bytes may have reached the provider
	Err        error         // what went wrong when the answer does not say

	broken bool // the connection failed before the answer was whole
	heard  bool // an earlier try of the same call may have been acted upon
}

// Error describes the failure for a log; the request's id stands beside it. It
// never contains the API key.
func (e *Error) Error() string {
	var s strings.Builder
	s.WriteString("coinbase commerce:")
	if e.Status != 0 {
		fmt.Fprintf(&s, " status %d", e.Status)
	}
	for _, part := range []string{e.Type, e.Message} {
		if part != "" {
			s.WriteString(" " + part)
		}
	}
	if e.Err != nil {
		fmt.Fprintf(&s, " %v", e.Err)
	}
	return s.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// NotFound reports whether the provider itself said that it knows no such
// thing. A page of some other server that says 404 is not that.
func (e *Error) NotFound() bool {
	if e.Type != "" {
		return e.Type == TypeNotFound
	}
	return e.Status == http.StatusNotFound && e.Message != ""
}

// repeatable reports whether a request that failed so may be sent again. A
// question is not, when we ask too much: who asks is told at once, because others
// that ask must wait too. A buyer's call cannot wait for long.
func (e *Error) repeatable(method string) bool {
	if e.Status == http.StatusTooManyRequests {
		return method != http.MethodGet
	}
	if !e.Sent {
		return true
	}
	return idempotent(method) && e.ambiguous()
}

// ambiguous reports whether the provider may have done what it was asked, or
// may do it when it is asked again.
func (e *Error) ambiguous() bool {
	return e.Sent && (e.broken || e.Status >= http.StatusInternalServerError)
}

// idempotent reports whether asking twice comes to the same as asking once.
func idempotent(method string) bool {
	return method == http.MethodGet || method == http.MethodPut || method == http.MethodDelete
}

const maxText = 300

// clean makes a stranger's text fit for a log: one line, not long, and without
// the API key, should it be echoed.
func (c *Client) clean(s string) string {
	s = strings.ReplaceAll(s, c.apiKey, "[API key]")
	s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, s)
	if runes := []rune(s); len(runes) > maxText {
		s = string(runes[:maxText]) + "…"
	}
	return strings.TrimSpace(s)
}
