package delivery

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"till/app/database"
)

// batch is how many waiting deliveries are looked at: more than can be under
// way, so that those do not hide the others.
const batch = 2*slots + 1

// Turn starts what is due, without waiting for it, and returns when the next
// one will be, zero for never. The clock is woken as soon as one has ended.
// Only one Turn may run at a time.
func (q *Queue) Turn(ctx context.Context) (time.Time, error) {
	endpoints, err := listEndpoints(ctx, q.cfg.DB.Read())
	if err != nil {
		return time.Time{}, err
	}
	var next time.Time
	for _, to := range endpoints {
		if !to.Enabled {
			continue
		}
		at, err := q.serve(ctx, to)
		if err != nil {
			return time.Time{}, err
		}
		next = earlier(next, at)
	}
	return next, nil
}

// Next is when a delivery that waits is due, of those that are due after a
// time; zero for never.
func (q *Queue) Next(ctx context.Context, after time.Time) (time.Time, error) {
	var next sql.NullInt64
	err := q.cfg.DB.Read().QueryRowContext(ctx, nextQuery, after.UnixMicro()).Scan(&next)
	if err != nil {
		return time.Time{}, fmt.Errorf("find the next delivery: %w", err)
	}
	if at := moment(next); at != nil {
		return *at, nil
	}
	return time.Time{}, nil
}

const nextQuery = `SELECT MIN(at) FROM (SELECT (SELECT MIN(next_at) FROM deliveries d
	WHERE d.endpoint = e.id AND d.status = 'waiting' AND d.next_at > $1) AS at FROM endpoints e WHERE e.enabled = 1)`

// serve starts what is due at one endpoint and returns when the next one is.
func (q *Queue) serve(ctx context.Context, to Endpoint) (time.Time, error) {
	var next time.Time
	for {
		// Before the list is read: what ends meanwhile is in it as if it waited.
		before := q.underWay(to.ID)
		if before.taken() {
			return next, nil
		}
		jobs, err := listWaiting(ctx, q.cfg.DB.Read(), to.ID, before.full())
		if err != nil {
			return next, err
		}
		at, begun, err := q.round(ctx, to, before, jobs)
		next = earlier(next, at)
		if err != nil || !begun || len(jobs) < batch {
			return next, err
		}
	}
}

// round starts of jobs what is due and may be started, and says whether
// anything came of it. What was under way before is left to the next turn.
func (q *Queue) round(ctx context.Context, to Endpoint, before lane, jobs []job) (next time.Time, begun bool, err error) {
	for _, j := range jobs {
		now := q.underWay(to.ID)
		if now.taken() {
			return next, begun, nil
		}
		if _, ok := before[j.id]; ok || slices.Contains(now.full(), j.code) {
			continue
		}
		if j.nextAt.After(q.cfg.Clock.Now()) {
			return earlier(next, j.nextAt), begun, nil
		}
		until, err := q.begin(ctx, to, j)
		if err != nil {
			return next, begun, err
		}
		next, begun = earlier(next, until), true
	}
	return next, begun, nil
}

// begin sends j with the troubles that hit it, or lets one of them hold it
// back until the returned time.
func (q *Queue) begin(ctx context.Context, to Endpoint, j job) (time.Time, error) {
	until, err := q.hold(ctx, j)
	if err != nil || !until.IsZero() {
		return until, err
	}
	kinds, err := q.bends(ctx, j)
	if err != nil {
		return time.Time{}, err
	}
	q.start(ctx, to, j, kinds)
	return time.Time{}, nil
}

// earlier is the earlier of two times, of which zero is never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

// job is a waiting delivery.
type job struct {
	seq                         int64
	id, eventID, endpoint, code string
	kind                        string // of the event
	attempts                    int    // so far
	held, applied               []string
	nextAt, untilAt             time.Time
}

// listWaiting returns the first deliveries that wait for an endpoint, by their
// time, without those about the given charges.
func listWaiting(ctx context.Context, q database.Queryer, endpoint string, without []string) ([]job, error) {
	var codes [slots / perCharge]any // no more charges than that can be full
	for i := range codes {
		codes[i] = ""
		if i < len(without) {
			codes[i] = without[i]
		}
	}
	rows, err := q.QueryContext(ctx, waitingQuery, endpoint, codes[0], codes[1], codes[2], codes[3], batch)
	if err != nil {
		return nil, fmt.Errorf("list waiting deliveries: %w", err)
	}
	return collect(rows, "list waiting deliveries", scanJob)
}

const waitingQuery = `SELECT seq, id, event_id, endpoint, code, type, attempts, held, applied, next_at, until_at FROM deliveries
	WHERE endpoint = $1 AND status = 'waiting' AND code NOT IN ($2, $3, $4, $5) ORDER BY next_at, seq LIMIT $6`

func scanJob(r row) (job, error) {
	var j job
	var held, applied string
	var next, until int64
	err := r.Scan(&j.seq, &j.id, &j.eventID, &j.endpoint, &j.code, &j.kind, &j.attempts, &held, &applied, &next, &until)
	j.held, j.applied = words(held), words(applied)
	j.nextAt, j.untilAt = time.UnixMicro(next), time.UnixMicro(until)
	return j, err
}
