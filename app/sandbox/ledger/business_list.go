package ledger

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"till/app/database"
)

// BusinessQuery asks for one page of checkouts of the business shape, the
// newest first. What is empty does not narrow it.
type BusinessQuery struct {
	Limit  int
	Before int64     // what the page before ended with; 0 = the first page
	From   time.Time // made then or later
	Until  time.Time // made then or before, to the millisecond that is shown
	States []string
	Text   string // in the description, in capitals or not
}

// batch is how many are looked at in one go: states are not columns.
const batch = 200

// ListBusiness returns a page, and what to ask for the next one with, 0 at the
// end.
func ListBusiness(ctx context.Context, q database.Queryer, ask BusinessQuery) (page []*Charge, next int64, err error) {
	before := ask.Before
	if before == 0 {
		before = math.MaxInt64
	}
	for {
		rows, err := listBusiness(ctx, q, ask, before)
		if err != nil {
			return nil, 0, err
		}
		for _, r := range rows {
			if !ask.fits(r.charge) {
				before = r.seq
				continue
			}
			if len(page) == ask.Limit {
				return page, before, nil
			}
			page, before = append(page, r.charge), r.seq
		}
		if len(rows) < batch {
			return page, 0, nil
		}
	}
}

func (ask BusinessQuery) fits(c *Charge) bool {
	return (len(ask.States) == 0 || slices.Contains(ask.States, c.State())) &&
		strings.Contains(strings.ToLower(c.Terms.Description), strings.ToLower(ask.Text))
}

type businessRow struct {
	seq    int64
	charge *Charge
}

func listBusiness(ctx context.Context, q database.Queryer, ask BusinessQuery, before int64) ([]businessRow, error) {
	from, until := int64(math.MinInt64), int64(math.MaxInt64)
	if !ask.From.IsZero() {
		from = ask.From.UnixMicro()
	}
	if !ask.Until.IsZero() {
		until = ask.Until.Truncate(time.Millisecond).Add(time.Millisecond).UnixMicro()
	}
	rows, err := q.QueryContext(ctx, `SELECT seq, body FROM charges
		WHERE face = '`+businessFace+`' AND seq < $1 AND created_at >= $2 AND created_at < $3 ORDER BY seq DESC LIMIT $4`,
		before, from, until, batch)
	if err != nil {
		return nil, fmt.Errorf("list checkouts: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what matters
	var all []businessRow
	for rows.Next() {
		var r businessRow
		var body string
		if err := rows.Scan(&r.seq, &body); err != nil {
			return nil, fmt.Errorf("list checkouts: %w", err)
		}
		if r.charge, err = decode[Charge](body); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list checkouts: %w", err)
	}
	return all, nil
}
