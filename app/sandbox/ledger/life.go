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

// watched is how long after its creation a payment of a charge is noticed.
const watched = 7 * 24 * time.Hour

// Refusal says, in a sentence for people, why a charge cannot do what was asked.
type Refusal struct{ Sentence string }

// Error is the sentence.
func (r *Refusal) Error() string { return r.Sentence }

func refuse(format string, args ...any) error {
	return &Refusal{Sentence: fmt.Sprintf(format, args...)}
}

// ErrUnknownAction is returned by Do for a word that is none.
var ErrUnknownAction = errors.New("unknown action")

// Open begins a charge.
func Open(id, code string, shape Shape, terms Terms, now time.Time) *Charge {
	c := &Charge{
		ID: id, Code: code, Shape: shape, Terms: terms,
		CreatedAt: now, ExpiresAt: now.Add(shape.Lifetime()),
	}
	c.add(Step{At: now, Status: New}, EventCreated)
	return c
}

// Do makes happen what control calls action. confirmAfter is the time from a
// payment's detection to its confirmation. It returns a [*Refusal] for what
// cannot happen now, and [ErrUnknownAction].
func (c *Charge) Do(action string, now time.Time, confirmAfter time.Duration) error {
	switch action {
	case "detect":
		return c.Detect(now, Exact, confirmAfter)
	case "confirm":
		return c.Confirm(now)
	case "pay":
		return c.payAtOnce(now, Exact)
	case "underpay":
		return c.payAtOnce(now, Under)
	case "overpay":
		return c.payAtOnce(now, Over)
	case "expire":
		return c.Expire(now)
	case "cancel":
		return c.Cancel(now)
	case "fail":
		return c.Fail(now)
	case "resolve":
		return c.Resolve(now)
	default:
		return ErrUnknownAction
	}
}

// Detect sees a payment arrive. A late one is noticed for a week, and told of
// only when it is confirmed.
func (c *Charge) Detect(now time.Time, sum Sum, confirmAfter time.Duration) error {
	if err := c.payable(now, sum); err != nil {
		return err
	}
	local, crypto := c.paid(sum)
	c.Payments = append(c.Payments, Payment{
		DetectedAt: now, ConfirmAfter: confirmAfter, Sum: sum, Local: local, Crypto: crypto,
	})
	if c.Status() == Expired {
		return nil
	}
	if c.Shape == Onchain {
		c.add(Step{At: now, Status: Signed}, "")
	}
	c.add(Step{At: now, Status: Pending, Payment: len(c.Payments)}, EventPending)
	return nil
}

// payable says why a payment of sum cannot arrive now.
func (c *Charge) payable(now time.Time, sum Sum) error {
	late := c.Status() == Expired
	switch {
	case c.Status() != New && !late:
		return refuse("Charge %s is %s: only a NEW or an EXPIRED charge can be paid.", c.Code, c.Status())
	case late && c.Shape == Onchain:
		return refuse("Charge %s is EXPIRED: an onchain charge cannot be paid late.", c.Code)
	case late && c.pending() != nil:
		return refuse("Charge %s has a late payment already: confirm that one.", c.Code)
	case late && now.After(c.CreatedAt.Add(watched)):
		return refuse("Charge %s is older than seven days: its payments are no longer noticed.", c.Code)
	case sum != Exact && c.Shape == Onchain:
		return refuse("Charge %s is onchain: there the exact sum is paid or none.", c.Code)
	case sum != Exact && c.Terms.Price == nil:
		return refuse("Charge %s has no price: every sum is the right one.", c.Code)
	default:
		return nil
	}
}

// payAtOnce sees a payment arrive and be confirmed.
func (c *Charge) payAtOnce(now time.Time, sum Sum) error {
	if err := c.Detect(now, sum, 0); err != nil {
		return err
	}
	return c.Confirm(now)
}

// Confirm gives the detected payment all its confirmations.
func (c *Charge) Confirm(now time.Time) error {
	p := c.pending()
	if p == nil {
		return refuse("Charge %s is %s: only a detected payment can be confirmed.", c.Code, c.Status())
	}
	p.Confirmations = Required
	c.settle(p, now)
	return nil
}

// settle ends what the confirmed payment p began.
func (c *Charge) settle(p *Payment, at time.Time) {
	p.Confirmed = true
	step := Step{At: at, Status: Unresolved, Payment: len(c.Payments)}
	switch {
	case c.Status() == Expired:
		step.Context = "DELAYED"
		c.add(step, EventDelayed)
	case p.Sum == Under:
		step.Context = "UNDERPAID"
		c.add(step, EventFailed)
	case p.Sum == Over:
		step.Context = "OVERPAID"
		c.add(step, EventFailed)
	default:
		c.ConfirmedAt = at
		step.Status = Completed
		c.add(step, EventConfirmed)
	}
}

// Expire ends the wait for a payment.
func (c *Charge) Expire(now time.Time) error {
	if s := c.Status(); s != New {
		return refuse("Charge %s is %s: only a NEW charge can expire.", c.Code, s)
	}
	c.add(Step{At: now, Status: Expired}, EventFailed)
	return nil
}

// Cancel gives a charge up. The provider documents no event for it, so none is
// sent.
func (c *Charge) Cancel(now time.Time) error {
	if c.Shape == Onchain {
		return refuse("Charge %s is onchain: there nothing can be canceled.", c.Code)
	}
	if s := c.Status(); s != New {
		return refuse("Charge %s is %s: only a NEW charge can be canceled.", c.Code, s)
	}
	c.add(Step{At: now, Status: Canceled}, "")
	return nil
}

// Fail lets the transfer fail, which really happens onchain only; control may
// do it to every charge, since a client has to understand it.
func (c *Charge) Fail(now time.Time) error {
	if s := c.Status(); s != New && s != Pending {
		return refuse("Charge %s is %s: only a NEW or a PENDING charge can fail.", c.Code, s)
	}
	c.add(Step{At: now, Status: Failed}, EventFailed)
	return nil
}

// Resolve accepts a payment with a problem.
func (c *Charge) Resolve(now time.Time) error {
	if c.Status() != Unresolved {
		return refuse("Charge %s is %s: one can only resolve an UNRESOLVED charge.", c.Code, c.Status())
	}
	c.add(Step{At: now, Status: Resolved, Payment: len(c.Payments)}, EventResolved)
	return nil
}

// Due is when the charge next changes by itself, zero for never.
func (c *Charge) Due() time.Time {
	if p := c.pending(); p != nil {
		return p.DetectedAt.Add(p.ConfirmAfter * time.Duration(p.Confirmations+1) / Required)
	}
	if c.Status() == New {
		return c.ExpiresAt
	}
	return time.Time{}
}

// Tick lets everything happen that is due at now, each thing at its own time.
func (c *Charge) Tick(now time.Time) {
	for due := c.Due(); !due.IsZero() && !due.After(now); due = c.Due() {
		p := c.pending()
		if p == nil {
			c.add(Step{At: due, Status: Expired}, EventFailed)
			continue
		}
		if p.Confirmations++; p.Confirmations == Required {
			c.settle(p, due)
		}
	}
}
