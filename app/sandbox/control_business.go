package sandbox

import (
	"errors"

	"github.com/gofiber/fiber/v2"
	"github.com/shopspring/decimal"

	"till/app/sandbox/ledger"
)

// handleControlBusiness handles POST /control/checkouts/{id}/{action}.
func (s *Sandbox) handleControlBusiness(c *fiber.Ctx) error {
	do, err := s.readBusinessAction(c)
	if err != nil {
		return err
	}
	checkout, err := s.changeBusiness(c.UserContext(), ref(c), do)
	if errors.Is(err, ledger.ErrUnknownAction) {
		return &problem{fiber.StatusNotFound, "not_found", "There is no such action: use " + businessActions}
	}
	if err != nil {
		return err
	}
	return send(c, fiber.StatusOK, envelope{Data: s.view.Control(checkout)})
}

// businessActions ends a sentence.
const businessActions = "detect, confirm, pay, expire, cancel, deactivate, fail or refund."

func (s *Sandbox) readBusinessAction(c *fiber.Ctx) (pull, error) {
	action := c.Params("action")
	if action == "refund" {
		return s.readRefund(c)
	}
	transfer, err := s.readTransfer(c)
	return func(checkout *ledger.Charge) error { return checkout.Do(action, s.clock.Now(), transfer) }, err
}

// readRefund reads how much goes back, all that is left without a sum, and
// whether it fails. What is on its way already ends first.
func (s *Sandbox) readRefund(c *fiber.Ctx) (pull, error) {
	var r struct {
		Amount   string `json:"amount"`
		Currency string `json:"currency"`
		Reason   string `json:"reason"`
		Fail     bool   `json:"fail"`
	}
	if len(c.Body()) > 0 {
		if err := readControl(c, &r); err != nil {
			return nil, err
		}
	}
	claim, end := ledger.Claim{Amount: decimal.Zero, Currency: r.Currency, Reason: r.Reason}, ledger.RefundCompleted
	if r.Amount != "" {
		var err error
		if claim.Amount, err = businessAmount(r.Amount); err != nil {
			return nil, err
		}
	}
	if r.Fail {
		end = ledger.RefundFailed
	}
	return func(checkout *ledger.Charge) error { return checkout.RefundNow(s.clock.Now(), claim, end) }, nil
}
