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

// Subscription is an endpoint that was made through the provider's API.
type Subscription struct {
	Endpoint
	Notes Notes
}

// Notes is what a subscription has beside its endpoint.
type Notes struct {
	Description string            `json:"description"`
	Labels      map[string]string `json:"labels"`
	CreatedAt   time.Time         `json:"created_at"`
	UpdatedAt   time.Time         `json:"updated_at"`
}

// Subscribe adds an endpoint, on or off as it is given, with its notes. It
// returns what [Queue.AddEndpoint] does.
func (q *Queue) Subscribe(ctx context.Context, s Subscription) (Subscription, error) {
	var err error
	if s.Endpoint, err = q.named(s.Endpoint); err != nil {
		return s, err
	}
	return s, q.cfg.DB.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		if err := insertEndpoint(ctx, tx, s.Endpoint); err != nil {
			return err
		}
		return s.save(ctx, tx)
	})
}

// Resubscribe makes a change to a subscription and writes its new notes. It
// returns [ErrNoEndpoint] and a [*Refusal].
func (q *Queue) Resubscribe(ctx context.Context, id string, c Change, notes Notes) (Subscription, error) {
	var s Subscription
	err := q.cfg.DB.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		var err error
		if s, err = findSubscription(ctx, tx, id); err != nil {
			return err
		}
		s.Notes = notes
		if s.Endpoint, err = changeEndpoint(ctx, tx, id, c); err != nil {
			return err
		}
		return s.save(ctx, tx)
	})
	q.cfg.Clock.Wake()
	return s, err
}

func (s Subscription) save(ctx context.Context, tx database.Tx) error {
	body, err := json.Marshal(s.Notes)
	if err != nil {
		return fmt.Errorf("encode a subscription: %w", err)
	}
	return exec(ctx, tx, `INSERT INTO subscriptions (id, body) VALUES ($1, $2)
		ON CONFLICT (id) DO UPDATE SET body = excluded.body`, s.ID, string(body))
}

const subscriptionQuery = `SELECT e.id, e.face, e.side, e.url, e.secret, e.types, e.enabled, e.head, s.body
	FROM endpoints e JOIN subscriptions s ON s.id = e.id`

// Subscriptions returns them all, the oldest first.
func (q *Queue) Subscriptions(ctx context.Context) ([]Subscription, error) {
	rows, err := q.cfg.DB.Read().QueryContext(ctx, subscriptionQuery+` ORDER BY e.seq`)
	if err != nil {
		return nil, fmt.Errorf("list subscriptions: %w", err)
	}
	return collect(rows, "list subscriptions", scanSubscription)
}

// Subscription returns [ErrNoEndpoint] for one that does not exist.
func (q *Queue) Subscription(ctx context.Context, id string) (Subscription, error) {
	return findSubscription(ctx, q.cfg.DB.Read(), id)
}

func findSubscription(ctx context.Context, q database.Queryer, id string) (Subscription, error) {
	s, err := scanSubscription(q.QueryRowContext(ctx, subscriptionQuery+` WHERE e.id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return s, ErrNoEndpoint
	}
	if err != nil {
		return s, fmt.Errorf("find a subscription: %w", err)
	}
	return s, nil
}

func scanSubscription(r row) (Subscription, error) {
	var s Subscription
	var body string
	e, err := scanEndpoint(behind{r, &body})
	if err != nil {
		return s, err
	}
	s.Endpoint = e
	return s, json.Unmarshal([]byte(body), &s.Notes)
}

// behind is a row that has one more column behind those that are asked for.
type behind struct {
	row
	last any
}

// Scan reads the last column, too.
func (b behind) Scan(into ...any) error { return b.row.Scan(append(into, b.last)...) }
