package shop

import (
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// RefundWish is what a merchant wants to send back.
type RefundWish struct {
	Order  OrderID
	Amount decimal.Decimal // in the currency of the price; zero: all that is left
	Reason string          // for the buyer's and the merchant's books; may be empty
	Again  bool            // though the same was sent back before
}

// same reports whether the refund is what the wish asks for.
func (w RefundWish) same(r Refund) bool {
	return !r.elsewhere() && r.Reason == w.Reason && r.Whole == w.Amount.IsZero() && (r.Whole || r.Amount.Amount.Equal(w.Amount))
}

// plan says which refund a wish comes to: one that was begun and has no answer
// yet, which is to be continued under its own id, one that was made before, or
// a fresh one without an id. known are the order's refunds, whichever of its
// payments they are of: a refund may have changed which payment decides.
func (w RefundWish) plan(o Order, known []Refund, now time.Time) (Refund, error) {
	for _, r := range known {
		if r.State == RefundAsked && !w.same(r) {
			return Refund{}, Errorf(Conflict, "A refund of %s%s was asked for at %s and not answered clearly, so it may have been made. Repeat that one first: `%s`.",
				r.Amount, because(r.Reason), r.AskedAt.UTC().Format(time.RFC3339), r.command())
		}
	}
	for _, r := range slices.Backward(known) {
		if w.same(r) && (r.State == RefundAsked || (r.Made() && !w.Again)) {
			return r, nil
		}
	}
	return w.fresh(o, o.Current(), known, now)
}

func (w RefundWish) fresh(o Order, p Payment, known []Refund, now time.Time) (Refund, error) {
	switch {
	case p.State == Refunded:
		return Refund{}, Errorf(Conflict, "Order %s is refunded in full already.", o.ID)
	case !p.State.Paid():
		return Refund{}, Errorf(Conflict, "Order %s is %s: only a payment that was confirmed can be refunded here. Look at it in Coinbase's dashboard.", o.ID, p.State)
	}
	amount, err := w.amount(p, known)
	if err != nil {
		return Refund{}, err
	}
	return Refund{
		OrderID: o.ID, PaymentID: p.ID, Amount: amount, Whole: w.Amount.IsZero(), Reason: w.Reason,
		State: RefundAsked, AskedAt: now, ChangedAt: now,
	}, nil
}

// amount is the sum to send back: not more than is left.
func (w RefundWish) amount(p Payment, known []Refund) (Money, error) {
	left, pending := p.Refundable(known)
	sum := Money{Amount: w.Amount, Currency: p.Price.Currency}
	switch {
	case !left.Amount.IsPositive():
		return Money{}, Errorf(Conflict, "Nothing is left to refund: of %s, %s was sent back and %s is on its way.",
			p.Price, Money{Amount: p.Refunded, Currency: p.Price.Currency}, pending)
	case w.Amount.IsZero():
		return left, nil
	case w.Amount.IsNegative() || !w.Amount.Equal(w.Amount.Round(2)):
		return Money{}, Errorf(Invalid, "%s cannot be refunded: write an amount above 0 with two decimals at most, such as 1.50.", sum)
	case w.Amount.GreaterThan(left.Amount):
		return Money{}, Errorf(Invalid, "%s cannot be refunded: of %s, %s is left. Refund that, or less.", sum, p.Price, left)
	}
	return sum, nil
}

// command is the command line that continues the refund.
func (r Refund) command() string {
	s := "till refund " + string(r.OrderID)
	if !r.Whole {
		s += " --amount " + r.Amount.Plain()
	}
	if r.Reason != "" {
		s += " --reason '" + r.Reason + "'"
	}
	return s
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return " (" + reason + ")"
}
