package shop

import (
	"errors"
	"fmt"
	"time"
)

// Code is the kind of a failure that a person is told about.
type Code string

// The kinds of failure. The web answers each with one status.
const (
	Invalid     Code = "invalid"     // what was sent makes no sense
	NotFound    Code = "not_found"   // nothing of that name
	Conflict    Code = "conflict"    // not in the state it is in
	Forbidden   Code = "forbidden"   // not for you
	TooMany     Code = "too_many"    // later, please
	Unavailable Code = "unavailable" // we cannot, for now
	Internal    Code = "internal"    // our fault; the text is for the log
)

// Error speaks to people: Message is a sentence that may be shown.
type Error struct {
	Code    Code
	Message string
	Anew    Slug // what can be ordered instead of what was asked for; mostly ""
}

// Error returns the message.
func (e *Error) Error() string { return e.Message }

// Errorf makes an [Error] that may be shown to the person who asked.
func Errorf(code Code, format string, args ...any) error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// ErrorCode returns the code of the first [Error] in err's chain, [Internal]
// if there is none, and "" for nil.
func ErrorCode(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// Problem says why a payment could not be opened, or why the provider could
// not be asked. The empty one means: nothing is wrong.
type Problem string

// The problems a buyer can be told about.
const (
	Unanswered  Problem = "unanswered"  // sent, but no clear answer: it may have worked
	Unreachable Problem = "unreachable" // no connection: nothing was made
	Busy        Problem = "busy"        // the provider asks us to slow down
	Refused     Problem = "refused"     // the provider understood and said no
	Credentials Problem = "credentials" // the provider does not accept our key
)

// ProviderError is what a [Gateway] returns when the provider did not do what
// it was asked.
type ProviderError struct {
	Problem    Problem
	NotFound   bool          // the provider answers, and knows no such charge
	Gone       bool          // whoever answers says that there is no such API any more
	RequestID  string        // the provider's own id of the request, for its support
	RetryAfter time.Duration // how long the provider asks us to wait; 0: it did not say
	Pages      int           // how many pages of a list were read before it failed
	Err        error
}

// Error describes the failure for a log.
func (e *ProviderError) Error() string {
	s := fmt.Sprintf("provider %s: %v", e.Problem, e.Err)
	if e.RequestID != "" {
		s += " (request " + e.RequestID + ")"
	}
	return s
}

// Unwrap returns the cause.
func (e *ProviderError) Unwrap() error { return e.Err }

// Clear reports whether it is certain that nothing was made at the provider.
func (e *ProviderError) Clear() bool { return e.Problem != Unanswered }

var (
	// ErrSignature is returned for a webhook whose signature is missing or
	// fits none of the configured secrets.
	ErrSignature = errors.New("webhook signature does not fit")
	// ErrMalformed is returned for a signed webhook that is no event at all.
	ErrMalformed = errors.New("webhook body is not an event")
	// ErrIgnored is returned for an event that says nothing about a payment.
	ErrIgnored = errors.New("event says nothing about a payment")
)
