package gateway

import (
	"context"

	"till/app/coinbase/commerce"
	"till/app/shop"
)

// The metadata of a charge that tells whose it is.
const (
	orderKey    = "order_id"
	paymentKey  = "payment_id"
	customerKey = "customer_id"
	usernameKey = "customer_username"
	customKey   = "custom" // the embedded checkout's own
)

// The longest texts the provider takes.
const (
	maxName        = 100
	maxDescription = 200
)

// Open asks for a charge.
func (g *Commerce) Open(ctx context.Context, req shop.OpenRequest) (shop.Evidence, error) {
	charge, err := g.client.CreateCharge(ctx, commerce.CreateCharge{
		Name:        cut(req.Name, maxName),
		Description: cut(req.Description, maxDescription),
		PricingType: commerce.FixedPrice,
		LocalPrice:  &commerce.Money{Amount: commerce.Amount(req.Price.Plain()), Currency: req.Price.Currency},
		RedirectURL: req.SuccessURL,
		CancelURL:   req.CancelURL,
		CheckoutID:  req.CheckoutID,
		Metadata:    metadata(req),
	})
	if err != nil {
		return shop.Evidence{}, providerError(err)
	}
	return claimed(g.evidence(charge), req, "charge")
}

// metadata tells the provider's copy of a payment whose it is. A guest has no
// entry at all: an empty one could be taken for somebody.
func metadata(req shop.OpenRequest) commerce.Metadata {
	m := commerce.Metadata{orderKey: string(req.OrderID), paymentKey: string(req.PaymentID)}
	if !req.Customer.Known() {
		return m
	}
	m[customerKey] = string(req.Customer.ID)
	if req.Customer.Username != "" {
		m[usernameKey] = req.Customer.Username
	}
	return m
}
