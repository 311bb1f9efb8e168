package delivery

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"till/app/coinbase/commerce"
	"till/app/database"
	"till/app/sandbox/trouble"
)

// message is an event as it is to be sent.
type message struct {
	eventID string
	kind    string // of the event
	body    json.RawMessage
}

func findMessage(ctx context.Context, q database.Queryer, eventID string) (message, error) {
	var kind, body string
	err := q.QueryRowContext(ctx, `SELECT type, body FROM messages WHERE event_id = $1`, eventID).Scan(&kind, &body)
	if err != nil {
		return message{}, fmt.Errorf("find what to send: %w", err)
	}
	return message{eventID, kind, json.RawMessage(body)}, nil
}

// envelope is what commerce's merchant gets: the event, and which attempt this is.
type envelope struct {
	AttemptNumber int             `json:"attempt_number"`
	Event         json.RawMessage `json:"event"`
	ID            string          `json:"id"`
	ScheduledFor  string          `json:"scheduled_for"`
}

// letter is one request's body. The same letter can be written again as long
// as its message is there: nothing in it is random.
type letter struct {
	delivery     string
	number       int // of the attempt, from 1
	scheduledFor time.Time
	kinds        []string  // of trouble that bend it
	at           time.Time // when it is signed, in real time: receivers compare it with theirs
}

// write returns the bytes that are signed and, broken or not, those sent.
func (l letter) write(m message) (signed, sent []byte, err error) {
	bend, body := trouble.BendCheckout, []byte(m.body)
	if faceOf(m.kind) == Commerce {
		bend = trouble.Bend
		body, err = json.Marshal(envelope{
			AttemptNumber: l.number, Event: m.body, ID: l.delivery, ScheduledFor: l.scheduledFor.UTC().Format(time.RFC3339),
		})
		if err != nil {
			return nil, nil, fmt.Errorf("encode the envelope: %w", err)
		}
	}
	signed, err = bend(body, l.kinds, l.seed())
	if err != nil {
		return nil, nil, err
	}
	return signed, trouble.Break(signed, l.kinds), nil
}

// seed is what a bend's made-up parts come from.
func (l letter) seed() string { return l.delivery + "/" + strconv.Itoa(l.number) }

// eventID is the event that the letter is about.
func (l letter) eventID(m message) string {
	if slices.Contains(l.kinds, trouble.ForeignEvent) {
		return trouble.Identity(l.seed(), "event")
	}
	return m.eventID
}

// sign returns the signature that a letter carries, which a trouble may make
// with the wrong secret.
func (l letter) sign(secret string, m message, signed []byte) string {
	if slices.Contains(l.kinds, trouble.WrongSignature) {
		secret = "not " + secret
	}
	if faceOf(m.kind) == Business {
		return l.signBusiness(secret, m, signed)
	}
	return commerce.Sign(secret, signed)
}

// head is that of a request with that signature, as the provider's are.
func (l letter) head(m message, signature string) http.Header {
	h := http.Header{}
	h.Set("Content-Type", "application/json")
	h.Set("Accept", "*/*")
	if faceOf(m.kind) == Business {
		l.headBusiness(h, m, signature)
		return h
	}
	h.Set("Accept-Encoding", "gzip;q=1.0,deflate;q=0.6,identity;q=0.3")
	h.Set("User-Agent", "weipay-webhooks")
	h.Set(commerce.SignatureHeader, signature)
	return h
}
