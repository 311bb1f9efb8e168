package business

import (
	"context"
	"net/http"

	"till/app/coinbase/rest"
)

// FindCheckout asks for one checkout by its id.
func (c *Client) FindCheckout(ctx context.Context, id string) (Checkout, error) {
	path, err := checkoutPath(id)
	if err != nil {
		return Checkout{}, err
	}
	return c.checkout(ctx, rest.Request{Method: http.MethodGet, Path: path})
}

func checkoutPath(id string) (string, error) {
	if !ValidID(id) {
		return "", unsent("%w: %.40q is no checkout's id", ErrInvalid, id)
	}
	return "/checkouts/" + id, nil
}
