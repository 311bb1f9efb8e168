package sandbox

import (
	"github.com/shopspring/decimal"

	"till/app/sandbox/ledger"
)

// refundsOf is what of a paid charge went back, and what is on its way.
func refundsOf(c *ledger.Charge) (refunded, pending string) {
	sums := map[ledger.RefundStatus]decimal.Decimal{}
	for _, r := range c.Refunds {
		sums[r.Status] = sums[r.Status].Add(r.Amount)
	}
	_, asked := c.Asked()
	amount := func(s ledger.RefundStatus) string {
		if sums[s].IsZero() {
			return ""
		}
		return ledger.Amount(sums[s]) + " " + asked.Currency
	}
	return amount(ledger.RefundCompleted), amount(ledger.RefundPending)
}
