package store

import (
	"context"
	"database/sql"
	"fmt"

	"till/app/database"
	"till/app/shop"
)

const accountColumns = `id, username, password, created_at`

// InsertAccount adds an account. login is its username in the form in which no
// two may be the same; it returns [shop.Conflict] if that is taken.
func (s *Store) InsertAccount(ctx context.Context, a shop.Account, login string) error {
	return s.db.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		done, err := tx.ExecContext(ctx, `INSERT INTO accounts (`+accountColumns+`, login)
VALUES ($1, $2, $3, $4, $5) ON CONFLICT (login) DO NOTHING`,
			a.ID, a.Username, a.Password, micros(a.CreatedAt), login)
		if err != nil {
			return fmt.Errorf("insert account %s: %w", a.ID, err)
		}
		return demandRow(done, "This name is taken.")
	})
}

// FindAccount returns an account by its id, or a [shop.NotFound] error.
func (s *Store) FindAccount(ctx context.Context, id shop.CustomerID) (shop.Account, error) {
	return s.findAccount(ctx, `id = $1`, id)
}

// FindAccountByLogin returns an account by its unique name, or a
// [shop.NotFound] error.
func (s *Store) FindAccountByLogin(ctx context.Context, login string) (shop.Account, error) {
	return s.findAccount(ctx, `login = $1`, login)
}

func (s *Store) findAccount(ctx context.Context, where string, value any) (shop.Account, error) {
	var a shop.Account
	var created sql.NullInt64
	err := s.db.Read().QueryRowContext(ctx, `SELECT `+accountColumns+` FROM accounts WHERE `+where, value).
		Scan(&a.ID, &a.Username, &a.Password, &created)
	if err != nil {
		return shop.Account{}, missing(err, "There is no such account.")
	}
	a.CreatedAt = timeOf(created)
	return a, nil
}

// SavePassword replaces the password hash old of an account by fresh, ends all
// its sessions and begins this one, all or nothing. It returns [shop.Conflict]
// if the hash is not old any more.
func (s *Store) SavePassword(ctx context.Context, id shop.CustomerID, old, fresh string, begun shop.Session) error {
	return s.db.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		done, err := tx.ExecContext(ctx, `UPDATE accounts SET password = $1 WHERE id = $2 AND password = $3`, fresh, id, old)
		if err != nil {
			return fmt.Errorf("save the password of %s: %w", id, err)
		}
		if err := demandRow(done, "The password was changed elsewhere a moment ago."); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM sessions WHERE customer_id = $1`, id); err != nil {
			return fmt.Errorf("end the sessions of %s: %w", id, err)
		}
		return insertSession(ctx, tx, begun, fresh)
	})
}

// DeleteAccount removes an account and its sessions, and its name from its
// orders, which stay with the shop. They keep the account's id, which names
// nobody any more, so that nobody else can claim them and what their charges
// say of the customer still fits. Nothing visible of an order changes, so its
// version stays. It is idempotent.
func (s *Store) DeleteAccount(ctx context.Context, id shop.CustomerID) error {
	return s.db.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		for _, statement := range []string{
			`UPDATE orders SET customer_name = '' WHERE customer_id = $1 AND customer_id <> ''`,
			`DELETE FROM sessions WHERE customer_id = $1`,
			`DELETE FROM accounts WHERE id = $1`,
		} {
			if _, err := tx.ExecContext(ctx, statement, id); err != nil {
				return fmt.Errorf("delete account %s: %w", id, err)
			}
		}
		return nil
	})
}

// ListOrdersOf returns a customer's newest orders first, with their payments.
func (s *Store) ListOrdersOf(ctx context.Context, id shop.CustomerID, limit int) ([]shop.Order, error) {
	if id == "" {
		return nil, nil // guests have that id in common, and nothing else
	}
	const own = ` FROM orders WHERE customer_id = $1 AND customer_id <> '' ORDER BY created_at DESC, id LIMIT $2`
	rows, err := s.db.Read().QueryContext(ctx, `SELECT `+orderColumns+own, id, limit)
	if err != nil {
		return nil, fmt.Errorf("list the orders of %s: %w", id, err)
	}
	orders, err := collect(rows, scanOrder)
	if err != nil || len(orders) == 0 {
		return nil, err
	}
	rows, err = s.db.Read().QueryContext(ctx,
		`SELECT order_id, `+paymentRead+` FROM payments WHERE order_id IN (SELECT id`+own+`) ORDER BY order_id, position`, id, limit)
	if err != nil {
		return nil, fmt.Errorf("list the payments of %s: %w", id, err)
	}
	payments := map[shop.OrderID][]shop.Payment{}
	_, err = collect(rows, func(row scanner) (struct{}, error) {
		var order shop.OrderID
		p, err := scanPayment(prefixed{row: row, first: &order})
		payments[order] = append(payments[order], p)
		return struct{}{}, err
	})
	for i := range orders {
		orders[i].Payments = payments[orders[i].ID]
	}
	return orders, err
}

// prefixed reads one column before those that somebody else scans.
type prefixed struct {
	row   scanner
	first any
}

// Scan implements scanner.
func (p prefixed) Scan(dest ...any) error { return p.row.Scan(append([]any{p.first}, dest...)...) }

// demandRow returns a [shop.Conflict] error if a statement changed nothing.
func demandRow(done sql.Result, message string) error {
	n, err := done.RowsAffected()
	if err == nil && n == 0 {
		return shop.Errorf(shop.Conflict, "%s", message)
	}
	return err
}
