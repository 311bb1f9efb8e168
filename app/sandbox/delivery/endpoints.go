package delivery

import (
	"context"
	"errors"
	"strings"

	"till/app/database"
)

// Endpoints returns all endpoints, the configured one first.
func (q *Queue) Endpoints(ctx context.Context) ([]Endpoint, error) {
	return listEndpoints(ctx, q.cfg.DB.Read())
}

// AddEndpoint adds an endpoint for the events to come and returns it with its
// id and, if e has no secret, a new one. It returns a [*Refusal] for an
// address or event that is none.
func (q *Queue) AddEndpoint(ctx context.Context, e Endpoint) (Endpoint, error) {
	if err := e.check(); err != nil {
		return Endpoint{}, err
	}
	var err error
	if e.Secret == "" {
		if e.Secret, err = q.cfg.NewID(); err != nil {
			return Endpoint{}, err
		}
	}
	if e.ID, err = q.cfg.NewID(); err != nil {
		return Endpoint{}, err
	}
	e.Enabled = true
	return e, q.cfg.DB.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		return exec(ctx, tx, `INSERT INTO endpoints (id, url, secret, types) VALUES ($1, $2, $3, $4)`,
			e.ID, e.URL, e.Secret, strings.Join(e.Events, ","))
	})
}

// ChangeEndpoint makes c to an endpoint and returns it as it is then. What
// waits for it goes to its new address, and waits on while it is switched off.
// It returns [ErrNoEndpoint] and a [*Refusal].
func (q *Queue) ChangeEndpoint(ctx context.Context, id string, c Change) (Endpoint, error) {
	var e Endpoint
	err := q.cfg.DB.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		var err error
		if e, err = findEndpoint(ctx, tx, id); err != nil {
			return err
		}
		if e, err = c.over(e); err != nil {
			return err
		}
		err = exec(ctx, tx, `UPDATE endpoints SET url = $1, secret = $2, types = $3, enabled = $4 WHERE id = $5`,
			e.URL, e.Secret, strings.Join(e.Events, ","), e.Enabled, e.ID)
		if err != nil {
			return err
		}
		return redirect(ctx, tx, e)
	})
	q.cfg.Clock.Wake()
	return e, err
}

// RemoveEndpoint forgets an endpoint and gives up what waits for it; the log
// stays. It returns [ErrNoEndpoint], and a [*Refusal] for the configured one.
func (q *Queue) RemoveEndpoint(ctx context.Context, id string) error {
	if id == Configured {
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
		return exec(ctx, tx, `UPDATE deliveries SET status = 'abandoned', next_at = NULL, reordered = 0, last_error = $1
			WHERE endpoint = $2 AND status = 'waiting'`, goneWords, id)
	})
}

// goneWords is why a delivery to a removed endpoint ended.
const goneWords = "the endpoint was removed"
