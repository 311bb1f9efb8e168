// Package delivery brings the sandbox's events to the merchant's webhook: each
// one signed, repeated until somebody answers 2xx, row by row in the database,
// so that neither a down shop nor a killed sandbox loses one.
package delivery

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"till/app/database"
	"till/app/sandbox/clock"
)

const (
	slots    = 16                 // requests under way at once
	patience = 15 * time.Second   // for one answer, in real time
	lifetime = 3 * 24 * time.Hour // of the attempts, in business time
	firstGap = time.Second        // before the second attempt; doubled each time
	lastGap  = time.Hour          // at most
)

// Config says where to deliver and with what.
type Config struct {
	DB     *database.DB
	Clock  *clock.Clock
	URL    string // "" = nowhere
	Secret string
	NewID  func() (string, error)
	Logger *slog.Logger
}

// Queue holds what is to be delivered.
type Queue struct {
	cfg    Config
	client *http.Client

	group sync.WaitGroup
	mu    sync.Mutex
	busy  map[string]bool // the deliveries under way, by id
}

// New returns a queue. What still waits is from now on meant for cfg.URL: a
// shop that moved gets its old events at its new address.
func New(ctx context.Context, cfg Config) (*Queue, error) {
	q := &Queue{cfg: cfg, busy: map[string]bool{}, client: &http.Client{
		Timeout:   patience,
		Transport: &http.Transport{MaxIdleConnsPerHost: slots, IdleConnTimeout: time.Minute},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse // an answer elsewhere is not the merchant's 2xx
		},
	}}
	if cfg.URL == "" {
		return q, nil
	}
	err := cfg.DB.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE deliveries SET url = $1 WHERE status = 'waiting'`, cfg.URL)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("point waiting deliveries to the webhook: %w", err)
	}
	return q, nil
}

// Turn starts what is due, without waiting for it, and returns when the next
// one will be, zero for never. The clock is woken as soon as one has ended.
func (q *Queue) Turn(ctx context.Context) (time.Time, error) {
	if q.cfg.URL == "" {
		return time.Time{}, nil
	}
	waiting, err := listWaiting(ctx, q.cfg.DB.Read(), 2*slots+1) // more than can be under way
	if err != nil {
		return time.Time{}, err
	}
	for _, j := range waiting {
		if q.underWay(j.id) {
			continue
		}
		if j.nextAt.After(q.cfg.Clock.Now()) {
			return j.nextAt, nil
		}
		if !q.start(ctx, j) {
			break
		}
	}
	return time.Time{}, nil
}

func (q *Queue) underWay(id string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.busy[id]
}

// start sends j beside the others, unless all slots are taken.
func (q *Queue) start(ctx context.Context, j job) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.busy) >= slots {
		return false
	}
	q.busy[j.id] = true
	q.group.Go(func() {
		defer q.end(j.id)
		q.attempt(ctx, j)
	})
	return true
}

func (q *Queue) end(id string) {
	q.mu.Lock()
	delete(q.busy, id)
	q.mu.Unlock()
	q.cfg.Clock.Wake()
}

// Wait returns when nothing is under way any more.
func (q *Queue) Wait() {
	q.group.Wait()
	q.client.CloseIdleConnections()
}

// gap is the pause after the nth attempt, from 1.
func gap(n int) time.Duration {
	if n > 12 { // 2^12 s are more than an hour
		return lastGap
	}
	return min(firstGap<<(n-1), lastGap)
}
