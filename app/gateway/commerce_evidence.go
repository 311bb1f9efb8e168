package gateway

import (
	"strings"

	"till/app/coinbase/commerce"
	"till/app/shop"
)

// states is what a status of the timeline means to the shop. REFUND PENDING is
// not among them on purpose: until the money is back, the state before holds.
var states = map[string]shop.State{
	commerce.StatusNew:        shop.Waiting,
	commerce.StatusSigned:     shop.Waiting,
	commerce.StatusPending:    shop.Detected,
	commerce.StatusCanceled:   shop.Canceled,
	commerce.StatusFailed:     shop.Failed,
	commerce.StatusExpired:    shop.Expired,
	commerce.StatusUnresolved: shop.Unresolved,
	commerce.StatusCompleted:  shop.Confirmed,
	commerce.StatusResolved:   shop.Confirmed,
	commerce.StatusRefunded:   shop.Refunded,
}

// exceptions is what a context beside UNRESOLVED means; all others are Other.
var exceptions = map[string]shop.Exception{
	commerce.ContextUnderpaid: shop.Underpaid,
	commerce.ContextOverpaid:  shop.Overpaid,
	commerce.ContextDelayed:   shop.Delayed,
	commerce.ContextMultiple:  shop.Multiple,
}

// evidence is what a charge says. Its state is that of the timeline entry that
// counts, see [furthest]; a charge without any exists, and so is waited for.
func (g *Commerce) evidence(c commerce.Charge) shop.Evidence {
	ev := shop.Evidence{
		Provider:    shop.Commerce,
		Environment: g.environment,
		Ref:         shop.Ref{ID: key(c.ID), Code: key(c.Code)},
		State:       shop.Waiting,
		At:          c.CreatedAt.Time,
		Steps:       len(c.Timeline),
		Price:       money(c.Pricing.Local()),
		Confirmed:   confirmations(c.Payments),
		HostedURL:   link(c.HostedURL),
		CreatedAt:   ours(g.client, c.CreatedAt.Time),
		ExpiresAt:   ours(g.client, c.ExpiresAt.Time),
	}
	if c.Checkout != nil {
		ev.CheckoutID = strings.ToLower(key(c.Checkout.ID)) // a uuid, as the configuration writes it
	}
	claim(&ev, c.Metadata)
	ev.Paid, ev.Several = paid(c.Payments, ev.Price.Currency), several(c.Timeline)
	if step, ok := furthest(c.Timeline); ok {
		ev.State, ev.At = states[upper(step.Status)], step.Time.Time
		ev.Exception = exceptionOf(step)
	}
	return ev
}

// claim reads whose the charge is by its own metadata. Only a holder of the API
// key can write the ids there, so they come first; custom is what the page with
// an embedded checkout passed on, where anybody can type anything.
func claim(ev *shop.Evidence, m commerce.Metadata) {
	if id := m[customerKey]; shop.ValidToken(id) {
		ev.CustomerID = shop.CustomerID(id)
	}
	switch order, payment, custom := m[orderKey], m[paymentKey], m[customKey]; {
	case shop.ValidToken(payment):
		ev.PaymentID = shop.PaymentID(payment)
		if shop.ValidToken(order) {
			ev.OrderID = shop.OrderID(order)
		}
	case shop.ValidToken(custom):
		ev.PaymentID, ev.Custom = shop.PaymentID(custom), true
	case shop.ValidToken(order):
		ev.OrderID = shop.OrderID(order)
	}
}

// exceptionOf reads the context of an unresolved step. Elsewhere a context
// names no problem: OTHER stands beside quite ordinary steps.
func exceptionOf(step commerce.Step) shop.Exception {
	if upper(step.Status) != commerce.StatusUnresolved {
		return shop.NoException
	}
	if e, ok := exceptions[upper(step.Context)]; ok {
		return e
	}
	return shop.Other
}

// money is a sum of the provider's; unknown if it is none.
func money(m commerce.Money) shop.Money { return sum(m.Amount, m.Currency) }

func confirmations(payments []commerce.Payment) shop.Confirmations {
	var most shop.Confirmations
	for _, p := range payments {
		most = most.Max(shop.Confirmations{Seen: p.Block.Depth(), Needed: p.Block.Required()})
	}
	return most
}

// key drops what cannot be a charge's name.
func key(s string) string {
	if !commerce.ValidKey(s) {
		return ""
	}
	return s
}
