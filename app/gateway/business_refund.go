package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"till/app/coinbase/business"
	"till/app/shop"
)

// Refund asks the provider to send money back. A request that was sent before
// is first looked for among the checkout's refunds: how long the provider knows
// its key again is not known.
func (g *Business) Refund(ctx context.Context, ref shop.Ref, req shop.RefundRequest) (shop.RefundAnswer, error) {
	if !req.Since.IsZero() {
		reply, err := g.findRefund(ctx, ref, req)
		if err != nil || reply.Refund.ID != "" {
			return g.answer(reply, req, err)
		}
	}
	reply, err := g.client.Refund(ctx, ref.ID, business.CreateRefund{
		Amount: business.Amount(req.Amount.Plain()), Currency: usdc, Reason: req.Reason,
	}, string(req.ID))
	if err == nil && reply.Checkout.ID != ref.ID {
		err = errAnother()
	}
	if err != nil {
		return shop.RefundAnswer{}, keyedError(err)
	}
	return g.answer(reply, req, nil)
}

// findRefund looks for a refund that an earlier try may have made: one of that
// sum, made since, that is known to be no other. When in doubt it is taken for
// ours; better that a merchant asks once more than that money goes back twice.
func (g *Business) findRefund(ctx context.Context, ref shop.Ref, req shop.RefundRequest) (business.RefundReply, error) {
	checkout, err := g.client.FindCheckout(ctx, ref.ID)
	if err == nil && checkout.ID != ref.ID {
		err = errAnother()
	}
	if err != nil {
		// Whatever keeps us from looking, the earlier try may have worked.
		return business.RefundReply{}, &shop.ProviderError{Problem: shop.Unanswered, Err: fmt.Errorf("look for the earlier try: %w", err)}
	}
	reply := business.RefundReply{Checkout: checkout}
	for _, r := range checkout.Refunds {
		note := g.note(r, checkout)
		old := !note.At.IsZero() && note.At.Before(req.Since.Add(-clockMargin))
		fits := !old && shop.Business.Named(note.Amount, req.Amount.Currency).Same(req.Amount) && !slices.Contains(req.Others, note.ID)
		if fits && (reply.Refund.ID == "" || note.Outcome != shop.RefundFailed) { // money that went back counts more
			reply.Refund = r
		}
	}
	return reply, nil
}

// answer makes an event of a reply, with the refund among its checkout's.
func (g *Business) answer(reply business.RefundReply, req shop.RefundRequest, err error) (shop.RefundAnswer, error) {
	if err != nil {
		return shop.RefundAnswer{}, err
	}
	listed := slices.ContainsFunc(reply.Checkout.Refunds, func(r business.Refund) bool { return r.ID == reply.Refund.ID })
	if !listed {
		reply.Checkout.Refunds = append(slices.Clone(reply.Checkout.Refunds), reply.Refund)
	}
	body, err := json.Marshal(reply)
	if err != nil {
		return shop.RefundAnswer{}, fmt.Errorf("write the answer down: %w", err)
	}
	note := g.note(reply.Refund, reply.Checkout)
	note.Amount = shop.Business.Named(note.Amount, req.Amount.Currency)
	return shop.RefundAnswer{
		Refund: note,
		Event: shop.Event{
			Provider: shop.Business, Environment: g.environment, Type: answerRefund,
			Header: http.Header{"Content-Type": {"application/json"}}, Body: body,
		},
	}, nil
}
