package delivery

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"till/app/database"
)

// Event is something to tell the merchant.
type Event struct {
	ID       string
	ChargeID string
	Code     string
	Type     string // such as "charge:confirmed"
	At       time.Time
	Sandbox  bool            // its checkout was made below the path of the provider's sandbox
	Body     json.RawMessage // the event object as it is sent, the same in each attempt
}

// side is the side of business that it belongs to.
func (e Event) side() string {
	if e.Sandbox {
		return Sandbox
	}
	return Production
}

// Add makes a delivery of e for each endpoint that wants it, in the caller's
// unit of work. Wake the clock when that is committed.
func (q *Queue) Add(ctx context.Context, tx database.Tx, e Event) error {
	endpoints, err := listEndpoints(ctx, tx)
	if err != nil {
		return err
	}
	kept := false
	for _, to := range endpoints {
		if !to.wants(e) {
			continue
		}
		if !kept {
			if err := keep(ctx, tx, e); err != nil {
				return err
			}
			kept = true
		}
		if _, err := q.enqueue(ctx, tx, e, to); err != nil {
			return err
		}
	}
	return nil
}

// keep writes down what is to be sent.
func keep(ctx context.Context, tx database.Tx, e Event) error {
	_, err := tx.ExecContext(ctx,
		`INSERT INTO messages (event_id, charge_id, code, type, created_at, body) VALUES ($1, $2, $3, $4, $5, $6)`,
		e.ID, e.ChargeID, e.Code, e.Type, e.At.UnixMicro(), string(e.Body))
	if err != nil {
		return fmt.Errorf("keep event %s of charge %s: %w", e.Type, e.Code, err)
	}
	return nil
}

// enqueue makes a delivery of e, which is kept, to an endpoint and returns its id.
func (q *Queue) enqueue(ctx context.Context, tx database.Tx, e Event, to Endpoint) (string, error) {
	id, err := q.cfg.NewID()
	if err != nil {
		return "", err
	}
	now := q.cfg.Clock.Now()
	_, err = tx.ExecContext(ctx,
		`INSERT INTO deliveries (id, event_id, endpoint, type, code, url, status, next_at, until_at)
		 VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8)`,
		id, e.ID, to.ID, e.Type, e.Code, to.URL, now.UnixMicro(), now.Add(lifetime).UnixMicro())
	if err != nil {
		return "", fmt.Errorf("insert a delivery of event %s: %w", e.ID, err)
	}
	return id, nil
}
