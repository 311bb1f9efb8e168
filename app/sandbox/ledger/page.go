package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"till/app/database"
)

// Query asks for one page of all charges.
type Query struct {
	Ascending bool   // oldest first
	Limit     int    // 0 to 100
	After     string // the id before the page, "" for none
	Before    string // the id behind the page, "" for none
}

// Page is what a Query finds.
type Page struct {
	Charges []*Charge
	Total   int  // of all charges
	More    bool // some follow
}

// ListPage returns a page, or [ErrNotFound] when its cursor is no charge.
func ListPage(ctx context.Context, q database.Queryer, ask Query) (Page, error) {
	var page Page
	err := q.QueryRowContext(ctx, `SELECT COUNT(*) FROM charges`).Scan(&page.Total)
	if err != nil {
		return Page{}, fmt.Errorf("count charges: %w", err)
	}
	if ask.Limit == 0 {
		return page, nil
	}
	fill := page.readAfter
	if ask.Before != "" {
		fill = page.readBefore
	}
	err = fill(ctx, q, ask)
	return page, err
}

// readAfter reads forward, one more than asked for to know whether some follow.
func (p *Page) readAfter(ctx context.Context, q database.Queryer, ask Query) error {
	charges, err := read(ctx, q, ask.After, ask.Ascending, ask.Limit+1)
	if err != nil {
		return err
	}
	p.More = len(charges) > ask.Limit
	p.Charges = charges[:min(len(charges), ask.Limit)]
	return nil
}

// readBefore reads backward from the cursor, which therefore follows.
func (p *Page) readBefore(ctx context.Context, q database.Queryer, ask Query) error {
	charges, err := read(ctx, q, ask.Before, !ask.Ascending, ask.Limit)
	if err != nil {
		return err
	}
	slices.Reverse(charges)
	p.Charges, p.More = charges, true
	return nil
}

// read lists up to n charges beyond the cursor, in the order given.
func read(ctx context.Context, q database.Queryer, cursor string, ascending bool, n int) ([]*Charge, error) {
	var seq int64
	if cursor != "" {
		err := q.QueryRowContext(ctx, `SELECT seq FROM charges WHERE id = $1`, cursor).Scan(&seq)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, ErrNotFound
		}
		if err != nil {
			return nil, fmt.Errorf("find the cursor: %w", err)
		}
	}
	if ascending {
		return list(ctx, q, decode, `SELECT body FROM charges WHERE seq > $1 ORDER BY seq LIMIT $2`, seq, n)
	}
	return list(ctx, q, decode, `SELECT body FROM charges WHERE seq < $1 OR $1 = 0 ORDER BY seq DESC LIMIT $2`, seq, n)
}
