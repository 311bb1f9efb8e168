package shop

import (
	"context"
	"log/slog"
	"time"
)

// noteRefunds keeps what a provider said about the refunds of a payment, also
// of those that were made without us, and returns those that have changed.
func (o Order) noteRefunds(ctx context.Context, l Ledger, ev Evidence, now time.Time) (news []Refund, err error) {
	ev = ev.pricedAs(o.Price)
	p, ok := o.find(ev)
	if !ok || len(ev.Refunds) == 0 {
		return nil, nil
	}
	known, err := l.ListRefunds(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	b := newRefundBook(o.ID, p, known, now)
	for _, n := range ev.Refunds {
		b.note(n)
	}
	b.match()
	return b.save(ctx, l)
}

// reportRefunds logs what became of refunds: one that failed is the merchant's
// to see to.
func (c *Cashier) reportRefunds(ctx context.Context, news []Refund) {
	for _, r := range news {
		level := slog.LevelInfo
		if r.Outcome == RefundFailed {
			level = slog.LevelWarn
		}
		c.cfg.Logger.Log(ctx, level, "a refund is at another stage", "outcome", r.Outcome, "order", r.OrderID, "payment", r.PaymentID, "refund", r.ProviderID, "amount", r.Amount)
	}
}
