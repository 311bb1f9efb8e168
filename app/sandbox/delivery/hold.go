package delivery

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"till/app/database"
	"till/app/sandbox/trouble"
)

// holds says whether a trouble holds a delivery back instead of bending it.
func holds(t trouble.Trouble) bool { return t.Kind == trouble.Delay || t.Kind == trouble.Reorder }

// hold lets delay and reorder hold back what was not sent yet, each once, and
// returns until when; zero if none does.
func (q *Queue) hold(ctx context.Context, j job) (time.Time, error) {
	if j.attempts > 0 {
		return time.Time{}, nil
	}
	hits, err := q.cfg.Troubles.Hits(ctx, q.sending(ctx, j, func(t trouble.Trouble) (bool, error) {
		if !holds(t) || slices.Contains(j.held, t.ID) {
			return true, nil
		}
		if t.Kind == trouble.Delay {
			return false, nil
		}
		// Were all events held, they would come in their order, only later.
		return q.behind(ctx, j)
	}))
	if err != nil || len(hits) == 0 {
		return time.Time{}, err
	}
	now, reordered := q.cfg.Clock.Now(), false
	until := now
	for _, t := range hits {
		pause := t.Pause()
		if t.Kind == trouble.Reorder {
			pause, reordered = trouble.Patience, true
		}
		until = later(until, now.Add(pause))
		j.held, j.applied = append(j.held, t.ID), append(j.applied, t.Kind)
	}
	return until, q.cfg.DB.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		return exec(ctx, tx, `UPDATE deliveries SET next_at = $1, held = $2, applied = $3, reordered = $4 WHERE id = $5`,
			until.UnixMicro(), strings.Join(j.held, ","), strings.Join(j.applied, ","), reordered, j.id)
	})
}

// bends returns the kinds of trouble that this attempt meets: those that held
// it back, and those that hit it now.
func (q *Queue) bends(ctx context.Context, j job) ([]string, error) {
	hits, err := q.cfg.Troubles.Hits(ctx, q.sending(ctx, j, func(t trouble.Trouble) (bool, error) {
		return holds(t) || !t.Bends(faceOf(j.kind)), nil
	}))
	kinds := slices.Clone(j.applied)
	for _, t := range hits {
		kinds = append(kinds, t.Kind)
	}
	slices.Sort(kinds)
	return slices.Compact(kinds), err
}

// sending is j as troubles see it.
func (q *Queue) sending(ctx context.Context, j job, spare func(trouble.Trouble) (bool, error)) trouble.Sending {
	return trouble.Sending{
		Endpoint: j.endpoint, Code: j.code, Spare: spare,
		Order: func() (string, error) {
			m, err := findMessage(ctx, q.cfg.DB.Read(), j.eventID)
			return orderOf(m.body), err
		},
	}
}

// orderOf reads the metadata.order_id of the charge an event is about, "" if
// there is none.
func orderOf(event json.RawMessage) string {
	type resource struct {
		Metadata struct {
			OrderID string `json:"order_id"`
		} `json:"metadata"`
	}
	var e struct {
		Data     resource `json:"data"` // commerce's charge
		resource          // business's checkout is flat
	}
	if json.Unmarshal(event, &e) != nil {
		return "" // an order_id that is no text is no order's
	}
	return cmp.Or(e.Data.Metadata.OrderID, e.Metadata.OrderID)
}

// behind says whether an earlier event of the same charge is being held back
// for a later one.
func (q *Queue) behind(ctx context.Context, j job) (bool, error) {
	var n int
	err := q.cfg.DB.Read().QueryRowContext(ctx,
		`SELECT COUNT(*) FROM deliveries WHERE endpoint = $1 AND code = $2 AND reordered = 1 AND seq < $3`,
		j.endpoint, j.code, j.seq).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("look for a reordered delivery: %w", err)
	}
	return n > 0, nil
}

// release lets go what was held back for an event like j.
func (q *Queue) release(ctx context.Context, tx database.Tx, j job) error {
	return errors.Join(
		exec(ctx, tx, `UPDATE deliveries SET next_at = $1, reordered = 0
			WHERE endpoint = $2 AND code = $3 AND reordered = 1 AND seq < $4 AND status = 'waiting'`,
			q.cfg.Clock.Now().UnixMicro(), j.endpoint, j.code, j.seq),
		exec(ctx, tx, `UPDATE deliveries SET held = '', applied = '', reordered = 0 WHERE id = $1 AND held <> ''`, j.id))
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
