package business

import (
	"errors"

	"till/app/coinbase/rest"
)

// Error is what a [Client] returns when the provider did not do what it was
// asked. Its RequestID is the provider's correlation id.
type Error = rest.Error

// ErrInvalid is what the error of a request is that was not made, because the
// API is known to refuse it; its text says why.
var ErrInvalid = errors.New("the request is not sent")

// ErrorReply is the body of every refusal.
type ErrorReply struct {
	Type          string `json:"errorType"`
	Message       string `json:"errorMessage"`
	CorrelationID string `json:"correlationId,omitempty"` // for the provider's support
	Link          string `json:"errorLink,omitempty"`     // where it is explained
}

// The types of an [ErrorReply].
const (
	TypeInvalidRequest = "invalid_request"
	TypeUnauthorized   = "unauthorized"
	TypeForbidden      = "forbidden"
	TypeNotFound       = "not_found"
	TypeIdempotency    = "idempotency_error"
	TypeRateLimit      = "rate_limit_exceeded"
	TypeInternal       = "internal_server_error"
)

// reasons reads why a request was refused.
func reasons(body []byte) rest.Fault {
	var r ErrorReply
	if rest.Decode(body, &r) != nil {
		return rest.Fault{} // a page of some other server
	}
	return rest.Fault{Type: r.Type, Message: r.Message, RequestID: r.CorrelationID, Link: r.Link}
}
