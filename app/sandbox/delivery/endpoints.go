package delivery

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"till/app/database"
)

// Endpoints returns all endpoints, the configured ones first.
func (q *Queue) Endpoints(ctx context.Context) ([]Endpoint, error) {
	return listEndpoints(ctx, q.cfg.DB.Read())
}

// AddEndpoint adds an endpoint for the events to come and returns it with its
// id and, if e has no secret, a new one. It returns a [*Refusal] for an
// address or event that is none.
func (q *Queue) AddEndpoint(ctx context.Context, e Endpoint) (Endpoint, error) {
	e.Enabled = true
	e, err := q.named(e)
	if err != nil {
		return Endpoint{}, err
	}
	return e, q.cfg.DB.Write(ctx, func(ctx context.Context, tx database.Tx) error { return insertEndpoint(ctx, tx, e) })
}

// named checks a new endpoint and gives it an id and, if it has none, a secret.
func (q *Queue) named(e Endpoint) (Endpoint, error) {
	e.Face = cmp.Or(e.Face, Commerce)
	if err := e.check(); err != nil {
		return Endpoint{}, err
	}
	var err error
	if e.Secret == "" {
		if e.Secret, err = q.cfg.NewID(); err != nil {
			return Endpoint{}, err
		}
	}
	e.ID, err = q.cfg.NewID()
	return e, err
}

func insertEndpoint(ctx context.Context, tx database.Tx, e Endpoint) error {
	head, err := e.head()
	if err != nil {
		return err
	}
	return exec(ctx, tx, `INSERT INTO endpoints (id, face, side, url, secret, types, enabled, head) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		e.ID, e.Face, e.Side, e.URL, e.Secret, strings.Join(e.Events, ","), e.Enabled, head)
}

// ChangeEndpoint makes c to an endpoint and returns it as it is then. What
// waits for it goes to its new address, and waits on while it is switched off.
// It returns [ErrNoEndpoint] and a [*Refusal].
func (q *Queue) ChangeEndpoint(ctx context.Context, id string, c Change) (Endpoint, error) {
	var e Endpoint
	err := q.cfg.DB.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		var err error
		e, err = changeEndpoint(ctx, tx, id, c)
		return err
	})
	q.cfg.Clock.Wake()
	return e, err
}

func changeEndpoint(ctx context.Context, tx database.Tx, id string, c Change) (Endpoint, error) {
	e, err := findEndpoint(ctx, tx, id)
	if err != nil {
		return e, err
	}
	if e, err = c.over(e); err != nil {
		return e, err
	}
	head, err := e.head()
	if err != nil {
		return e, err
	}
	err = exec(ctx, tx, `UPDATE endpoints SET side = $1, url = $2, secret = $3, types = $4, enabled = $5, head = $6 WHERE id = $7`,
		e.Side, e.URL, e.Secret, strings.Join(e.Events, ","), e.Enabled, head, e.ID)
	if err != nil {
		return e, err
	}
	return e, redirect(ctx, tx, e)
}

// RemoveEndpoint forgets an endpoint and gives up what waits for it; the log
// stays. It returns [ErrNoEndpoint], and a [*Refusal] for the configured one.
func (q *Queue) RemoveEndpoint(ctx context.Context, id string) error {
	if IsConfigured(id) {
		return &Refusal{Conflict: true, Sentence: `The configured endpoint cannot be deleted: switch it off with {"enabled":false}.`}
	}
	return q.cfg.DB.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		res, err := tx.ExecContext(ctx, `DELETE FROM endpoints WHERE id = $1`, id)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(ErrNoEndpoint, err)
		}
		if err := exec(ctx, tx, `DELETE FROM subscriptions WHERE id = $1`, id); err != nil {
			return err
		}
		return exec(ctx, tx, `UPDATE deliveries SET status = 'abandoned', next_at = NULL, reordered = 0, last_error = $1
			WHERE endpoint = $2 AND status = 'waiting'`, goneWords, id)
	})
}

// head is its own headers as they are stored.
func (e Endpoint) head() (string, error) {
	if e.Head == nil {
		return "{}", nil
	}
	head, err := json.Marshal(e.Head)
	if err != nil {
		return "", fmt.Errorf("encode an endpoint's headers: %w", err)
	}
	return string(head), nil
}

// goneWords is why a delivery to a removed endpoint ended.
const goneWords = "the endpoint was removed"
