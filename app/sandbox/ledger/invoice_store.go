package ledger

import (
	"context"
	"encoding/json"
	"fmt"

	"till/app/database"
)

// InsertInvoice writes a new invoice.
func InsertInvoice(ctx context.Context, tx database.Tx, i *Invoice) error {
	body, err := json.Marshal(i)
	if err != nil {
		return fmt.Errorf("encode invoice %s: %w", i.Code, err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO invoices (id, code, created_at, body) VALUES ($1, $2, $3, $4)`,
		i.ID, i.Code, i.CreatedAt.UnixMicro(), string(body))
	if err != nil {
		return fmt.Errorf("insert invoice %s: %w", i.Code, err)
	}
	return nil
}

// UpdateInvoice writes what became of an invoice.
func UpdateInvoice(ctx context.Context, tx database.Tx, i *Invoice) error {
	body, err := json.Marshal(i)
	if err != nil {
		return fmt.Errorf("encode invoice %s: %w", i.Code, err)
	}
	if _, err = tx.ExecContext(ctx, `UPDATE invoices SET body = $1 WHERE id = $2`, string(body), i.ID); err != nil {
		return fmt.Errorf("update invoice %s: %w", i.Code, err)
	}
	return nil
}

// FindInvoice returns the invoice with that code or id, or [ErrNotFound].
func FindInvoice(ctx context.Context, q database.Queryer, ref string) (*Invoice, error) {
	return find(ctx, q, decode[Invoice], "find invoice", `SELECT body FROM invoices WHERE code = $1 OR id = $1`, ref)
}

// ListNewestInvoices returns the newest invoices first, at most n; -1 for all.
func ListNewestInvoices(ctx context.Context, q database.Queryer, n int) ([]*Invoice, error) {
	return list(ctx, q, decode[Invoice], `SELECT body FROM invoices ORDER BY seq DESC LIMIT $1`, n)
}

// ListInvoicePage returns a page of invoices, or [ErrNotFound] when its cursor
// is none.
func ListInvoicePage(ctx context.Context, q database.Queryer, ask Query) (Page[Invoice], error) {
	return shelf[Invoice]{"invoices", everything, decode[Invoice]}.page(ctx, q, ask)
}
