package shop

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"time"
)

// RefundLister is a gateway whose provider can list what was sent back.
type RefundLister interface {
	// ListRefunded returns all that was made at the provider since then (our
	// clock) and was sent back, in full or in part; without an error the list is
	// complete.
	ListRefunded(ctx context.Context, since time.Time) (Listed, error)
}

// learnPatience is how long a list of refunds may take, however many pages it
// has. Nobody waits for it.
const learnPatience = 2 * time.Minute

// LearnRefunds asks a provider what was sent back of the last thirty days'
// payments, and settles what we have not heard of: money may go back without us,
// and the webhook may be lost. It costs a call for each page, which the budget
// of what nobody waits for pays.
//
// It returns [Skipped] where nobody can tell, or nothing was paid.
func (c *Cashier) LearnRefunds(ctx context.Context, from Provider) (answer Answer, err error) {
	s, ok := c.refundSource(from)
	if !ok {
		return Skipped, nil
	}
	now := c.cfg.Now()
	if paid, err := hasPaid(ctx, c.cfg.Store, s.gateway, now); err != nil || !paid {
		return Skipped, err
	}
	if leave := s.pace.take(now, false); leave != Same {
		return leave, nil
	}
	defer s.pace.done()
	ctx, cancel := context.WithTimeout(ctx, learnPatience)
	defer cancel()
	defer func() { // an answer that makes us panic must not stop the till at each of its starts
		if r := recover(); r != nil {
			c.cfg.Logger.ErrorContext(ctx, "learning of refunds panicked", "provider", from, "panic", r, "stack", string(debug.Stack()))
			answer, err = "", fmt.Errorf("learning of refunds panicked: %v", r)
		}
	}()
	list, err := s.refunds.ListRefunded(ctx, now.Add(-businessHorizon))
	s.pace.listed(c.cfg.Now(), furtherPages(list, err), false)
	if err != nil {
		return "", fmt.Errorf("list what was refunded: %w", err)
	}
	return c.settleRefunded(ctx, from, list.All)
}

// refundSource returns who can list what was sent back at a provider.
func (c *Cashier) refundSource(from Provider) (*source, bool) {
	i := slices.IndexFunc(c.sources, func(s *source) bool { return s.refunds != nil && s.gateway.Provider() == from })
	if i < 0 {
		return nil, false
	}
	return c.sources[i], true
}

// settleRefunded settles what is new in a list.
func (c *Cashier) settleRefunded(ctx context.Context, from Provider, all []Evidence) (Answer, error) {
	found, err := newsOf(ctx, c.cfg.Store, all, c.cfg.Now())
	if err != nil {
		return "", err
	}
	answer, learned := Same, 0
	for _, n := range found {
		verdict, failed := c.Settle(ctx, n.told)
		err = errors.Join(err, failed)
		if verdict == Settled || verdict == Mismatch {
			answer = Changed
		}
		if verdict == Settled && n.back {
			learned++
		}
	}
	if learned > 0 {
		c.cfg.Logger.InfoContext(ctx, "refunds were learned of by asking: no webhook had told of them", "provider", from, "payments", learned)
	}
	return answer, err
}

// Recall is [Cashier.LearnRefunds] for a command, which settles nothing: it makes
// the payments due that were sent back without our having heard of it, and
// returns how many those are. The running till asks about them.
func (r *Refunds) Recall(ctx context.Context) (int, error) {
	all := 0
	for _, g := range r.cfg.Gateways {
		lister, ok := g.(RefundLister)
		if !ok {
			continue
		}
		found, err := r.recall(ctx, g, lister)
		if err != nil {
			return all, err
		}
		all += found
	}
	return all, nil
}

func (r *Refunds) recall(ctx context.Context, g Gateway, lister RefundLister) (int, error) {
	now := r.cfg.Now()
	if paid, err := hasPaid(ctx, r.cfg.Store, g, now); err != nil || !paid {
		return 0, err
	}
	list, err := lister.ListRefunded(ctx, now.Add(-businessHorizon))
	if err != nil {
		return 0, err
	}
	found, err := newsOf(ctx, r.cfg.Store, list.All, now)
	found = slices.DeleteFunc(found, func(n news) bool { return !n.back })
	if err != nil || len(found) == 0 {
		return 0, err
	}
	return len(found), r.cfg.Store.Write(ctx, func(ctx context.Context, l Ledger) error {
		for _, n := range found {
			if err := l.AskPayment(ctx, n.payment, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// hasPaid reports whether there is a payment that a list of refunds may tell of.
func hasPaid(ctx context.Context, s Store, g Gateway, now time.Time) (bool, error) {
	return s.HasPaid(ctx, g.Provider(), g.Environment(), now.Add(-businessHorizon))
}

// news is what somebody said about a payment that we did not know.
type news struct {
	payment PaymentID
	told    Evidence
	back    bool // of money that went back, or is on its way; else the order changes otherwise
}

// newsOf returns what is new of a list, without a unit of work: mostly nothing
// is. What is nobody's payment is some other site's, or a stranger's.
func newsOf(ctx context.Context, s Store, all []Evidence, now time.Time) ([]news, error) {
	var found []news
	for _, ev := range all {
		order, err := s.FindOrderOf(ctx, ev.Provider, ev.Environment, ev.Ref.ID)
		if ErrorCode(err) == NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		if n, ok := order.hears(ev, now); ok {
			found = append(found, n)
		}
	}
	return found, nil
}

// hears reports whether evidence about a payment that is bound changes the order.
func (o Order) hears(ev Evidence, now time.Time) (news, bool) {
	i := slices.IndexFunc(o.Payments, func(p Payment) bool { return p.boundTo(ev) })
	if i < 0 {
		return news{}, false
	}
	after, _ := o.Settle(ev, now)
	was, is := o.Payments[i], after.Payments[i]
	back := !is.Refunded.Equal(was.Refunded) || is.Refunding != was.Refunding
	return news{payment: was.ID, told: ev, back: back}, after.Version != o.Version
}
