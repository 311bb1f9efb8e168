package gateway

import (
	"context"
	"errors"

	"till/app/coinbase/business"
	"till/app/shop"
)

// Find asks about one checkout.
func (g *Business) Find(ctx context.Context, ref shop.Ref) (shop.Evidence, error) {
	checkout, err := g.client.FindCheckout(ctx, ref.ID)
	if err != nil {
		return shop.Evidence{}, businessError(err)
	}
	if checkout.ID != ref.ID {
		return shop.Evidence{}, errAnother()
	}
	return g.evidence(checkout), nil
}

// Cancel asks the provider to take no money for a checkout. It does so only
// while nobody has paid: else the checkout as it is now is the answer.
func (g *Business) Cancel(ctx context.Context, ref shop.Ref) (shop.Evidence, error) {
	checkout, err := g.client.Deactivate(ctx, ref.ID)
	if err == nil {
		return g.evidence(checkout), nil
	}
	if stands(err) && !errors.Is(err, business.ErrInvalid) {
		return g.Find(ctx, ref)
	}
	return shop.Evidence{}, businessError(err)
}

// FindCheckout always fails: what Commerce called a checkout, a thing for sale
// that many can buy, does not exist here.
func (g *Business) FindCheckout(context.Context, string) (shop.Checkout, error) {
	return shop.Checkout{}, &shop.ProviderError{
		Problem: shop.Refused,
		Err:     errors.New("coinbase business has no checkouts that several buyers can pay: give the product a name and a price in the configuration"),
	}
}
