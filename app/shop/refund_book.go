package shop

import (
	"context"
	"slices"
	"time"
)

// refundBook is what is known of one payment's refunds while somebody adds to
// it. One rule says which of ours a told refund is, in whatever order they are
// told: each of ours that nobody answered clearly is taken for one that was made
// and may be it, as long as that does not fail. Where several were made and may
// be it, either will do: money went back for each of them.
type refundBook struct {
	order   OrderID
	payment Payment
	known   []Refund // as it is on disk
	ours    []Refund // that we asked for, oldest first
	told    []Refund // that the provider told of, and that are none of ours
	now     time.Time
}

// newRefundBook opens the book of a payment; known are the refunds of its order.
func newRefundBook(o OrderID, p Payment, known []Refund, now time.Time) *refundBook {
	b := &refundBook{order: o, payment: p, known: known, now: now}
	for _, r := range known {
		switch {
		case r.PaymentID != p.ID:
		case r.elsewhere():
			b.told = append(b.told, r)
		default:
			b.ours = append(b.ours, r)
		}
	}
	return b
}

// note enters what a provider says about one refund.
func (b *refundBook) note(n RefundNote) {
	is := func(r Refund) bool { return n.ID != "" && r.ProviderID == n.ID }
	i, j := slices.IndexFunc(b.ours, is), slices.IndexFunc(b.told, is)
	switch {
	case i >= 0 && b.ours[i].Guessed && n.Outcome == RefundFailed:
		b.release(i, n) // another may be ours, and may have been made
	case i >= 0:
		b.ours[i] = b.ours[i].noted(n, b.now)
	case j >= 0:
		b.told[j] = b.told[j].noted(n, b.now)
	default:
		b.told = append(b.told, refundElsewhere(b.order, b.payment, n, b.now))
	}
}

// release has a refund of ours be unclear again, and what it was taken for be
// somebody else's.
func (b *refundBook) release(i int, n RefundNote) {
	b.told = append(b.told, refundElsewhere(b.order, b.payment, n, b.now))
	r := &b.ours[i]
	r.State, r.Outcome, r.ProviderID, r.Guessed, r.Told, r.ChangedAt = RefundAsked, "", "", false, false, b.now
	if r.Note == ByHand {
		r.State = RefundEnded
	}
}

// match takes the refunds of ours that nobody answered clearly for some that
// were told of. Those that a merchant still waits for come first.
func (b *refundBook) match() {
	for _, open := range []RefundState{RefundAsked, RefundEnded} {
		for i, r := range b.ours {
			if r.State != open {
				continue
			}
			if j := slices.IndexFunc(b.told, r.mayBe); j >= 0 {
				b.bind(i, j)
				b.ours[i].Guessed = true
			}
		}
	}
}

// noteMargin is how far the provider's times, corrected to our clock, may still
// be wrong.
const noteMargin = 5 * time.Minute

// mayBe reports whether an unclear call may have come to the refund that was
// told of. In doubt it has: better that a merchant asks once more than that
// money goes back twice. One that failed does not, as then it would be asked for
// afresh; nor does one that was known before the call.
func (r Refund) mayBe(told Refund) bool {
	old := told.AskedAt.Before(r.AskedAt.Add(-noteMargin)) || told.ChangedAt.Before(r.AskedAt)
	return told.Made() && r.Amount.Same(told.Amount) && !old
}

// bind makes a refund that was told of ours.
func (b *refundBook) bind(ours, told int) {
	r, t := &b.ours[ours], b.told[told]
	r.State, r.Outcome, r.ProviderID, r.ChangedAt = RefundAnswered, t.Outcome, t.ProviderID, b.now
	b.told = slices.Delete(b.told, told, told+1)
}

// answer enters what the provider answered to the call for a refund of ours, and
// returns that. One that was called for several times may have been found by its
// sum and time alone: it stays a guess, of which the merchant hears now.
func (b *refundBook) answer(i int, fresh bool, n RefundNote) Refund {
	before := b.ours[i]
	for j, r := range b.ours {
		if r.ProviderID != "" && (j == i || r.ProviderID == n.ID) {
			b.release(j, RefundNote{ID: r.ProviderID, Outcome: r.Outcome, Amount: r.Amount, At: r.AskedAt})
		}
	}
	b.note(n)
	b.bind(i, slices.IndexFunc(b.told, func(r Refund) bool { return r.ProviderID == n.ID }))
	sure := fresh || b.ours[i].Outcome == RefundFailed || (before.ProviderID == n.ID && !before.Guessed)
	b.ours[i].Guessed, b.ours[i].Told = !sure, !sure
	b.match()
	return b.ours[i]
}

// save puts on disk what has changed, and returns those of which it is known what
// became of them. A payment of which one is unclear again is asked about.
func (b *refundBook) save(ctx context.Context, l Ledger) (news []Refund, err error) {
	for _, r := range slices.Concat(b.ours, b.told) {
		if slices.Contains(b.known, r) {
			continue
		}
		if err := l.SaveRefund(ctx, r); err != nil {
			return nil, err
		}
		if r.State == RefundAnswered {
			news = append(news, r)
		} else if err := l.AskPayment(ctx, r.PaymentID, b.now.Add(askAfter[0])); err != nil {
			return nil, err
		}
	}
	return news, nil
}
