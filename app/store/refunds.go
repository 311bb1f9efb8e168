package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"till/app/database"
	"till/app/shop"
)

const refundColumns = `id, order_id, payment_id, amount, currency, whole, reason, state, outcome, provider_id, note, tries, guessed, told, asked_at, changed_at`

// ListRefunds returns the refunds of an order; see [shop.Ledger].
func (s *Store) ListRefunds(ctx context.Context, id shop.OrderID) ([]shop.Refund, error) {
	return listRefunds(ctx, s.db.Read(), id)
}

func (l ledger) ListRefunds(ctx context.Context, id shop.OrderID) ([]shop.Refund, error) {
	return listRefunds(ctx, l.tx, id)
}

func listRefunds(ctx context.Context, q database.Queryer, id shop.OrderID) ([]shop.Refund, error) {
	rows, err := q.QueryContext(ctx, `SELECT `+refundColumns+` FROM refunds WHERE order_id = $1 ORDER BY asked_at, id`, id)
	if err != nil {
		return nil, fmt.Errorf("list refunds of %s: %w", id, err)
	}
	return collect(rows, scanRefund)
}

func scanRefund(row scanner) (shop.Refund, error) {
	var r shop.Refund
	var amount string
	var asked, changed sql.NullInt64
	err := row.Scan(&r.ID, &r.OrderID, &r.PaymentID, &amount, &r.Amount.Currency, &r.Whole, &r.Reason,
		&r.State, &r.Outcome, &r.ProviderID, &r.Note, &r.Tries, &r.Guessed, &r.Told, &asked, &changed)
	if err != nil {
		return shop.Refund{}, err
	}
	r.AskedAt, r.ChangedAt = timeOf(asked), timeOf(changed)
	r.Amount.Amount, err = decimal.NewFromString(amount)
	return r, err
}

// SaveRefund inserts or updates a refund; see [shop.Ledger]. What was asked for
// never changes.
func (l ledger) SaveRefund(ctx context.Context, r shop.Refund) error {
	_, err := l.tx.ExecContext(ctx,
		`DELETE FROM refunds WHERE payment_id = $1 AND provider_id = $2 AND provider_id <> '' AND id <> $3`, r.PaymentID, r.ProviderID, r.ID)
	if err == nil {
		_, err = l.tx.ExecContext(ctx, `INSERT INTO refunds (`+refundColumns+`)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
ON CONFLICT (id) DO UPDATE SET state = excluded.state, outcome = excluded.outcome,
    provider_id = excluded.provider_id, note = excluded.note, tries = excluded.tries,
    guessed = excluded.guessed, told = excluded.told, changed_at = excluded.changed_at`,
			r.ID, r.OrderID, r.PaymentID, r.Amount.Amount.String(), r.Amount.Currency, r.Whole, r.Reason,
			r.State, r.Outcome, r.ProviderID, r.Note, r.Tries, r.Guessed, r.Told, micros(r.AskedAt), micros(r.ChangedAt))
	}
	if err != nil {
		return fmt.Errorf("save refund %s: %w", r.ID, err)
	}
	return nil
}

// AskPayment makes a payment due to be asked about; see [shop.Ledger].
func (l ledger) AskPayment(ctx context.Context, id shop.PaymentID, at time.Time) error {
	_, err := l.tx.ExecContext(ctx, `UPDATE payments SET ask_at = $1, asked = 0 WHERE id = $2`, micros(at), id)
	if err != nil {
		return fmt.Errorf("make payment %s due: %w", id, err)
	}
	return nil
}

// SaveEvent stores an event inside a unit of work; see [shop.Ledger].
func (l ledger) SaveEvent(ctx context.Context, e shop.Event, workAt time.Time) (seq int64, err error) {
	seq, _, err = insertEvent(ctx, l.tx, e, workAt)
	return seq, err
}
