package sandbox

import (
	"context"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/shopspring/decimal"

	"till/app/database"
	"till/app/sandbox/ledger"
)

// handleBusinessCreate handles POST /business/api/v1/checkouts.
func (s *Sandbox) handleBusinessCreate(c *fiber.Ctx) error {
	var body checkoutBody
	if err := readBusiness(c, &body); err != nil {
		return err
	}
	terms, err := body.terms(s.clock.Now())
	if err != nil {
		return err
	}
	sandbox := onSandboxPath(c)
	return s.once(c, func(ctx context.Context, tx database.Tx) (int, any, error) {
		checkout, err := s.openCheckout(ctx, tx, terms, sandbox)
		if err != nil {
			return 0, nil, err
		}
		return fiber.StatusCreated, s.view.Business(checkout), nil
	})
}

// onSandboxPath says whether it is the provider's own sandbox that is asked.
func onSandboxPath(c *fiber.Ctx) bool { return under(c, businessPath+"/sandbox") }

// openCheckout begins a checkout in the caller's unit of work.
func (s *Sandbox) openCheckout(ctx context.Context, tx database.Tx, terms ledger.Terms, sandbox bool) (*ledger.Charge, error) {
	now := s.clock.Now()
	id, err := s.names.checkout(now)
	if err != nil {
		return nil, err
	}
	checkout := ledger.Open(id, id, ledger.Business, terms, now)
	checkout.Sandbox = sandbox
	if err := ledger.Insert(ctx, tx, checkout); err != nil {
		return nil, err
	}
	return checkout, s.tell(ctx, tx, checkout)
}

// handleBusinessShow handles GET /business/api/v1/checkouts/{id}.
func (s *Sandbox) handleBusinessShow(c *fiber.Ctx) error {
	checkout, err := findBusiness(c.UserContext(), s.db.Read(), c.Params("id"))
	if err != nil {
		return err
	}
	return sendBusiness(c, fiber.StatusOK, s.view.Business(checkout))
}

// findBusiness finds a checkout by its id alone.
func findBusiness(ctx context.Context, q database.Queryer, id string) (*ledger.Charge, error) {
	checkout, err := ledger.Find(ctx, q, strings.ToLower(id))
	if err == nil && checkout.Shape != ledger.Business {
		return nil, ledger.ErrNotFound
	}
	return checkout, err
}

// handleBusinessDeactivate handles POST /business/api/v1/checkouts/{id}/deactivate.
func (s *Sandbox) handleBusinessDeactivate(c *fiber.Ctx) error {
	checkout, err := s.changeBusiness(c.UserContext(), c.Params("id"), func(checkout *ledger.Charge) error {
		return checkout.Cancel(s.clock.Now())
	})
	if err != nil {
		return err
	}
	return sendBusiness(c, fiber.StatusOK, s.view.Business(checkout))
}

// changeBusiness is change for checkouts of business alone.
func (s *Sandbox) changeBusiness(ctx context.Context, id string, do func(*ledger.Charge) error) (*ledger.Charge, error) {
	return s.change(ctx, strings.ToLower(id), func(checkout *ledger.Charge) error {
		if checkout.Shape != ledger.Business {
			return ledger.ErrNotFound
		}
		return do(checkout)
	})
}

// mostRefund is what the provider's own sandbox refunds at most, in USDC.
const mostRefund = "2.00"

type refundReply struct {
	Checkout any `json:"checkout"`
	Refund   any `json:"refund"`
}

// handleBusinessRefund handles POST /business/api/v1/checkouts/{id}/refund. The
// refund is PENDING at first.
func (s *Sandbox) handleBusinessRefund(c *fiber.Ctx) error {
	var body refundBody
	if err := readBusiness(c, &body); err != nil {
		return err
	}
	claim, err := body.claim()
	if err != nil {
		return err
	}
	claim.EndsAfter = s.speed() // not inside the unit: the setting may be waiting to be written
	id, limited := c.Params("id"), onSandboxPath(c)
	return s.once(c, func(ctx context.Context, tx database.Tx) (int, any, error) {
		reply, err := s.refund(ctx, tx, id, claim, limited)
		return fiber.StatusOK, reply, err
	})
}

// refund begins one. A claim that names no currency is in that of the price.
func (s *Sandbox) refund(ctx context.Context, tx database.Tx, id string, claim ledger.Claim, limited bool) (refundReply, error) {
	checkout, err := findBusiness(ctx, tx, id)
	if err != nil {
		return refundReply{}, err
	}
	checkout.Tick(s.clock.Now())
	if claim.Currency == "" {
		price, _ := checkout.Asked()
		claim.Currency = price.Currency
	}
	refund, err := checkout.Refund(s.clock.Now(), claim)
	if err != nil {
		return refundReply{}, err
	}
	if limited && refund.Amount.GreaterThan(decimal.RequireFromString(mostRefund)) {
		return refundReply{}, invalid("On the sandbox path at most %s USDC is refunded.", mostRefund)
	}
	return refundReply{s.view.Business(checkout), s.view.Refund(checkout, refund)}, s.keep(ctx, tx, checkout)
}
