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

// evidence is what a checkout says, its sums in what it is charged in. There is no timeline: its status counts, at
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
		Price:       sum(c.Amount, c.Currency),
		HostedURL:   link(c.URL),
		X402URL:     link(c.X402URL),
		CreatedAt:   ours(g.client, c.CreatedAt.Time),
		ExpiresAt:   ours(g.client, c.ExpiresAt.Time),
	}
	claim(&ev, withoutCustom(c.Metadata))
	if s := c.Settlement; s != nil {
		if paid := sum(s.TotalAmount, s.Currency); paid.Amount.IsPositive() {
			ev.Paid = paid
		}
	}
	g.refunds(&ev, c)
	return ev
}

// refunds reads what was sent back, and what is on its way.
func (g *Business) refunds(ev *shop.Evidence, c business.Checkout) {
	back, failed := decimal.Zero, false
	for _, r := range c.Refunds {
		note := g.note(r, c)
		ev.Steps += stepsOf(note)
		switch note.Outcome {
		case shop.RefundPending:
			ev.Refunding = true
		case shop.RefundCompleted:
			back = back.Add(note.Amount.Amount)
		default:
			failed = true
		}
		if note.ID != "" {
			ev.Refunds = append(ev.Refunds, note)
		}
	}
	total, told := c.RefundedAmount.Decimal()
	arrived := !ev.Refunding && (!failed || told && total.Equal(back) && lastCompleted(c))
	if ev.State.Paid() && (!arrived || back.IsPositive()) {
		ev.State = stage(ev.State, back, ev.Price, arrived)
	}
	// The provider's own sum may count what is still on its way, or has failed.
	if told && arrived {
		back = decimal.Max(back, total)
	}
	if ev.State == shop.Refunded && back.IsZero() {
		back = ev.Price.Amount
	}
	ev.Refunded = back
}

// stepsOf counts what has happened to a refund, as a timeline would tell it: that
// the checkout's own time moves with it is nowhere said.
func stepsOf(n shop.RefundNote) int {
	if n.Outcome == shop.RefundPending {
		return 1
	}
	return 2
}

// lastCompleted reports whether the last of a checkout's refunds is one that
// worked: then what failed before it is past, and not what the status tells of.
func lastCompleted(c business.Checkout) bool {
	last, _ := c.LatestRefund()
	return upper(last.Status) == business.RefundCompleted
}

// stage is how far a checkout is refunded that tells its refunds: so much is
// back, and whether that is what its status tells of. When the provider turns the
// status is not known. So one that speaks of a refund before, or although it
// failed, is not believed, nor one that is late.
func stage(told shop.State, back decimal.Decimal, price shop.Money, arrived bool) shop.State {
	switch {
	case told == shop.Refunded && arrived:
		return told // of what the buyer paid; the price may be another sum
	case back.IsZero():
		return shop.Confirmed
	case back.LessThan(price.Amount):
		return shop.PartlyRefunded
	default:
		return shop.Refunded
	}
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
		ID: cut(printable(r.ID), maxEventID), Outcome: outcome, Amount: sum(r.Amount, currency),
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
