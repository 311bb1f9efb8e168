package shop

import (
	"fmt"
	"slices"
	"strings"
)

// Advice is what a merchant must do about an order, in sentences: first about
// each of its payments and what was to be sent back of it (refunds are the
// order's, the oldest first), then about its flags. Nothing is to be done where
// there is none.
func (o Order) Advice(refunds []Refund) []string {
	var all []string
	for _, p := range o.Payments {
		all = append(all, p.advice(), p.refundAdvice(refunds))
	}
	for _, f := range o.Flags() {
		all = append(all, o.flagAdvice(f))
	}
	var told []string
	for _, sentence := range all {
		if sentence != "" && !slices.Contains(told, sentence) {
			told = append(told, sentence)
		}
	}
	return told
}

// advice says what to do about one payment.
func (p Payment) advice() string {
	switch {
	case p.State == Unresolved:
		return p.unresolvedAdvice()
	case p.Partial():
		return fmt.Sprintf("Underpaid so far: %s arrived. The buyer is asked for the rest; wait.", p.arrived())
	case p.State == Failed && p.Problem == Credentials:
		return "Coinbase does not accept the API key: run `till check`."
	case p.State == Failed && p.Problem == Refused:
		return "Coinbase and the shop do not agree on this charge: the log says why; run `till check`."
	case slices.Contains(p.Flags, FlagUnverified):
		return p.untoldAdvice()
	default:
		return ""
	}
}

// untoldAdvice says what to look up that nobody told in time, of a payment that
// kept its state.
func (p Payment) untoldAdvice() string {
	switch charge := dashed(p.Ref.Key()); {
	case p.State.Paid() && (p.Refunding || !p.RefundAskedAt.IsZero()):
		return fmt.Sprintf("Coinbase no longer tells what became of a refund of %s: look for it in its dashboard.", charge)
	case p.State == Expired || p.State == Canceled:
		return fmt.Sprintf("Coinbase no longer tells whether charge %s was paid late: look for it in its dashboard. If it was, fulfil the order by hand, or refund it there.", charge)
	default: // told after all
		return ""
	}
}

// refundAdvice says what to do about a refund that did not work, or of which
// nobody knows yet whether it did.
func (p Payment) refundAdvice(refunds []Refund) string {
	for _, r := range refunds {
		if r.PaymentID == p.ID && r.State == RefundAsked {
			return fmt.Sprintf("A refund of %s was not answered clearly: run `%s` to find out.", r.Amount, r.Command())
		}
	}
	if r, failed := p.FailedRefund(refunds); failed {
		return fmt.Sprintf("A refund of %s failed, and the money did not go back: run `%s`, or look at it in Coinbase's dashboard.", r.Amount, r.Command())
	}
	return ""
}

// unresolvedAdvice says how to decide. Nothing but resolving a charge at the
// provider, or refunding it there, brings a payment out of this state.
func (p Payment) unresolvedAdvice() string {
	charge := p.Ref.Key()
	switch p.Exception {
	case Underpaid:
		return fmt.Sprintf("Underpaid: %s arrived. Resolve charge %s in Coinbase's dashboard to accept it, or refund it there.", p.arrived(), charge)
	case Overpaid:
		return fmt.Sprintf("Overpaid: %s arrived. Resolve charge %s in Coinbase's dashboard to accept it, and refund what is over.", p.arrived(), charge)
	case Delayed:
		return fmt.Sprintf("Paid late: %s arrived after the time to pay. Resolve charge %s in Coinbase's dashboard to accept it, or refund it there.", p.arrived(), charge)
	case Multiple:
		return fmt.Sprintf("Several payments for one charge: %s arrived. Resolve charge %s in Coinbase's dashboard to accept the order, and refund what is over.", p.arrived(), charge)
	case MismatchException:
		return fmt.Sprintf("A payment came that is not what the shop asked for (%s). Look at charge %s in Coinbase's dashboard: fulfil the order by hand if it is enough, or refund it there.", p.Price, charge)
	case Unverified:
		return fmt.Sprintf("Coinbase no longer tells what became of charge %s: look for it in its dashboard, and fulfil the order by hand if it was paid.", dashed(charge))
	default:
		return fmt.Sprintf("Coinbase holds charge %s back and does not say why (%s arrived). Look at it in its dashboard; resolve or refund it there.", charge, p.arrived())
	}
}

// arrived is "2.25 of 4.50 USD", with what is missing or over.
func (p Payment) arrived() string {
	if !p.Paid.Known() {
		return "an unknown part of " + p.Price.String()
	}
	sums := p.Paid.Plain() + " of " + p.Price.String()
	if m := p.Missing(); m.Known() {
		return sums + " (" + m.Plain() + " missing)"
	}
	if m := p.Over(); m.Known() {
		return sums + " (" + m.Plain() + " too much)"
	}
	return sums
}

// flagAdvice says what to do about a flag that the state does not tell of.
func (o Order) flagAdvice(f Flag) string {
	switch {
	case f == FlagPaidTwice:
		return o.surplusAdvice()
	case f == FlagMismatch && o.Exception() != MismatchException:
		return "A webhook or an answer named this order and did not fit it; it was set aside. `till events list` shows it with the reason. Nothing to do unless you expected it."
	case f == FlagCustomer:
		return "A charge names another customer than the order: check who bought before you fulfil it."
	default:
		return ""
	}
}

// surplusAdvice says how to send back what came beside the payment that counts,
// as long as there is any of it.
func (o Order) surplusAdvice() string {
	if !o.Surplus() {
		return ""
	}
	counts := o.Current().ID
	var ways []string
	for _, p := range o.kept() {
		switch {
		case p.ID != counts && p.Provider == Business && p.State.Paid():
			ways = append(ways, "run `"+refundCommand(o.ID, p.ID)+"`")
		case p.ID != counts:
			ways = append(ways, fmt.Sprintf("refund charge %s in Coinbase's dashboard", dashed(p.Ref.Key())))
		case p.Several:
			ways = append(ways, fmt.Sprintf("refund what is over of charge %s in Coinbase's dashboard", dashed(p.Ref.Key())))
		}
	}
	return "Paid more than once. Send back what came beside the payment that counts: " + strings.Join(ways, "; ") + "."
}

func dashed(s string) string {
	if s == "" {
		return "(never heard of)"
	}
	return s
}
