package delivery

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"till/app/coinbase/commerce"
)

// envelope is what the merchant gets: the event, and which attempt this is.
type envelope struct {
	AttemptNumber int             `json:"attempt_number"`
	Event         json.RawMessage `json:"event"`
	ID            string          `json:"id"`
	ScheduledFor  string          `json:"scheduled_for"`
}

// attempt sends j once and writes down what came of it. Cut short by the end
// of ctx, it never was: the next start sends it again.
func (q *Queue) attempt(ctx context.Context, j job) {
	status, err := q.send(ctx, j)
	if ctx.Err() != nil {
		return
	}
	r := result{at: q.cfg.Clock.Now(), status: status}
	if err != nil {
		r.problem = err.Error()
	}
	if err := q.record(ctx, j, r); err != nil {
		q.cfg.Logger.ErrorContext(ctx, "webhook attempt not written down", "delivery", j.id, "error", err)
		rest(ctx) // it is still due: a full disk must not become a storm of requests
		return
	}
	q.cfg.Logger.InfoContext(ctx, "webhook sent", "delivery", j.id, "type", j.kind, "code", j.code,
		"attempt", j.attempts+1, "status", status, "problem", r.problem)
}

// send posts j; the answer's status is 0 if there was none.
func (q *Queue) send(ctx context.Context, j job) (int, error) {
	body, err := json.Marshal(envelope{
		AttemptNumber: j.attempts + 1, Event: j.body, ID: j.id,
		ScheduledFor: j.nextAt.UTC().Format(time.RFC3339),
	})
	if err != nil {
		return 0, fmt.Errorf("encode the envelope: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, j.url, bytes.NewReader(body))
	if err != nil {
		return 0, fmt.Errorf("make the request: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "*/*")
	req.Header.Set("User-Agent", "weipay-webhooks")
	req.Header.Set(commerce.SignatureHeader, commerce.Sign(q.cfg.Secret, body))
	resp, err := q.client.Do(req)
	if err != nil {
		return 0, fmt.Errorf("no answer: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()                      // it was only read
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection serves again
	return resp.StatusCode, nil
}

// rest sleeps for the shortest gap, or until ctx ends.
func rest(ctx context.Context) {
	timer := time.NewTimer(firstGap)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
