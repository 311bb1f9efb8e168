package business

import (
	"context"
	"net/http"

	"till/app/coinbase/rest"
)

// Deactivate asks the provider to take no money for a checkout. It does so only
// while the checkout is ACTIVE. After an unclear answer it is not asked again:
// [Client.FindCheckout] tells what became of it.
func (c *Client) Deactivate(ctx context.Context, id string) (Checkout, error) {
	path, err := checkoutPath(id)
	if err != nil {
		return Checkout{}, err
	}
	return c.checkout(ctx, rest.Request{Method: http.MethodPost, Path: path + "/deactivate"})
}
