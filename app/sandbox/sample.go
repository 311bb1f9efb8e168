package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/shopspring/decimal"

	"till/app/sandbox/delivery"
	"till/app/sandbox/ledger"
)

// sample makes up an event of that type, about a charge that is nowhere kept
// and matches no order.
func (s *Sandbox) sample(kind string) (delivery.Event, error) {
	path := map[string][]string{
		ledger.EventCreated:   {},
		ledger.EventPending:   {"detect"},
		ledger.EventConfirmed: {"pay"},
		ledger.EventFailed:    {"expire"},
		ledger.EventDelayed:   {"expire", "pay"},
		ledger.EventResolved:  {"expire", "pay", "resolve"},

		ledger.EventPaymentSuccess: {"pay"},
		ledger.EventPaymentFailed:  {"fail"},
		ledger.EventPaymentExpired: {"expire"},
		ledger.EventRefundSuccess:  {"pay", "refund"},
		ledger.EventRefundFailed:   {"pay", "refuse"},
	}
	actions, ok := path[kind]
	if !ok {
		return delivery.Event{}, fmt.Errorf("there is no event %q", kind)
	}
	charge, err := s.pretend(kind)
	if err != nil {
		return delivery.Event{}, err
	}
	for _, action := range actions {
		if err := s.sampled(charge, action); err != nil {
			return delivery.Event{}, err
		}
	}
	id, err := s.names.id()
	if err != nil {
		return delivery.Event{}, err
	}
	happened := charge.TakeEvents()
	e, err := s.view.Event(id, happened[len(happened)-1])
	return delivery.Event{ID: e.ID, ChargeID: e.ChargeID, Code: e.Code, Type: e.Type, At: e.CreatedAt, Body: e.Body}, err
}

// sampled makes an action happen to a charge that was made up.
func (s *Sandbox) sampled(charge *ledger.Charge, action string) error {
	switch action {
	case "refund":
		return charge.RefundNow(s.clock.Now(), ledger.Claim{}, ledger.RefundCompleted)
	case "refuse":
		return charge.RefundNow(s.clock.Now(), ledger.Claim{}, ledger.RefundFailed)
	default:
		return charge.Do(action, s.clock.Now(), ledger.Transfer{})
	}
}

// pretend begins a charge that is not written down. What the onchain shape does
// not know is told of one of the other shape.
func (s *Sandbox) pretend(kind string) (*ledger.Charge, error) {
	shape := s.current().Shape
	if kind == ledger.EventDelayed || kind == ledger.EventResolved {
		shape = ledger.Classic
	}
	if slices.Contains(ledger.BusinessTypes(), kind) {
		return s.pretendCheckout()
	}
	id, err := s.names.id()
	if err != nil {
		return nil, err
	}
	code, err := s.names.code()
	if err != nil {
		return nil, err
	}
	return ledger.Open(id, code, shape, sampleTerms("USD"), s.clock.Now()), nil
}

func (s *Sandbox) pretendCheckout() (*ledger.Charge, error) {
	now := s.clock.Now()
	id, err := s.names.checkout(now)
	return ledger.Open(id, id, ledger.Business, sampleTerms("USDC"), now), err
}

func sampleTerms(currency string) ledger.Terms {
	return ledger.Terms{
		Name: "Test event", Description: "A charge that was made up to test a webhook.", PricingType: "fixed_price",
		Price: &ledger.Money{Amount: decimal.NewFromInt(1), Currency: currency}, Metadata: json.RawMessage(`{}`),
	}
}
