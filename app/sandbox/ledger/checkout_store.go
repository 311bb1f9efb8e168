package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"till/app/database"
)

// InsertCheckout writes a new checkout. One that exists stays as it is.
func InsertCheckout(ctx context.Context, tx database.Tx, c *Checkout) error {
	body, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("encode checkout %s: %w", c.ID, err)
	}
	_, err = tx.ExecContext(ctx,
		`INSERT INTO checkouts (id, created_at, body) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING`,
		c.ID, c.CreatedAt.UnixMicro(), string(body))
	if err != nil {
		return fmt.Errorf("insert checkout %s: %w", c.ID, err)
	}
	return nil
}

// UpdateCheckout writes what became of a checkout.
func UpdateCheckout(ctx context.Context, tx database.Tx, c *Checkout) error {
	body, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("encode checkout %s: %w", c.ID, err)
	}
	if _, err = tx.ExecContext(ctx, `UPDATE checkouts SET body = $1 WHERE id = $2`, string(body), c.ID); err != nil {
		return fmt.Errorf("update checkout %s: %w", c.ID, err)
	}
	return nil
}

// DeleteCheckout forgets a checkout; the charges made from it stay. It returns
// [ErrNotFound].
func DeleteCheckout(ctx context.Context, tx database.Tx, id string) error {
	res, err := tx.ExecContext(ctx, `DELETE FROM checkouts WHERE id = $1`, id)
	if err != nil {
		return fmt.Errorf("delete checkout: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(ErrNotFound, err)
	}
	return nil
}

// FindCheckout returns the checkout with that id, or [ErrNotFound].
func FindCheckout(ctx context.Context, q database.Queryer, id string) (*Checkout, error) {
	return find(ctx, q, decode[Checkout], "find checkout", `SELECT body FROM checkouts WHERE id = $1`, id)
}

// ListNewestCheckouts returns the newest checkouts first, at most n; -1 for all.
func ListNewestCheckouts(ctx context.Context, q database.Queryer, n int) ([]*Checkout, error) {
	return list(ctx, q, decode[Checkout], `SELECT body FROM checkouts ORDER BY seq DESC LIMIT $1`, n)
}
