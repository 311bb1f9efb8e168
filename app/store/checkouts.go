package store

import (
	"context"
	"fmt"
	"time"

	"till/app/database"
	"till/app/shop"
)

// SaveCheckout keeps a copy of what a checkout sells; see [shop.CheckoutStore].
func (s *Store) SaveCheckout(ctx context.Context, p shop.Provider, env shop.Environment, c shop.Checkout, at time.Time) error {
	return s.db.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO checkouts
    (provider, environment, id, name, description, price_amount, price_currency, read_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (provider, environment, id) DO UPDATE SET name = excluded.name, description = excluded.description,
    price_amount = excluded.price_amount, price_currency = excluded.price_currency, read_at = excluded.read_at`,
			p, env, c.ID, c.Name, c.Description, c.Price.Amount.String(), c.Price.Currency, micros(at))
		if err != nil {
			return fmt.Errorf("save checkout %s: %w", c.ID, err)
		}
		return nil
	})
}

// FindCheckout returns the copy of a checkout; see [shop.CheckoutStore].
func (s *Store) FindCheckout(ctx context.Context, p shop.Provider, env shop.Environment, id string) (shop.Checkout, error) {
	c := shop.Checkout{ID: id}
	var amount, currency string
	err := s.db.Read().QueryRowContext(ctx, `SELECT name, description, price_amount, price_currency FROM checkouts
WHERE provider = $1 AND environment = $2 AND id = $3`, p, env, id).Scan(&c.Name, &c.Description, &amount, &currency)
	if err != nil {
		return shop.Checkout{}, missing(err, "No copy of checkout %s is kept.", id)
	}
	c.Price, err = shop.ParseMoney(amount, currency)
	return c, err
}
