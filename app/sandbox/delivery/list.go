package delivery

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"till/app/database"
)

// ErrNotFound is returned for a delivery that does not exist.
var ErrNotFound = errors.New("delivery not found")

// Delivery is one event on its way to one endpoint, as control shows it.
type Delivery struct {
	ID         string     `json:"id"`
	Endpoint   string     `json:"endpoint"`
	EventID    string     `json:"event_id"`
	Type       string     `json:"type"`
	Code       string     `json:"code"`
	URL        string     `json:"url"`
	Status     string     `json:"status"` // waiting, delivered, abandoned
	Attempts   int        `json:"attempts"`
	NextAt     *time.Time `json:"next_at"`
	LastAt     *time.Time `json:"last_at"`
	LastStatus int        `json:"last_status"` // 0 = no answer
	LastError  string     `json:"last_error"`
	Tries      []Try      `json:"tries,omitempty"` // only of a single one

	seq int64
}

// Query narrows a list of deliveries; what is empty does not.
type Query struct {
	Limit    int    // at most so many; 0 = 100
	Before   string // the id of a delivery: only older ones
	Endpoint string
	Code     string
	Status   string
}

const usualLimit = 100

const deliveryColumns = `seq, id, endpoint, event_id, type, code, url, status, attempts, next_at, last_at, last_status, last_error`

// List returns deliveries, the newest first, and the id to ask for more before
// with, "" when there are no more. It returns [ErrNotFound] for a Before that
// does not exist.
func (q *Queue) List(ctx context.Context, query Query) ([]Delivery, string, error) {
	if query.Limit < 1 {
		query.Limit = usualLimit
	}
	before := int64(math.MaxInt64)
	if query.Before != "" {
		d, err := findDelivery(ctx, q.cfg.DB.Read(), query.Before)
		if err != nil {
			return nil, "", err
		}
		before = d.seq
	}
	text, args := query.sql(before)
	rows, err := q.cfg.DB.Read().QueryContext(ctx, text, args...)
	if err != nil {
		return nil, "", fmt.Errorf("list deliveries: %w", err)
	}
	all, err := collect(rows, "list deliveries", scanDelivery)
	if err != nil || len(all) <= query.Limit {
		return all, "", err
	}
	return all[:query.Limit], all[query.Limit-1].ID, nil
}

// sql is the question for one page and one more, which tells that there are
// more. Every condition has an index that is in the list's order.
func (query Query) sql(before int64) (string, []any) {
	where, args := []string{"seq < $1"}, []any{before}
	for _, c := range []struct{ column, value string }{
		{"endpoint", query.Endpoint}, {"code", query.Code}, {"status", query.Status},
	} {
		if c.value != "" {
			args = append(args, c.value)
			where = append(where, fmt.Sprintf("%s = $%d", c.column, len(args)))
		}
	}
	args = append(args, query.Limit+1)
	return fmt.Sprintf(`SELECT %s FROM deliveries WHERE %s ORDER BY seq DESC LIMIT $%d`,
		deliveryColumns, strings.Join(where, " AND "), len(args)), args
}

func findDelivery(ctx context.Context, q database.Queryer, id string) (Delivery, error) {
	d, err := scanDelivery(q.QueryRowContext(ctx, `SELECT `+deliveryColumns+` FROM deliveries WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return Delivery{}, ErrNotFound
	}
	if err != nil {
		return Delivery{}, fmt.Errorf("find a delivery: %w", err)
	}
	return d, nil
}

func scanDelivery(r row) (Delivery, error) {
	var d Delivery
	var next, last sql.NullInt64
	err := r.Scan(&d.seq, &d.ID, &d.Endpoint, &d.EventID, &d.Type, &d.Code, &d.URL, &d.Status, &d.Attempts,
		&next, &last, &d.LastStatus, &d.LastError)
	d.NextAt, d.LastAt = moment(next), moment(last)
	return d, err
}

func moment(us sql.NullInt64) *time.Time {
	if !us.Valid {
		return nil
	}
	t := time.UnixMicro(us.Int64).UTC()
	return &t
}
