// Package ledger keeps the sandbox's charges, and the checkouts that charges
// are made from: what one is, how it lives, how it is written down, and how the
// provider would show it.
//
// A charge changes only by the methods in life.go. Nothing here asks what time
// it is; nothing here knows HTTP.
package ledger

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// Shape is which of the provider's two ages is imitated.
type Shape string

// The ages: addresses, exceptions and one hour; or one contract, no exceptions
// and two days.
const (
	Classic Shape = "2018"
	Onchain Shape = "onchain"
)

// Lifetime is how long a charge waits for its payment.
func (s Shape) Lifetime() time.Duration {
	if s == Onchain {
		return 48 * time.Hour
	}
	return time.Hour
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
}

// Charge is one request for money and all that became of it.
type Charge struct {
	ID          string    `json:"id"`
	Code        string    `json:"code"`
	Shape       Shape     `json:"shape"`
	Terms       Terms     `json:"terms"`
	CreatedAt   time.Time `json:"created_at"`
	ExpiresAt   time.Time `json:"expires_at"`
	ConfirmedAt time.Time `json:"confirmed_at,omitzero"`
	Timeline    []Step    `json:"timeline"`
	Payments    []Payment `json:"payments,omitempty"`

	events []Event // since the last TakeEvents
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
	Sum           Sum           `json:"sum"`
	Local         Money         `json:"local"`
	Crypto        Money         `json:"crypto"`
	Confirmations int           `json:"confirmations"`
	Confirmed     bool          `json:"confirmed"`
}

// Sum says how what was paid compares with what was asked.
type Sum string

// The sums that control can make a buyer pay.
const (
	Exact Sum = "exact"
	Under Sum = "under"
	Over  Sum = "over"
)

// Required is how many confirmations settle a payment.
const Required = 3

// Event is a step the merchant is told of, with the charge as it was then.
type Event struct {
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
	return n
}

// TakeEvents hands over what happened since the last call, oldest first.
func (c *Charge) TakeEvents() []Event {
	events := c.events
	c.events = nil
	return events
}

// add appends a step and, unless event is "", the event that tells of it.
func (c *Charge) add(s Step, event string) {
	c.Timeline = append(c.Timeline, s)
	if event == "" {
		return
	}
	then := *c
	then.events = nil
	then.Timeline = slices.Clone(c.Timeline)
	then.Payments = slices.Clone(c.Payments)
	c.events = append(c.events, Event{Type: event, At: s.At, Charge: then})
}

// pending is the payment that is still being confirmed, nil if there is none.
func (c *Charge) pending() *Payment {
	if n := len(c.Payments); n > 0 && !c.Payments[n-1].Confirmed && c.open() {
		return &c.Payments[n-1]
	}
	return nil
}

// open says that a payment may still settle the charge.
func (c *Charge) open() bool {
	switch c.Status() {
	case New, Signed, Pending, Expired:
		return true
	default:
		return false
	}
}

// Confirming says that a payment is on its way to be settled.
func (c *Charge) Confirming() bool { return c.pending() != nil }
