package business

import (
	"context"
	"encoding/json"
	"net/http"

	"till/app/coinbase/rest"
)

// IdempotencyHeader names a request: sent again with the same key and body it
// is answered as before, and nothing is done twice.
const IdempotencyHeader = "X-Idempotency-Key"

// CreateCheckout is the body of POST /checkouts. See [Client.CreateCheckout]
// for what becomes of fields that the API would refuse.
type CreateCheckout struct {
	Amount             Amount   `json:"amount"` // 0.01 to 100,000,000, two decimals at most
	Currency           string   `json:"currency"`
	Network            string   `json:"network,omitempty"` // "" is the provider's choice
	Description        string   `json:"description,omitempty"`
	Metadata           Metadata `json:"metadata,omitempty"`
	SuccessRedirectURL string   `json:"successRedirectUrl,omitempty"`
	FailRedirectURL    string   `json:"failRedirectUrl,omitempty"`
	ExpiresAt          Time     `json:"expiresAt,omitzero"` // zero: 24 hours
}

// CreateCheckout asks for a new checkout. It may be sent again after an unclear
// answer: the idempotency key, 1 to 128 characters, sees to it that there is
// one checkout, also when this is called again with the same request.
//
// An amount, currency or metadata that the API refuses is an [ErrInvalid]. A
// description that is too long is cut, and redirects that are not https, or too
// long, are left out: the buyer can pay all the same.
func (c *Client) CreateCheckout(ctx context.Context, req CreateCheckout, idempotencyKey string) (Checkout, error) {
	req, err := req.fit()
	if err != nil {
		return Checkout{}, err
	}
	r, err := keyed("/checkouts", req, idempotencyKey)
	if err != nil {
		return Checkout{}, err
	}
	return c.checkout(ctx, r)
}

// keyed is a POST that may be sent again.
func keyed(path string, body any, idempotencyKey string) (rest.Request, error) {
	const most = 128
	if !sendable(idempotencyKey) || len(idempotencyKey) > most {
		return rest.Request{}, unsent("%w: the idempotency key needs 1 to %d characters without blanks", ErrInvalid, most)
	}
	b, err := json.Marshal(body)
	if err != nil {
		return rest.Request{}, unsent("write the request: %w", err)
	}
	return rest.Request{
		Method: http.MethodPost, Path: path, Body: b, Keyed: true,
		Header: map[string]string{IdempotencyHeader: idempotencyKey},
	}, nil
}
