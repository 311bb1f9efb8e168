package gateway

import (
	"context"
	"errors"
	"strings"

	"till/app/coinbase/commerce"
	"till/app/shop"
)

var (
	errCheckoutName  = errors.New("the product's checkout_id cannot be the id of a checkout: copy it again")
	errCheckoutPrice = errors.New("the checkout has no fixed price, so the shop cannot say what it costs: give it one at Coinbase, or sell the product by charge")
)

// FindCheckout asks what a checkout sells today. One without a fixed price is
// refused: nobody could say what its buyer has to pay.
func (g *Commerce) FindCheckout(ctx context.Context, id string) (shop.Checkout, error) {
	if !commerce.ValidKey(id) {
		return shop.Checkout{}, &shop.ProviderError{Problem: shop.Refused, Err: errCheckoutName}
	}
	c, err := g.client.FindCheckout(ctx, id)
	if err != nil {
		return shop.Checkout{}, providerError(err)
	}
	if !strings.EqualFold(c.ID, id) {
		return shop.Checkout{}, errAnother()
	}
	price := money(c.Price())
	if !price.Known() || !price.Amount.IsPositive() {
		return shop.Checkout{}, &shop.ProviderError{Problem: shop.Refused, Err: errCheckoutPrice}
	}
	return shop.Checkout{
		ID:          id, // as it was asked for, so that the asker knows it again
		Name:        cut(printable(c.Name), maxName),
		Description: cut(printable(c.Description), maxDescription),
		Price:       price,
	}, nil
}
