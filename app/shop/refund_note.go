package shop

import (
	"context"
	"log/slog"
	"slices"
	"time"
)

// noteRefunds keeps what a provider said about the refunds of a payment, also
// of those that were made without us, and returns those that have changed.
func (o Order) noteRefunds(ctx context.Context, l Ledger, ev Evidence, now time.Time) (news []Refund, err error) {
	p, ok := o.find(ev)
	if !ok || len(ev.Refunds) == 0 {
		return nil, nil
	}
	known, err := l.ListRefunds(ctx, o.ID)
	if err != nil {
		return nil, err
	}
	for _, note := range ev.Refunds {
		refund, changed := refundElsewhere(p, o.ID, note, now), true
		i := slices.IndexFunc(known, func(r Refund) bool { return r.PaymentID == p.ID && r.ProviderID == note.ID })
		if i >= 0 {
			refund, changed = known[i].noted(note, now)
		}
		if !changed {
			continue
		}
		if err := l.SaveRefund(ctx, refund); err != nil {
			return nil, err
		}
		news = append(news, refund)
	}
	return news, nil
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
