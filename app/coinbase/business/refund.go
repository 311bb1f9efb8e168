package business

import (
	"context"
	"errors"

	"till/app/coinbase/rest"
)

// CreateRefund is the body of POST /checkouts/{id}/refund.
type CreateRefund struct {
	Amount   Amount `json:"amount"`             // at most what was not refunded yet
	Currency string `json:"currency,omitempty"` // as a rule the checkout's
	Reason   string `json:"reason,omitempty"`
}

// RefundReply is what a refund is answered with. The refund may still be
// PENDING.
type RefundReply struct {
	Checkout Checkout `json:"checkout"`
	Refund   Refund   `json:"refund"`
}

// Refund sends a paid checkout's money back, all of it or a part. As with
// [Client.CreateCheckout] it may be sent again after an unclear answer: with
// the same key and request, money goes back once. An amount the API refuses is
// an [ErrInvalid].
func (c *Client) Refund(ctx context.Context, id string, req CreateRefund, idempotencyKey string) (RefundReply, error) {
	path, err := checkoutPath(id)
	if err != nil {
		return RefundReply{}, err
	}
	if req.Amount, err = fitAmount(req.Amount); err != nil {
		return RefundReply{}, err
	}
	r, err := keyed(path+"/refund", req, idempotencyKey)
	if err != nil {
		return RefundReply{}, err
	}
	var reply RefundReply
	r.Read = func(answer []byte) error {
		reply = RefundReply{}
		if err := rest.Decode(answer, &reply); err != nil {
			return err
		}
		if reply.Refund.ID == "" {
			return errors.New("it holds no refund")
		}
		return known(reply.Checkout)
	}
	if err := c.api.Call(ctx, r); err != nil {
		return RefundReply{}, err
	}
	return reply, nil
}
