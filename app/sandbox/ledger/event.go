package ledger

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// Event is what the merchant is told, word for word, of a step of a charge.
type Event struct {
	ID        string
	ChargeID  string
	Code      string // the charge's
	Type      string // such as "charge:confirmed"
	CreatedAt time.Time
	Body      json.RawMessage // the provider's event object
}

// wireEvent is an event as it is sent and listed.
type wireEvent struct {
	APIVersion string `json:"api_version"`
	CreatedAt  string `json:"created_at"`
	Data       any    `json:"data"`
	ID         string `json:"id"`
	Resource   string `json:"resource"`
	Type       string `json:"type"`
}

// Event words what happened; id becomes the event's own.
func (v View) Event(id string, h Happening) (Event, error) {
	if h.Charge.Shape == Business {
		return v.businessEvent(id, h)
	}
	data, err := sorted(v.Data(&h.Charge))
	if err != nil {
		return Event{}, fmt.Errorf("encode charge %s: %w", h.Charge.Code, err)
	}
	body, err := json.Marshal(wireEvent{
		APIVersion: "2018-03-22", CreatedAt: stamp(h.At), Data: data,
		ID: id, Resource: "event", Type: h.Type,
	})
	if err != nil {
		return Event{}, fmt.Errorf("encode event %s of charge %s: %w", h.Type, h.Charge.Code, err)
	}
	return Event{ID: id, ChargeID: h.Charge.ID, Code: h.Charge.Code, Type: h.Type, CreatedAt: h.At, Body: body}, nil
}

// sorted is data with the keys of its objects in order of the alphabet, as the
// provider's webhooks have them.
func sorted(data any) (any, error) {
	raw, err := json.Marshal(data)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber() // a number stays as it was written
	var plain any
	if err := d.Decode(&plain); err != nil {
		return nil, err
	}
	return plain, nil
}

// readEvent reads an event back from its words, to the second.
func readEvent(body string) (*Event, error) {
	var wire struct {
		ID        string                    `json:"id"`
		Type      string                    `json:"type"`
		CreatedAt time.Time                 `json:"created_at"`
		Data      struct{ ID, Code string } `json:"data"`
	}
	if err := json.Unmarshal([]byte(body), &wire); err != nil {
		return nil, fmt.Errorf("decode an event: %w", err)
	}
	return &Event{
		ID: wire.ID, ChargeID: wire.Data.ID, Code: wire.Data.Code, Type: wire.Type,
		CreatedAt: wire.CreatedAt, Body: json.RawMessage(body),
	}, nil
}
