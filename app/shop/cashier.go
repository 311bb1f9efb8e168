package shop

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// CashierConfig is what a [Cashier] is made of.
type CashierConfig struct {
	Store     Store
	Gateways  []Gateway // the first opens new payments, all are listened to
	Publisher Publisher
	Shelf     *Shelf
	// PublicURL is the shop's own address, without a slash at the end.
	PublicURL string
	// Patience is how long Open waits for the provider before it answers with
	// a payment that is still opening.
	Patience time.Duration
	// TodaysPrice: a fresh payment of an old order costs what its product costs
	// today, not what the order was made for.
	TodaysPrice bool
	// Takes reports whether who opens new payments takes a price in a currency;
	// nil: any.
	Takes func(currency string) bool
	// Budget is how many questions each provider is asked in a minute, at most.
	Budget int
	Now    func() time.Time
	Random io.Reader
	Logger *slog.Logger
}

// Cashier opens, cancels, asks about and settles payments. It is the only
// writer of orders and payments. No provider is called inside a unit of work.
type Cashier struct {
	cfg     CashierConfig
	sources []*source // as the gateways
	flight  singleflight.Group

	mu      sync.Mutex
	opening map[PaymentID]chan struct{} // closed when the provider has answered
	askedAt map[PaymentID]time.Time
	// askedMany is how long askedAt may become before what is over is dropped.
	askedMany int
	openings  sync.WaitGroup
	closing   context.Context //nolint:containedctx // ends the openings that outlive their request when the till closes
	close     context.CancelFunc
}

// NewCashier returns a cashier ready to work. Close it before its store.
func NewCashier(cfg CashierConfig) (*Cashier, error) {
	if len(cfg.Gateways) == 0 {
		return nil, fmt.Errorf("a cashier needs at least one gateway")
	}
	if cfg.Budget < 1 {
		return nil, fmt.Errorf("a cashier needs a budget of at least one question a minute")
	}
	ctx, cancel := context.WithCancel(context.Background())
	return &Cashier{
		cfg:     cfg,
		sources: newSources(cfg),
		opening: map[PaymentID]chan struct{}{},
		askedAt: map[PaymentID]time.Time{},
		closing: ctx,
		close:   cancel,
	}, nil
}

// Close waits for the openings in hand until ctx ends, then cuts them short:
// they stay unanswered in the store, and the next start finds their charges.
func (c *Cashier) Close(ctx context.Context) {
	done := make(chan struct{})
	go func() {
		c.openings.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-ctx.Done():
		c.close()
		<-done
	}
	c.close()
}

// publish tells the waiting pages, after the commit.
func (c *Cashier) publish(before, after Order) {
	if after.Version != before.Version {
		c.cfg.Publisher.Publish(Change{OrderID: after.ID, Version: after.Version})
	}
}

// update changes one order in a unit of work and tells its pages afterwards.
func (c *Cashier) update(ctx context.Context, id OrderID, change func(Order) Order) (Order, error) {
	var before, after Order
	err := c.cfg.Store.Write(ctx, func(ctx context.Context, l Ledger) error {
		var err error
		if before, err = l.FindOrder(ctx, id); err != nil {
			return err
		}
		after = change(before)
		return l.SaveOrder(ctx, after)
	})
	if err != nil {
		return Order{}, err
	}
	c.publish(before, after)
	return after, nil
}
