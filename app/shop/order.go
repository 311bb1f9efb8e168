package shop

import (
	"cmp"
	"slices"
	"time"
)

// Item is the product as it was when the order was made; later changes of the
// configuration do not reach it.
type Item struct {
	Slug        Slug
	Name        string
	Description string
	Image       string
}

// Order is one buyer's wish to buy one product, with every attempt to pay it.
type Order struct {
	ID        OrderID
	Version   int64 // grows with each visible step
	Item      Item
	Price     Money
	Method    Method
	Customer  Customer  // zero for a guest
	Browser   string    // a hash of the secret of the browser that made it
	Payments  []Payment // oldest first
	CreatedAt time.Time
	UpdatedAt time.Time // of the last visible step
}

// Current returns the payment that decides the order's state: the one whose
// state comes first; of several the one with the gravest exception, then one
// of which no money is on its way back, then one that the shop asked for, then
// the newest. Every order has one.
func (o Order) Current() Payment {
	var best Payment
	for i, p := range o.Payments {
		if i == 0 || comparePlace(p, best) <= 0 {
			best = p
		}
	}
	return best
}

// Embeddable returns the payment an embedded checkout pays: the newest that the
// shop itself asked for, while the order waits.
func (o Order) Embeddable() (Payment, bool) {
	if o.State() != Waiting {
		return Payment{}, false
	}
	for _, p := range slices.Backward(o.Payments) {
		if p.CheckoutID != "" && p.State == Waiting && !p.adopted() {
			return p, true
		}
	}
	return Payment{}, false
}

func comparePlace(a, b Payment) int {
	return cmp.Or(
		cmp.Compare(ruleOf(a.State).place, ruleOf(b.State).place),
		cmp.Compare(slices.Index(exceptions, b.Exception), slices.Index(exceptions, a.Exception)),
		compareBool(a.Refunding, b.Refunding),
		compareAdopted(a, b),
	)
}

// compareAdopted puts first what the shop asked for: its page leads back here.
func compareAdopted(a, b Payment) int {
	switch {
	case a.adopted() == b.adopted():
		return 0
	case b.adopted():
		return -1
	default:
		return 1
	}
}

// State returns the order's state.
func (o Order) State() State { return o.Current().State }

// Exception returns what is off with the order, if it is unresolved.
func (o Order) Exception() Exception { return o.Current().Exception }

// Final reports whether nothing more is expected of the order.
func (o Order) Final() bool { return o.State().Final() }

// MayChange reports whether asking the provider can bring news of the order.
func (o Order) MayChange() bool { return slices.ContainsFunc(o.Payments, Payment.MayChange) }

const (
	// maxTries is how often an order is tried: each try is a call to the provider
	// and a payment that is asked about for days.
	maxTries = 10
	// maxPayments is from how many payments on an order takes up no more charges
	// that a stranger can begin without paying.
	maxPayments = 50
)

// Retryable reports whether the buyer may ask for a fresh payment.
func (o Order) Retryable() bool { return o.vain() && o.tries() < maxTries }

// Spent reports whether the order came to nothing as often as it may be tried.
func (o Order) Spent() bool { return o.vain() && o.tries() >= maxTries }

// tries counts the payments that the shop itself asked for.
func (o Order) tries() int {
	n := 0
	for _, p := range o.Payments {
		if !p.adopted() {
			n++
		}
	}
	return n
}

// vain reports whether the order's payments have come to nothing so far.
func (o Order) vain() bool {
	switch s := o.State(); s {
	case Expired, Failed, Canceled:
		return true
	default:
		return s == Opening && o.Current().Unclear()
	}
}

// FailedRetry returns the newest payment that the shop asked for, where that came
// to nothing at once and the order stands as it did before.
func (o Order) FailedRetry() (Payment, bool) {
	if !o.vain() || o.State() == Failed {
		return Payment{}, false
	}
	for _, p := range slices.Backward(o.Payments) {
		if !p.adopted() {
			return p, p.State == Failed && p.Own
		}
	}
	return Payment{}, false
}

// Surplus reports whether the shop has more of the buyer's money than the order
// costs: what came for it more than once and was not sent back.
func (o Order) Surplus() bool {
	kept := o.kept()
	return len(kept) > 1 && o.paid() || slices.ContainsFunc(kept, func(p Payment) bool { return p.Several && p.State.Paid() })
}

// kept returns the payments that brought money which was not all sent back.
func (o Order) kept() []Payment {
	return slices.DeleteFunc(slices.Clone(o.Payments), func(p Payment) bool { return !p.brought() || p.State == Refunded })
}

// paid reports whether a payment of the order paid it in full.
func (o Order) paid() bool {
	return slices.ContainsFunc(o.Payments, func(p Payment) bool { return p.State.Paid() })
}

// brought reports whether the payment brought money, as asked for or not.
func (p Payment) brought() bool {
	return p.State.Paid() || (p.State == Unresolved && p.Exception != Unverified)
}

// Cancelable reports whether the buyer may give the order up: nobody has seen
// any money yet.
func (o Order) Cancelable() bool { return o.State() == Waiting || o.State() == Opening }

// PriceNow returns what the payment that decides the order asks for. It is the
// order's price, unless a fresh payment was made at another.
func (o Order) PriceNow() Money {
	if p := o.Current(); p.Price.Known() {
		return p.Price
	}
	return o.Price
}

// Flags returns every flag of the order and its payments, sorted.
func (o Order) Flags() []Flag {
	var flags []Flag
	for _, p := range o.Payments {
		flags = append(flags, p.Flags...)
	}
	slices.Sort(flags)
	return slices.Compact(flags)
}

// Payment returns the payment with that id.
func (o Order) Payment(id PaymentID) (Payment, bool) {
	i := slices.IndexFunc(o.Payments, func(p Payment) bool { return p.ID == id })
	if i < 0 {
		return Payment{}, false
	}
	return o.Payments[i], true
}

// with returns the order with the payment put in place of the one with its id,
// or added. o itself stays as it was.
func (o Order) with(p Payment) Order {
	payments := slices.Clone(o.Payments)
	i := slices.IndexFunc(payments, func(q Payment) bool { return q.ID == p.ID })
	if i >= 0 {
		payments[i] = p
	} else {
		payments = append(payments, p)
	}
	o.Payments = payments
	return o
}

// step returns after with a higher version if anything visible has changed
// since before, and whether it has.
func step(before, after Order, now time.Time) (Order, bool) {
	after = after.flagPaidTwice()
	same := slices.EqualFunc(before.Payments, after.Payments, func(a, b Payment) bool {
		return a.visible() == b.visible()
	})
	if same {
		return after, false
	}
	after.Version = before.Version + 1
	after.UpdatedAt = now
	return after, true
}

// flagPaidTwice flags every payment that brought money, where one paid in full
// and another brought any: late, too little or too much, it is the buyer's. So
// is what came for one charge after it was paid.
func (o Order) flagPaidTwice() Order {
	for _, p := range o.Payments {
		if p.Several && p.State.Paid() {
			o = o.with(p.flag(FlagPaidTwice))
		}
	}
	brought := slices.DeleteFunc(slices.Clone(o.Payments), func(p Payment) bool { return !p.brought() })
	if !o.paid() || len(brought) < 2 {
		return o
	}
	for _, p := range brought {
		o = o.with(p.flag(FlagPaidTwice))
	}
	return o
}
