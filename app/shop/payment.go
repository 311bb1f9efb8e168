package shop

import (
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// Standing is where a payment stands and how we know.
type Standing struct {
	State     State
	Exception Exception
	Own       bool      // the shop's own conclusion, not the provider's word
	At        time.Time // the provider's time of the step, on its own clock
	Steps     int       // length of the provider's timeline at that step
	Refunded  decimal.Decimal
	Refunding bool // a refund is under way
}

// Payment is one attempt to pay an order, at one provider in one environment.
type Payment struct {
	Standing

	ID          PaymentID
	Provider    Provider
	Environment Environment
	CheckoutID  string  // the checkout it may be paid by; "" if by none
	Ref         Ref     // empty until the provider's charge is known
	Price       Money   // what we asked for
	Paid        Money   // what has arrived, in the price's currency; zero: no sum was told
	Several     bool    // more came for the same charge than the one payment asked for
	Problem     Problem // why opening it did not work, or not yet
	Confirmed   Confirmations
	HostedURL   string // where the buyer pays
	X402URL     string // where a program can pay; "" where there is no such thing
	Flags       []Flag

	CreatedAt time.Time
	ExpiresAt time.Time // our clock; zero until the provider told

	AskAt time.Time // when the provider is to be asked next; zero: not again
	Asked int       // how often it was asked since something last changed

	// RefundAskedAt is when a refund of ours was asked for that nobody answered
	// clearly; zero: there is none. It is read from the refunds and not saved.
	RefundAskedAt time.Time
}

// Flag marks what a merchant must look at.
type Flag string

// The flags.
const (
	FlagMismatch   Flag = "mismatch"   // evidence did not fit what we asked for
	FlagPaidTwice  Flag = "paid_twice" // the order was paid in full, and further money came
	FlagUnverified Flag = "unverified" // the provider can no longer be asked
	FlagCustomer   Flag = "customer"   // its metadata names another customer than the order
)

// apply merges evidence that fits the payment. It is commutative, associative
// and idempotent; see [compareStanding].
func (p Payment) apply(ev Evidence) Payment {
	p = p.stand(Standing{
		State: ev.State, Exception: ev.Exception, Own: ev.Own,
		At: ev.At, Steps: ev.Steps, Refunded: ev.Refunded, Refunding: ev.Refunding,
	})
	p.Confirmed = p.Confirmed.Max(ev.Confirmed)
	p.Several = p.Several || ev.Several || ev.Exception == Multiple
	p = p.collect(ev).bind(ev)
	if p.HostedURL == "" {
		p.HostedURL = ev.HostedURL
	}
	if p.X402URL == "" { // an answer need not name both
		p.X402URL = ev.X402URL
	}
	if p.ExpiresAt.IsZero() {
		p.ExpiresAt = ev.ExpiresAt
	}
	return p
}

// bind ties the payment to the provider's charge, once. Until then the shop's
// own words say why there is none yet.
func (p Payment) bind(ev Evidence) Payment {
	switch {
	case p.Ref.ID == "" && ev.Own:
		p.Problem = ev.Problem
	case p.Ref.ID == "" && ev.Ref.ID != "":
		p.Ref, p.Problem = ev.Ref, ""
	}
	return p
}

// conclude makes evidence out of what the shop itself concluded.
func (p Payment) conclude(s State, e Exception, problem Problem) Evidence {
	return Evidence{
		Provider: p.Provider, Environment: p.Environment, Ref: p.Ref, PaymentID: p.ID,
		State: s, Exception: e, Own: true, Problem: problem, Price: p.Price,
	}
}

// stand keeps the greater of two standings.
func (p Payment) stand(said Standing) Payment {
	if compareStanding(said, p.Standing) > 0 {
		p.Standing = said
	}
	return p
}

// sameSource reports whether the evidence comes from where the payment is.
func (p Payment) sameSource(ev Evidence) bool {
	return p.Provider == ev.Provider && p.Environment == ev.Environment
}

// adopted reports whether the provider began the payment, as an embedded
// checkout does.
func (p Payment) adopted() bool {
	return p.Ref.ID != "" && p.ID == adoptedID(p.Provider, p.Environment, p.Ref.ID)
}

// sameCheckout reports whether the evidence is about a charge of the payment's
// checkout. What a buyer's page passed on must be; our own charge need not say.
func (p Payment) sameCheckout(ev Evidence) bool {
	if !ev.Custom && ev.CheckoutID == "" {
		return true
	}
	return ev.CheckoutID == p.CheckoutID
}

// boundTo reports whether the evidence is about this payment's charge.
func (p Payment) boundTo(ev Evidence) bool {
	return ev.Ref.ID != "" && p.Ref.ID == ev.Ref.ID && p.sameSource(ev)
}

// flag adds a flag once.
func (p Payment) flag(f Flag) Payment {
	if slices.Contains(p.Flags, f) {
		return p
	}
	flags := append(slices.Clone(p.Flags), f)
	slices.Sort(flags)
	p.Flags = flags
	return p
}

// visible is what a waiting page shows of a payment, or tells a program; a change
// of it is a new version of the order.
type visible struct {
	state      State
	exception  Exception
	refunded   string
	refunding  bool
	paid       string
	problem    Problem
	confirmed  Confirmations
	hostedURL  string
	x402URL    string
	expires    int64
	flagsCount int
	// When a paid one was last heard of: what the page shows of its refunds, which
	// are not kept here, may have changed.
	heard, steps int64
}

func (p Payment) visible() visible {
	v := visible{
		state: p.State, exception: p.Exception, refunded: p.Refunded.String(), refunding: p.Refunding, paid: p.Paid.String(), problem: p.Problem,
		confirmed: p.Confirmed, hostedURL: p.HostedURL, x402URL: p.X402URL, expires: p.ExpiresAt.UnixMicro(), flagsCount: len(p.Flags),
	}
	if p.State.Paid() {
		v.heard, v.steps = p.At.UnixMicro(), int64(p.Steps)
	}
	return v
}

// Unclear reports whether the provider may or may not have made this payment:
// it was asked, and no clear answer came.
func (p Payment) Unclear() bool { return p.State == Opening && p.Problem == Unanswered }
