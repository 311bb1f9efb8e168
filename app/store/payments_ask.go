package store

import (
	"context"
	"fmt"
	"time"

	"till/app/database"
	"till/app/shop"
)

// AskAll makes every payment the provider may still change due to be asked
// about, and returns how many those are. Those due already keep their place.
func (s *Store) AskAll(ctx context.Context, now time.Time) (int, error) {
	var all int
	err := s.db.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE payments SET ask_at = $1 WHERE ask_at > $1`, now.UnixMicro())
		if err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM payments WHERE ask_at IS NOT NULL`).Scan(&all)
	})
	if err != nil {
		return 0, fmt.Errorf("make the open payments due: %w", err)
	}
	return all, nil
}

// HasPaid reports whether a payment that was made since then may have been sent
// back; see [shop.Store].
func (s *Store) HasPaid(ctx context.Context, from shop.Provider, env shop.Environment, since time.Time) (bool, error) {
	var has bool
	err := s.db.Read().QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM payments
WHERE state IN ('confirmed', 'partly_refunded', 'unresolved') AND created_at >= $1 AND provider = $2 AND environment = $3)`,
		since.UnixMicro(), from, env).Scan(&has)
	if err != nil {
		return false, fmt.Errorf("look for a payment that was paid: %w", err)
	}
	return has, nil
}

// CountAsked returns how many payments are still due since a time, and how many
// orders that were made before it have changed from then on.
func (s *Store) CountAsked(ctx context.Context, since time.Time) (due, changed int, err error) {
	err = s.db.Read().QueryRowContext(ctx, `SELECT
    (SELECT COUNT(*) FROM payments WHERE ask_at <= $1),
    (SELECT COUNT(*) FROM orders WHERE created_at < $1 AND updated_at >= $1)`, since.UnixMicro()).Scan(&due, &changed)
	if err != nil {
		return 0, 0, fmt.Errorf("count the payments to ask about: %w", err)
	}
	return due, changed, nil
}
