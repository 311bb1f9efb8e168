package commerce

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"till/app/coinbase/rest"
)

// SignatureHeader carries the signature of a webhook's body.
const SignatureHeader = "X-CC-Webhook-Signature"

// The types of event that speak of a charge.
const (
	EventCreated   = "charge:created"
	EventPending   = "charge:pending"
	EventConfirmed = "charge:confirmed"
	EventFailed    = "charge:failed" // expired unpaid, and also under- or overpaid
	EventDelayed   = "charge:delayed"
	EventResolved  = "charge:resolved"
)

// Sign returns the signature of a webhook's body: the HMAC-SHA256 under the
// shared secret's own characters, in lower-case hex.
func Sign(secret string, body []byte) string {
	return hex.EncodeToString(sum(secret, body))
}

// Verify reports whether the signature of a body was made with one of the
// secrets. Each is tried, in constant time; an empty secret never fits. The
// body has no time in it, so a copy of an old webhook fits as well.
func Verify(secrets []string, body []byte, signature string) bool {
	got, err := hex.DecodeString(signature)
	if err != nil || len(got) != sha256.Size {
		return false
	}
	fits := false
	for _, secret := range secrets {
		if secret != "" && hmac.Equal(sum(secret, body), got) {
			fits = true
		}
	}
	return fits
}

func sum(secret string, body []byte) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return mac.Sum(nil)
}

// Envelope is the body of a webhook. Its id belongs to the delivery, not to
// the event, which keeps its own through all attempts.
type Envelope struct {
	ID            ID    `json:"id"` // an integer in some deliveries, a uuid in others
	ScheduledFor  Time  `json:"scheduled_for,omitzero"`
	AttemptNumber Count `json:"attempt_number,omitempty"`
	Event         Event `json:"event"`
}

// Event is one thing that happened to a charge, with the charge as it was
// then.
type Event struct {
	ID         ID      `json:"id"`
	Resource   string  `json:"resource,omitempty"`
	Type       string  `json:"type"`
	APIVersion string  `json:"api_version,omitempty"`
	CreatedAt  Time    `json:"created_at,omitzero"`
	Data       *Charge `json:"data"`
}

// ErrNoEvent is returned for a webhook that is JSON but carries no event.
var ErrNoEvent = errors.New("the body has no event object")

// ParseEnvelope reads a webhook's body, which must be verified before. It
// fails with [ErrNoEvent] without an event object, and with another error when
// the body is not JSON.
func ParseEnvelope(body []byte) (Envelope, error) {
	var frame struct {
		Event json.RawMessage `json:"event"`
	}
	if err := rest.Decode(body, &frame); err != nil {
		return Envelope{}, fmt.Errorf("the body is not JSON: %w", err)
	}
	if !bytes.HasPrefix(frame.Event, []byte("{")) {
		return Envelope{}, ErrNoEvent
	}
	var e Envelope
	if err := rest.Decode(body, &e); err != nil {
		return Envelope{}, fmt.Errorf("the body is not JSON: %w", err)
	}
	return e, nil
}

// Head names an event without reading what it says.
type Head struct {
	ID   ID     `json:"id"`
	Type string `json:"type"`
}

// ParseHead reads which event a webhook carries and leaves its charge unread.
// It fails as [ParseEnvelope] does.
func ParseHead(body []byte) (Head, error) {
	var frame struct {
		Event eventHead `json:"event"`
	}
	if err := rest.Decode(body, &frame); err != nil {
		return Head{}, fmt.Errorf("the body is not JSON: %w", err)
	}
	if !frame.Event.found {
		return Head{}, ErrNoEvent
	}
	return frame.Event.Head, nil
}

// eventHead notes that there was an object at all.
type eventHead struct {
	Head
	found bool
}

// UnmarshalJSON reads an object; anything else is no event.
func (e *eventHead) UnmarshalJSON(b []byte) error {
	if !bytes.HasPrefix(b, []byte("{")) {
		return nil
	}
	e.found = true
	return rest.Decode(b, &e.Head)
}
