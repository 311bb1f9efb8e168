package sandbox

import (
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"till/app/sandbox/ledger"
)

// handleControlCharges handles GET /control/charges: all of them, newest first.
func (s *Sandbox) handleControlCharges(c *fiber.Ctx) error {
	charges, err := ledger.ListNewest(c.UserContext(), s.db.Read(), -1)
	if err != nil {
		return err
	}
	data := make([]any, 0, len(charges))
	for _, charge := range charges {
		data = append(data, s.view.Control(charge))
	}
	return send(c, fiber.StatusOK, envelope{Data: data})
}

// handleControlAction handles POST /control/charges/{code or id}/{action}.
func (s *Sandbox) handleControlAction(c *fiber.Ctx) error {
	transfer, err := s.readTransfer(c)
	if err != nil {
		return err
	}
	action := c.Params("action")
	charge, err := s.change(c.UserContext(), ref(c), func(charge *ledger.Charge) error {
		return charge.Do(action, s.clock.Now(), transfer)
	})
	if errors.Is(err, ledger.ErrUnknownAction) && charge.Shape == ledger.Business {
		return &problem{fiber.StatusNotFound, "not_found", charge.ID + " is a checkout of Coinbase Business: " +
			"POST /control/checkouts/" + charge.ID + "/ACTION, where ACTION is " + businessActions}
	}
	if errors.Is(err, ledger.ErrUnknownAction) {
		return &problem{fiber.StatusNotFound, "not_found", "There is no such action: " +
			"use detect, confirm, pay, twice, underpay, overpay, expire, cancel, fail or resolve."}
	}
	if err != nil {
		return err
	}
	return send(c, fiber.StatusOK, envelope{Data: s.view.Control(charge)})
}

// readTransfer reads how an action is to pay; no body, or an empty one, leaves
// that to the action.
func (s *Sandbox) readTransfer(c *fiber.Ctx) (ledger.Transfer, error) {
	var r struct {
		Coin  string     `json:"coin"`
		Sum   ledger.Sum `json:"sum"`
		Never bool       `json:"never"`
	}
	if len(c.Body()) > 0 {
		if err := readControl(c, &r); err != nil {
			return ledger.Transfer{}, err
		}
	}
	if r.Sum != "" && !slices.Contains(ledger.Sums(), r.Sum) {
		return ledger.Transfer{}, invalid("sum must be exact, under, over, under_slightly, over_slightly or rest.")
	}
	return ledger.Transfer{Coin: r.Coin, Sum: r.Sum, Never: r.Never, ConfirmAfter: s.speed()}, nil
}

type clockReply struct {
	Now    time.Time `json:"now"`
	Offset string    `json:"offset"`
}

// handleClockShow handles GET /control/clock.
func (s *Sandbox) handleClockShow(c *fiber.Ctx) error {
	return send(c, fiber.StatusOK, envelope{Data: clockReply{s.clock.Now(), s.clock.Offset().String()}})
}

// handleClockAdvance handles POST /control/clock.
func (s *Sandbox) handleClockAdvance(c *fiber.Ctx) error {
	var r struct {
		Advance string `json:"advance"`
	}
	if err := readControl(c, &r); err != nil {
		return err
	}
	if err := s.advance(c.UserContext(), r.Advance); err != nil {
		return err
	}
	return s.handleClockShow(c)
}

// handleControlCheckouts handles GET /control/checkouts: all of Commerce's, newest
// first. Those of business are listed with the charges.
func (s *Sandbox) handleControlCheckouts(c *fiber.Ctx) error {
	checkouts, err := ledger.ListNewestCheckouts(c.UserContext(), s.db.Read(), -1)
	if err != nil {
		return err
	}
	data := make([]any, 0, len(checkouts))
	for _, checkout := range checkouts {
		data = append(data, s.view.Checkout(checkout))
	}
	return send(c, fiber.StatusOK, envelope{Data: data})
}

func readControl(c *fiber.Ctx, into any) error {
	if err := json.Unmarshal(c.Body(), into); err != nil {
		return invalid("The request body is not a JSON object.")
	}
	return nil
}
