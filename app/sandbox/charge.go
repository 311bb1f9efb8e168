package sandbox

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"till/app/sandbox/ledger"
)

// handleChargeCreate handles POST /commerce/charges.
func (s *Sandbox) handleChargeCreate(c *fiber.Ctx) error {
	terms, err := s.readTerms(c)
	if err != nil {
		return err
	}
	charge, err := s.open(c.UserContext(), terms)
	if err != nil {
		return err
	}
	return send(c, fiber.StatusCreated, envelope{Data: s.view.Resource(charge)})
}

// handleChargeShow handles GET /commerce/charges/{code or id}.
func (s *Sandbox) handleChargeShow(c *fiber.Ctx) error {
	charge, err := ledger.Find(c.UserContext(), s.db.Read(), ref(c))
	if err == nil && charge.Shape == ledger.Business {
		err = ledger.ErrNotFound
	}
	if err != nil {
		return err
	}
	return send(c, fiber.StatusOK, envelope{Data: s.view.Resource(charge)})
}

// handleChargeCancel handles POST /commerce/charges/{code or id}/cancel.
func (s *Sandbox) handleChargeCancel(c *fiber.Ctx) error { return s.changeByMerchant(c, "cancel") }

// handleChargeResolve handles POST /commerce/charges/{code or id}/resolve.
func (s *Sandbox) handleChargeResolve(c *fiber.Ctx) error { return s.changeByMerchant(c, "resolve") }

// changeByMerchant does what the 2018 API lets a merchant do; for other shapes
// these routes do not exist.
func (s *Sandbox) changeByMerchant(c *fiber.Ctx, action string) error {
	charge, err := s.change(c.UserContext(), ref(c), func(charge *ledger.Charge) error {
		if charge.Shape != ledger.Classic {
			return ledger.ErrNotFound
		}
		return charge.Do(action, s.clock.Now(), ledger.Transfer{})
	})
	if err != nil {
		return err
	}
	return send(c, fiber.StatusOK, envelope{Data: s.view.Resource(charge)})
}

// ref is the code or id in the path, however it was typed; for the name of a
// link the id of its checkout.
func ref(c *fiber.Ctx) string {
	return refOf(c.Params("ref"))
}

// refOf is a code, an id or a link's name as the ledger has it: the code of a
// charge, or an id.
func refOf(typed string) string {
	if id, ok := ledger.OfLink(typed); ok {
		return id
	}
	return typedCode(typed)
}

// typedCode is a code or an id as it is written here.
func typedCode(typed string) string {
	if len(typed) != len("ABCDEFGH") {
		return strings.ToLower(typed)
	}
	return strings.ToUpper(typed)
}
