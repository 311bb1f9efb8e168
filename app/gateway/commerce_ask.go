package gateway

import (
	"context"
	"errors"

	"till/app/coinbase/commerce"
	"till/app/shop"
)

// Find asks about one charge.
func (g *Commerce) Find(ctx context.Context, ref shop.Ref) (shop.Evidence, error) {
	if err := askable(ref); err != nil {
		return shop.Evidence{}, err
	}
	charge, err := g.client.FindCharge(ctx, ref.Key())
	if err != nil {
		return shop.Evidence{}, providerError(err)
	}
	return g.evidence(charge), nil
}

// Cancel asks the provider to take no more money for a charge. It refuses when
// the charge is not new any more, and the onchain API cannot do it at all: then
// the charge as it is now is the answer.
func (g *Commerce) Cancel(ctx context.Context, ref shop.Ref) (shop.Evidence, error) {
	if err := askable(ref); err != nil {
		return shop.Evidence{}, err
	}
	charge, err := g.client.CancelCharge(ctx, ref.Key())
	if err == nil {
		return g.evidence(charge), nil
	}
	if refusesToCancel(err) {
		return g.Find(ctx, ref)
	}
	return shop.Evidence{}, providerError(err)
}

func askable(ref shop.Ref) error {
	if commerce.ValidKey(ref.Key()) {
		return nil
	}
	return &shop.ProviderError{Problem: shop.Refused, Err: errors.New("the payment has no charge that could be asked about")}
}
