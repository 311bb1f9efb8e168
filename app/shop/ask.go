package shop

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// askEvery bounds how often one payment is asked about.
	askEvery = 5 * time.Second
	// askPatience is how long one question may take, its list included.
	askPatience = 30 * time.Second
)

// Ask asks the provider about a payment and settles the answer. At most one
// question about a payment is under way, and at most one in five seconds is
// asked; further calls return nil at once. Beyond the shared budget it returns
// a [TooMany] error. A payment without a charge is looked for in a list.
//
// The question is everybody's who waits for it: one caller who gives up gets
// his context's error, and the others still get the answer.
func (c *Cashier) Ask(ctx context.Context, id PaymentID) error {
	answer := c.flight.DoChan(string(id), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), askPatience)
		defer cancel()
		if ask, err := c.takeTurn(id); !ask {
			return nil, err
		}
		return nil, c.askNow(ctx, id)
	})
	select {
	case r := <-answer:
		return r.Err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// busyOpening reports whether the payment's first call is still under way.
func (c *Cashier) busyOpening(id PaymentID) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, busy := c.opening[id]
	return busy
}

// takeTurn reports whether the payment is to be asked about now, and if so
// counts it.
func (c *Cashier) takeTurn(id PaymentID) (ask bool, err error) {
	if c.busyOpening(id) {
		return false, nil
	}
	now := c.cfg.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	if last, ok := c.askedAt[id]; ok && now.Sub(last) < askEvery && !now.Before(last) {
		return false, nil
	}
	if !c.budget.AllowN(now, 1) {
		return false, Errorf(TooMany, "The provider is asked too often. It will be asked again soon.")
	}
	c.forgetAsked(now)
	c.askedAt[id] = now
	return true, nil
}

// forgetAsked drops turns that are over, now and then: to look at each of them
// at each question would cost more than it frees.
func (c *Cashier) forgetAsked(now time.Time) {
	if len(c.askedAt) < c.askedMany {
		return
	}
	for id, last := range c.askedAt {
		if now.Sub(last) >= askEvery {
			delete(c.askedAt, id)
		}
	}
	c.askedMany = max(askedFew, 2*len(c.askedAt))
}

// askedFew turns are not worth to be dropped.
const askedFew = 1024

func (c *Cashier) askNow(ctx context.Context, id PaymentID) error {
	order, err := c.cfg.Store.FindOrderOfPayment(ctx, id)
	if err != nil {
		return err
	}
	p, _ := order.Payment(id)
	g, ok := c.gateway(p)
	if !ok {
		return c.note(ctx, order.ID, id)
	}
	switch {
	case p.Ref.ID == "":
		err = c.look(ctx, g, p)
	case p.CheckoutID != "" && !p.adopted():
		err = errors.Join(c.find(ctx, g, p), c.gather(ctx, g, p))
	default:
		err = c.find(ctx, g, p)
	}
	return errors.Join(err, c.note(ctx, order.ID, id))
}

// note schedules the next question.
func (c *Cashier) note(ctx context.Context, id OrderID, payment PaymentID) error {
	_, err := c.update(ctx, id, func(o Order) Order { return o.asked(payment, c.cfg.Now()) })
	return err
}

// find asks about a charge we know.
func (c *Cashier) find(ctx context.Context, g Gateway, p Payment) error {
	ev, err := g.Find(ctx, p.Ref)
	if err != nil {
		return fmt.Errorf("ask about payment %s: %w", p.ID, err)
	}
	_, err = c.Settle(ctx, ev)
	return err
}

// look searches for a charge whose opening was not answered and adopts it, with
// those its embedded checkout has. A complete list without any, long enough
// afterwards, means there is none.
func (c *Cashier) look(ctx context.Context, g Gateway, p Payment) error {
	started := c.cfg.Now()
	all, err := g.List(ctx, p.CreatedAt)
	if err != nil {
		return errors.Join(fmt.Errorf("look for payment %s: %w", p.ID, err), c.unanswered(ctx, p))
	}
	if found, err := c.settleListed(ctx, all, p); found || err != nil {
		return err
	}
	if started.Sub(p.CreatedAt) < listPatience {
		return c.unanswered(ctx, p)
	}
	_, err = c.Settle(ctx, p.conclude(Failed, NoException, Unanswered))
	return err
}

// gather finds the charges that the provider made for the payment's embedded
// checkout, of which nothing is known while webhooks are lost.
func (c *Cashier) gather(ctx context.Context, g Gateway, p Payment) error {
	if !c.budget.AllowN(c.cfg.Now(), 1) {
		return nil // the next question looks again
	}
	all, err := g.List(ctx, p.CreatedAt)
	if err != nil {
		return fmt.Errorf("look for charges of payment %s: %w", p.ID, err)
	}
	_, err = c.settleListed(ctx, all, p)
	return err
}

// settleListed settles what a list says of the payment, but for the charge it
// is bound to, and reports whether there was anything.
func (c *Cashier) settleListed(ctx context.Context, all []Evidence, p Payment) (found bool, err error) {
	for _, ev := range all {
		if ev.PaymentID != p.ID || (p.Ref.ID != "" && ev.Ref.ID == p.Ref.ID) {
			continue
		}
		found = true
		if _, err := c.Settle(ctx, ev); err != nil {
			return found, err
		}
	}
	return found, nil
}

// unanswered lets the page of an opening that was cut short by a crash offer a
// fresh payment.
func (c *Cashier) unanswered(ctx context.Context, p Payment) error {
	_, err := c.Settle(ctx, p.conclude(Opening, NoException, Unanswered))
	return err
}
