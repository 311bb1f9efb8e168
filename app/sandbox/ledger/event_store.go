package ledger

import (
	"context"
	"fmt"

	"till/app/database"
)

// InsertEvent writes a new event, behind all others.
func InsertEvent(ctx context.Context, tx database.Tx, e Event) error {
	_, err := tx.ExecContext(ctx,
		`INSERT INTO events (seq, id, charge_id, code, type, created_at, body)
		 VALUES ((SELECT COALESCE(MAX(seq), 0) + 1 FROM events), $1, $2, $3, $4, $5, $6)`,
		e.ID, e.ChargeID, e.Code, e.Type, e.CreatedAt.UnixMicro(), string(e.Body))
	if err != nil {
		return fmt.Errorf("insert event %s of charge %s: %w", e.Type, e.Code, err)
	}
	return nil
}

// FindEvent returns the event with that id, or [ErrNotFound].
func FindEvent(ctx context.Context, q database.Queryer, id string) (*Event, error) {
	return find(ctx, q, readEvent, "find event", `SELECT body FROM events WHERE id = $1`, id)
}

// ListEventPage returns a page of events, or [ErrNotFound] when its cursor is
// none.
func ListEventPage(ctx context.Context, q database.Queryer, ask Query) (Page[Event], error) {
	return shelf[Event]{"events", everything, readEvent}.page(ctx, q, ask)
}
