package commerce

import (
	"context"
	"encoding/json"
	"net/http"

	"till/app/coinbase/rest"
)

// CreateCharge asks for a new charge. It is sent again only when it is certain
// that nothing was made: there was no connection, or the answer was 429. After
// any other [*Error] with Sent set, the charge may exist all the same.
func (c *Client) CreateCharge(ctx context.Context, req CreateCharge) (Charge, error) {
	body, err := encode(req)
	if err != nil {
		return Charge{}, err
	}
	return c.charge(ctx, http.MethodPost, "/charges", body)
}

// CreateCheckout asks for a new checkout. As with a charge, it is sent again
// only when it is certain that nothing was made.
func (c *Client) CreateCheckout(ctx context.Context, req CreateCheckout) (Checkout, error) {
	if req.RequestedInfo == nil {
		req.RequestedInfo = []string{} // the API wants a list, not null
	}
	return c.writeCheckout(ctx, http.MethodPost, "/checkouts", req)
}

// writeCheckout sends a checkout, or changes of one.
func (c *Client) writeCheckout(ctx context.Context, method, path string, req any) (Checkout, error) {
	body, err := encode(req)
	if err != nil {
		return Checkout{}, err
	}
	return one[Checkout](ctx, c, "checkout", rest.Request{Method: method, Path: path, Body: body})
}

func encode(req any) ([]byte, error) {
	body, err := json.Marshal(req)
	if err != nil {
		return nil, unsent("write the request: %w", err)
	}
	return body, nil
}
