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
	Refund Refund
	Before bool  // it had been answered before, and nobody was asked now
	Event  int64 // the number of the event with the answer; 0 if there is no new one
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
		return RefundResult{Refund: begun.refund, Before: true}, err
	}
	answer, err := begun.gateway.Refund(ctx, begun.ref, begun.request())
	// What is known now is worth keeping even when the caller gives up.
	ctx = context.WithoutCancel(ctx)
	if err != nil {
		refund, err := r.failed(ctx, begun, err)
		return RefundResult{Refund: refund}, err
	}
	return r.keep(ctx, begun.refund, answer)
}

// begun is a refund that is on disk, and what it takes to ask for it.
type begun struct {
	refund  Refund
	fresh   bool // nobody was asked for it before
	ref     Ref
	others  []string
	gateway Refunder
}

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
		if b.refund, err = want.plan(order, known, r.cfg.Now()); err != nil {
			return err
		}
		p, _ := order.Payment(b.refund.PaymentID)
		if b.gateway, err = r.refunder(order, p); err != nil {
			return err
		}
		b.ref, b.others = p.Ref, providerIDs(known)
		if b.refund.ID != "" {
			return nil
		}
		b.refund.ID, b.fresh = RefundID(id), true
		return l.SaveRefund(ctx, b.refund)
	})
	return b, err
}

// providerIDs are the ids of refunds that are known to be somebody's: those
// made elsewhere are not, as one of them may be what an unclear call came to.
func providerIDs(known []Refund) []string {
	var ids []string
	for _, r := range known {
		if r.ProviderID != "" && !r.elsewhere() {
			ids = append(ids, r.ProviderID)
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

// failed keeps what a failed call means. One that certainly made nothing ends
// the refund; after anything else it may be repeated. Where an earlier try may
// have worked, only the provider's own refusal ends it: the gateway has looked
// for that try before.
func (r *Refunds) failed(ctx context.Context, b begun, err error) (Refund, error) {
	var failure *ProviderError
	refund := b.refund
	if !errors.As(err, &failure) || !failure.Clear() || (!b.fresh && failure.Problem != Refused) {
		return refund, err
	}
	refund.State, refund.Note, refund.ChangedAt = RefundRefused, failure.Err.Error(), r.cfg.Now()
	werr := r.cfg.Store.Write(ctx, func(ctx context.Context, l Ledger) error { return l.SaveRefund(ctx, refund) })
	return refund, errors.Join(err, werr)
}

// keep stores the answer: the refund, and the event that settles its payment.
func (r *Refunds) keep(ctx context.Context, refund Refund, answer RefundAnswer) (RefundResult, error) {
	now := r.cfg.Now()
	event := answer.Event
	event.ID, event.ReceivedAt, event.Verdict = "refund:"+string(refund.ID), now, Received
	result := RefundResult{}
	err := r.cfg.Store.Write(ctx, func(ctx context.Context, l Ledger) error {
		known, err := l.ListRefunds(ctx, refund.OrderID)
		if err != nil {
			return err
		}
		result.Refund, _ = refund.noted(answer.Refund, now)
		result.Refund.ProviderID = answer.Refund.ID
		for _, k := range known { // a webhook may have been quicker
			if k.ProviderID == answer.Refund.ID {
				result.Refund, _ = result.Refund.noted(RefundNote{Outcome: k.Outcome}, now)
			}
		}
		if err := l.SaveRefund(ctx, result.Refund); err != nil {
			return err
		}
		result.Event, err = l.SaveEvent(ctx, event, now)
		return err
	})
	if err != nil {
		return RefundResult{Refund: refund}, fmt.Errorf("the refund was made and could not be noted; repeat the command to note it: %w", err)
	}
	return result, nil
}
