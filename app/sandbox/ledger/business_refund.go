package ledger

import (
	"strconv"
	"time"

	"github.com/shopspring/decimal"
)

// RefundStatus is where a refund is, in the provider's spelling.
type RefundStatus string

// The statuses of a refund.
const (
	RefundPending   RefundStatus = "PENDING"
	RefundCompleted RefundStatus = "COMPLETED"
	RefundFailed    RefundStatus = "FAILED"
)

// Refund is money of a paid checkout on its way back, or there.
type Refund struct {
	ID        string          `json:"id"`
	Amount    decimal.Decimal `json:"amount"` // in the checkout's coin
	Reason    string          `json:"reason,omitempty"`
	Status    RefundStatus    `json:"status"`
	CreatedAt time.Time       `json:"created_at"`
	EndsAfter time.Duration   `json:"ends_after"` // then it is completed by itself
	EndedAt   time.Time       `json:"ended_at,omitzero"`
}

// Claim asks for a refund.
type Claim struct {
	Amount    decimal.Decimal // zero: all that is left
	Currency  string          // the coin's or the price's; "" = the coin's
	Reason    string
	EndsAfter time.Duration
}

// settlement is what a checkout asks for, in its coin.
func (c *Charge) settlement() decimal.Decimal {
	_, crypto := c.Asked()
	return crypto.Amount
}

// Refunded is what has gone back, in the checkout's coin.
func (c *Charge) Refunded() decimal.Decimal {
	return c.claimed(func(r Refund) bool { return r.Status == RefundCompleted })
}

// Refundable is what may still be asked back: neither gone nor on its way.
func (c *Charge) Refundable() decimal.Decimal {
	return c.settlement().Sub(c.claimed(func(r Refund) bool { return r.Status != RefundFailed }))
}

func (c *Charge) claimed(counts func(Refund) bool) decimal.Decimal {
	sum := decimal.Zero
	for _, r := range c.Refunds {
		if counts(r) {
			sum = sum.Add(r.Amount)
		}
	}
	return sum
}

// Refund begins to send money back and returns the refund, which is PENDING. It
// returns a [*Refusal].
func (c *Charge) Refund(now time.Time, claim Claim) (Refund, error) {
	amount, err := c.claimable(claim)
	if err != nil {
		return Refund{}, err
	}
	r := Refund{
		ID: c.digest("refund", strconv.Itoa(len(c.Refunds)))[:24], Amount: amount, Reason: claim.Reason,
		Status: RefundPending, CreatedAt: now, EndsAfter: claim.EndsAfter,
	}
	c.Refunds = append(c.Refunds, r)
	return r, nil
}

// claimable is the sum that is claimed, in the checkout's coin.
func (c *Charge) claimable(claim Claim) (decimal.Decimal, error) {
	local, crypto := c.Asked()
	amount, left := claim.Amount, c.Refundable()
	switch {
	case c.Shape != Business:
		return amount, refuse("Charge %s cannot be refunded: Commerce never had refunds in its API.", c.Code)
	case c.Status() != Completed, c.businessState() == BusinessRefunded:
		return amount, refuse("Checkout %s is %s: only a COMPLETED or a PARTIALLY_REFUNDED checkout can be refunded.", c.ID, c.State())
	case claim.Currency != "" && claim.Currency != crypto.Currency && claim.Currency != local.Currency:
		return amount, refuse("Checkout %s is in %s: it cannot be refunded in %q.", c.ID, crypto.Currency, claim.Currency)
	case amount.IsZero():
		amount = left
	case claim.Currency != "" && claim.Currency != crypto.Currency:
		amount = c.Shape.Coins()[0].Of(Money{amount, local.Currency}).Amount
	}
	if !amount.IsPositive() || amount.GreaterThan(left) {
		return amount, refuse("Checkout %s has %s %s left to refund, and %s was asked for.", c.ID, Amount(left), crypto.Currency, Amount(amount))
	}
	return amount, nil
}

// RefundNow is for control: it ends the oldest refund that is on its way or,
// when a sum is claimed or none is, makes one and ends that. It returns a
// [*Refusal].
func (c *Charge) RefundNow(now time.Time, claim Claim, end RefundStatus) error {
	if c.pendingRefund() == nil || claim.Amount.IsPositive() {
		if _, err := c.Refund(now, claim); err != nil {
			return err
		}
		c.endRefund(now, &c.Refunds[len(c.Refunds)-1], end)
		return nil
	}
	c.endRefund(now, c.pendingRefund(), end)
	return nil
}

// pendingRefund is the oldest one that is on its way, nil for none.
func (c *Charge) pendingRefund() *Refund {
	for i := range c.Refunds {
		if c.Refunds[i].Status == RefundPending {
			return &c.Refunds[i]
		}
	}
	return nil
}

// nextRefund is when a refund next ends by itself, zero for never.
func (c *Charge) nextRefund() time.Time {
	var next time.Time
	for _, r := range c.Refunds {
		if r.Status == RefundPending {
			next = earlier(next, r.CreatedAt.Add(r.EndsAfter))
		}
	}
	return next
}

// settleRefund ends the refunds whose time is at.
func (c *Charge) settleRefund(at time.Time) {
	for i := range c.Refunds {
		if r := &c.Refunds[i]; r.Status == RefundPending && r.CreatedAt.Add(r.EndsAfter).Equal(at) {
			c.endRefund(at, r, RefundCompleted)
		}
	}
}

// endRefund ends one, and tells of it.
func (c *Charge) endRefund(at time.Time, r *Refund, end RefundStatus) {
	r.Status, r.EndedAt = end, at
	event := EventRefundSuccess
	if end == RefundFailed {
		event = EventRefundFailed
	}
	c.tell(event, at)
}
