// Package reconcile asks the provider about payments that no webhook settled:
// on a growing interval, about all that are open after a start, and every few
// seconds while a page watches a payment being confirmed; and every hour about
// what was sent back. The cashier bounds how often it asks.
package reconcile

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"till/app/shop"
)

// Store lists what may be asked about.
type Store interface {
	// AskAll makes every payment that may still change due at once and returns
	// how many there are.
	AskAll(ctx context.Context, now time.Time) (int, error)
	ListDue(ctx context.Context, from shop.Provider, now time.Time, limit int) ([]shop.PaymentID, error)
	ListMoving(ctx context.Context, from shop.Provider, limit int) (map[shop.PaymentID]shop.OrderID, error)
	ListWaiting(ctx context.Context, from shop.Provider, limit int) (map[shop.PaymentID]shop.OrderID, error)
}

// Asker is the part of [shop.Cashier] that asks.
type Asker interface {
	Inquire(ctx context.Context, id shop.PaymentID) (shop.Answer, error)
	LearnRefunds(ctx context.Context, from shop.Provider) (shop.Answer, error)
}

// Watcher knows which orders a page waits for.
type Watcher interface {
	Watching(id shop.OrderID) bool
}

// Config is what a [Reconciler] is made of.
type Config struct {
	Store   Store
	Cashier Asker
	Watcher Watcher
	// Asked is told what came of each question: "changed", "same", "error", or,
	// when one about a payment was not asked, "budget" or "paused". Nil: nobody
	// wants to know.
	Asked  func(result string)
	Now    func() time.Time
	Logger *slog.Logger
}

// Reconciler asks about payments. Each provider has rounds of its own: one that
// is slow or in trouble holds up no other.
type Reconciler struct {
	cfg     Config
	rounds  []*rounds
	recalls []*recalls
}

// rounds are the questions to one provider.
type rounds struct {
	Config

	provider shop.Provider
	done     int
}

const every = time.Second

// New returns a reconciler. It asks nothing until [Reconciler.Run].
func New(cfg Config) *Reconciler {
	if cfg.Asked == nil {
		cfg.Asked = func(string) {}
	}
	r := &Reconciler{cfg: cfg}
	for _, p := range shop.Providers() {
		r.rounds = append(r.rounds, &rounds{Config: cfg, provider: p})
		r.recalls = append(r.recalls, &recalls{Config: cfg, provider: p})
	}
	return r
}

// Run asks until ctx ends. It begins with all that is open: nobody knows how
// long the till was stopped, and what was missed meanwhile.
func (r *Reconciler) Run(ctx context.Context) {
	if _, err := r.cfg.Store.AskAll(ctx, r.cfg.Now()); err != nil && ctx.Err() == nil {
		r.cfg.Logger.WarnContext(ctx, "what is open could not be made due; it is asked about at its time", "error", err)
	}
	var all sync.WaitGroup
	for i := range r.rounds {
		all.Go(func() { r.run(ctx, r.rounds[i].provider, r.rounds[i].once) })
		all.Go(func() { r.run(ctx, r.recalls[i].provider, r.recalls[i].once) })
	}
	all.Wait()
}

func (r *Reconciler) run(ctx context.Context, of shop.Provider, once func(context.Context) error) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for ctx.Err() == nil {
		if err := once(ctx); err != nil && ctx.Err() == nil {
			r.cfg.Logger.WarnContext(ctx, "asking the provider did not go well; it will be asked again", "provider", of, "error", err)
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// Once asks every provider about all that is due now, and returns the first
// failure of each. What the cashier does not let it ask stays due, and the next
// round begins with it.
func (r *Reconciler) Once(ctx context.Context) error {
	failures := make([]error, 2*len(r.rounds))
	var all sync.WaitGroup
	for i := range r.rounds {
		all.Go(func() { failures[2*i] = r.rounds[i].once(ctx) })
		all.Go(func() { failures[2*i+1] = r.recalls[i].once(ctx) })
	}
	all.Wait()
	return errors.Join(failures...)
}
