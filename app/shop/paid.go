package shop

import (
	"time"

	"github.com/shopspring/decimal"
)

// tolerance is the part of a price that may be missing for exchange rates'
// sake: Coinbase takes such a payment for a full one.
var tolerance = decimal.New(5, -3)

// collect merges the sum that has arrived by maximum. A sum in another currency
// cannot be compared with the price, and so says nothing.
func (p Payment) collect(ev Evidence) Payment {
	if ev.Paid.Known() && ev.Paid.Currency == p.Price.Currency &&
		(!p.Paid.Known() || ev.Paid.Amount.GreaterThan(p.Paid.Amount)) {
		p.Paid = ev.Paid
	}
	return p
}

// Missing returns how much of the price has not arrived; the zero Money if all
// of it has, or if no sum was told.
func (p Payment) Missing() Money { return p.difference(p.Price, p.Paid) }

// Over returns how much more than the price has arrived; the zero Money if
// nothing, or if no sum was told.
func (p Payment) Over() Money { return p.difference(p.Paid, p.Price) }

func (p Payment) difference(a, b Money) Money {
	if !p.Paid.Known() || !a.Amount.GreaterThan(b.Amount) {
		return Money{}
	}
	return Money{Amount: a.Amount.Sub(b.Amount), Currency: p.Price.Currency}
}

// Partial reports whether a payment that is on its way is too small: so far
// only a part of the price was seen.
func (p Payment) Partial() bool {
	return p.State == Detected && p.Missing().Amount.GreaterThan(p.Price.Amount.Mul(tolerance))
}

// Payable reports whether the buyer may send money for this payment now: all
// of the price, or the rest of it.
func (p Payment) Payable(now time.Time) bool {
	if p.Partial() {
		return p.ExpiresAt.IsZero() || now.Before(p.ExpiresAt)
	}
	return p.State == Waiting
}
