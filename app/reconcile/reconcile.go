// Package reconcile asks the provider about payments that no webhook settled:
// on a growing interval, at once after a start, and every few seconds while a
// page watches a payment being confirmed. The cashier bounds how often it asks.
package reconcile

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"till/app/shop"
)

// Store lists what may be asked about.
type Store interface {
	ListDue(ctx context.Context, now time.Time, limit int) ([]shop.PaymentID, error)
	ListMoving(ctx context.Context, limit int) (map[shop.PaymentID]shop.OrderID, error)
	ListWaiting(ctx context.Context, limit int) (map[shop.PaymentID]shop.OrderID, error)
}

// Asker is the part of [shop.Cashier] that asks.
type Asker interface {
	Ask(ctx context.Context, id shop.PaymentID) error
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
	Now     func() time.Time
	Logger  *slog.Logger
}

// Reconciler asks about payments.
type Reconciler struct {
	cfg   Config
	round int
}

const (
	every       = time.Second
	dueLimit    = 64
	movingLimit = 1000
	atOnce      = 4
	// waitingEvery is in which rounds a watched page that waits for its payment
	// is asked about, should webhooks be lost: its buyer may be paying now.
	waitingEvery = 20
)

// New returns a reconciler. It asks nothing until [Reconciler.Run].
func New(cfg Config) *Reconciler { return &Reconciler{cfg: cfg} }

// Run asks until ctx ends.
func (r *Reconciler) Run(ctx context.Context) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for ctx.Err() == nil {
		if err := r.Once(ctx); err != nil && ctx.Err() == nil {
			r.cfg.Logger.WarnContext(ctx, "asking the provider did not go well; it will be asked again", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// Once asks about all that is due now and returns the first failure.
func (r *Reconciler) Once(ctx context.Context) error {
	due, err := r.cfg.Store.ListDue(ctx, r.cfg.Now(), dueLimit)
	if err != nil {
		return err
	}
	r.round++
	lists := []func(context.Context, int) (map[shop.PaymentID]shop.OrderID, error){r.cfg.Store.ListMoving}
	if r.round%waitingEvery == 0 {
		lists = append(lists, r.cfg.Store.ListWaiting)
	}
	for _, list := range lists {
		listed, err := list(ctx, movingLimit)
		if err != nil {
			return err
		}
		for payment, order := range listed {
			if r.cfg.Watcher.Watching(order) && !slices.Contains(due, payment) {
				due = append(due, payment)
			}
		}
	}
	group := errgroup.Group{}
	group.SetLimit(atOnce)
	for _, id := range due {
		group.Go(func() error {
			err := r.cfg.Cashier.Ask(ctx, id)
			if shop.ErrorCode(err) == shop.TooMany {
				return nil
			}
			return err
		})
	}
	return group.Wait()
}
