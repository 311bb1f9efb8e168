// Package delivery brings the sandbox's events to the merchant's webhooks: to
// each endpoint that wants them, signed with its secret, repeated until it
// answers 2xx, row by row in the database, so that neither a down shop nor a
// killed sandbox loses one. Each attempt is written down.
//
// Every endpoint has a waiting list and slots of its own, so that one that is
// down or slow delays no other.
package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"till/app/database"
	"till/app/sandbox/clock"
	"till/app/sandbox/trouble"
)

const (
	slots     = 16                 // requests under way at once, to one endpoint
	perCharge = 4                  // of them about one charge, so that a slow one starves no other
	patience  = 15 * time.Second   // for one answer, in real time
	lifetime  = 3 * 24 * time.Hour // of the attempts, in business time
	firstGap  = time.Second        // before the second attempt; doubled each time
	lastGap   = time.Hour          // at most
)

// Config says where to deliver and with what.
type Config struct {
	DB       *database.DB
	Clock    *clock.Clock
	URL      string // of the configured endpoint; "" = there is none
	Secret   string // and what signs for it
	Business Target // the same for that of business
	Troubles *trouble.Set
	NewID    func() (string, error)
	Sample   func(kind string) (Event, error) // makes up an event of that type, for tests
	Logger   *slog.Logger
}

// Target is where webhooks go, and what signs them.
type Target struct {
	URL    string // "" = nowhere
	Secret string
}

// Queue holds what is to be delivered.
type Queue struct {
	cfg    Config
	client *http.Client

	group sync.WaitGroup
	mu    sync.Mutex
	busy  map[string]lane // by endpoint
}

// New returns a queue and writes down the configured endpoint.
func New(ctx context.Context, cfg Config) (*Queue, error) {
	q := &Queue{cfg: cfg, busy: map[string]lane{}, client: &http.Client{
		Timeout: patience,
		Transport: &http.Transport{
			MaxIdleConnsPerHost: slots, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: maxHead,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse // an answer elsewhere is not the merchant's 2xx
		},
	}}
	err := errors.Join(
		q.configure(ctx, Configured, Commerce, cfg.URL, cfg.Secret),
		q.configure(ctx, ConfiguredBusiness, Business, cfg.Business.URL, cfg.Business.Secret))
	if err != nil {
		return nil, fmt.Errorf("point deliveries to the configured webhook: %w", err)
	}
	return q, nil
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
