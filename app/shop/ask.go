package shop

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

const (
	// askEvery bounds how often one payment is asked about.
	askEvery = 5 * time.Second
	// askPatience is how long one question may take, its list included.
	askPatience = 30 * time.Second
	// notePatience is how long it may take to store that it was asked, be the
	// question's own time over or not.
	notePatience = 5 * time.Second
)

// Answer is what came of asking about a payment.
type Answer string

// The answers.
const (
	Changed    Answer = "changed" // the provider had news, and the order has changed
	Same       Answer = "same"    // it had none
	OverBudget Answer = "budget"  // not asked: a minute has no more calls
	Paused     Answer = "paused"  // not asked: the provider is in trouble, or wants us to wait
	Skipped    Answer = "skipped" // not asked: it has just been asked about
)

// Ask is [Cashier.Inquire] for a buyer who waits, for whom a part of the budget
// is kept: when the provider was not asked it returns a [TooMany] error.
func (c *Cashier) Ask(ctx context.Context, id PaymentID) error {
	answer, err := c.inquire(ctx, id, true)
	switch {
	case err != nil:
		return err
	case answer == OverBudget:
		return Errorf(TooMany, "The provider is asked too often. It will be asked again soon.")
	case answer == Paused:
		return Errorf(TooMany, "The provider does not answer at the moment. It will be asked again soon.")
	}
	return nil
}

// Inquire asks the provider about a payment and settles the answer. At most one
// question about a payment is under way, and at most one in five seconds is
// asked; nor is it asked beyond the shared budget, nor while the provider is in
// trouble. A payment without a charge is looked for in a list.
//
// The question is everybody's who waits for it: one caller who gives up gets
// his context's error, and the others still get the answer.
func (c *Cashier) Inquire(ctx context.Context, id PaymentID) (Answer, error) {
	return c.inquire(ctx, id, false)
}

func (c *Cashier) inquire(ctx context.Context, id PaymentID, awaited bool) (Answer, error) {
	flight := c.flight.DoChan(string(id), func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), askPatience)
		defer cancel()
		return c.turn(ctx, id, awaited)
	})
	select {
	case r := <-flight:
		answer, _ := r.Val.(Answer) // the flight returns nothing else
		return answer, r.Err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// turn asks if it is the payment's turn. Where the provider cannot be asked any
// more, nothing holds up what is concluded from that; nor does it cost anything
// to look for a payment in a list that was just read.
func (c *Cashier) turn(ctx context.Context, id PaymentID, awaited bool) (Answer, error) {
	if c.busyOpening(id) || c.askedJustNow(id) {
		return Skipped, nil
	}
	order, err := c.cfg.Store.FindOrderOfPayment(ctx, id)
	if err != nil {
		return "", err
	}
	p, _ := order.Payment(id)
	w := wish{since: p.CreatedAt, age: askEvery, awaited: awaited}
	s, ok := c.source(p)
	if ok && p.Ref.ID == "" {
		w.kept = s.listing.kept(w)
	}
	if ok && w.kept.none() {
		if leave := s.pace.take(c.cfg.Now(), awaited); leave != Same {
			return leave, nil
		}
		defer s.pace.done()
		w.granted = true
	}
	c.noteTurn(id)
	return c.askNow(ctx, order, p, s, w)
}

// busyOpening reports whether the payment's first call is still under way.
func (c *Cashier) busyOpening(id PaymentID) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, busy := c.opening[id]
	return busy
}

// askedJustNow reports whether the payment was asked about in these five seconds.
func (c *Cashier) askedJustNow(id PaymentID) bool {
	now := c.cfg.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	last, ok := c.askedAt[id]
	return ok && now.Sub(last) < askEvery && !now.Before(last)
}

// noteTurn counts a question.
func (c *Cashier) noteTurn(id PaymentID) {
	now := c.cfg.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forgetAsked(now)
	c.askedAt[id] = now
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

// askNow asks, where there is somebody to ask, and schedules the next question.
func (c *Cashier) askNow(ctx context.Context, order Order, p Payment, s *source, w wish) (Answer, error) {
	got := nobodyAsked
	var err error
	if s != nil {
		got, err = c.question(ctx, s, p, w)
		if s.pace.goneForGood(c.cfg.Now()) {
			got = neverReply
		}
	}
	after, failed := c.note(ctx, order.ID, p.ID, got)
	if err = errors.Join(err, failed); err != nil {
		return "", err
	}
	if after.Version != order.Version {
		return Changed, nil
	}
	return Same, nil
}

// question asks in the way the payment needs. An answer that makes us panic is
// one payment's trouble, and must not stop the till at each of its starts.
func (c *Cashier) question(ctx context.Context, s *source, p Payment, w wish) (got reply, err error) {
	defer func() {
		if r := recover(); r != nil {
			c.cfg.Logger.ErrorContext(ctx, "asking about a payment panicked", "payment", p.ID, "panic", r, "stack", string(debug.Stack()))
			got, err = noReply, fmt.Errorf("asking about payment %s panicked: %v", p.ID, r)
		}
	}()
	if p.Ref.ID == "" {
		err = c.look(ctx, s, p, w)
		return replyOf(err), err
	}
	err = c.find(ctx, s.gateway, p)
	got = replyOf(err)
	if p.CheckoutID == "" || p.adopted() {
		return got, err
	}
	more := c.gather(ctx, s, p, w.awaited)
	if errors.Is(more, errNoLeave) {
		return min(got, partReply), err
	}
	return min(got, replyOf(more)), errors.Join(err, more)
}

// replyOf tells a provider's refusal, which is an answer, from none. That its API
// is gone says nothing of a payment, and is believed only in time.
func replyOf(err error) reply {
	var failure *ProviderError
	if err == nil || (errors.As(err, &failure) && failure.Problem == Refused && !failure.Gone) {
		return fullReply
	}
	return noReply
}

// note schedules the next question, even when this one took all of its time.
func (c *Cashier) note(ctx context.Context, id OrderID, payment PaymentID, got reply) (Order, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), notePatience)
	defer cancel()
	return c.update(ctx, id, func(o Order) Order { return o.asked(payment, c.cfg.Now(), got) })
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
func (c *Cashier) look(ctx context.Context, s *source, p Payment, w wish) error {
	list, err := s.listing.read(ctx, s.gateway, w)
	if err != nil {
		return errors.Join(fmt.Errorf("look for payment %s: %w", p.ID, err), c.unanswered(ctx, p))
	}
	if found, err := c.settleListed(ctx, list.all, p); found || err != nil {
		return err
	}
	if list.began.Sub(p.CreatedAt) < listPatience {
		return c.unanswered(ctx, p)
	}
	_, err = c.Settle(ctx, p.conclude(Failed, NoException, Unanswered))
	return err
}

// gather finds the charges that the provider made for the payment's embedded
// checkout, of which nothing is known while webhooks are lost. Without leave to
// list them it returns [errNoLeave], and the next question looks again.
func (c *Cashier) gather(ctx context.Context, s *source, p Payment, awaited bool) error {
	age := listFor
	if awaited {
		age = askEvery
	}
	list, err := s.listing.read(ctx, s.gateway, wish{since: p.CreatedAt, age: age, awaited: awaited})
	if err != nil {
		return fmt.Errorf("look for charges of payment %s: %w", p.ID, err)
	}
	_, err = c.settleListed(ctx, list.all, p)
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
