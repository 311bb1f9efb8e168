package shop

import (
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// RefundWish is what a merchant wants to send back.
type RefundWish struct {
	Order   OrderID
	Payment PaymentID       // "": the only one it can be
	Amount  decimal.Decimal // in the currency of the price; zero: all that is left
	Reason  string          // for the buyer's and the merchant's books; may be empty
	Again   bool            // though the same was sent back before, as the merchant knows
}

// same reports whether the refund is what the wish asks for, of whichever
// payment. The reason does not count: who remembers one only the second time
// does not want the money to go back twice.
func (w RefundWish) same(r Refund) bool {
	switch {
	case r.elsewhere():
		return false
	case w.Amount.IsZero():
		return r.Whole
	default:
		return r.Amount.Amount.Equal(w.Amount)
	}
}

// plan says which refund of a payment a wish comes to: one that was begun and
// has no answer yet, which is to be continued under its own id, one that was
// made before, or a fresh one without an id. One that the merchant does not know
// to be made is what he repeats, and not to be made again, whatever he says.
// known are the order's refunds.
func (w RefundWish) plan(o Order, p Payment, known []Refund, now time.Time) (Refund, error) {
	of := slices.DeleteFunc(slices.Clone(known), func(r Refund) bool { return r.PaymentID != p.ID })
	for _, r := range of {
		if r.State == RefundAsked && !w.same(r) {
			return Refund{}, Errorf(Conflict, "A refund of %s%s was asked for at %s and not answered clearly, so it may have been made. Repeat that one first: `%s`. If Coinbase cannot tell any more, look in its dashboard and end it: `%s --forget %s`.",
				r.Amount, because(r.Reason), r.AskedAt.UTC().Format(time.RFC3339), r.Command(), refundCommand(o.ID, p.ID), r.ID)
		}
	}
	if i := slices.IndexFunc(of, func(r Refund) bool { return r.State == RefundAsked }); i >= 0 {
		return of[i], nil
	}
	for _, r := range slices.Backward(of) {
		if w.same(r) && r.Made() && (!w.Again || r.untold()) {
			return r, nil
		}
	}
	return w.fresh(o, p, of, now)
}

func (w RefundWish) fresh(o Order, p Payment, known []Refund, now time.Time) (Refund, error) {
	switch {
	case p.State == Refunded:
		return Refund{}, Errorf(Conflict, "Payment %s of order %s is refunded in full already.", p.ID, o.ID)
	case !p.State.Paid():
		return Refund{}, Errorf(Conflict, "Payment %s of order %s is %s: only a payment that was confirmed can be refunded here. Look at it in Coinbase's dashboard.", p.ID, o.ID, p.State)
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

// Command is the command line that continues the refund, or tells what became of
// it. It needs no reason.
func (r Refund) Command() string {
	if r.Whole {
		return refundCommand(r.OrderID, r.PaymentID)
	}
	return refundCommand(r.OrderID, r.PaymentID) + " --amount " + r.Amount.Plain()
}

func refundCommand(o OrderID, p PaymentID) string {
	return fmt.Sprintf("till refund %s --payment %s", o, p)
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return " (" + reason + ")"
}
