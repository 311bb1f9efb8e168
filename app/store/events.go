package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"till/app/database"
	"till/app/shop"
)

const eventColumns = `seq, provider, environment, event_id, type, header, body, received_at, duplicates,
    verdict, order_id, note, attempts, worked_at, history`

// InsertEvent stores an event once and returns its number and whether it is
// new; one that is known is counted as a duplicate. It is on disk on return.
// An event that was not worked off by workAt shows up in [Store.ListUnworked].
func (s *Store) InsertEvent(ctx context.Context, e shop.Event, workAt time.Time) (seq int64, fresh bool, err error) {
	err = s.db.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		seq, fresh, err = insertEvent(ctx, tx, e, workAt)
		return err
	})
	return seq, fresh, err
}

func insertEvent(ctx context.Context, tx database.Tx, e shop.Event, workAt time.Time) (seq int64, fresh bool, err error) {
	header, err := json.Marshal(e.Header)
	if err != nil {
		return 0, false, fmt.Errorf("encode the headers: %w", err)
	}
	var duplicates int
	err = tx.QueryRowContext(ctx, `INSERT INTO events
    (provider, environment, event_id, type, header, body, received_at, verdict, work_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (provider, environment, event_id) DO UPDATE SET duplicates = events.duplicates + 1
RETURNING seq, duplicates`,
		e.Provider, e.Environment, e.ID, e.Type, string(header), e.Body, micros(e.ReceivedAt), shop.Received, micros(workAt),
	).Scan(&seq, &duplicates)
	if err != nil {
		return 0, false, fmt.Errorf("store event %s: %w", e.ID, err)
	}
	return seq, duplicates == 0, nil
}

// ListUnworked returns events that are due to be worked off, longest due first.
func (s *Store) ListUnworked(ctx context.Context, now time.Time, limit int) ([]shop.Event, error) {
	rows, err := s.db.Read().QueryContext(ctx, `SELECT `+eventColumns+` FROM events
WHERE work_at IS NOT NULL AND work_at <= $1 ORDER BY work_at, seq LIMIT $2`, now.UnixMicro(), limit)
	if err != nil {
		return nil, fmt.Errorf("list unworked events: %w", err)
	}
	return collect(rows, scanEvent)
}

// FindEvent returns an event by its number or by the provider's id; an id that
// looks like a number of ours does not hide that one.
func (s *Store) FindEvent(ctx context.Context, name string) (shop.Event, error) {
	e, err := scanEvent(s.db.Read().QueryRowContext(ctx, `SELECT `+eventColumns+` FROM events
WHERE CAST(seq AS TEXT) = $1 OR event_id = $1 ORDER BY CAST(seq AS TEXT) = $1 DESC, seq DESC LIMIT 1`, name))
	if err != nil {
		return shop.Event{}, missing(err, "Event %s does not exist. `till events list` shows those there are.", name)
	}
	return e, nil
}

// CloseEvent writes what became of an event outside of any order's unit of
// work.
func (s *Store) CloseEvent(ctx context.Context, seq int64, v shop.Verdict, note string, at time.Time) error {
	return s.db.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		return ledger{tx: tx}.CloseEvent(ctx, seq, v, "", note, at)
	})
}

// CloseEvent writes what became of an event; see [shop.Ledger]. The first
// verdict stands: working an event off twice finds nothing new, which is not
// what became of it.
func (l ledger) CloseEvent(ctx context.Context, seq int64, v shop.Verdict, id shop.OrderID, note string, at time.Time) error {
	_, err := l.tx.ExecContext(ctx, `UPDATE events
SET verdict = $1, order_id = $2, note = $3, worked_at = $4, work_at = NULL
WHERE seq = $5 AND work_at IS NOT NULL`, v, id, note, micros(at), seq)
	if err != nil {
		return fmt.Errorf("close event %d: %w", seq, err)
	}
	return nil
}

// DelayEvent notes a failed attempt and when to try again.
func (s *Store) DelayEvent(ctx context.Context, seq int64, note string, workAt time.Time) error {
	return s.db.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE events SET attempts = attempts + 1, note = $1, work_at = $2
WHERE seq = $3 AND work_at IS NOT NULL`, note, micros(workAt), seq)
		if err != nil {
			return fmt.Errorf("delay event %d: %w", seq, err)
		}
		return nil
	})
}

func scanEvent(row scanner) (shop.Event, error) {
	var e shop.Event
	var header string
	var received, worked sql.NullInt64
	err := row.Scan(&e.Seq, &e.Provider, &e.Environment, &e.ID, &e.Type, &header, &e.Body, &received,
		&e.Duplicates, &e.Verdict, &e.OrderID, &e.Note, &e.Attempts, &worked, &e.History)
	if err != nil {
		return shop.Event{}, err
	}
	e.ReceivedAt, e.WorkedAt = timeOf(received), timeOf(worked)
	if err := json.Unmarshal([]byte(header), &e.Header); err != nil {
		return shop.Event{}, fmt.Errorf("decode the headers: %w", err)
	}
	return e, nil
}
