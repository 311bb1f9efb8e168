package gateway

import (
	"context"
	"crypto/sha256"
	"fmt"

	"github.com/google/uuid"

	"till/app/coinbase/business"
	"till/app/shop"
)

// maxValue is the longest value of a checkout's metadata.
const maxValue = 100

// Open asks for a checkout. The payment's own id gives the idempotency key, so
// that an unclear answer may be followed by the same question.
func (g *Business) Open(ctx context.Context, req shop.OpenRequest) (shop.Evidence, error) {
	if !BusinessTakes(req.Price.Currency) {
		return shop.Evidence{}, &shop.ProviderError{
			Problem: shop.Refused,
			Err:     fmt.Errorf("coinbase business takes no price in %s: price the product in USD or USDC", req.Price.Currency),
		}
	}
	checkout, err := g.client.CreateCheckout(ctx, business.CreateCheckout{
		Amount:             business.Amount(req.Price.Plain()),
		Currency:           usdc,
		Description:        describe(req),
		Metadata:           businessMetadata(req),
		SuccessRedirectURL: req.SuccessURL, // the client leaves out what is not https
		FailRedirectURL:    req.CancelURL,
	}, openingKey(req.PaymentID))
	if err != nil {
		return shop.Evidence{}, keyedError(err)
	}
	return claimed(g.evidence(checkout), req, "checkout")
}

// describe is the one text of a checkout, which the client cuts where it is too
// long.
func describe(req shop.OpenRequest) string {
	if req.Description == "" {
		return req.Name
	}
	return req.Name + ": " + req.Description
}

func businessMetadata(req shop.OpenRequest) business.Metadata {
	m := metadata(req)
	m[priceKey] = req.Price.Currency
	if name, ok := m[usernameKey]; ok {
		m[usernameKey] = cut(name, maxValue)
	}
	return m
}

// openingKey derives an idempotency key from a payment's id; the API wants it
// to look like a random uuid.
func openingKey(id shop.PaymentID) string {
	sum := sha256.Sum256([]byte("open\x00" + string(id)))
	key := uuid.UUID(sum[:16])
	key[6], key[8] = key[6]&0x0f|0x40, key[8]&0x3f|0x80 // version 4, variant of RFC 9562
	return key.String()
}
