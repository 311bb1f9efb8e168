package business

import (
	"errors"
	"fmt"

	"till/app/coinbase/rest"
)

// The types of event. None speaks of a checkout that was made, or of money that
// was seen and is not final.
const (
	EventPaymentSuccess = "checkout.payment.success"
	EventPaymentFailed  = "checkout.payment.failed"
	EventPaymentExpired = "checkout.payment.expired"
	EventRefundSuccess  = "checkout.refund.success"
	EventRefundFailed   = "checkout.refund.failed"
)

// The headers that name an event. Its id stands nowhere in the body, and is the
// same in all attempts to deliver it.
const (
	EventIDHeader   = "X-Event-Id"
	EventTypeHeader = "X-Event-Type"
)

// EventTypes returns all types of event.
func EventTypes() []string {
	return []string{EventPaymentSuccess, EventPaymentFailed, EventPaymentExpired, EventRefundSuccess, EventRefundFailed}
}

// Event is one thing that happened to a checkout: the checkout as it was then,
// and the type beside its fields.
type Event struct {
	Type string `json:"eventType"`
	Checkout
}

// ErrNoEvent is returned for a webhook that is JSON but names no type of event.
var ErrNoEvent = errors.New("the body names no type of event")

// ParseEvent reads a webhook's body, which must be verified before. It fails
// with [ErrNoEvent] when no eventType is named, and with another error when the
// body is not JSON. The checkout may still be unknown.
func ParseEvent(body []byte) (Event, error) {
	var e Event
	if err := rest.Decode(body, &e); err != nil {
		return Event{}, fmt.Errorf("the body is not JSON: %w", err)
	}
	if e.Type == "" {
		return Event{}, ErrNoEvent
	}
	return e, nil
}
