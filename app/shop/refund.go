package shop

import (
	"time"

	"github.com/shopspring/decimal"
)

// RefundID names a refund of ours. It is the key by which the provider knows a
// repeated call again, and is shaped like a random uuid.
type RefundID string

// RefundState is what became of asking the provider for a refund.
type RefundState string

// The states of a refund. Only an asked one still needs a call.
const (
	RefundAsked    RefundState = "asked"    // no clear answer is known: it may have been made
	RefundAnswered RefundState = "answered" // the provider took it on; the outcome tells
	RefundRefused  RefundState = "refused"  // it was not made
	RefundEnded    RefundState = "ended"    // nobody can tell; the merchant ended it by hand
)

// RefundOutcome is what became of a refund that the provider took on.
type RefundOutcome string

// The outcomes, by rising rank; a refund keeps the highest it was ever told.
const (
	RefundPending   RefundOutcome = "pending"
	RefundCompleted RefundOutcome = "completed"
	RefundFailed    RefundOutcome = "failed" // no money went back
)

var refundRanks = map[RefundOutcome]int{RefundPending: 1, RefundCompleted: 2, RefundFailed: 3}

// Refund is a sum sent back, or to be sent back, for one payment.
type Refund struct {
	ID         RefundID
	OrderID    OrderID
	PaymentID  PaymentID
	Amount     Money
	Whole      bool // all that was left was wished for, whatever that was
	Reason     string
	State      RefundState
	Outcome    RefundOutcome // "" until it is answered
	ProviderID string        // the provider's id of it; "" until it is answered
	Note       string        // why it was refused, in the provider's words; or [ByHand], for good
	Tries      int           // how often the provider was called for it
	Guessed    bool          // that ProviderID is ours is concluded from its sum and time
	Told       bool          // where it is guessed: the merchant was told
	AskedAt    time.Time
	ChangedAt  time.Time // of one that was made elsewhere: when it was heard of
}

// Made reports whether money went back or is on its way.
func (r Refund) Made() bool { return r.State == RefundAnswered && r.Outcome != RefundFailed }

// untold reports whether a merchant who was not answered clearly does not know
// yet what is known by now.
func (r Refund) untold() bool { return r.Guessed && !r.Told }

// elsewhere reports whether somebody made the refund without us, as in the
// provider's dashboard.
func (r Refund) elsewhere() bool { return r.ID == elsewhereID(r.ProviderID) }

func elsewhereID(providerID string) RefundID { return RefundID("elsewhere:" + providerID) }

// RefundNote is what a provider says about one refund.
type RefundNote struct {
	ID      string // the provider's
	Outcome RefundOutcome
	Amount  Money // in the currency of the payment's price
	Reason  string
	At      time.Time // when it was asked for, on our clock
}

// noted returns the refund with what the provider says of it. Notes may come in
// any order. Of one that was made elsewhere it stays known since when we know it:
// a call of ours after that cannot have come to it.
func (r Refund) noted(n RefundNote, now time.Time) Refund {
	if refundRanks[n.Outcome] <= refundRanks[r.Outcome] {
		return r
	}
	r.State, r.Outcome = RefundAnswered, n.Outcome
	if !r.elsewhere() {
		r.ChangedAt = now
	}
	return r
}

// refundElsewhere is a refund that was heard of and that nobody asked for here.
func refundElsewhere(o OrderID, p Payment, n RefundNote, now time.Time) Refund {
	at := n.At
	if at.IsZero() {
		at = now
	}
	return Refund{
		ID: elsewhereID(n.ID), OrderID: o, PaymentID: p.ID, Amount: n.Amount, Reason: n.Reason,
		State: RefundAnswered, Outcome: n.Outcome, ProviderID: n.ID, AskedAt: at, ChangedAt: now,
	}
}

// FailedRefund returns the latest of a payment's refunds that the provider took
// on, the oldest first, where that failed and the money is still with the shop.
func (p Payment) FailedRefund(refunds []Refund) (Refund, bool) {
	var last Refund
	for _, r := range refunds {
		if r.PaymentID == p.ID && r.State == RefundAnswered {
			last = r
		}
	}
	return last, last.Outcome == RefundFailed && p.State != Refunded && !p.Refunding
}

// Refundable returns how much of a payment can still be sent back, and how much
// is on its way, as far as its refunds are known.
func (p Payment) Refundable(refunds []Refund) (left, pending Money) {
	left, pending = p.Price, Money{Currency: p.Price.Currency}
	completed := decimal.Zero
	for _, r := range refunds {
		switch {
		case r.PaymentID != p.ID || r.State != RefundAnswered:
		case r.Outcome == RefundPending:
			pending.Amount = pending.Amount.Add(r.Amount.Amount)
		case r.Outcome == RefundCompleted:
			completed = completed.Add(r.Amount.Amount)
		}
	}
	left.Amount = left.Amount.Sub(decimal.Max(completed, p.Refunded)).Sub(pending.Amount)
	left.Amount = decimal.Max(left.Amount, decimal.Zero)
	return left, pending
}
