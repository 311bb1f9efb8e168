package cli

import (
	"fmt"
	"net/http"
	"time"

	"github.com/shopspring/decimal"

	"till/app/coinbase/business"
	"till/app/sandbox/ledger"
)

// businessKinds are the events of a checkout of Business.
func businessKinds() []kind {
	const (
		fresh, seen = business.StatusActive, business.StatusProcessing
		paid, part  = business.StatusCompleted, business.StatusPartiallyRefunded
	)
	of := func(event, explain string, open ...string) kind { return kind{event, explain, open, true} }
	return []kind{
		of(business.EventPaymentSuccess, "A checkout of Business is paid and confirmed: COMPLETED.", fresh, seen),
		of(business.EventPaymentFailed, "The buyer's transfer does not go through: FAILED.", fresh, seen),
		of(business.EventPaymentExpired, "The day is over and nothing was paid: EXPIRED.", fresh),
		of(business.EventRefundSuccess, "Money goes back, --refund of it or all that is left: PARTIALLY_REFUNDED or REFUNDED. A refund that is on its way is ended. With --order or --charge an unpaid checkout is paid first.", paid, part),
		of(business.EventRefundFailed, "A refund, of --refund or of all that is left, comes to nothing.", paid, part),
	}
}

// refunds says whether the event is one of money that goes back.
func (t *trigger) refunds() bool {
	return t.event == business.EventRefundSuccess || t.event == business.EventRefundFailed
}

// planBusiness is how a checkout of that status comes to the event.
func (t trigger) planBusiness(status string) []step {
	switch t.event {
	case business.EventPaymentFailed:
		return []step{{action: "fail"}}
	case business.EventPaymentExpired:
		return []step{{action: "expire"}}
	case business.EventPaymentSuccess:
		return []step{payStep(status)}
	}
	refund := step{action: "refund", with: payment{Amount: t.refund, Fail: t.event == business.EventRefundFailed}}
	if status == business.StatusActive || status == business.StatusProcessing {
		return []step{payStep(status), refund}
	}
	return []step{refund}
}

func payStep(status string) step {
	if status == business.StatusProcessing {
		return step{action: "confirm"}
	}
	return step{action: "pay"}
}

// openCheckout begins a checkout that no sandbox keeps.
func (p *program) openCheckout(t trigger, terms ledger.Terms) (*ledger.Charge, error) {
	now := p.host.Now().UTC().Add(-time.Minute)
	id, err := ledger.NewCheckoutID(now, p.host.Random)
	if err != nil {
		return nil, err
	}
	if t.charge != "" {
		id = t.charge
	}
	return ledger.Open(id, id, ledger.Business, terms, now), nil
}

// liveStep makes one step happen to a charge that no sandbox keeps.
func liveStep(c *ledger.Charge, s step, now time.Time) error {
	if s.action != "refund" {
		return c.Do(s.action, now, ledger.Transfer{Sum: ledger.Sum(s.with.Sum), Never: s.with.Never})
	}
	end := ledger.RefundCompleted
	if s.with.Fail {
		end = ledger.RefundFailed
	}
	claim, err := s.with.claim(c)
	if err != nil {
		return err
	}
	return c.RefundNow(now, claim, end)
}

// claim asks for the refund in the currency of the price.
func (p payment) claim(c *ledger.Charge) (ledger.Claim, error) {
	if p.Amount == "" {
		return ledger.Claim{}, nil
	}
	amount, err := decimal.NewFromString(p.Amount)
	if err != nil {
		return ledger.Claim{}, fmt.Errorf("read the refund's sum: %w", err)
	}
	price, _ := c.Asked()
	return ledger.Claim{Amount: amount, Currency: price.Currency}, nil
}

// businessLetter is the event as Business sends it: the checkout, flat, and
// beside it in the headers what names the event.
func (p *program) businessLetter(secret string, e ledger.Event) letter {
	h := http.Header{}
	h.Set("Content-Type", "application/json")
	h.Set(business.EventIDHeader, e.ID)
	h.Set(business.EventTypeHeader, e.Type)
	names := []string{"content-type", "x-event-id", "x-event-type"}
	h.Set(business.SignatureHeader, business.Sign(secret, p.host.Now(), h, names, e.Body))
	return letter{h, e.Body}
}

// whose is what a charge is called that has such a code: one of Business has
// its id instead.
func (c boxCharge) whose() string {
	if c.business() {
		return "Checkout"
	}
	return "Charge"
}

// business says whether it is a checkout of Business.
func (c boxCharge) business() bool { return c.Code == c.ID }
