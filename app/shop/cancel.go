package shop

import (
	"context"
	"errors"
)

// Cancel gives an order up: every payment of it that has seen no money is
// canceled, at the provider where that is possible. An order that is final
// already stays as it is; one with money on its way is a [Conflict]. Should the
// buyer pay all the same, the payment still counts.
func (c *Cashier) Cancel(ctx context.Context, id OrderID) (Order, error) {
	order, err := c.cfg.Store.FindOrder(ctx, id)
	if err != nil {
		return Order{}, err
	}
	for _, p := range order.Payments {
		if p.State != Waiting && p.State != Opening {
			continue
		}
		if err := c.cancel(ctx, p); err != nil {
			return Order{}, err
		}
	}
	if order, err = c.cfg.Store.FindOrder(ctx, id); err != nil {
		return Order{}, err
	}
	if s := order.State(); s == Detected || s == Unresolved {
		return order, Errorf(Conflict, "A payment has already been seen, so the order can no longer be canceled.")
	}
	return order, nil
}

// cancel asks the provider first: if it saw money in the meantime, that stands.
func (c *Cashier) cancel(ctx context.Context, p Payment) error {
	if s, ok := c.source(p); ok && p.Ref.ID != "" {
		ev, err := s.gateway.Cancel(ctx, p.Ref)
		var failure *ProviderError
		if err != nil && !errors.As(err, &failure) {
			return err
		}
		if err != nil {
			c.cfg.Logger.WarnContext(ctx, "canceling at the provider failed", "payment", p.ID, "error", err)
		} else if _, err := c.Settle(ctx, ev); err != nil {
			return err
		} else if ev.State != Waiting {
			return nil
		}
	}
	_, err := c.Settle(ctx, p.conclude(Canceled, NoException, p.Problem))
	return err
}
