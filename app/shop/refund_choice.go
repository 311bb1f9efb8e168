package shop

import (
	"fmt"
	"slices"
	"strings"
)

// payment is the payment that a wish is about. Where it may be one of several,
// nobody guesses: the merchant is shown what to say.
func (w RefundWish) payment(o Order, known []Refund) (Payment, error) {
	if w.Payment != "" {
		p, ok := o.Payment(w.Payment)
		if !ok {
			return Payment{}, Errorf(NotFound, "Order %s has no payment %s. `till orders show %s` shows those it has.", o.ID, w.Payment, o.ID)
		}
		return p, nil
	}
	meant := slices.DeleteFunc(slices.Clone(o.Payments), func(p Payment) bool { return !w.mayMean(p, known) })
	switch len(meant) {
	case 0: // what decides the order tells why
		return o.Current(), nil
	case 1:
		return meant[0], nil
	default:
		return Payment{}, w.whichOf(o, meant, known)
	}
}

// mayMean reports whether a wish that names no payment may be about this one:
// something of it can be sent back, or what is wished was begun with it before.
func (w RefundWish) mayMean(p Payment, known []Refund) bool {
	if left, _ := p.Refundable(known); p.State.Paid() && left.Amount.IsPositive() {
		return true
	}
	return slices.ContainsFunc(known, func(r Refund) bool {
		return r.PaymentID == p.ID && w.same(r) && (r.State == RefundAsked || r.Made())
	})
}

// whichOf lists the payments a wish may mean, with the commands that name them.
func (w RefundWish) whichOf(o Order, meant []Payment, known []Refund) error {
	var s strings.Builder
	fmt.Fprintf(&s, "Order %s was paid more than once, and one of the payments must be named:", o.ID)
	for _, p := range meant {
		left, pending := p.Refundable(known)
		fmt.Fprintf(&s, "\n  %s at %s, %s of it left", p.Price, p.Provider, left)
		if pending.Amount.IsPositive() {
			fmt.Fprintf(&s, ", %s on its way back", pending)
		}
		s.WriteString(": " + w.of(o, p))
	}
	return Errorf(Conflict, "%s", s.String())
}

// of says how to have the wish fulfilled with this payment.
func (w RefundWish) of(o Order, p Payment) string {
	if p.Provider == Commerce {
		return fmt.Sprintf("refund charge %s in Coinbase's dashboard", dashed(p.Ref.Key()))
	}
	command := refundCommand(o.ID, p.ID)
	if !w.Amount.IsZero() {
		command += " --amount " + Money{Amount: w.Amount, Currency: p.Price.Currency}.Plain()
	}
	return "`" + command + "`"
}
