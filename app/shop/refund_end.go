package shop

import "context"

// ByHand is the note of a refund that a merchant ended.
const ByHand = "ended by hand; it may have been made"

// End ends a refund that was not answered clearly and of which the provider will
// tell nothing any more, so that others can be made. The merchant takes it upon
// himself: it may have been made. An answer that comes all the same counts.
func (r *Refunds) End(ctx context.Context, want RefundWish, id RefundID) (RefundResult, error) {
	var result RefundResult
	err := r.cfg.Store.Write(ctx, func(ctx context.Context, l Ledger) error {
		refund, err := findRefund(ctx, l, want.Order, id)
		switch {
		case err != nil:
			return err
		case want.Payment != "" && want.Payment != refund.PaymentID:
			return Errorf(Invalid, "Refund %s is of payment %s, not of %s.", id, refund.PaymentID, want.Payment)
		case refund.State != RefundAsked:
			return Errorf(Conflict, "Refund %s is %s: only one that was not answered clearly can be ended by hand.", id, refund.State)
		case r.cfg.Now().Sub(refund.ChangedAt) < tryPatience: // else it could be made after the next one
			return Errorf(Conflict, "Refund %s may still be under way. Look in Coinbase's dashboard, and end it in a minute.", id)
		}
		order, err := l.FindOrder(ctx, want.Order)
		if err != nil {
			return err
		}
		refund.State, refund.Note, refund.ChangedAt = RefundEnded, ByHand, r.cfg.Now()
		result.Refund = refund
		result.Payment, _ = order.Payment(refund.PaymentID)
		return l.SaveRefund(ctx, refund)
	})
	return result, err
}
