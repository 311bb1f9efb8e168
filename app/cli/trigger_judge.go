package cli

import (
	"fmt"
	"slices"

	"till/app/coinbase/commerce"
)

// judge says whether it came as it was wanted: the event has happened, and
// whoever is told of it has accepted that.
func (t trigger) judge(before, now boxCharge, sent []delivery) error {
	if t.event != eventCreated && (len(now.Timeline) <= len(before.Timeline) || !t.ends(now.Timeline[len(now.Timeline)-1])) {
		return fmt.Errorf("%s did not happen: that is not what comes of such a charge", t.event)
	}
	refused := func(d delivery) bool { return d.Type == t.event && d.Status != deliveryDone }
	if t.wait > 0 && slices.ContainsFunc(sent, refused) {
		return fmt.Errorf("not every receiver has accepted %s: `till sandbox deliveries` tells what becomes of it", t.event)
	}
	return nil
}

// ends says whether the event is what such a step of a charge is told with.
func (t trigger) ends(last commerce.Step) bool {
	late := last.Context == contextLate
	switch t.event {
	case eventPending:
		return last.Status == commerce.StatusPending
	case commerce.EventConfirmed:
		return last.Status == commerce.StatusCompleted
	case commerce.EventFailed:
		return last.Status == commerce.StatusExpired || last.Status == commerce.StatusFailed || last.Status == commerce.StatusUnresolved && !late
	case commerce.EventDelayed:
		return last.Status == commerce.StatusUnresolved && late
	default:
		return last.Status == commerce.StatusResolved
	}
}

// contextLate is the provider's word for a payment after the charge's end.
const contextLate = "DELAYED"
