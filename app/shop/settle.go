package shop

import (
	"slices"
	"time"
)

// Settle merges evidence into the order and says what became of it. It is a
// pure function of its arguments: the [Cashier] stores what it returns.
//
// The evidence finds its payment by the provider's reference, else by the
// payment id in its metadata. A payment that is bound to one charge is never
// rebound: a second charge for it is a payment of its own. Evidence that does
// not fit what we asked for is flagged and never confirms; a sum in what the
// provider charges for our currency fits. Of charges that bring no money an order
// takes up only so many.
func (o Order) Settle(ev Evidence, now time.Time) (Order, Verdict) {
	ev = ev.pricedAs(o.Price)
	p, ok := o.find(ev)
	if !ok {
		return o, Foreign
	}
	if o.crowded(p, ev) {
		return o, Absorbed
	}
	verdict := Settled
	if o.fits(p, ev) {
		p = p.apply(ev)
		if ev.CustomerID != "" && ev.CustomerID != o.Customer.ID {
			p = p.flag(FlagCustomer)
		}
	} else {
		p, verdict = p.refuse(ev), Mismatch
	}
	after, changed := step(o, o.with(p), now)
	if changed {
		after = after.askAgain(p.ID, now)
	}
	if !changed && verdict == Settled {
		verdict = Absorbed
	}
	return after, verdict
}

// find returns the payment the evidence is about. Where the provider has one
// more charge for a payment that has one already, that is a new payment, named
// after its charge: so each charge has a standing of its own, whichever of them
// was heard of first.
func (o Order) find(ev Evidence) (Payment, bool) {
	bound := slices.IndexFunc(o.Payments, func(p Payment) bool { return p.boundTo(ev) })
	if bound >= 0 {
		return o.Payments[bound], true
	}
	p, ok := o.Payment(ev.PaymentID)
	if !ok {
		return Payment{}, false
	}
	counts := p.sameSource(ev) && (o.fits(p, ev) || ruleOf(ev.State).money)
	if p.Ref.ID == "" || ev.Ref.ID == "" || !counts {
		return p, true
	}
	return Payment{
		ID:          adoptedID(ev.Provider, ev.Environment, ev.Ref.ID),
		Provider:    p.Provider,
		Environment: p.Environment,
		CheckoutID:  p.CheckoutID,
		Price:       p.Price,
		Standing:    Standing{State: Opening},
		CreatedAt:   p.CreatedAt,
	}, true
}

// crowded reports whether p would be one payment too many: a charge that anybody
// may have begun in an embedded checkout, without money, for an order that has
// more than enough. As soon as money is seen it counts like any other.
func (o Order) crowded(p Payment, ev Evidence) bool {
	_, known := o.Payment(p.ID)
	return !known && ev.Custom && !ruleOf(ev.State).money && len(o.Payments) >= maxPayments
}

// fits reports whether the evidence is about just what we asked for.
func (o Order) fits(p Payment, ev Evidence) bool {
	return p.sameSource(ev) && p.Price.Same(ev.Price) && p.sameCheckout(ev) && (ev.OrderID == "" || ev.OrderID == o.ID)
}

// refuse flags a payment for evidence that does not fit it. Where the right
// provider says that money came, the payment becomes unresolved; evidence from
// elsewhere moves nothing.
func (p Payment) refuse(ev Evidence) Payment {
	p = p.flag(FlagMismatch)
	switch {
	case !p.sameSource(ev):
		return p
	case !ruleOf(ev.State).money && ev.Custom:
		return p // anybody may begin a charge that names this payment
	case !ruleOf(ev.State).money:
		// Our own charge, not as we asked for it: nobody shall pay that one.
		if p.Ref.ID == "" {
			p.Problem = Refused
		}
		return p.stand(Standing{State: Failed, Own: true})
	}
	return p.collect(ev).bind(ev).stand(Standing{State: Unresolved, Exception: MismatchException, At: ev.At, Steps: ev.Steps})
}
