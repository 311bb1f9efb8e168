package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"till/app/database"
)

// Query asks for one page of all there are of a kind.
type Query struct {
	Ascending bool   // oldest first
	Limit     int    // 0 to 100
	After     string // the id before the page, "" for none
	Before    string // the id behind the page, "" for none
}

// Page is what a Query finds.
type Page[T any] struct {
	Items []*T
	Total int  // of all there are
	More  bool // some follow
}

// ListPage returns a page of Commerce's charges, or [ErrNotFound] when its
// cursor is none of them.
func ListPage(ctx context.Context, q database.Queryer, ask Query) (Page[Charge], error) {
	return shelf[Charge]{"charges", "face = '" + commerceFace + "'", decode[Charge]}.page(ctx, q, ask)
}

// ListCheckoutPage returns a page of checkouts, or [ErrNotFound] when its
// cursor is none.
func ListCheckoutPage(ctx context.Context, q database.Queryer, ask Query) (Page[Checkout], error) {
	return shelf[Checkout]{"checkouts", everything, decode[Checkout]}.page(ctx, q, ask)
}

// shelf is a table, or what of it fits a condition, that is read page by page,
// each body through one.
type shelf[T any] struct {
	table string
	fits  string
	one   func(body string) (*T, error)
}

// everything is the condition that all fits.
const everything = "1 = 1"

func (s shelf[T]) page(ctx context.Context, q database.Queryer, ask Query) (Page[T], error) {
	var page Page[T]
	err := q.QueryRowContext(ctx, `SELECT COUNT(*) FROM `+s.table+` WHERE `+s.fits).Scan(&page.Total)
	if err != nil {
		return Page[T]{}, fmt.Errorf("count %s: %w", s.table, err)
	}
	switch {
	case ask.Limit == 0:
	case ask.Before != "":
		page.Items, err = s.before(ctx, q, ask)
		page.More = true // the cursor follows
	default:
		page.Items, page.More, err = s.after(ctx, q, ask)
	}
	return page, err
}

// after reads forward, one more than asked for to know whether some follow.
func (s shelf[T]) after(ctx context.Context, q database.Queryer, ask Query) ([]*T, bool, error) {
	items, err := s.read(ctx, q, ask.After, ask.Ascending, ask.Limit+1)
	return items[:min(len(items), ask.Limit)], len(items) > ask.Limit, err
}

// before reads backward from the cursor.
func (s shelf[T]) before(ctx context.Context, q database.Queryer, ask Query) ([]*T, error) {
	items, err := s.read(ctx, q, ask.Before, !ask.Ascending, ask.Limit)
	slices.Reverse(items)
	return items, err
}

// read lists up to n items beyond the cursor, in the order given.
func (s shelf[T]) read(ctx context.Context, q database.Queryer, cursor string, ascending bool, n int) ([]*T, error) {
	var seq int64
	if cursor != "" {
		err := q.QueryRowContext(ctx, `SELECT seq FROM `+s.table+` WHERE id = $1 AND `+s.fits, cursor).Scan(&seq)
		if errors.Is(err, sql.ErrNoRows) {
			return nil, ErrNotFound
		}
		if err != nil {
			return nil, fmt.Errorf("find the cursor: %w", err)
		}
	}
	beyond := ` AND (seq < $1 OR $1 = 0) ORDER BY seq DESC LIMIT $2`
	if ascending {
		beyond = ` AND seq > $1 ORDER BY seq LIMIT $2`
	}
	return list(ctx, q, s.one, `SELECT body FROM `+s.table+` WHERE `+s.fits+beyond, seq, n)
}
