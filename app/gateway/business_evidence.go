package gateway

import (
	"time"

	"github.com/shopspring/decimal"

	"till/app/coinbase/business"
	"till/app/shop"
)

// businessStates is what a checkout's status means to the shop.
var businessStates = map[string]shop.State{
	business.StatusActive:            shop.Waiting,
	business.StatusProcessing:        shop.Detected,
	business.StatusDeactivated:       shop.Canceled,
	business.StatusFailed:            shop.Failed,
	business.StatusExpired:           shop.Expired,
	business.StatusCompleted:         shop.Confirmed,
	business.StatusPartiallyRefunded: shop.PartlyRefunded,
	business.StatusRefunded:          shop.Refunded,
}

// evidence is what a checkout says. There is no timeline: its status counts, at
// the time of its last change. One whose status we do not understand exists, and
// so is waited for.
func (g *Business) evidence(c business.Checkout) shop.Evidence {
	state, ok := businessStates[upper(c.Status)]
	if !ok {
		state = shop.Waiting
	}
	ev := shop.Evidence{
		Provider:    shop.Business,
		Environment: g.environment,
		Ref:         shop.Ref{ID: businessID(c.ID)},
		State:       state,
		At:          changed(c),
		Price:       priced(sum(c.Amount, c.Currency), c.Metadata),
		HostedURL:   link(c.URL),
		X402URL:     link(c.X402URL),
		CreatedAt:   ours(g.client, c.CreatedAt.Time),
		ExpiresAt:   ours(g.client, c.ExpiresAt.Time),
	}
	claim(&ev, withoutCustom(c.Metadata))
	if s := c.Settlement; s != nil {
		if paid := priced(sum(s.TotalAmount, s.Currency), c.Metadata); paid.Amount.IsPositive() {
			ev.Paid = paid
		}
	}
	g.refunds(&ev, c)
	return ev
}

// refunds reads what was sent back, and what is on its way.
func (g *Business) refunds(ev *shop.Evidence, c business.Checkout) {
	back := decimal.Zero
	for _, r := range c.Refunds {
		note := g.note(r, c)
		switch note.Outcome {
		case shop.RefundPending:
			ev.Refunding = true
		case shop.RefundCompleted:
			back = back.Add(note.Amount.Amount)
		}
		if note.ID != "" {
			ev.Refunds = append(ev.Refunds, note)
		}
	}
	// The provider's own sum may count what is still on its way.
	if total, ok := c.RefundedAmount.Decimal(); ok && !ev.Refunding {
		back = decimal.Max(back, total)
	}
	if ev.State == shop.Refunded && back.IsZero() {
		back = ev.Price.Amount
	}
	ev.Refunded = back
}

// outcomes is what a refund's status means; of one we do not understand we only
// know that it was asked for.
var outcomes = map[string]shop.RefundOutcome{
	business.RefundCompleted: shop.RefundCompleted,
	business.RefundFailed:    shop.RefundFailed,
}

func (g *Business) note(r business.Refund, c business.Checkout) shop.RefundNote {
	outcome, ok := outcomes[upper(r.Status)]
	if !ok {
		outcome = shop.RefundPending
	}
	currency := r.Currency
	if currency == "" {
		currency = c.Currency
	}
	return shop.RefundNote{
		ID: cut(printable(r.ID), maxEventID), Outcome: outcome, Amount: priced(sum(r.Amount, currency), c.Metadata),
		Reason: cut(printable(r.Reason), maxReason), At: ours(g.client, r.CreatedAt.Time),
	}
}

// maxReason is how much of a stranger's reason is kept.
const maxReason = 200

// withoutCustom leaves out an entry that means something only at Commerce.
func withoutCustom(m business.Metadata) map[string]string {
	rest := make(map[string]string, len(m))
	for k, v := range m {
		if k != customKey {
			rest[k] = v
		}
	}
	return rest
}

// changed is when a checkout changed last, on the provider's clock.
func changed(c business.Checkout) time.Time {
	if c.UpdatedAt.IsZero() {
		return c.CreatedAt.Time
	}
	return c.UpdatedAt.Time
}

// businessID drops what cannot be a checkout's name.
func businessID(s string) string {
	if !business.ValidID(s) {
		return ""
	}
	return s
}
