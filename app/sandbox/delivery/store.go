package delivery

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"till/app/database"
)

// ErrNotFound is returned for a delivery that does not exist.
var ErrNotFound = errors.New("delivery not found")

// ErrNowhere is returned when there is no webhook URL to deliver to.
var ErrNowhere = errors.New("no webhook URL is configured")

// Event is something to tell the merchant.
type Event struct {
	ChargeID string
	Code     string
	Type     string
	At       time.Time
	Data     any // the charge as it was
}

// wireEvent is an event as it is sent, the same in each attempt.
type wireEvent struct {
	APIVersion string `json:"api_version"`
	CreatedAt  string `json:"created_at"`
	Data       any    `json:"data"`
	ID         string `json:"id"`
	Resource   string `json:"resource"`
	Type       string `json:"type"`
}

// Add writes e and its delivery in the caller's unit of work. Wake the clock
// when that is committed.
func (q *Queue) Add(ctx context.Context, tx database.Tx, e Event) error {
	id, err := q.cfg.NewID()
	if err != nil {
		return err
	}
	body, err := json.Marshal(wireEvent{
		APIVersion: "2018-03-22", CreatedAt: e.At.UTC().Format(time.RFC3339), Data: e.Data,
		ID: id, Resource: "event", Type: e.Type,
	})
	if err != nil {
		return fmt.Errorf("encode event %s of charge %s: %w", e.Type, e.Code, err)
	}
	_, err = tx.ExecContext(ctx,
		`INSERT INTO events (id, charge_id, type, created_at, body) VALUES ($1, $2, $3, $4, $5)`,
		id, e.ChargeID, e.Type, e.At.UnixMicro(), string(body))
	if err != nil {
		return fmt.Errorf("insert event %s of charge %s: %w", e.Type, e.Code, err)
	}
	if q.cfg.URL == "" {
		return nil
	}
	return q.enqueue(ctx, tx, id, e.Code)
}

func (q *Queue) enqueue(ctx context.Context, tx database.Tx, eventID, code string) error {
	id, err := q.cfg.NewID()
	if err != nil {
		return err
	}
	now := q.cfg.Clock.Now()
	_, err = tx.ExecContext(ctx,
		`INSERT INTO deliveries (id, event_id, code, url, status, next_at, until_at) VALUES ($1, $2, $3, $4, 'waiting', $5, $6)`,
		id, eventID, code, q.cfg.URL, now.UnixMicro(), now.Add(lifetime).UnixMicro())
	if err != nil {
		return fmt.Errorf("insert a delivery of event %s: %w", eventID, err)
	}
	return nil
}

// Resend sends a delivery once more, whatever became of it. It returns
// [ErrNotFound] and [ErrNowhere].
func (q *Queue) Resend(ctx context.Context, id string) error {
	if q.cfg.URL == "" {
		return ErrNowhere
	}
	err := q.cfg.DB.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		res, err := tx.ExecContext(ctx,
			`UPDATE deliveries SET status = 'waiting', url = $1, next_at = $2 WHERE id = $3`,
			q.cfg.URL, q.cfg.Clock.Now().UnixMicro(), id)
		if err != nil {
			return fmt.Errorf("resend delivery: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(ErrNotFound, err)
		}
		return nil
	})
	q.cfg.Clock.Wake()
	return err
}

// job is a waiting delivery with what is to be sent.
type job struct {
	id, url, code, kind string
	body                json.RawMessage
	attempts            int
	nextAt, untilAt     time.Time
}

// listWaiting returns the first n waiting deliveries by their time.
func listWaiting(ctx context.Context, q database.Queryer, n int) ([]job, error) {
	rows, err := q.QueryContext(ctx,
		`SELECT d.id, d.url, d.code, e.type, e.body, d.attempts, d.next_at, d.until_at
		 FROM deliveries d JOIN events e ON e.id = d.event_id
		 WHERE d.status = 'waiting' ORDER BY d.next_at, d.seq LIMIT $1`, n)
	if err != nil {
		return nil, fmt.Errorf("list waiting deliveries: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what matters
	var jobs []job
	for rows.Next() {
		var j job
		var body string
		var next, until int64
		if err := rows.Scan(&j.id, &j.url, &j.code, &j.kind, &body, &j.attempts, &next, &until); err != nil {
			return nil, fmt.Errorf("list waiting deliveries: %w", err)
		}
		j.body, j.nextAt, j.untilAt = json.RawMessage(body), time.UnixMicro(next), time.UnixMicro(until)
		jobs = append(jobs, j)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list waiting deliveries: %w", err)
	}
	return jobs, nil
}

// result is what came of an attempt.
type result struct {
	at      time.Time
	status  int    // 0 = no answer
	problem string // why there was none
}

// record writes r down and decides whether there will be another attempt.
func (q *Queue) record(ctx context.Context, j job, r result) error {
	status, next := "waiting", sql.NullInt64{}
	at := r.at.Add(gap(j.attempts + 1))
	switch {
	case r.status >= 200 && r.status <= 299:
		status = "delivered"
	case at.After(j.untilAt):
		status = "abandoned"
	default:
		next = sql.NullInt64{Int64: at.UnixMicro(), Valid: true}
	}
	return q.cfg.DB.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		_, err := tx.ExecContext(ctx,
			`UPDATE deliveries SET status = $1, attempts = $2, next_at = $3, last_at = $4, last_status = $5, last_error = $6
			 WHERE id = $7`,
			status, j.attempts+1, next, r.at.UnixMicro(), r.status, r.problem, j.id)
		if err != nil {
			return fmt.Errorf("record an attempt of delivery %s: %w", j.id, err)
		}
		return nil
	})
}
