package reconcile

import (
	"context"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"till/app/shop"
)

const (
	dueLimit    = 64
	movingLimit = 1000
	atOnce      = 4
	// waitingEvery is in which rounds a watched page that waits for its payment
	// is asked about, should webhooks be lost: its buyer may be paying now. Where
	// no webhook tells of that, it is each round; the cashier asks every five
	// seconds at most.
	waitingEvery = 20
)

// once asks about all that is due now and returns the first failure.
func (r *rounds) once(ctx context.Context) error {
	due, err := r.Store.ListDue(ctx, r.provider, r.Now(), dueLimit)
	if err != nil {
		return err
	}
	watched, err := r.watched(ctx)
	if err != nil {
		return err
	}
	var refused atomic.Bool
	group := errgroup.Group{}
	group.SetLimit(atOnce)
	for _, id := range queue(watched, due) {
		group.Go(func() error {
			if refused.Load() {
				return nil
			}
			answer, err := r.ask(ctx, id)
			if answer == shop.OverBudget || answer == shop.Paused {
				refused.Store(true)
			}
			return err
		})
	}
	return group.Wait()
}

// ask asks about one payment and tells what came of it.
func (r *rounds) ask(ctx context.Context, id shop.PaymentID) (shop.Answer, error) {
	answer, err := r.Cashier.Inquire(ctx, id)
	r.tell(ctx, answer, err)
	return answer, err
}

// tell tells what came of a question.
func (c Config) tell(ctx context.Context, answer shop.Answer, err error) {
	switch {
	case ctx.Err() != nil: // we hung up
	case err != nil:
		c.Asked("error")
	case answer != shop.Skipped:
		c.Asked(string(answer))
	}
}

// watched lists the payments that somebody looks at and that may move.
func (r *rounds) watched(ctx context.Context) ([]shop.PaymentID, error) {
	r.done++
	lists := []func(context.Context, shop.Provider, int) (map[shop.PaymentID]shop.OrderID, error){r.Store.ListMoving}
	if r.provider.Silent() || r.done%waitingEvery == 0 {
		lists = append(lists, r.Store.ListWaiting)
	}
	var watched []shop.PaymentID
	for _, list := range lists {
		listed, err := list(ctx, r.provider, movingLimit)
		if err != nil {
			return nil, err
		}
		for payment, order := range listed {
			if r.Watcher.Watching(order) {
				watched = append(watched, payment)
			}
		}
	}
	return watched, nil
}

// queue puts watched and due payments by turns, each once: somebody waits for
// the watched ones, so they begin, but however many they are, the due ones get
// their half of a budget that is not enough for all.
func queue(watched, due []shop.PaymentID) []shop.PaymentID {
	all := make([]shop.PaymentID, 0, len(watched)+len(due))
	seen := make(map[shop.PaymentID]bool, cap(all))
	for i := range max(len(watched), len(due)) {
		for _, list := range [][]shop.PaymentID{watched, due} {
			if i < len(list) && !seen[list[i]] {
				seen[list[i]] = true
				all = append(all, list[i])
			}
		}
	}
	return all
}
