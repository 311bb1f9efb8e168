package commerce

import (
	"context"
	"net/http"
)

// UpdateCheckout changes a checkout and returns it as it is then. Charges that
// were made from it before keep what they have.
func (c *Client) UpdateCheckout(ctx context.Context, id string, change UpdateCheckout) (Checkout, error) {
	path, err := checkoutPath(id)
	if err != nil {
		return Checkout{}, err
	}
	return c.writeCheckout(ctx, http.MethodPut, path, change)
}
