package cli

import (
	"fmt"
	"slices"
	"strings"

	"till/app/coinbase/business"
	"till/app/coinbase/commerce"
)

// judge says whether it came as it was wanted: the event has happened, and
// whoever is told of it has accepted that.
func (t trigger) judge(before, now boxCharge, sent []delivery) error {
	if !t.happened(before, now) {
		return fmt.Errorf("%s did not happen: that is not what comes of such a %s", t.event, strings.ToLower(now.whose()))
	}
	refused := func(d delivery) bool { return d.Type == t.event && d.Status != deliveryDone }
	if t.wait > 0 && slices.ContainsFunc(sent, refused) {
		return fmt.Errorf("not every receiver has accepted %s: `till sandbox deliveries` tells what becomes of it", t.event)
	}
	return nil
}

// happened says whether the event came of what was done meanwhile.
func (t trigger) happened(before, now boxCharge) bool {
	switch t.event {
	case eventCreated:
		return true
	case business.EventRefundSuccess:
		return now.refunds(business.RefundCompleted) > before.refunds(business.RefundCompleted)
	case business.EventRefundFailed:
		return now.refunds(business.RefundFailed) > before.refunds(business.RefundFailed)
	}
	return len(now.Timeline) > len(before.Timeline) && t.ends(now.Timeline[len(now.Timeline)-1])
}

// refunds counts those that have come to that.
func (c boxCharge) refunds(status string) int {
	n := 0
	for _, r := range c.Refunds {
		if r.Status == status {
			n++
		}
	}
	return n
}

// ends says whether the event is what such a step of a charge is told with.
func (t trigger) ends(last commerce.Step) bool {
	late := last.Context == contextLate
	switch t.event {
	case eventPending:
		return last.Status == commerce.StatusPending
	case commerce.EventConfirmed, business.EventPaymentSuccess:
		return last.Status == commerce.StatusCompleted
	case commerce.EventFailed:
		return last.Status == commerce.StatusExpired || last.Status == commerce.StatusFailed || last.Status == commerce.StatusUnresolved && !late
	case business.EventPaymentExpired:
		return last.Status == commerce.StatusExpired
	case business.EventPaymentFailed:
		return last.Status == commerce.StatusFailed
	case commerce.EventDelayed:
		return last.Status == commerce.StatusUnresolved && late
	default:
		return last.Status == commerce.StatusResolved
	}
}

// contextLate is the provider's word for a payment after the charge's end.
const contextLate = "DELAYED"
