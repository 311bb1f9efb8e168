// Package inbox takes webhooks in: it verifies the bytes, stores the event
// once, and only then lets the receiver answer 200. Afterwards it works the
// event off to the cashier, and tries again when that fails. What was stored
// and not worked off survives a restart.
package inbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"time"

	"till/app/shop"
)

// Store keeps events.
type Store interface {
	InsertEvent(ctx context.Context, e shop.Event, workAt time.Time) (seq int64, fresh bool, err error)
	ListUnworked(ctx context.Context, now time.Time, limit int) ([]shop.Event, error)
	CloseEvent(ctx context.Context, seq int64, v shop.Verdict, note string, at time.Time) error
	DelayEvent(ctx context.Context, seq int64, note string, workAt time.Time) error
}

// Settler is the part of [shop.Cashier] the inbox needs.
type Settler interface {
	SettleEvent(ctx context.Context, seq int64, ev shop.Evidence) (shop.Verdict, error)
}

// Config is what an [Inbox] is made of.
type Config struct {
	Store    Store
	Gateways []shop.Gateway
	Cashier  Settler
	// Worked is told of each try to work an event off: the verdict it came to,
	// [shop.Received] if it failed and will be tried again, how long ago the event
	// was received, and whether it is replayed, when that says nothing about the
	// till. Nil: nobody wants to know.
	Worked func(verdict shop.Verdict, age time.Duration, replayed bool)
	Now    func() time.Time
	Logger *slog.Logger
}

// Inbox accepts events and works them off.
type Inbox struct {
	cfg   Config
	queue chan shop.Event
}

// queueLength bounds what waits in memory. What does not fit is found in the
// store: the queue is the quick way, not the safe one.
const queueLength = 4096

// New returns an inbox. It works nothing off until [Inbox.Run].
func New(cfg Config) (*Inbox, error) {
	if len(cfg.Gateways) == 0 {
		return nil, fmt.Errorf("an inbox needs a gateway that can verify webhooks")
	}
	if cfg.Worked == nil {
		cfg.Worked = func(shop.Verdict, time.Duration, bool) {}
	}
	return &Inbox{cfg: cfg, queue: make(chan shop.Event, queueLength)}, nil
}

// Queued returns how many events wait in memory to be worked off.
func (i *Inbox) Queued() int { return len(i.queue) }

// Accept verifies a delivery and stores its event. It is idempotent: when it
// returns nil the event is on disk, however often it came. It returns
// [shop.ErrSignature] and [shop.ErrMalformed] for what must not be stored, and
// any other error when the provider should send it again.
func (i *Inbox) Accept(ctx context.Context, d shop.Delivery) error {
	g, envelope, err := i.verify(d)
	if err != nil {
		return err
	}
	now := i.cfg.Now()
	event := shop.Event{
		Provider: g.Provider(), Environment: envelope.Environment, ID: envelope.ID, Type: envelope.Type,
		Header: keep(d.Header), Body: d.Body, ReceivedAt: now, Verdict: shop.Received,
	}
	seq, fresh, err := i.cfg.Store.InsertEvent(ctx, event, now.Add(sweepAfter))
	if err != nil {
		return err
	}
	if !fresh {
		return nil
	}
	event.Seq = seq
	select {
	case i.queue <- event:
	default:
	}
	return nil
}

// verify finds the gateway whose secret signed the delivery.
func (i *Inbox) verify(d shop.Delivery) (shop.Gateway, shop.Envelope, error) {
	err := shop.ErrSignature
	for _, g := range i.cfg.Gateways {
		if g.Provider() != d.Provider {
			continue
		}
		envelope, verr := g.Verify(d)
		if verr == nil {
			return g, envelope, nil
		}
		// Another gateway's secret may fit; if it does, what it says counts.
		if errors.Is(err, shop.ErrSignature) {
			err = verr
		}
	}
	return nil, shop.Envelope{}, err
}

// keep copies the headers without those that carry credentials, however their
// names are written.
func keep(h http.Header) http.Header {
	kept := h.Clone()
	maps.DeleteFunc(kept, func(name string, _ []string) bool {
		return slices.Contains(credentials, http.CanonicalHeaderKey(name))
	})
	return kept
}

var credentials = []string{"Authorization", "Cookie", "Proxy-Authorization"}
