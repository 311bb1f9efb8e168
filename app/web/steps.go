package web

import (
	"fmt"

	"till/app/shop"
)

// step is one step of an order's timeline. Look is done, now, warn, bad or
// empty for what is still to come.
type step struct {
	Look   string
	Label  string
	Seen   int // confirmations so far, of Needed, while they are counted
	Needed int
}

// Counted reports whether the step shows a count of confirmations.
func (s step) Counted() bool { return s.Needed > 0 }

// stepsFor returns the timeline of the payment that decides an order.
func stepsFor(p shop.Payment) []step {
	placed := step{Look: "done", Label: "Order placed"}
	detected := step{Look: "done", Label: "Payment detected"}
	confirming := step{Look: "done", Label: "Confirmed by the network"}
	confirmed := step{Look: "done", Label: "Payment confirmed"}
	if p.Refunding {
		return []step{placed, detected, confirmed, {Look: "now", Label: "Refund on its way"}}
	}
	switch p.State {
	case shop.Opening, shop.Waiting:
		return []step{placed, {Look: "now", Label: "Waiting for payment"}, {Label: "Confirmed by the network"}, {Label: "Payment confirmed"}}
	case shop.Detected:
		if p.Partial() {
			return []step{placed, {Look: "done", Label: "Part of the payment detected"}, {Look: "now", Label: "Waiting for the rest"}, {Label: "Payment confirmed"}}
		}
		return []step{placed, detected, confirmingStep(p.Confirmed), {Label: "Payment confirmed"}}
	case shop.Confirmed:
		return []step{placed, detected, confirming, confirmed}
	case shop.Refunded:
		return []step{placed, detected, confirmed, {Look: "done", Label: "Refunded"}}
	case shop.PartlyRefunded:
		return []step{placed, detected, confirmed, {Look: "done", Label: "Partly refunded"}}
	case shop.Unresolved:
		if p.Exception == shop.Unverified {
			return []step{placed, {Look: "warn", Label: "Could not be checked"}}
		}
		return []step{placed, detected, {Look: "warn", Label: "Needs the shop's attention"}, {Label: "Payment confirmed"}}
	default:
		return []step{placed, {Look: "bad", Label: endingOf(p)}}
	}
}

var endings = map[shop.State]string{
	shop.Canceled: "Canceled",
	shop.Failed:   "Not started",
	shop.Expired:  "Time ran out",
}

// endingOf names what a payment came to. One that the provider says failed had
// begun.
func endingOf(p shop.Payment) string {
	if p.State == shop.Failed && p.Problem == "" {
		return "Payment failed"
	}
	return endings[p.State]
}

func confirmingStep(c shop.Confirmations) step {
	if c.Needed == 0 {
		return step{Look: "now", Label: "Confirming"}
	}
	return step{
		Look: "now", Seen: c.Seen, Needed: c.Needed,
		Label: fmt.Sprintf("Confirming: %d of %d", c.Seen, c.Needed),
	}
}
