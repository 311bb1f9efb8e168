package delivery

import (
	"context"
	"fmt"
	"time"
)

// Entry is one line of the log of all attempts.
type Entry struct {
	Seq        int64     `json:"seq"`
	Delivery   string    `json:"delivery"`
	Endpoint   string    `json:"endpoint"`
	URL        string    `json:"url"`
	EventID    string    `json:"event_id"`
	Type       string    `json:"type"`
	Code       string    `json:"code"`
	Number     int       `json:"number"`
	At         time.Time `json:"at"`
	DurationMS int64     `json:"duration_ms"`
	Status     int       `json:"status"` // 0 = no answer
	Error      string    `json:"error"`
	Troubles   []string  `json:"troubles"`
}

// Log returns at most limit attempts that were written down after the one
// numbered after, in their order.
func (q *Queue) Log(ctx context.Context, after int64, limit int) ([]Entry, error) {
	rows, err := q.cfg.DB.Read().QueryContext(ctx, logQuery, after, limit)
	if err != nil {
		return nil, fmt.Errorf("list attempts: %w", err)
	}
	return collect(rows, "list attempts", scanEntry)
}

// Last is the number of the newest attempt, 0 if there is none.
func (q *Queue) Last(ctx context.Context) (int64, error) {
	var last int64
	err := q.cfg.DB.Read().QueryRowContext(ctx, `SELECT COALESCE(MAX(seq), 0) FROM attempts`).Scan(&last)
	if err != nil {
		return 0, fmt.Errorf("find the newest attempt: %w", err)
	}
	return last, nil
}

const entryColumns = `a.seq, a.delivery, d.endpoint, a.url, a.event_id, d.type, d.code, a.number, a.at, a.took_us, a.status, a.error, a.troubles`

const logQuery = `SELECT ` + entryColumns + `
	FROM attempts a CROSS JOIN deliveries d ON d.id = a.delivery WHERE a.seq > $1 ORDER BY a.seq LIMIT $2`

func scanEntry(r row) (Entry, error) {
	var e Entry
	var at, took int64
	var troubles string
	err := r.Scan(&e.Seq, &e.Delivery, &e.Endpoint, &e.URL, &e.EventID, &e.Type, &e.Code, &e.Number, &at, &took, &e.Status, &e.Error, &troubles)
	e.At, e.DurationMS = time.UnixMicro(at).UTC(), took/1000
	e.Troubles = append([]string{}, words(troubles)...)
	return e, err
}
