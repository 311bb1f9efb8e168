package shop

import (
	"slices"
	"time"

	"github.com/shopspring/decimal"
)

// Provider names a payment company's API.
type Provider string

// The providers Till can speak to.
const (
	Commerce Provider = "commerce" // Coinbase Commerce: charges and checkouts
	Business Provider = "business" // its successor, Coinbase Business
)

// Providers returns every provider.
func Providers() []Provider { return []Provider{Commerce, Business} }

// Silent reports whether the provider sends no webhook when it sees money that
// is not final yet: then only asking tells a waiting page of it.
func (p Provider) Silent() bool { return p == Business }

// Environment tells real payments from pretended ones: "sandbox" for the
// built-in imitation, else the provider's base URL. A webhook has the
// environment whose secret verified it.
type Environment string

// Sandbox is the environment of the built-in imitation.
const Sandbox Environment = "sandbox"

// Ref is how the provider names what we call a payment. Code is the short one
// that Commerce has beside the id; it may be empty.
type Ref struct {
	ID   string
	Code string
}

// Key is what the provider's API is asked with: the code where there is one.
func (r Ref) Key() string {
	if r.Code != "" {
		return r.Code
	}
	return r.ID
}

// Evidence is what somebody said about a payment. A webhook and the answer to
// a question of ours look the same; Own marks a conclusion of the shop itself.
type Evidence struct {
	Provider    Provider
	Environment Environment
	Ref         Ref

	// What the provider's copy of our metadata claims; empty for a stranger's.
	OrderID   OrderID
	PaymentID PaymentID

	// Custom: the claims above are only what a buyer's page passed on to the
	// embedded checkout, plain text that a stranger can type.
	Custom     bool
	CheckoutID string     // the checkout the charge was made from, if any
	CustomerID CustomerID // whom the metadata names; "" for a guest

	State     State
	Exception Exception
	Own       bool
	Problem   Problem // with Own: why there is no charge, or not yet

	// At is the provider's own time of the last step, on the provider's clock
	// and uncorrected: it is compared only with times of the same provider.
	At    time.Time
	Steps int // length of the provider's timeline

	Price     Money // the price asked, not the sum paid
	Paid      Money // the sum of all payments seen for the charge; zero: none was told
	Several   bool  // more than one payment came for the charge; see [Payment.Several]
	Refunded  decimal.Decimal
	Refunding bool         // money is on its way back
	Refunds   []RefundNote // what was told of single refunds
	Confirmed Confirmations
	HostedURL string // where the buyer pays
	X402URL   string // where a program can pay; "" where the provider has no such thing

	// CreatedAt and ExpiresAt are corrected to our clock; zero while the
	// provider's is not known.
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Named tells a sum in the currency of a price, where the provider charges that
// one for one in another: a dollar as one USDC.
func (p Provider) Named(sum Money, price string) Money {
	if p == Business && price == "USD" && sum.Currency == "USDC" {
		sum.Currency = price
	}
	return sum
}

// pricedAs tells the sums in the currency of the price, where the provider told
// what it charges for it.
func (ev Evidence) pricedAs(price Money) Evidence {
	ev.Price = ev.Provider.Named(ev.Price, price.Currency)
	ev.Paid = ev.Provider.Named(ev.Paid, price.Currency)
	ev.Refunds = slices.Clone(ev.Refunds)
	for i, r := range ev.Refunds {
		ev.Refunds[i].Amount = ev.Provider.Named(r.Amount, price.Currency)
	}
	return ev
}

// Confirmations counts the blocks that back a payment and those it needs.
type Confirmations struct {
	Seen   int
	Needed int
}

// Max merges two counts by maximum.
func (c Confirmations) Max(other Confirmations) Confirmations {
	return Confirmations{Seen: max(c.Seen, other.Seen), Needed: max(c.Needed, other.Needed)}
}
