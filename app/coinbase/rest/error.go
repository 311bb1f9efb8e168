package rest

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
	Link       string        // where the provider explains itself; "" if nowhere
	RetryAfter time.Duration // how long it asks us to wait; 0: it did not say
	Sent       bool          // bytes may have reached the provider, in this try or an earlier one
	Err        error         // what went wrong when the answer does not say

	who    string // the API's name
	broken bool   // the connection failed before the answer was whole
	heard  bool   // an earlier try of the same call may have been acted upon
	// The credentials were refused, perhaps for the time they were made at.
	untimely bool
}

// Unsent is the error of a request that was not made, because it would be
// wrong; name is the API's.
func Unsent(name string, err error) *Error { return &Error{who: name, Err: err} }

// Fault is what a provider says about a request it refuses.
type Fault struct {
	Type      string
	Message   string
	RequestID string // "": the X-Request-Id header tells
	Link      string
}

// typeNotFound is what both APIs call a thing that does not exist.
const typeNotFound = "not_found"

// Error describes the failure for a log; the request's id stands beside it. It
// never contains the credentials.
func (e *Error) Error() string {
	var s strings.Builder
	if e.who == "" {
		s.WriteString("coinbase:")
	} else {
		s.WriteString(e.who + ":")
	}
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
		return e.Type == typeNotFound
	}
	return e.Status == http.StatusNotFound && e.Message != ""
}

// Heard reports whether an earlier try of the same call may have been acted
// upon, so that what is refused now may have been done before.
func (e *Error) Heard() bool { return e.heard }

// repeatable reports whether a request that failed so may be sent again. A
// question is not, when we ask too much: who asks is told at once, because others
// that ask must wait too. A buyer's call cannot wait for long.
func (e *Error) repeatable(r Request) bool {
	if e.Status == http.StatusTooManyRequests {
		return r.Method != http.MethodGet
	}
	if !e.Sent {
		return true
	}
	return r.idempotent() && e.ambiguous()
}

// ambiguous reports whether the provider may have done what it was asked, or
// may do it when it is asked again.
func (e *Error) ambiguous() bool {
	return e.Sent && (e.broken || e.Status >= http.StatusInternalServerError)
}

const maxText = 300

// secret is what must not be repeated, should a stranger echo it.
type secret string

// clean makes a stranger's text fit for a log: one line, not long, and without
// the secret.
func (hidden secret) clean(s string) string {
	if hidden != "" {
		s = strings.ReplaceAll(s, string(hidden), "[API key]")
	}
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
