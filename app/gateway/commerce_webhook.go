package gateway

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"

	"till/app/coinbase/commerce"
	"till/app/shop"
)

const (
	maxEventID   = 128
	maxEventType = 64
)

// Verify checks the signature of a webhook on its raw bytes, and only then
// reads its envelope. The event's own id names it, because an attempt repeated
// keeps that; without a usable one the SHA-256 of the body does.
func (g *Commerce) Verify(d shop.Delivery) (shop.Envelope, error) {
	if !commerce.Verify(g.secrets, d.Body, strings.TrimSpace(d.Header.Get(commerce.SignatureHeader))) {
		return shop.Envelope{}, shop.ErrSignature
	}
	head, err := commerce.ParseHead(d.Body)
	if err != nil {
		return shop.Envelope{}, fmt.Errorf("%w: %w", shop.ErrMalformed, err)
	}
	return shop.Envelope{
		Environment: g.environment,
		ID:          eventID(head.ID, d.Body),
		Type:        cut(printable(head.Type), maxEventType),
	}, nil
}

// Read says what an event tells about a charge. The charge's timeline decides,
// never the event's name: under- and overpayments come as charge:failed.
func (g *Commerce) Read(e shop.Event) (shop.Evidence, error) {
	envelope, err := commerce.ParseEnvelope(e.Body)
	if err != nil {
		return shop.Evidence{}, fmt.Errorf("%w: %w", shop.ErrMalformed, err)
	}
	event := envelope.Event
	if !strings.HasPrefix(event.Type, "charge:") || event.Data == nil || !event.Data.Known() {
		return shop.Evidence{}, shop.ErrIgnored
	}
	ev := g.evidence(*event.Data)
	ev.Environment = e.Environment
	if _, ok := furthest(event.Data.Timeline); !ok {
		ev.State, ev.At = hint(event.Type), event.CreatedAt.Time
	}
	return ev, nil
}

// hint is how far the mere name of an event is believed when its charge has no
// timeline: money may have been seen, so the payment is worth a question, but
// nothing is ever confirmed or given up on a name.
func hint(eventType string) shop.State {
	switch eventType {
	case commerce.EventPending, commerce.EventConfirmed, commerce.EventDelayed, commerce.EventResolved:
		return shop.Detected
	}
	return shop.Waiting
}

func eventID(named commerce.ID, body []byte) string {
	id := string(named)
	if id != "" && len(id) <= maxEventID && printable(id) == id {
		return id
	}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// printable leaves out what neither a log nor a database should be given.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, s)
}
