package delivery

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"till/app/database"
)

// note writes r down without a consequence for its delivery.
func (q *Queue) note(ctx context.Context, to Endpoint, j job, r result) error {
	return q.cfg.DB.Write(ctx, func(ctx context.Context, tx database.Tx) error { return insertAttempt(ctx, tx, to, j, r) })
}

// record writes r down and decides whether there will be another attempt.
func (q *Queue) record(ctx context.Context, to Endpoint, j job, r result) error {
	return q.cfg.DB.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		if err := insertAttempt(ctx, tx, to, j, r); err != nil {
			return err
		}
		if err := q.conclude(ctx, tx, j, r); err != nil {
			return err
		}
		return q.release(ctx, tx, j)
	})
}

func insertAttempt(ctx context.Context, tx database.Tx, to Endpoint, j job, r result) error {
	head, err := json.Marshal(r.answer.head)
	if err != nil {
		return fmt.Errorf("encode an answer's head: %w", err)
	}
	body := r.answer.body
	if body == nil {
		body = []byte{}
	}
	return exec(ctx, tx,
		`INSERT INTO attempts (delivery, url, event_id, number, scheduled_for, at, took_us, signature, troubles, status, head, body, error)
		 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		j.id, to.URL, r.eventID, r.letter.number, r.letter.scheduledFor.UnixMicro(), r.at.UnixMicro(), r.took.Microseconds(),
		r.signature, strings.Join(r.letter.kinds, ","), r.answer.status, string(head), body, r.problem)
}

// conclude brings the delivery to where r leaves it. One that was to be sent
// again meanwhile goes on at once.
func (q *Queue) conclude(ctx context.Context, tx database.Tx, j job, r result) error {
	now := q.cfg.Clock.Now()
	if r.good() {
		return exec(ctx, tx, `UPDATE deliveries SET attempts = $1, last_at = $2, last_status = $3, last_error = $4,
			status = CASE WHEN again > 0 THEN 'waiting' ELSE 'delivered' END,
			next_at = CASE WHEN again > 0 THEN $2 END,
			again = CASE WHEN again > 0 THEN again - 1 ELSE 0 END WHERE id = $5`,
			j.attempts+1, now.UnixMicro(), r.answer.status, r.problem, j.id)
	}
	status, next := "waiting", any(nil)
	switch pause := gap(j.attempts + 1); {
	case !now.Add(pause).After(j.untilAt):
		next = now.Add(pause).UnixMicro()
	case !r.at.Add(pause).After(j.untilAt): // the clock has leapt over the end meanwhile: once more, after it
		next = now.UnixMicro()
	default:
		status = "abandoned"
	}
	err := exec(ctx, tx, `UPDATE deliveries SET attempts = $1, last_at = $2, last_status = $3, last_error = $4,
		status = $5, next_at = $6, again = CASE WHEN $5 = 'abandoned' THEN 0 ELSE again END WHERE id = $7`,
		j.attempts+1, now.UnixMicro(), r.answer.status, r.problem, status, next, j.id)
	if err != nil || IsConfigured(j.endpoint) {
		return err
	}
	// The endpoint may have been removed while it was being asked.
	return exec(ctx, tx, `UPDATE deliveries SET status = 'abandoned', next_at = NULL, again = 0, last_error = $1
		WHERE id = $2 AND status = 'waiting' AND NOT EXISTS (SELECT 1 FROM endpoints e WHERE e.id = $3)`, goneWords, j.id, j.endpoint)
}
