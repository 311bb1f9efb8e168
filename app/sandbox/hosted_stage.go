package sandbox

import "till/app/sandbox/ledger"

// stage is what a buyer has to know of a charge's status.
type stage string

const (
	stageWaiting    stage = "waiting"
	stagePartial    stage = "partial" // money came, some is missing, there is time
	stageConfirming stage = "confirming"
	stagePaid       stage = "paid"
	stageUnderpaid  stage = "underpaid"
	stageOverpaid   stage = "overpaid"
	stageLate       stage = "late"
	stageMultiple   stage = "multiple"
	stageUnresolved stage = "unresolved"
	stageExpired    stage = "expired"
	stageCanceled   stage = "canceled"
	stageFailed     stage = "failed"

	stagePartlyRefunded stage = "partly_refunded"
	stageRefunded       stage = "refunded"
)

func stageOf(c *ledger.Charge) stage {
	switch c.Status() {
	case ledger.Completed, ledger.Resolved:
		return stageOfPaid(c)
	case ledger.Canceled:
		return stageCanceled
	case ledger.Failed:
		return stageFailed
	case ledger.Unresolved:
		if c.Context() == ledger.Underpaid && c.Confirming() {
			return stageConfirming // the rest came late
		}
		return stageOfProblem(c.Context())
	}
	switch {
	case c.Status() == ledger.Expired && !c.Confirming():
		return stageExpired
	case c.Status() == ledger.Expired:
		return stageConfirming
	case len(c.Payments) == 0:
		return stageWaiting
	case c.Owed().Amount.IsPositive():
		return stagePartial
	default:
		return stageConfirming
	}
}

func stageOfPaid(c *ledger.Charge) stage {
	switch c.State() {
	case ledger.BusinessPartiallyRefunded:
		return stagePartlyRefunded
	case ledger.BusinessRefunded:
		return stageRefunded
	default:
		return stagePaid
	}
}

func stageOfProblem(context string) stage {
	switch context {
	case ledger.Underpaid:
		return stageUnderpaid
	case ledger.Overpaid:
		return stageOverpaid
	case ledger.Delayed:
		return stageLate
	case ledger.Multiple:
		return stageMultiple
	default:
		return stageUnresolved
	}
}

// open says that the charge may go on by itself.
func (at stage) open() bool {
	return at == stageWaiting || at == stagePartial || at == stageConfirming
}

// payable says that the buyer is asked for money.
func (at stage) payable() bool { return at == stageWaiting || at == stagePartial }

// words tell a stage to a buyer: a headline, and what it means for him.
func (at stage) words() (title, text string) {
	const told = "The shop has been told and will get in touch with you."
	switch at {
	case stagePartial:
		return "Part of it was paid", "Send the rest before the time is over. Any of the coins will do."
	case stageConfirming:
		return "Payment seen", "You may leave this page open or go back: the shop is told either way."
	case stagePaid:
		return "Payment complete", "Thank you."
	case stageUnderpaid:
		return "Less was paid than asked", "The time to send the rest is over. " + told
	case stageOverpaid:
		return "More was paid than asked", told
	case stageLate:
		return "The payment came late", "It arrived after the time to pay was over. " + told
	case stageMultiple:
		return "It was paid more than once", "Each of the payments covers the price. " + told
	case stageUnresolved:
		return "The shop has to look at this payment", told
	case stageExpired:
		return "The time to pay is over", "Nothing was sent. Go back to the shop to try again."
	case stageCanceled:
		return "Payment canceled", "Nothing was sent."
	case stageFailed:
		return "The payment failed", "The transfer did not go through. Go back to the shop to try again."
	case stagePartlyRefunded:
		return "Partly refunded", "The shop has sent a part of the money back."
	case stageRefunded:
		return "Refunded", "The shop has sent the money back."
	default:
		return "", ""
	}
}
