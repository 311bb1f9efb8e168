package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/shopspring/decimal"

	"till/app/database"
	"till/app/shop"
)

const orderColumns = `id, version, slug, name, description, image, price_amount, price_currency, method,
    customer_id, customer_name, browser, created_at, updated_at`

// FindOrder returns an order with its payments; see [shop.Ledger].
func (s *Store) FindOrder(ctx context.Context, id shop.OrderID) (shop.Order, error) {
	return findOrder(ctx, s.db.Read(), id)
}

// FindOrderOfPayment returns the order of a payment; see [shop.Ledger].
func (s *Store) FindOrderOfPayment(ctx context.Context, id shop.PaymentID) (shop.Order, error) {
	return findOrderOfPayment(ctx, s.db.Read(), id)
}

// FindOrderOf returns the order that has a payment with this reference; see
// [shop.Ledger].
func (s *Store) FindOrderOf(ctx context.Context, p shop.Provider, env shop.Environment, charge string) (shop.Order, error) {
	id, err := findIDOf(ctx, s.db.Read(), p, env, charge)
	if err != nil {
		return shop.Order{}, err
	}
	return s.FindOrder(ctx, id)
}

// ListOrders returns the newest orders first.
func (s *Store) ListOrders(ctx context.Context, limit int) ([]shop.Order, error) {
	rows, err := s.db.Read().QueryContext(ctx, `SELECT `+orderColumns+` FROM orders ORDER BY created_at DESC, id DESC LIMIT $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("list orders: %w", err)
	}
	orders, err := collect(rows, scanOrder)
	if err != nil {
		return nil, err
	}
	for i := range orders {
		if orders[i].Payments, err = listPayments(ctx, s.db.Read(), orders[i].ID); err != nil {
			return nil, err
		}
	}
	return orders, nil
}

func (l ledger) FindOrder(ctx context.Context, id shop.OrderID) (shop.Order, error) {
	return l.remember(findOrder(ctx, l.tx, id))
}

func (l ledger) FindOrderOfPayment(ctx context.Context, id shop.PaymentID) (shop.Order, error) {
	return l.remember(findOrderOfPayment(ctx, l.tx, id))
}

// remember notes which payments need not be written again.
func (l ledger) remember(o shop.Order, err error) (shop.Order, error) {
	for _, p := range o.Payments {
		l.stored[p.ID] = p
	}
	return o, err
}

func (l ledger) FindOrderOf(ctx context.Context, p shop.Provider, env shop.Environment, charge string) (shop.Order, error) {
	id, err := findIDOf(ctx, l.tx, p, env, charge)
	if err != nil {
		return shop.Order{}, err
	}
	return l.FindOrder(ctx, id)
}

func findIDOf(ctx context.Context, q database.Queryer, p shop.Provider, env shop.Environment, charge string) (id shop.OrderID, err error) {
	err = q.QueryRowContext(ctx,
		`SELECT order_id FROM payments WHERE provider = $1 AND environment = $2 AND charge_id = $3 AND charge_id <> ''`,
		p, env, charge).Scan(&id)
	if err != nil {
		return "", missing(err, "No payment has charge %s.", charge)
	}
	return id, nil
}

func findOrderOfPayment(ctx context.Context, q database.Queryer, id shop.PaymentID) (shop.Order, error) {
	var order shop.OrderID
	err := q.QueryRowContext(ctx, `SELECT order_id FROM payments WHERE id = $1`, id).Scan(&order)
	if err != nil {
		return shop.Order{}, missing(err, "Payment %s does not exist.", id)
	}
	return findOrder(ctx, q, order)
}

// findOrder reads order and payments by two statements. A reader outside of a
// unit of work may see a later payment beside an earlier version; the change
// that made it is about to be published and the page will fetch again.
func findOrder(ctx context.Context, q database.Queryer, id shop.OrderID) (shop.Order, error) {
	o, err := scanOrder(q.QueryRowContext(ctx, `SELECT `+orderColumns+` FROM orders WHERE id = $1`, id))
	if err != nil {
		return shop.Order{}, missing(err, "Order %s does not exist.", id)
	}
	o.Payments, err = listPayments(ctx, q, id)
	return o, err
}

// SaveOrder inserts or updates the order and its payments; see [shop.Ledger].
func (l ledger) SaveOrder(ctx context.Context, o shop.Order) error {
	_, err := l.tx.ExecContext(ctx, `INSERT INTO orders (`+orderColumns+`, state, exception, flags)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
ON CONFLICT (id) DO UPDATE SET version = excluded.version, state = excluded.state, exception = excluded.exception,
    flags = excluded.flags, customer_id = excluded.customer_id, customer_name = excluded.customer_name,
    updated_at = excluded.updated_at`,
		o.ID, o.Version, o.Item.Slug, o.Item.Name, o.Item.Description, o.Item.Image,
		o.Price.Amount.String(), o.Price.Currency, o.Method,
		o.Customer.ID, o.Customer.Username, o.Browser, micros(o.CreatedAt), micros(o.UpdatedAt),
		o.State(), o.Exception(), joinFlags(o.Flags()))
	if err != nil {
		return fmt.Errorf("save order %s: %w", o.ID, err)
	}
	for i, p := range o.Payments {
		// An order may have many payments, and a step changes one or two.
		if reflect.DeepEqual(l.stored[p.ID], p) {
			continue
		}
		if err := l.savePayment(ctx, o.ID, i, p); err != nil {
			return err
		}
		l.stored[p.ID] = p
	}
	return nil
}

// FindTokenOrder returns the order of a used form token; "" if it is unused.
func (l ledger) FindTokenOrder(ctx context.Context, key string) (shop.OrderID, error) {
	var id shop.OrderID
	err := l.tx.QueryRowContext(ctx, `SELECT order_id FROM form_tokens WHERE key = $1`, key).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return id, err
}

// SaveToken makes a form token point to an order.
func (l ledger) SaveToken(ctx context.Context, key string, id shop.OrderID) error {
	_, err := l.tx.ExecContext(ctx, `INSERT INTO form_tokens (key, order_id) VALUES ($1, $2)
ON CONFLICT (key) DO UPDATE SET order_id = excluded.order_id`, key, id)
	if err != nil {
		return fmt.Errorf("save a form token: %w", err)
	}
	return nil
}

// scanner is a row of either kind.
type scanner interface{ Scan(dest ...any) error }

func scanOrder(row scanner) (shop.Order, error) {
	var o shop.Order
	var amount string
	var created, updated sql.NullInt64
	err := row.Scan(&o.ID, &o.Version, &o.Item.Slug, &o.Item.Name, &o.Item.Description, &o.Item.Image,
		&amount, &o.Price.Currency, &o.Method, &o.Customer.ID, &o.Customer.Username, &o.Browser, &created, &updated)
	if err != nil {
		return shop.Order{}, err
	}
	o.CreatedAt, o.UpdatedAt = timeOf(created), timeOf(updated)
	o.Price.Amount, err = decimal.NewFromString(amount)
	return o, err
}

// collect reads every row and closes them.
func collect[T any](rows *sql.Rows, scan func(scanner) (T, error)) ([]T, error) {
	defer func() { _ = rows.Close() }() // rows.Err tells what matters
	var all []T
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("read a row: %w", err)
		}
		all = append(all, one)
	}
	return all, rows.Err()
}

func joinFlags(flags []shop.Flag) string {
	texts := make([]string, len(flags))
	for i, f := range flags {
		texts[i] = string(f)
	}
	return strings.Join(texts, ",")
}

func splitFlags(text string) []shop.Flag {
	if text == "" {
		return nil
	}
	var flags []shop.Flag
	for f := range strings.SplitSeq(text, ",") {
		flags = append(flags, shop.Flag(f))
	}
	return flags
}
