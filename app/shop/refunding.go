package shop

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// Refunder is a gateway whose provider can be asked to send money back.
type Refunder interface {
	// Refund asks for it, or finds what an earlier try of the same request came
	// to. However often it is repeated, money goes back once. Its error is a
	// [*ProviderError].
	Refund(ctx context.Context, ref Ref, req RefundRequest) (RefundAnswer, error)
}

// RefundRequest asks a provider to send money back.
type RefundRequest struct {
	ID     RefundID
	Amount Money
	Reason string
	// Since is when this request was sent first, on our clock; zero: it was not
	// sent before.
	Since time.Time
	// Others are the provider's ids of the payment's other refunds.
	Others []string
}

// RefundAnswer is what the provider said: about the refund, and as an event
// that tells the running till about the payment.
type RefundAnswer struct {
	Refund RefundNote
	Event  Event
}

// RefundsConfig is what [Refunds] are made of.
type RefundsConfig struct {
	Store    Store
	Gateways []Gateway
	Now      func() time.Time
	Random   io.Reader
}

// Refunds sends money back. It settles nothing: what the provider answers is
// stored as an event, which the running till works off.
type Refunds struct{ cfg RefundsConfig }

// NewRefunds returns it ready to use.
func NewRefunds(cfg RefundsConfig) *Refunds { return &Refunds{cfg: cfg} }

// RefundResult is what came of a wish.
type RefundResult struct {
	Refund  Refund
	Payment Payment // the one it is of
	Before  bool    // it had been answered before, and nobody was asked now
	Learned bool    // Before, and no command has said so yet: the provider told of it
	Event   int64   // the number of the event with the answer; 0 if there is no new one
}

// Ask asks the provider to send money back as wished. The refund is on disk
// before the call: a wish repeated after a crash or an unclear answer continues
// it, and one that was fulfilled is not fulfilled again.
//
// What a person has done wrong, and what the provider refuses, is an [Error] to
// be shown. After an unclear answer the error is a [*ProviderError] and the
// refund stays [RefundAsked].
func (r *Refunds) Ask(ctx context.Context, want RefundWish) (RefundResult, error) {
	begun, err := r.begin(ctx, want)
	if err != nil || begun.refund.State == RefundAnswered {
		return RefundResult{Refund: begun.refund, Payment: begun.payment, Before: true, Learned: begun.learned}, err
	}
	answer, err := begun.gateway.Refund(ctx, begun.payment.Ref, begun.request())
	// What is known now is worth keeping even when the caller gives up.
	ctx = context.WithoutCancel(ctx)
	if err != nil {
		return r.failed(ctx, begun, err)
	}
	return r.keep(ctx, begun, answer)
}

// begun is a refund that is on disk, and what it takes to ask for it.
type begun struct {
	refund  Refund
	payment Payment
	fresh   bool // nobody was asked for it before
	crowded bool // an earlier try may not be over yet
	learned bool // it was heard of since it was asked for, and nobody was told
	others  []string
	gateway Refunder
}

// tryPatience is how long a try may take. It is longer than any call of ours.
const tryPatience = time.Minute

func (b begun) request() RefundRequest {
	req := RefundRequest{ID: b.refund.ID, Amount: b.refund.Amount, Reason: b.refund.Reason, Others: b.others}
	if !b.fresh {
		req.Since = b.refund.AskedAt
	}
	return req
}

// begin plans the refund and puts it on disk in one unit of work, so that two
// commands at a time come to the same one.
func (r *Refunds) begin(ctx context.Context, want RefundWish) (b begun, err error) {
	id, err := newUUID(r.cfg.Random)
	if err != nil {
		return begun{}, err
	}
	err = r.cfg.Store.Write(ctx, func(ctx context.Context, l Ledger) error {
		b = begun{}
		order, err := l.FindOrder(ctx, want.Order)
		if err != nil {
			return err
		}
		known, err := l.ListRefunds(ctx, order.ID)
		if err != nil {
			return err
		}
		if b.payment, err = want.payment(order, known); err != nil {
			return err
		}
		b.refund, err = want.plan(order, b.payment, known, r.cfg.Now())
		if err != nil {
			return err
		}
		if b.refund.State == RefundAnswered {
			b.learned = b.refund.untold()
			return tellMerchant(ctx, l, &b.refund)
		}
		b.others = b.refund.others(known)
		if b.gateway, err = r.refunder(order, b.payment); err != nil {
			return err
		}
		return r.try(ctx, l, &b, RefundID(id))
	})
	return b, err
}

// try puts on disk that the provider is about to be called. Until somebody knows
// what came of it, the running till asks about the payment.
func (r *Refunds) try(ctx context.Context, l Ledger, b *begun, id RefundID) error {
	now := r.cfg.Now()
	if b.refund.ID == "" {
		b.refund.ID, b.fresh = id, true
	} else {
		b.crowded = now.Sub(b.refund.ChangedAt) < tryPatience
	}
	b.refund.Tries++
	b.refund.ChangedAt = now
	if err := l.SaveRefund(ctx, b.refund); err != nil {
		return err
	}
	return l.AskPayment(ctx, b.payment.ID, now.Add(askAfter[0]))
}

// others are the provider's ids of refunds that this one cannot be: those of ours,
// and those made elsewhere that were heard of before it was asked for. Another of
// elsewhere may be what an unclear call came to.
func (r Refund) others(known []Refund) []string {
	var ids []string
	for _, k := range known {
		if k.ProviderID != "" && (!k.elsewhere() || k.ChangedAt.Before(r.AskedAt)) {
			ids = append(ids, k.ProviderID)
		}
	}
	return ids
}

// refunder returns who can send a payment's money back.
func (r *Refunds) refunder(o Order, p Payment) (Refunder, error) {
	if p.Provider == Commerce {
		return nil, Errorf(Invalid, "Order %s was made at Coinbase Commerce, whose API cannot send money back. Refund charge %s in Coinbase's dashboard.", o.ID, dashed(p.Ref.Key()))
	}
	i := slices.IndexFunc(r.cfg.Gateways, func(g Gateway) bool {
		return g.Provider() == p.Provider && g.Environment() == p.Environment
	})
	if i < 0 {
		return nil, Errorf(Invalid, "Order %s was made at %s in %s, and the configuration has no key for that. Configure it, or refund checkout %s in Coinbase's dashboard.",
			o.ID, p.Provider, p.Environment, dashed(p.Ref.Key()))
	}
	refunder, ok := r.cfg.Gateways[i].(Refunder)
	if !ok {
		return nil, fmt.Errorf("the gateway to %s cannot refund", p.Provider)
	}
	return refunder, nil
}

// madeNothing reports whether a call that failed certainly made nothing, nor any
// try before it. Where an earlier try may have worked, only the provider's own
// refusal tells: the gateway has looked for that try before.
func (b begun) madeNothing(failure *ProviderError) bool {
	return failure.Clear() && (b.fresh || (failure.Problem == Refused && !b.crowded))
}

// failed keeps what a failed call means. One that certainly made nothing ends
// the refund, unless it was tried again or heard of meanwhile; after anything
// else it may be repeated. Either way the running till asks about the payment,
// of which we may know too little.
func (r *Refunds) failed(ctx context.Context, b begun, err error) (RefundResult, error) {
	var failure *ProviderError
	over := errors.As(err, &failure) && b.madeNothing(failure)
	result := RefundResult{Refund: b.refund, Payment: b.payment}
	werr := r.cfg.Store.Write(ctx, func(ctx context.Context, l Ledger) error {
		refund, err := findRefund(ctx, l, b.refund.OrderID, b.refund.ID)
		if err != nil {
			return err
		}
		if over && refund.State == RefundAsked && refund.Tries == b.refund.Tries {
			refund.State, refund.Note, refund.ChangedAt = RefundRefused, failure.Err.Error(), r.cfg.Now()
			if err := l.SaveRefund(ctx, refund); err != nil {
				return err
			}
		}
		if err := tellMerchant(ctx, l, &refund); err != nil {
			return err
		}
		result.Refund = refund
		return l.AskPayment(ctx, refund.PaymentID, r.cfg.Now())
	})
	if werr != nil {
		return RefundResult{Refund: b.refund, Payment: b.payment}, errors.Join(err, werr)
	}
	if result.Refund.State == RefundAnswered { // another try, or a webhook, knows better
		return result, nil
	}
	return result, err
}

// tellMerchant notes that the merchant hears now of a refund that was guessed.
func tellMerchant(ctx context.Context, l Ledger, r *Refund) error {
	if !r.untold() {
		return nil
	}
	r.Told = true
	return l.SaveRefund(ctx, *r)
}

// findRefund finds a refund of an order by our id of it.
func findRefund(ctx context.Context, l Ledger, o OrderID, id RefundID) (Refund, error) {
	if _, err := l.FindOrder(ctx, o); err != nil { // nobody else changes it meanwhile
		return Refund{}, err
	}
	known, err := l.ListRefunds(ctx, o)
	if err != nil {
		return Refund{}, err
	}
	i := slices.IndexFunc(known, func(r Refund) bool { return r.ID == id })
	if i < 0 {
		return Refund{}, Errorf(NotFound, "Order %s has no refund %s. `till orders show %s` shows those it has.", o, id, o)
	}
	return known[i], nil
}

// keep stores the answer: the refund, and the event that settles its payment.
func (r *Refunds) keep(ctx context.Context, b begun, answer RefundAnswer) (RefundResult, error) {
	now := r.cfg.Now()
	event := answer.Event
	event.ID, event.ReceivedAt, event.Verdict = fmt.Sprintf("refund:%s:%d", b.refund.ID, b.refund.Tries), now, Received
	result := RefundResult{Payment: b.payment}
	err := r.cfg.Store.Write(ctx, func(ctx context.Context, l Ledger) error {
		known, err := l.ListRefunds(ctx, b.refund.OrderID)
		if err != nil {
			return err
		}
		book := newRefundBook(b.refund.OrderID, b.payment, known, now)
		i := slices.IndexFunc(book.ours, func(r Refund) bool { return r.ID == b.refund.ID })
		if i < 0 {
			return fmt.Errorf("the refund %s is gone", b.refund.ID)
		}
		result.Refund = book.answer(i, b.fresh, answer.Refund)
		if _, err := book.save(ctx, l); err != nil {
			return err
		}
		result.Event, err = l.SaveEvent(ctx, event, now)
		return err
	})
	if err != nil {
		return RefundResult{Refund: b.refund, Payment: b.payment}, fmt.Errorf("the refund was made and could not be noted; repeat the command to note it: %w", err)
	}
	return result, nil
}
