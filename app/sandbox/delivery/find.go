package delivery

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Try is one request of a delivery, or one that was left out on purpose.
type Try struct {
	Seq        int64     `json:"seq"`
	Number     int       `json:"number"` // the envelope's attempt_number; a duplicate has the same
	EventID    string    `json:"event_id"`
	URL        string    `json:"url"`
	At         time.Time `json:"at"`
	DurationMS int64     `json:"duration_ms"`
	Request    *Request  `json:"request"`  // nil = nothing was sent
	Response   *Response `json:"response"` // nil = there was no answer
	Error      string    `json:"error"`
	Troubles   []string  `json:"troubles"` // what was done to it
}

// Request is what was sent.
type Request struct {
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
}

// Response is what the merchant said.
type Response struct {
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"` // its first 4 KiB
}

// Find returns a delivery with all its tries, the oldest first, or
// [ErrNotFound]. What was sent is written again from the event.
func (q *Queue) Find(ctx context.Context, id string) (Delivery, error) {
	db := q.cfg.DB.Read()
	d, err := findDelivery(ctx, db, id)
	if err != nil {
		return Delivery{}, err
	}
	m, err := findMessage(ctx, db, d.EventID)
	if err != nil {
		return Delivery{}, err
	}
	rows, err := db.QueryContext(ctx,
		`SELECT seq, url, event_id, number, scheduled_for, at, took_us, signature, troubles, status, head, body, error
		 FROM attempts WHERE delivery = $1 ORDER BY seq`, id)
	if err != nil {
		return Delivery{}, fmt.Errorf("list a delivery's attempts: %w", err)
	}
	d.Tries, err = collect(rows, "list a delivery's attempts", func(r row) (Try, error) { return scanTry(r, id, m) })
	return d, err
}

func scanTry(r row, delivery string, m message) (Try, error) {
	var t Try
	var scheduled, at, took int64
	var signature, troubles, head string
	var status int
	var body []byte
	err := r.Scan(&t.Seq, &t.URL, &t.EventID, &t.Number, &scheduled, &at, &took, &signature, &troubles, &status, &head, &body, &t.Error)
	if err != nil {
		return t, err
	}
	t.At, t.DurationMS = time.UnixMicro(at).UTC(), took/1000
	t.Troubles = append([]string{}, words(troubles)...)
	if status != 0 {
		t.Response = &Response{Status: status, Body: string(body)}
		if err := json.Unmarshal([]byte(head), &t.Response.Headers); err != nil {
			return t, fmt.Errorf("decode an answer's head: %w", err)
		}
	}
	if signature == "" { // what is not sent is not signed
		return t, nil
	}
	l := letter{delivery: delivery, number: t.Number, scheduledFor: time.UnixMicro(scheduled), kinds: t.Troubles}
	_, sent, err := l.write(m)
	t.Request = &Request{Headers: linesOf(l.head(m, signature)), Body: string(sent)}
	return t, err
}
