package gateway

import (
	"till/app/coinbase/commerce"
	"till/app/shop"
)

// furthest returns the entry of a timeline that decides where the payment
// stands: of those we understand the one with the highest rank, of several the
// latest. A timeline so says the same as all its entries told one by one would,
// whichever of its webhooks were lost: a payment that was COMPLETED stays so
// though a second one made the charge UNRESOLVED afterwards, and is REFUNDED
// though something is written below that.
func furthest(timeline []commerce.Step) (commerce.Step, bool) {
	var best commerce.Step
	found := false
	for _, step := range timeline {
		state, known := states[upper(step.Status)]
		if !known {
			continue
		}
		said := states[upper(best.Status)]
		if !found || state.Outranks(said) || (!said.Outranks(state) && !step.Time.Before(best.Time.Time)) {
			best, found = step, true
		}
	}
	return best, found
}

// several reports whether more than one payment came for the charge: the
// provider says so, or something came after it had been paid in full.
func several(timeline []commerce.Step) bool {
	full := false
	for _, step := range timeline {
		state := states[upper(step.Status)]
		if state == shop.Unresolved && (full || exceptionOf(step) == shop.Multiple) {
			return true
		}
		full = full || state.Paid()
	}
	return false
}

// paid is the sum of all payments the provider saw for a charge, in the
// currency of its price; unknown if it saw none.
func paid(payments []commerce.Payment, currency string) shop.Money {
	var sum shop.Money
	for _, p := range payments {
		local := money(p.Value.Local)
		if !local.Known() || local.Currency != currency || !local.Amount.IsPositive() {
			continue
		}
		sum = shop.Money{Amount: sum.Amount.Add(local.Amount), Currency: currency}
	}
	return sum
}
