package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"till/app/database"
)

// Reply is what was answered to a request that has a key.
type Reply struct {
	Request string // a digest of what was asked
	Status  int
	Body    string
}

// kept is how long a key is remembered.
const kept = 72 * time.Hour

// FindReply returns what was answered under that key, or [ErrNotFound].
func FindReply(ctx context.Context, q database.Queryer, key string, now time.Time) (Reply, error) {
	var r Reply
	err := q.QueryRowContext(ctx, `SELECT request, status, reply FROM idempotency WHERE key = $1 AND created_at >= $2`,
		key, now.Add(-kept).UnixMicro()).Scan(&r.Request, &r.Status, &r.Body)
	if errors.Is(err, sql.ErrNoRows) {
		return Reply{}, ErrNotFound
	}
	if err != nil {
		return Reply{}, fmt.Errorf("find what was answered: %w", err)
	}
	return r, nil
}

// InsertReply remembers what is answered under a key that is not remembered,
// and forgets the keys that are too old.
func InsertReply(ctx context.Context, tx database.Tx, key string, r Reply, now time.Time) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM idempotency WHERE created_at < $1`, now.Add(-kept).UnixMicro()); err != nil {
		return fmt.Errorf("forget old answers: %w", err)
	}
	_, err := tx.ExecContext(ctx, `INSERT INTO idempotency (key, request, status, reply, created_at) VALUES ($1, $2, $3, $4, $5)`,
		key, r.Request, r.Status, r.Body, now.UnixMicro())
	if err != nil {
		return fmt.Errorf("remember what is answered: %w", err)
	}
	return nil
}
