package main

import (
	"fmt"
	"slices"
	"strings"
)

// places decides which of its payments' states an order shows: the first of
// these that one of them has.
var places = []string{
	"confirmed", "partly_refunded", "refunded", "detected", "unresolved", "waiting", "opening", "expired", "failed", "canceled",
}

// now is where the provider says a charge stands.
func (c charge) now() standing { return c.Steps[len(c.Steps)-1] }

// paid reports whether it ever was paid in full.
func (c charge) paid() bool {
	return slices.ContainsFunc(c.Steps, func(s standing) bool { return s.State == "confirmed" })
}

func isRefunded(state string) bool { return state == "partly_refunded" || state == "refunded" }

// expected returns every standing that an order with these charges may have.
// Mostly it is one. There are more where the provider knows less than the shop:
// of payments it never made, and of a buyer who gave up while it could not be
// told.
func expected(charges []charge, payments int, gaveUp bool) []standing {
	var all, left []standing // left: what the order shows if it was given up
	for _, c := range charges {
		s := c.now()
		if c.paid() && !isRefunded(s.State) {
			s = standing{State: "confirmed"} // whatever came after
		}
		all = append(all, s)
		if s.State == "waiting" || s.State == "opening" {
			s.State = "canceled"
		}
		left = append(left, s)
	}
	best := withUnmade(leading(all), payments > len(charges))
	if !gaveUp {
		return best
	}
	if len(charges) == 0 {
		left = append(left, standing{State: "canceled"})
	}
	return append(best, withUnmade(leading(left), payments > len(charges))...)
}

// withUnmade adds where payments may stand that the provider never made.
func withUnmade(best []standing, unmade bool) []standing {
	if unmade && !slices.ContainsFunc(best, func(s standing) bool { return rank(s) <= rank(standing{State: "waiting"}) }) {
		best = append(best, standing{State: "opening"}, standing{State: "failed"})
	}
	return best
}

// leading returns those of the standings whose state comes first.
func leading(all []standing) []standing {
	first := len(places)
	for _, s := range all {
		first = min(first, rank(s))
	}
	return slices.DeleteFunc(slices.Clone(all), func(s standing) bool { return rank(s) != first })
}

func rank(s standing) int {
	if i := slices.Index(places, s.State); i >= 0 {
		return i
	}
	return len(places)
}

// verdict is what is wrong with an order.
type verdict string

const (
	verdictRight    verdict = ""
	verdictLost     verdict = "lost"     // money that the shop does not show
	verdictInvented verdict = "invented" // confirmed without money
	verdictStale    verdict = "stale"    // anything else
)

// hold holds an order against all that the shop may know of its charges, and
// says what is wrong with it and with what it tells of having been paid twice.
func hold(o order, charges []charge, gaveUp bool) (verdict, string) {
	for _, known := range views(charges) {
		if judge(o.Standing, known, o.Payments, gaveUp) == verdictRight && twice(o, known) == "" {
			return verdictRight, ""
		}
	}
	return judge(o.Standing, charges, o.Payments, gaveUp), twice(o, charges)
}

// views returns the charges in every way in which the shop may know them. One of
// which it was told nothing is a payment that it asked for, and no more.
func views(charges []charge) [][]charge {
	all := [][]charge{nil}
	for _, c := range charges {
		var longer [][]charge
		for untold := range c.Untold + 1 {
			known := charge{Order: c.Order, Code: c.Code, Steps: c.Steps[:len(c.Steps)-untold]}
			if len(known.Steps) == 0 {
				known.Steps = []standing{{State: "opening"}}
			}
			for _, view := range all {
				longer = append(longer, append(slices.Clone(view), known))
			}
		}
		all = longer
	}
	return all
}

// judge holds an order against the provider's truth. payments is how many the
// shop has of it.
func judge(shown standing, charges []charge, payments int, gaveUp bool) verdict {
	if slices.Contains(expected(charges, payments, gaveUp), shown) {
		return verdictRight
	}
	paid := slices.ContainsFunc(charges, charge.paid)
	money := slices.ContainsFunc(charges, func(c charge) bool {
		return slices.Contains([]string{"detected", "unresolved"}, c.now().State)
	})
	switch {
	case !paid && (shown.State == "confirmed" || isRefunded(shown.State)):
		return verdictInvented
	case shown.State == "confirmed" || isRefunded(shown.State):
		return verdictStale // it is paid; what is wrong is what was sent back
	case paid, money:
		return verdictLost
	default:
		return verdictStale
	}
}

// paidTwice is the flag the merchant finds on an order that was.
const paidTwice = "paid_twice"

// twice says what is wrong with an order that was paid in full more than once,
// or is said to be; "" if nothing is. That one charge was is known only to who
// has heard of it: what is confirmed is not asked about any more.
func twice(o order, charges []charge) string {
	paid, again := 0, false
	for _, c := range charges {
		if c.paid() {
			paid++
			again = again || c.now().State == "unresolved"
		}
	}
	switch flagged := strings.Contains(o.Flags, paidTwice); {
	case paid > 1 && !flagged:
		return fmt.Sprintf("%d charges paid it in full, and nobody is told", paid)
	case paid < 2 && !again && flagged:
		return fmt.Sprintf("it is flagged %s, but %d charges paid it in full", paidTwice, paid)
	default:
		return ""
	}
}
