package shop

import (
	"fmt"
	"slices"
)

// Advice is what a merchant must do about an order, in sentences: first about
// each of its payments, then about its flags. Nothing is to be done where there
// is none.
func (o Order) Advice() []string {
	var all []string
	for _, p := range o.Payments {
		all = append(all, p.advice())
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
	default:
		return ""
	}
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
		return "Paid more than once: refund in Coinbase's dashboard what came beside the payment that counts."
	case f == FlagMismatch && o.Exception() != MismatchException:
		return "A webhook or an answer named this order and did not fit it; it was set aside. `till events list` shows it with the reason. Nothing to do unless you expected it."
	case f == FlagCustomer:
		return "A charge names another customer than the order: check who bought before you fulfil it."
	default:
		return ""
	}
}

func dashed(s string) string {
	if s == "" {
		return "(never heard of)"
	}
	return s
}
