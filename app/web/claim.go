package web

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"till/app/shop"
)

// handleOrderClaim handles POST /orders/{id}/claim: a guest's order becomes
// that of the account he has logged in to since.
func (s *Site) handleOrderClaim(c *fiber.Ctx) error {
	who, err := s.customer(c)
	if err != nil {
		return err
	}
	if !who.Known() {
		return s.askToLogIn(c, localPath("/orders/"+c.Params("id")))
	}
	browser, err := s.browser(c)
	if err != nil {
		return err
	}
	return s.changeOrder(c, func(ctx context.Context, id shop.OrderID) (shop.Order, error) {
		return s.cfg.Cashier.Claim(ctx, id, who, browser)
	})
}

// owner is what an order's page says of whose it is.
type owner struct {
	Mine      bool // it is in the visitor's account
	Claimable bool // the visitor may add it to his account
	Open      bool // a guest made it here; logging in would let him add it
}

// owner returns who looks at the order and what he is to it.
func (s *Site) owner(c *fiber.Ctx, o shop.Order) (shop.Customer, owner, error) {
	who, err := s.customer(c)
	if err != nil {
		return shop.Customer{}, owner{}, err
	}
	free := !o.Customer.Known() && o.MadeBy(s.cookie(c, browserCookie))
	return who, owner{
		Mine:      who.Known() && o.Customer.ID == who.ID,
		Claimable: who.Known() && free,
		Open:      !who.Known() && free,
	}, nil
}
