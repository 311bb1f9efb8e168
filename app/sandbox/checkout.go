package sandbox

import (
	"context"
	"strings"

	"github.com/gofiber/fiber/v2"

	"till/app/database"
	"till/app/sandbox/ledger"
)

// handleCheckoutCreate handles POST /commerce/checkouts.
func (s *Sandbox) handleCheckoutCreate(c *fiber.Ctx) error {
	var r checkoutRequest
	if err := readBody(c, &r, "a checkout"); err != nil {
		return err
	}
	offer, err := r.offer(s.shapeNow())
	if err != nil {
		return err
	}
	id, err := s.names.id()
	if err != nil {
		return err
	}
	checkout := ledger.Offered(id, offer, s.clock.Now())
	err = s.db.Write(c.UserContext(), func(ctx context.Context, tx database.Tx) error {
		return ledger.InsertCheckout(ctx, tx, checkout)
	})
	if err != nil {
		return err
	}
	return send(c, fiber.StatusCreated, envelope{Data: s.view.Checkout(checkout)})
}

// handleCheckoutShow handles GET /commerce/checkouts/{id}.
func (s *Sandbox) handleCheckoutShow(c *fiber.Ctx) error {
	checkout, err := s.findCheckout(c)
	if err != nil {
		return err
	}
	return send(c, fiber.StatusOK, envelope{Data: s.view.Checkout(checkout)})
}

// handleCheckoutChange handles PUT /commerce/checkouts/{id}: what the body does
// not name stays as it is.
func (s *Sandbox) handleCheckoutChange(c *fiber.Ctx) error {
	var checkout *ledger.Checkout
	shape := s.shapeNow()
	err := s.db.Write(c.UserContext(), func(ctx context.Context, tx database.Tx) error {
		var err error
		if checkout, err = ledger.FindCheckout(ctx, tx, checkoutID(c)); err != nil {
			return err
		}
		r, err := readChange(c, checkout.Offer)
		if err != nil {
			return err
		}
		if checkout.Offer, err = r.offer(shape); err != nil {
			return err
		}
		checkout.UpdatedAt = s.clock.Now()
		return ledger.UpdateCheckout(ctx, tx, checkout)
	})
	if err != nil {
		return err
	}
	return send(c, fiber.StatusOK, envelope{Data: s.view.Checkout(checkout)})
}

// handleCheckoutDelete handles DELETE /commerce/checkouts/{id}, whatever its
// body: one official client sends {}.
func (s *Sandbox) handleCheckoutDelete(c *fiber.Ctx) error {
	err := s.db.Write(c.UserContext(), func(ctx context.Context, tx database.Tx) error {
		return ledger.DeleteCheckout(ctx, tx, checkoutID(c))
	})
	if err != nil {
		return err
	}
	head(c)
	return c.SendStatus(fiber.StatusNoContent)
}

func (s *Sandbox) findCheckout(c *fiber.Ctx) (*ledger.Checkout, error) {
	return ledger.FindCheckout(c.UserContext(), s.db.Read(), checkoutID(c))
}

// checkoutID is the id in the path, however it was typed.
func checkoutID(c *fiber.Ctx) string { return strings.ToLower(c.Params("id")) }
