// Package ledger keeps the sandbox's charges, the checkouts and invoices that
// charges are made from, and the events that tell of them: what one is, how it
// lives, how it is written down, and how the provider would show it.
//
// A charge changes only by the methods in life.go, pay.go and business_refund.go.
// Nothing here asks what time it is; nothing here knows HTTP.
package ledger

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// Shape is what is imitated: one of the two ages of the provider's Commerce, or
// its successor.
type Shape string

// The ages: addresses, exceptions and one hour; or one contract, no exceptions
// and two days. The successor calls a charge a checkout, and gives it one day
// and refunds.
const (
	Classic  Shape = "2018"
	Onchain  Shape = "onchain"
	Business Shape = "business"
)

// Lifetime is how long a charge waits for its payment.
func (s Shape) Lifetime() time.Duration {
	switch s {
	case Onchain:
		return 48 * time.Hour
	case Business:
		return 24 * time.Hour
	default:
		return time.Hour
	}
}

// Status is a step of a charge's timeline, in the provider's spelling.
type Status string

// The statuses of both shapes.
const (
	New        Status = "NEW"
	Signed     Status = "SIGNED"
	Pending    Status = "PENDING"
	Completed  Status = "COMPLETED"
	Expired    Status = "EXPIRED"
	Unresolved Status = "UNRESOLVED"
	Resolved   Status = "RESOLVED"
	Canceled   Status = "CANCELED"
	Failed     Status = "FAILED"
)

// Money is an amount of a currency or of a coin.
type Money struct {
	Amount   decimal.Decimal `json:"amount"`
	Currency string          `json:"currency"`
}

// Terms are what a merchant asks for when he creates a charge.
type Terms struct {
	Name        string          `json:"name"`
	Description string          `json:"description"`
	LogoURL     string          `json:"logo_url,omitempty"`
	PricingType string          `json:"pricing_type"`
	Price       *Money          `json:"price,omitempty"` // nil: the buyer decides
	Metadata    json.RawMessage `json:"metadata"`
	RedirectURL string          `json:"redirect_url,omitempty"`
	CancelURL   string          `json:"cancel_url,omitempty"`
	CheckoutID  string          `json:"checkout_id,omitempty"` // what it was made from, "" = nothing
	InvoiceID   string          `json:"invoice_id,omitempty"`  // the same for an invoice
	InvoiceCode string          `json:"invoice_code,omitempty"`
	ExpiresAt   time.Time       `json:"expires_at,omitzero"` // zero: after the shape's lifetime
}

// Charge is one request for money and all that became of it.
type Charge struct {
	ID          string    `json:"id"`
	Code        string    `json:"code"`
	Shape       Shape     `json:"shape"`
	Terms       Terms     `json:"terms"`
	Sandbox     bool      `json:"sandbox,omitempty"` // of the business shape: made below the path of the provider's sandbox
	CreatedAt   time.Time `json:"created_at"`
	ExpiresAt   time.Time `json:"expires_at"`
	ConfirmedAt time.Time `json:"confirmed_at,omitzero"`
	Timeline    []Step    `json:"timeline"`
	Payments    []Payment `json:"payments,omitempty"`
	Refunds     []Refund  `json:"refunds,omitempty"` // of a checkout of the business shape

	events []Happening // since the last TakeEvents
}

// Step is one entry of the timeline.
type Step struct {
	At      time.Time `json:"at"`
	Status  Status    `json:"status"`
	Context string    `json:"context,omitempty"`
	Payment int       `json:"payment,omitempty"` // its number, from 1; 0 = none
}

// Payment is one pretended transfer.
type Payment struct {
	DetectedAt    time.Time     `json:"detected_at"`
	ConfirmAfter  time.Duration `json:"confirm_after"`
	Never         bool          `json:"never,omitempty"` // it is confirmed only when somebody says so
	Sum           Sum           `json:"sum"`
	Coin          string        `json:"coin,omitempty"` // a Coin's name, "" = the shape's first
	Local         Money         `json:"local"`
	Crypto        Money         `json:"crypto"`
	Confirmations int           `json:"confirmations"`
	Confirmed     bool          `json:"confirmed"`
}

// Required is how many confirmations settle a payment.
const Required = 3

// Happening is a step the merchant is told of, with the charge as it was then.
type Happening struct {
	Type   string
	At     time.Time
	Charge Charge
}

// Status is that of the last step.
func (c *Charge) Status() Status { return c.Timeline[len(c.Timeline)-1].Status }

// Context is that of the last step, "" for none.
func (c *Charge) Context() string { return c.Timeline[len(c.Timeline)-1].Context }

// Confirmations are those of the newest payment, 0 without one.
func (c *Charge) Confirmations() int {
	if len(c.Payments) == 0 {
		return 0
	}
	return c.Payments[len(c.Payments)-1].Confirmations
}

// Version grows with everything a buyer can see change.
func (c *Charge) Version() int {
	n := len(c.Timeline)
	for _, p := range c.Payments {
		n += 1 + p.Confirmations
	}
	for _, r := range c.Refunds {
		n++
		if r.Status != RefundPending {
			n++
		}
	}
	return n
}

// TakeEvents hands over what happened since the last call, oldest first.
func (c *Charge) TakeEvents() []Happening {
	events := c.events
	c.events = nil
	return events
}

// add appends a step and, unless event is "", the event that tells of it.
func (c *Charge) add(s Step, event string) {
	c.Timeline = append(c.Timeline, s)
	if c.Shape == Business {
		event = businessEvent(s.Status)
	}
	if event != "" {
		c.tell(event, s.At)
	}
}

// tell notes an event, with the charge as it is now.
func (c *Charge) tell(event string, at time.Time) {
	c.events = append(c.events, Happening{Type: event, At: at, Charge: *c.Copy()})
}

// Copy is a charge that is like c, and that nothing happens to with c. It has
// no events yet.
func (c *Charge) Copy() *Charge {
	then := *c
	then.events = nil
	then.Timeline = slices.Clone(c.Timeline)
	then.Payments = slices.Clone(c.Payments)
	then.Refunds = slices.Clone(c.Refunds)
	return &then
}

// pending are the payments that are still being confirmed, by their place. A
// transfer that failed is not on its way any more.
func (c *Charge) pending() []*Payment {
	if c.Status() == Failed {
		return nil
	}
	var some []*Payment
	for i := range c.Payments {
		if !c.Payments[i].Confirmed {
			some = append(some, &c.Payments[i])
		}
	}
	return some
}

// Confirming says that a payment is on its way to be confirmed.
func (c *Charge) Confirming() bool { return len(c.pending()) > 0 }
