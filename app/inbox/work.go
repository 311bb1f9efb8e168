package inbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"till/app/shop"
)

const (
	// workers is how many events are settled at once. Each waits for a commit,
	// and those that wait together share one: with few, a slow disk sets the pace.
	workers = 64
	// sweepAfter is when an event that is still unworked is looked for in the
	// store: it was accepted before a restart, or did not fit the queue.
	sweepAfter = 2 * time.Second
	sweepEvery = time.Second
	sweepLimit = 256
	// sweepers is how many of those are settled at once, so that one that takes
	// long does not hold up the others, and many share a commit.
	sweepers = 16
	// maxAttempts is when an event is given up. Waiting doubles from two
	// seconds to an hour, so that is after about nine hours.
	maxAttempts = 20
	maxDelay    = time.Hour
)

// Run works events off until ctx ends, then finishes those in hand.
func (i *Inbox) Run(ctx context.Context) {
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() { i.work(ctx) })
	}
	wg.Go(func() { i.sweepLoop(ctx) })
	wg.Wait()
}

func (i *Inbox) work(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case event := <-i.queue:
			i.workOff(context.WithoutCancel(ctx), event)
		}
	}
}

func (i *Inbox) sweepLoop(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		i.Sweep(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Sweep works off what is due in the store.
func (i *Inbox) Sweep(ctx context.Context) {
	events, err := i.cfg.Store.ListUnworked(ctx, i.cfg.Now(), sweepLimit)
	if err != nil {
		if ctx.Err() == nil {
			i.cfg.Logger.ErrorContext(ctx, "looking for unworked events failed", "error", err)
		}
		return
	}
	var group errgroup.Group // for its limit: workOff returns nothing
	group.SetLimit(sweepers)
	for _, event := range events {
		if ctx.Err() != nil {
			break
		}
		group.Go(func() error {
			i.workOff(context.WithoutCancel(ctx), event)
			return nil
		})
	}
	_ = group.Wait() // nobody returned an error
}

// workOff brings one event to its verdict. One that fails waits for its next
// attempt and holds up no other.
func (i *Inbox) workOff(ctx context.Context, event shop.Event) {
	verdict, err := i.settle(ctx, event)
	log := i.cfg.Logger.With("event", event.ID, "type", event.Type, "seq", event.Seq)
	now := i.cfg.Now()
	if err != nil {
		verdict = i.putOff(ctx, log, event, err, now)
	} else {
		log.DebugContext(ctx, "event worked off", "verdict", verdict)
	}
	i.cfg.Worked(verdict, now.Sub(event.ReceivedAt), event.History != "")
}

// putOff notes a failed try: the event is tried again later, or given up.
func (i *Inbox) putOff(ctx context.Context, log *slog.Logger, event shop.Event, why error, now time.Time) shop.Verdict {
	verdict := shop.Received
	var err error
	if event.Attempts+1 >= maxAttempts {
		verdict = shop.Dead
		log.ErrorContext(ctx, "event given up", "error", why)
		err = i.cfg.Store.CloseEvent(ctx, event.Seq, shop.Dead, why.Error(), now)
	} else {
		log.WarnContext(ctx, "event not worked off yet", "attempts", event.Attempts+1, "error", why)
		err = i.cfg.Store.DelayEvent(ctx, event.Seq, why.Error(), now.Add(delay(event.Attempts)))
	}
	if err != nil {
		log.ErrorContext(ctx, "noting a failed event failed; it stays due", "error", err)
		return shop.Received
	}
	return verdict
}

// settle reads the event and settles what it says. A panic on the way is the
// event's error, so that a poisonous one cannot stop the till.
func (i *Inbox) settle(ctx context.Context, event shop.Event) (verdict shop.Verdict, err error) {
	defer func() {
		if r := recover(); r != nil {
			i.cfg.Logger.ErrorContext(ctx, "working off an event panicked", "seq", event.Seq, "panic", r, "stack", string(debug.Stack()))
			err = fmt.Errorf("working off event %d panicked: %v", event.Seq, r)
		}
	}()
	g, ok := i.gateway(event)
	if !ok {
		return "", fmt.Errorf("no gateway reads events of %s in %s", event.Provider, event.Environment)
	}
	ev, err := g.Read(event)
	if errors.Is(err, shop.ErrIgnored) {
		return shop.Ignored, i.cfg.Store.CloseEvent(ctx, event.Seq, shop.Ignored, err.Error(), i.cfg.Now())
	}
	if err != nil {
		return "", err
	}
	return i.cfg.Cashier.SettleEvent(ctx, event.Seq, ev)
}

func (i *Inbox) gateway(event shop.Event) (shop.Gateway, bool) {
	for _, g := range i.cfg.Gateways {
		if g.Provider() == event.Provider && g.Environment() == event.Environment {
			return g, true
		}
	}
	return nil, false
}

// delay doubles from two seconds to an hour.
func delay(attempts int) time.Duration {
	return min(maxDelay, sweepAfter<<min(attempts, 16))
}
