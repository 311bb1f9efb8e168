package cli

import (
	"fmt"

	"till/app/shop"
)

// showRefunds tells what became of each refund of an order.
func showRefunds(row func(string, any), refunds []shop.Refund) {
	for i, r := range refunds {
		row(fmt.Sprintf("\nrefund %d", i+1), r.ID)
		row("  payment", r.PaymentID)
		row("  amount", r.Amount)
		row("  reason", dash(r.Reason))
		row("  state", refundState(r))
		row("  at Coinbase", dash(r.ProviderID))
		row("  asked for", moment(r.AskedAt))
		row("  changed", moment(r.ChangedAt))
	}
}

// refundState is where a refund stands, with what a merchant has to do.
func refundState(r shop.Refund) string {
	switch {
	case r.State == shop.RefundAsked:
		return "asked: Coinbase did not answer clearly; run `" + r.Command() + "` to find out"
	case r.State == shop.RefundRefused:
		return "refused: " + r.Note
	case r.State == shop.RefundEnded:
		return r.Note + ": look for it in Coinbase's dashboard"
	case r.Outcome == shop.RefundFailed:
		return "failed: the money did not go back; run `till refund` again, or look at it in Coinbase's dashboard"
	default:
		return string(r.Outcome)
	}
}
