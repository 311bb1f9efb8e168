package delivery

import (
	"context"
	"errors"

	"till/app/database"
)

// Resend sends a delivery once more, whatever became of it. One that is due
// already is sent twice. It returns [ErrNotFound], and a [*Refusal] when its
// endpoint is gone or switched off.
func (q *Queue) Resend(ctx context.Context, id string) error {
	err := q.cfg.DB.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		d, err := findDelivery(ctx, tx, id)
		if err != nil {
			return nowhere(ctx, tx, err)
		}
		to, err := listening(ctx, tx, d.Endpoint)
		if errors.Is(err, ErrNoEndpoint) {
			return &Refusal{Conflict: true, Sentence: "There is nowhere to deliver to: the endpoint is gone."}
		}
		if err != nil {
			return err
		}
		now := q.cfg.Clock.Now().UnixMicro()
		return exec(ctx, tx, `UPDATE deliveries SET url = $1, next_at = $2, status = 'waiting',
			again = again + CASE WHEN status = 'waiting' AND next_at <= $2 THEN 1 ELSE 0 END WHERE id = $3`, to.URL, now, id)
	})
	q.cfg.Clock.Wake()
	return err
}

// nowhere is err, unless there is no endpoint at all: then that is what to tell.
func nowhere(ctx context.Context, q database.Queryer, err error) error {
	endpoints, listed := listEndpoints(ctx, q)
	if listed == nil && len(endpoints) == 0 {
		return &Refusal{Conflict: true, Sentence: "There is nowhere to deliver to: set [sandbox] webhook_url, or add an endpoint."}
	}
	return errors.Join(err, listed)
}

// listening finds an endpoint that can be sent to.
func listening(ctx context.Context, q database.Queryer, id string) (Endpoint, error) {
	to, err := findEndpoint(ctx, q, id)
	if err == nil && !to.Enabled {
		return to, &Refusal{Conflict: true, Sentence: "The endpoint is switched off: switch it on first."}
	}
	return to, err
}

// Test sends a made-up event of that type to one endpoint, wanted there or not,
// and returns its delivery. It returns [ErrNoEndpoint] and a [*Refusal].
func (q *Queue) Test(ctx context.Context, endpoint, kind string) (Delivery, error) {
	to, err := findEndpoint(ctx, q.cfg.DB.Read(), endpoint)
	if err != nil {
		return Delivery{}, err
	}
	to.Events = []string{kind}
	if err := to.check(); err != nil {
		return Delivery{}, err
	}
	e, err := q.cfg.Sample(kind)
	if err != nil {
		return Delivery{}, err
	}
	var d Delivery
	err = q.cfg.DB.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		to, err := listening(ctx, tx, endpoint)
		if err != nil {
			return err
		}
		if err := keep(ctx, tx, e); err != nil {
			return err
		}
		id, err := q.enqueue(ctx, tx, e, to)
		if err != nil {
			return err
		}
		d, err = findDelivery(ctx, tx, id)
		return err
	})
	q.cfg.Clock.Wake()
	return d, err
}
