package commerce

import (
	"context"
	"net/http"

	"till/app/coinbase/rest"
)

// FindCharge asks for one charge by its code or its id.
func (c *Client) FindCharge(ctx context.Context, codeOrID string) (Charge, error) {
	path, err := chargePath(codeOrID)
	if err != nil {
		return Charge{}, err
	}
	return c.charge(ctx, http.MethodGet, path, nil)
}

// charge asks for something that is answered with one charge.
func (c *Client) charge(ctx context.Context, method, path string, body []byte) (Charge, error) {
	return one[Charge](ctx, c, "charge", rest.Request{Method: method, Path: path, Body: body})
}

func chargePath(codeOrID string) (string, error) {
	if !ValidKey(codeOrID) {
		return "", unsent("%.40q is no charge's code or id", codeOrID)
	}
	return "/charges/" + codeOrID, nil
}

// FindCheckout asks for one checkout by its id.
func (c *Client) FindCheckout(ctx context.Context, id string) (Checkout, error) {
	path, err := checkoutPath(id)
	if err != nil {
		return Checkout{}, err
	}
	return one[Checkout](ctx, c, "checkout", rest.Request{Method: http.MethodGet, Path: path})
}

func checkoutPath(id string) (string, error) {
	if !ValidKey(id) {
		return "", unsent("%.40q is no checkout's id", id)
	}
	return "/checkouts/" + id, nil
}
