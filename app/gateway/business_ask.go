package gateway

import (
	"context"
	"errors"
	"time"

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
		return shop.Evidence{}, &shop.ProviderError{Problem: shop.Unanswered, Err: errors.New("the checkout that came back is another one")}
	}
	return g.evidence(checkout), nil
}

// List returns every checkout made since then, and perhaps a few that are a
// little older.
func (g *Business) List(ctx context.Context, since time.Time) ([]shop.Evidence, error) {
	known := g.client.SkewKnown()
	checkouts, err := g.client.ListCheckouts(ctx, g.theirs(since))
	if err == nil && !known && g.client.Skew() < 0 {
		// Only now we know that its clock is behind: that list began too late.
		checkouts, err = g.client.ListCheckouts(ctx, g.theirs(since))
	}
	if err != nil {
		return nil, brokenOff(businessError(err), len(checkouts)/pageSize)
	}
	all := make([]shop.Evidence, len(checkouts))
	for i, c := range checkouts {
		all[i] = g.evidence(c)
	}
	return all, nil
}

// theirs is a time of our clock on the provider's, or a little earlier.
func (g *Business) theirs(t time.Time) time.Time { return t.Add(g.client.Skew()).Add(-clockMargin) }

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
