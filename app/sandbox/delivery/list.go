package delivery

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Delivery is one event on its way to one URL, as control shows it.
type Delivery struct {
	ID         string     `json:"id"`
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
}

// List returns all deliveries, the newest first.
func (q *Queue) List(ctx context.Context) ([]Delivery, error) {
	rows, err := q.cfg.DB.Read().QueryContext(ctx,
		`SELECT d.id, d.event_id, e.type, d.code, d.url, d.status, d.attempts, d.next_at, d.last_at, d.last_status, d.last_error
		 FROM deliveries d JOIN events e ON e.id = d.event_id ORDER BY d.seq DESC`)
	if err != nil {
		return nil, fmt.Errorf("list deliveries: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what matters
	all := []Delivery{}
	for rows.Next() {
		var d Delivery
		var next, last sql.NullInt64
		err := rows.Scan(&d.ID, &d.EventID, &d.Type, &d.Code, &d.URL, &d.Status, &d.Attempts, &next, &last, &d.LastStatus, &d.LastError)
		if err != nil {
			return nil, fmt.Errorf("list deliveries: %w", err)
		}
		d.NextAt, d.LastAt = moment(next), moment(last)
		all = append(all, d)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list deliveries: %w", err)
	}
	return all, nil
}

func moment(us sql.NullInt64) *time.Time {
	if !us.Valid {
		return nil
	}
	t := time.UnixMicro(us.Int64).UTC()
	return &t
}
