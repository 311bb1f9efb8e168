package web

import (
	"context"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"till/app/page"
	"till/app/shop"
)

// backPage is what a visitor sees who comes back without a known order.
type backPage struct {
	page.Frame
}

// askPatience is how long a buyer who comes back waits for the provider's
// answer; it reaches the page by socket anyway.
const askPatience = 2 * time.Second

// handleSuccess handles GET /success: the provider sends a buyer back here.
// That proves nothing; the page shows what is known and asks the provider.
func (s *Site) handleSuccess(c *fiber.Ctx) error {
	return s.comeBack(c, "Welcome back. We are checking with Coinbase…")
}

// handleCancel handles GET /cancel: a buyer who gave up at the provider. He may
// have paid in another tab, so nothing is canceled by looking.
func (s *Site) handleCancel(c *fiber.Ctx) error {
	return s.comeBack(c, "You left the payment page. We are checking with Coinbase whether anything was paid…")
}

func (s *Site) comeBack(c *fiber.Ctx, notice string) error {
	order, err := s.findOrder(c, c.Query("order"))
	if err != nil {
		return s.cfg.Pages.Send(c, fiber.StatusOK, "shop/back", backPage{Frame: s.cfg.Pages.Frame("Welcome back")})
	}
	if order.MayChange() && c.Locals(asksNothing) == nil {
		s.askAbout(c.UserContext(), order)
		if order, err = s.findOrder(c, string(order.ID)); err != nil {
			return err
		}
	}
	return s.sendOrder(c, order, notice)
}

// askFew is how many payments of an order a buyer who comes back waits for.
const askFew = 3

// askAbout asks about the newest open payments of the order. What fails, and
// the others, are asked about by themselves, so the buyer is not bothered.
func (s *Site) askAbout(ctx context.Context, o shop.Order) {
	ctx, cancel := context.WithTimeout(ctx, askPatience)
	defer cancel()
	asked := 0
	for _, p := range slices.Backward(o.Payments) {
		if ctx.Err() != nil || asked == askFew {
			return
		}
		if !p.MayChange() {
			continue
		}
		asked++
		if err := s.cfg.Cashier.Ask(ctx, p.ID); err != nil {
			s.cfg.Logger.InfoContext(ctx, "asking for a buyer who came back failed", "order", o.ID, "error", err)
		}
	}
}
