package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"till/app/database"
)

// ErrNotFound is returned for what is not in the ledger.
var ErrNotFound = errors.New("not found in the ledger")

// Insert writes a new charge.
func Insert(ctx context.Context, tx database.Tx, c *Charge) error {
	body, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("encode charge %s: %w", c.Code, err)
	}
	_, err = tx.ExecContext(ctx,
		`INSERT INTO charges (id, code, face, created_at, due_at, body) VALUES ($1, $2, $3, $4, $5, $6)`,
		c.ID, c.Code, c.Shape.face(), c.CreatedAt.UnixMicro(), dueOf(c), string(body))
	if err != nil {
		return fmt.Errorf("insert charge %s: %w", c.Code, err)
	}
	return nil
}

// Update writes what became of a charge.
func Update(ctx context.Context, tx database.Tx, c *Charge) error {
	body, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("encode charge %s: %w", c.Code, err)
	}
	_, err = tx.ExecContext(ctx, `UPDATE charges SET due_at = $1, body = $2 WHERE id = $3`, dueOf(c), string(body), c.ID)
	if err != nil {
		return fmt.Errorf("update charge %s: %w", c.Code, err)
	}
	return nil
}

// The faces of the provider: each lists only its own.
const (
	commerceFace = "commerce"
	businessFace = "business"
)

func (s Shape) face() string {
	if s == Business {
		return businessFace
	}
	return commerceFace
}

func dueOf(c *Charge) any {
	if due := c.Due(); !due.IsZero() {
		return due.UnixMicro()
	}
	return nil
}

// Find returns the charge with that code or id, or [ErrNotFound].
func Find(ctx context.Context, q database.Queryer, ref string) (*Charge, error) {
	return find(ctx, q, decode[Charge], "find charge", `SELECT body FROM charges WHERE code = $1 OR id = $1`, ref)
}

// ListDue returns the ids of the charges that have something to do at now.
func ListDue(ctx context.Context, q database.Queryer, now time.Time) ([]string, error) {
	return list(ctx, q, func(s string) (string, error) { return s, nil },
		`SELECT id FROM charges WHERE due_at <= $1 ORDER BY due_at`, now.UnixMicro())
}

// NextDue is when a charge next has something to do, zero for never.
func NextDue(ctx context.Context, q database.Queryer) (time.Time, error) {
	var due sql.NullInt64
	err := q.QueryRowContext(ctx, `SELECT MIN(due_at) FROM charges WHERE due_at IS NOT NULL`).Scan(&due)
	if err != nil {
		return time.Time{}, fmt.Errorf("find the next charge to change: %w", err)
	}
	if !due.Valid {
		return time.Time{}, nil
	}
	return time.UnixMicro(due.Int64).UTC(), nil
}

// ListNewest returns the newest charges first, at most n; -1 for all.
func ListNewest(ctx context.Context, q database.Queryer, n int) ([]*Charge, error) {
	return list(ctx, q, decode[Charge], `SELECT body FROM charges ORDER BY seq DESC LIMIT $1`, n)
}

func decode[T any](body string) (*T, error) {
	var one T
	if err := json.Unmarshal([]byte(body), &one); err != nil {
		return nil, fmt.Errorf("decode a %T: %w", one, err)
	}
	return &one, nil
}

// find reads the one text column of a query's one row through read, or returns
// [ErrNotFound].
func find[T any](ctx context.Context, q database.Queryer, read func(string) (*T, error), what, query string, args ...any) (*T, error) {
	var s string
	err := q.QueryRowContext(ctx, query, args...).Scan(&s)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return read(s)
}

// list reads a query's one text column, each row through read.
func list[T any](ctx context.Context, q database.Queryer, read func(string) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("list what the ledger holds: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what matters
	var all []T
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, fmt.Errorf("list what the ledger holds: %w", err)
		}
		one, err := read(s)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list what the ledger holds: %w", err)
	}
	return all, nil
}
