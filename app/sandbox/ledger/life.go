package ledger

import (
	"errors"
	"fmt"
	"time"
)

// The events of a charge, in the provider's spelling.
const (
	EventCreated   = "charge:created"
	EventPending   = "charge:pending"
	EventConfirmed = "charge:confirmed"
	EventFailed    = "charge:failed"
	EventDelayed   = "charge:delayed"
	EventResolved  = "charge:resolved"
)

// The contexts of an UNRESOLVED charge, in the provider's spelling.
const (
	Underpaid = "UNDERPAID"
	Overpaid  = "OVERPAID"
	Delayed   = "DELAYED"
	Multiple  = "MULTIPLE"
)

// watched is how long after its creation a payment of a charge is noticed.
const watched = 7 * 24 * time.Hour

// Refusal says, in a sentence for people, why a charge cannot do what was asked.
type Refusal struct{ Sentence string }

// Error is the sentence.
func (r *Refusal) Error() string { return r.Sentence }

func refuse(format string, args ...any) error {
	return &Refusal{Sentence: fmt.Sprintf(format, args...)}
}

// refuse says what c is, and what only others can do: a charge in the words of
// commerce, a checkout in those of business.
func (c *Charge) refuse(commerce, business string) error {
	if c.Shape == Business {
		return refuse("Checkout %s is %s: %s", c.ID, c.State(), business)
	}
	return refuse("Charge %s is %s: %s", c.Code, c.State(), commerce)
}

// State is the status in one word of the provider's.
func (c *Charge) State() string {
	if c.Shape == Business {
		return c.businessState()
	}
	return string(c.Status())
}

// ErrUnknownAction is returned by Do for a word that is none.
var ErrUnknownAction = errors.New("unknown action")

// Open begins a charge.
func Open(id, code string, shape Shape, terms Terms, now time.Time) *Charge {
	c := &Charge{
		ID: id, Code: code, Shape: shape, Terms: terms,
		CreatedAt: now, ExpiresAt: terms.ExpiresAt,
	}
	if c.ExpiresAt.IsZero() {
		c.ExpiresAt = now.Add(shape.Lifetime())
	}
	c.add(Step{At: now, Status: New}, EventCreated)
	return c
}

// Do makes happen what control calls action; t says how the actions that pay
// do it. It returns a [*Refusal] for what cannot happen now, and
// [ErrUnknownAction].
func (c *Charge) Do(action string, now time.Time, t Transfer) error {
	switch action {
	case "detect":
		return c.detect(now, t)
	case "confirm":
		return c.Confirm(now)
	case "pay":
		return c.payAtOnce(now, t)
	case "underpay":
		return c.underpay(now, t)
	case "overpay":
		return c.overpay(now, t)
	case "twice":
		return c.payTwice(now, t)
	case "expire":
		return c.Expire(now)
	case "cancel", "deactivate":
		return c.Cancel(now)
	case "fail":
		return c.Fail(now)
	case "resolve":
		return c.Resolve(now)
	default:
		return ErrUnknownAction
	}
}

// Expire ends the wait for a payment, or for the rest of one.
func (c *Charge) Expire(now time.Time) error {
	switch {
	case c.Status() == New:
		c.add(Step{At: now, Status: Expired}, EventFailed)
	case c.short():
		c.giveUpTheRest(now)
	default:
		return c.refuse("only a NEW charge can expire, or a PENDING one that is short of its price.",
			"only an ACTIVE checkout can expire.")
	}
	return nil
}

// Cancel gives a charge up. The provider documents no event for it, so none is
// sent.
func (c *Charge) Cancel(now time.Time) error {
	if c.Shape == Onchain {
		return refuse("Charge %s is onchain: there nothing can be canceled.", c.Code)
	}
	if c.Status() != New {
		return c.refuse("only a NEW charge can be canceled.", "only an ACTIVE checkout can be deactivated.")
	}
	c.add(Step{At: now, Status: Canceled}, "")
	return nil
}

// Fail lets the transfer fail, which really happens onchain only; control may
// do it to every charge, since a client has to understand it.
func (c *Charge) Fail(now time.Time) error {
	if s := c.Status(); s != New && s != Pending {
		return c.refuse("only a NEW or a PENDING charge can fail.", "only an ACTIVE or a PROCESSING checkout can fail.")
	}
	c.add(Step{At: now, Status: Failed}, EventFailed)
	return nil
}

// Resolve accepts a payment with a problem.
func (c *Charge) Resolve(now time.Time) error {
	if c.Status() != Unresolved {
		return c.refuse("one can only resolve an UNRESOLVED charge.", "Business knows nothing unresolved: a checkout is paid in full or not at all.")
	}
	c.add(Step{At: now, Status: Resolved, Payment: len(c.Payments)}, EventResolved)
	return nil
}

// Due is when the charge next changes by itself, zero for never.
func (c *Charge) Due() time.Time {
	due := earlier(c.nextConfirmation(), c.nextRefund())
	if c.Status() != New && !c.short() {
		return due
	}
	return earlier(due, c.ExpiresAt)
}

// earlier is the earlier of two times, of which zero is never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || (!b.IsZero() && b.Before(a)) {
		return b
	}
	return a
}

// nextConfirmation is when a payment next gets one, zero for never.
func (c *Charge) nextConfirmation() time.Time {
	var next time.Time
	for _, p := range c.pending() {
		next = earlier(next, p.nextAt())
	}
	return next
}

// nextAt is when the payment gets its next confirmation, zero for never.
func (p *Payment) nextAt() time.Time {
	if p.Never {
		return time.Time{}
	}
	return p.DetectedAt.Add(p.ConfirmAfter * time.Duration(p.Confirmations+1) / Required)
}

// Tick lets everything happen that is due at now, each thing at its own time.
func (c *Charge) Tick(now time.Time) {
	for due := c.Due(); !due.IsZero() && !due.After(now); due = c.Due() {
		switch {
		case c.nextConfirmation().Equal(due):
			c.count(due)
		case c.nextRefund().Equal(due):
			c.settleRefund(due)
		case c.Status() == New:
			c.add(Step{At: due, Status: Expired}, EventFailed)
		default:
			c.giveUpTheRest(due)
		}
	}
}

// count gives a confirmation to each payment whose next one is due at.
func (c *Charge) count(at time.Time) {
	last := 0
	for i := range c.Payments {
		p := &c.Payments[i]
		if p.Confirmed || !p.nextAt().Equal(at) {
			continue
		}
		if p.Confirmations++; p.Confirmations == Required {
			p.Confirmed, last = true, i+1
		}
	}
	if last > 0 {
		c.settle(at, last)
	}
}
