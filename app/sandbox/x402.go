package sandbox

import (
	"github.com/gofiber/fiber/v2"

	"till/app/sandbox/ledger"
)

// paymentHeader is what a program pays with. Here whatever stands in it is
// taken for the right sum.
const paymentHeader = "X-PAYMENT"

// handleX402 handles GET /x402/{id}: 402 and what to pay, or with a payment the
// checkout that it pays. Only an ACTIVE checkout asks for money: a program that
// comes again is not told to pay again.
func (s *Sandbox) handleX402(c *fiber.Ctx) error {
	checkout, err := findBusiness(c.UserContext(), s.db.Read(), c.Params("id"))
	if err != nil {
		return err
	}
	if checkout.Tick(s.clock.Now()); checkout.State() != ledger.BusinessActive {
		return nothingToPay(checkout)
	}
	if c.Get(paymentHeader) == "" {
		return sendBusiness(c, fiber.StatusPaymentRequired, s.view.X402(checkout))
	}
	transfer := ledger.Transfer{ConfirmAfter: s.speed()}
	paid, err := s.changeBusiness(c.UserContext(), checkout.ID, func(checkout *ledger.Charge) error {
		if checkout.State() != ledger.BusinessActive {
			return nothingToPay(checkout) // somebody was faster
		}
		return checkout.Pay(s.clock.Now(), transfer)
	})
	if err != nil {
		return err
	}
	return sendBusiness(c, fiber.StatusOK, s.view.Business(paid))
}

func nothingToPay(checkout *ledger.Charge) error {
	return &problem{
		fiber.StatusConflict, "conflict",
		"Checkout " + checkout.ID + " is " + checkout.State() + ": only an ACTIVE checkout can be paid.",
	}
}
