package main

import (
	"context"
	"fmt"
	"math"
	"net/url"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	// patience is how long nothing may get better before it stays as it is;
	// most is how long all of it may take on a machine that is out of breath.
	patience  = 40 * time.Second
	most      = 4 * time.Minute
	catchUp   = 10 * time.Second // for the pages after that
	lookAgain = time.Second
	// comeBack is how many buyers come back at once: the shop asks the provider
	// five times a second.
	comeBack = 8
	// resendFirst and resendEvery say in which rounds webhooks that wait for
	// their next attempt are sent at once: after a storm that can be minutes.
	resendFirst, resendEvery = 2, 10
	// reconcileFirst and reconcileEvery say in which rounds the merchant looks for
	// what was refunded at Business without the shop: by itself it does every hour.
	reconcileFirst, reconcileEvery = 4, 10
)

// calm ends all trouble, waits until everything has settled, and holds the shop
// against the provider.
func (w *world) calm(ctx context.Context) error {
	up, cancel := context.WithTimeout(ctx, start)
	defer cancel()
	for _, p := range []*process{w.boxProcess, w.shopProcess} {
		if err := p.await(up); err != nil {
			return err
		}
	}
	if err := w.soothe(ctx); err != nil {
		return err
	}
	found, err := w.settle(ctx)
	if err != nil {
		return err
	}
	if found, err = w.awaitPages(ctx, found); err != nil {
		return err
	}
	return w.judge(ctx, found)
}

// soothe ends all troubles but the end of Commerce, where that is part of the
// storm.
func (w *world) soothe(ctx context.Context) error {
	gone := 0
	err := w.storm.try(ctx, func() (err error) {
		gone, err = w.box.takeAll(ctx)
		return err
	})
	if want := len(w.plan.moves()); err == nil && gone != want {
		err = fmt.Errorf("%d APIs are gone for good, want %d", gone, want)
	}
	return err
}

// finding is how the shop and the provider stand at one moment.
type finding struct {
	orders  map[string]order
	charges map[string][]charge // by order
	wrong   []string            // orders
	waiting []string            // deliveries of webhooks that wait for their next attempt
}

// open is how much is not as it should be.
func (f finding) open() int { return len(f.wrong) + len(f.waiting) }

// settle looks until nothing is wrong any more, or nothing gets better. Buyers
// whose order is wrong come back and so make the shop ask.
func (w *world) settle(ctx context.Context) (finding, error) {
	least, better, end := math.MaxInt, time.Now(), time.Now().Add(most)
	for round := 0; ; round++ {
		f, err := w.look(ctx)
		if err != nil {
			return f, err
		}
		if f.open() < least {
			least, better = f.open(), time.Now()
		}
		if f.open() == 0 || time.Since(better) > patience || time.Now().After(end) {
			return f, nil
		}
		if round%resendEvery == resendFirst {
			w.resend(ctx, f.waiting)
		}
		w.returning(ctx, f.wrong, round)
		if w.plan.Provider == providerBusiness && len(f.wrong) > 0 && round%reconcileEvery == reconcileFirst {
			if err := w.shop.reconcile(ctx); err != nil {
				return f, err
			}
		}
		if err := pause(ctx, lookAgain); err != nil {
			return f, err
		}
	}
}

// resend has webhooks sent now. What was delivered meanwhile comes once more.
func (w *world) resend(ctx context.Context, deliveries []string) {
	group := errgroup.Group{}
	group.SetLimit(comeBack)
	for _, id := range deliveries {
		group.Go(func() error { return w.box.resend(ctx, id) })
	}
	_ = group.Wait() // the next round sees what still waits
}

func (w *world) look(ctx context.Context) (finding, error) {
	f := finding{orders: map[string]order{}, charges: map[string][]charge{}}
	charges, err := w.box.truth(ctx, w.plan.Provider == providerBusiness)
	if err != nil {
		return f, err
	}
	w.ledger.charges = len(charges)
	for _, c := range charges {
		f.charges[c.Order] = append(f.charges[c.Order], c)
	}
	orders, err := w.shop.orders(ctx)
	if err != nil {
		return f, err
	}
	w.ledger.orders = len(orders)
	gaveUp := w.gaveUp()
	for _, o := range orders {
		f.orders[o.ID] = o
		if v, again := hold(o, f.charges[o.ID], gaveUp[o.ID]); v != verdictRight || again != "" {
			f.wrong = append(f.wrong, o.ID)
		}
	}
	slices.Sort(f.wrong)
	f.waiting, err = w.box.waiting(ctx)
	return f, err
}

// returning lets some buyers come back from the provider, others in each round.
// What the shop answers is seen in the next round.
func (w *world) returning(ctx context.Context, orders []string, round int) {
	crowd := &crowd{ctx: ctx}
	for i := range min(comeBack, len(orders)) {
		id := orders[(round*comeBack+i)%len(orders)]
		w.askedFor[id] = true
		crowd.join(func(ctx context.Context) {
			_, _ = w.shop.ask(ctx, "/success?order="+url.QueryEscape(id), "", nil)
		})
	}
	crowd.wait.Wait()
}

// gaveUp returns the orders that their buyers canceled.
func (w *world) gaveUp() map[string]bool {
	all := map[string]bool{}
	for _, b := range w.buyers {
		if b.gaveUp {
			all[b.current()] = true
		}
	}
	return all
}

// awaitPages gives the pages time to show what is. An order may go on meanwhile,
// such as one whose opening is given up after a minute; so it is looked again,
// and what was found last is what the pages are held against.
func (w *world) awaitPages(ctx context.Context, f finding) (finding, error) {
	for end := time.Now().Add(catchUp); time.Now().Before(end); {
		if !slices.ContainsFunc(w.buyers, func(b *buyer) bool { return b.behind(f.orders) }) {
			return f, nil
		}
		if err := pause(ctx, lookAgain/4); err != nil {
			return f, err
		}
		var err error
		if f, err = w.look(ctx); err != nil {
			return f, err
		}
	}
	return f, nil
}

// behind reports whether the buyer's page shows something else than is.
func (b *buyer) behind(orders map[string]order) bool {
	if b.page == nil {
		return false
	}
	shown, undone := b.page.now()
	return undone || shown.standing != orders[b.page.order].Standing
}

// judge writes down all that is wrong.
func (w *world) judge(ctx context.Context, f finding) error {
	l, gaveUp := w.ledger, w.gaveUp()
	if len(f.waiting) > 0 {
		l.accuse(promiseStale, "%d webhooks are still to be delivered, such as %s", len(f.waiting), f.waiting[0])
	}
	for id, charges := range f.charges {
		if _, ok := f.orders[id]; !ok && id != "" {
			l.accuse(promiseLost, "charge %s is for order %q, which the shop does not know", charges[0].Code, id)
		}
	}
	for id, o := range f.orders {
		told := map[verdict]promise{verdictLost: promiseLost, verdictInvented: promiseInvented, verdictStale: promiseStale}
		v, again := hold(o, f.charges[id], gaveUp[id])
		if p, ok := told[v]; ok {
			l.accuse(p, "order %s is %s in the shop, with %d payments; the provider has %s", id, o.Standing, o.Payments, describe(f.charges[id]))
		}
		if again != "" {
			l.accuse(promiseTwice, "order %s: %s: %s", id, again, describe(f.charges[id]))
		}
	}
	w.judgeBuyers(f)
	attempts, err := w.box.attempts(ctx)
	if err != nil {
		return err
	}
	events, err := w.shop.events(ctx)
	if err != nil {
		return err
	}
	l.count(attempts, events)
	return nil
}

// judgeBuyers looks at what buyers saw.
func (w *world) judgeBuyers(f finding) {
	for _, b := range w.buyers {
		if len(b.orders) > 1 && len(f.charges[b.orders[0]]) > 0 {
			w.ledger.accuse(promiseTwice, "one form made the orders %v, the first with %s", b.orders, describe(f.charges[b.orders[0]]))
		}
		if b.behind(f.orders) {
			shown, undone := b.page.now()
			w.ledger.accuse(promisePages, "the page of order %s shows %s, the order is %s; confirmed taken back: %t",
				b.page.order, shown, f.orders[b.page.order].Standing, undone)
		}
	}
}

// describe tells what the provider has of an order.
func describe(charges []charge) string {
	if len(charges) == 0 {
		return "no charge"
	}
	text := ""
	for _, c := range charges {
		text += fmt.Sprintf("%s %v ", c.Code, c.Steps)
		if c.Untold > 0 {
			text += fmt.Sprintf("of which %d untold ", c.Untold)
		}
	}
	return text
}
