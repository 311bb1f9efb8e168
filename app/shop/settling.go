package shop

import (
	"context"
	"fmt"
	"log/slog"
)

// Settle merges evidence into the order it belongs to and tells the pages that
// wait, after the commit. It is idempotent, and indifferent to the order in
// which evidence comes; see [Order.Settle].
func (c *Cashier) Settle(ctx context.Context, ev Evidence) (Verdict, error) {
	return c.settle(ctx, ev, func(context.Context, Ledger, Verdict, OrderID, string) error { return nil })
}

// SettleEvent is [Cashier.Settle] for evidence that came with an event; what
// became of the event is written in the same unit of work.
func (c *Cashier) SettleEvent(ctx context.Context, seq int64, ev Evidence) (Verdict, error) {
	return c.settle(ctx, ev, func(ctx context.Context, l Ledger, v Verdict, id OrderID, note string) error {
		return l.CloseEvent(ctx, seq, v, id, note, c.cfg.Now())
	})
}

type closing func(ctx context.Context, l Ledger, v Verdict, id OrderID, note string) error

func (c *Cashier) settle(ctx context.Context, ev Evidence, done closing) (Verdict, error) {
	var before, after Order
	var verdict Verdict
	var note string
	var refunds []Refund
	err := c.cfg.Store.Write(ctx, func(ctx context.Context, l Ledger) error {
		refunds = nil
		var err error
		before, err = findOrderOf(ctx, l, ev)
		if ErrorCode(err) == NotFound {
			after, verdict = before, Foreign
			return done(ctx, l, Foreign, "", c.explainForeign(ev))
		}
		if err != nil {
			return err
		}
		after, verdict = before.Settle(ev, c.cfg.Now())
		note = before.explain(ev, verdict)
		if err := l.SaveOrder(ctx, after); err != nil {
			return err
		}
		if verdict != Mismatch {
			if refunds, err = after.noteRefunds(ctx, l, ev, c.cfg.Now()); err != nil {
				return err
			}
		}
		return done(ctx, l, verdict, after.ID, note)
	})
	if err != nil {
		return "", fmt.Errorf("settle charge %s: %w", ev.Ref.ID, err)
	}
	c.report(ctx, ev, before, after, verdict, note)
	c.reportRefunds(ctx, refunds)
	return verdict, nil
}

// report logs what a merchant must know and publishes.
func (c *Cashier) report(ctx context.Context, ev Evidence, before, after Order, v Verdict, note string) {
	if v == Foreign {
		c.reportForeign(ctx, ev)
		return
	}
	if v == Mismatch {
		c.cfg.Logger.WarnContext(ctx, "evidence does not fit the payment", "order", after.ID, "note", note)
	}
	if before.State() != after.State() {
		c.cfg.Logger.InfoContext(ctx, "order changed", "order", after.ID,
			"from", before.State(), "to", after.State(), "exception", after.Exception(), "version", after.Version)
	}
	if flags := after.Flags(); len(flags) > len(before.Flags()) {
		c.cfg.Logger.WarnContext(ctx, "order needs the merchant's attention", "order", after.ID, "flags", flags)
	}
	c.publish(before, after)
}

// explainForeign says whose a charge may be that no payment knows.
func (c *Cashier) explainForeign(ev Evidence) string {
	if c.cfg.Shelf.Sells(ev.CheckoutID) {
		return "made from a checkout of this shop, but it names no payment of it"
	}
	return "no payment of this shop"
}

// reportForeign tells the merchant of a charge from a checkout of his that
// nobody can be found for. Other charges are other sites' business.
func (c *Cashier) reportForeign(ctx context.Context, ev Evidence) {
	if !c.cfg.Shelf.Sells(ev.CheckoutID) {
		return
	}
	level := slog.LevelInfo
	if ruleOf(ev.State).money {
		level = slog.LevelWarn
	}
	c.cfg.Logger.Log(ctx, level, "a charge of our checkout names no payment of ours",
		"charge", ev.Ref.ID, "code", ev.Ref.Code, "checkout", ev.CheckoutID, "state", ev.State, "price", ev.Price)
}

// findOrderOf finds the order evidence belongs to: by the provider's reference
// where a payment is bound to it, else by the payment id in its metadata.
func findOrderOf(ctx context.Context, l Ledger, ev Evidence) (Order, error) {
	if ev.Ref.ID != "" {
		o, err := l.FindOrderOf(ctx, ev.Provider, ev.Environment, ev.Ref.ID)
		if ErrorCode(err) != NotFound {
			return o, err
		}
	}
	if ev.PaymentID == "" {
		return Order{}, Errorf(NotFound, "No payment is named.")
	}
	return l.FindOrderOfPayment(ctx, ev.PaymentID)
}

// explain says in words why evidence did not fit, or was not taken up.
func (o Order) explain(ev Evidence, v Verdict) string {
	p, ok := o.find(ev)
	if !ok || (v != Mismatch && v != Absorbed) {
		return ""
	}
	switch {
	case v == Absorbed && o.crowded(p, ev):
		return fmt.Sprintf("the order has %d payments already; this charge counts only when money is seen", len(o.Payments))
	case v == Absorbed:
		return ""
	case !p.sameSource(ev):
		return fmt.Sprintf("came from %s in %s, the payment belongs to %s in %s", ev.Provider, ev.Environment, p.Provider, p.Environment)
	case ev.OrderID != "" && ev.OrderID != o.ID:
		return "its metadata names another order"
	case !p.sameCheckout(ev):
		return "it was made from another checkout"
	case !ev.Price.Known():
		return "it states no price, we asked for " + p.Price.String()
	default:
		return fmt.Sprintf("its price is %s, we asked for %s", ev.Price, p.Price)
	}
}
