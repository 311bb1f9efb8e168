package business

import (
	"encoding/json"
	"strings"
	"time"

	"till/app/coinbase/rest"
)

// The statuses of a [Checkout], in the provider's spelling.
const (
	StatusActive            = "ACTIVE"
	StatusProcessing        = "PROCESSING" // money was seen and is not final; no webhook tells
	StatusCompleted         = "COMPLETED"
	StatusExpired           = "EXPIRED"
	StatusFailed            = "FAILED"
	StatusDeactivated       = "DEACTIVATED"
	StatusRefunded          = "REFUNDED"
	StatusPartiallyRefunded = "PARTIALLY_REFUNDED"
)

// The statuses of a [Refund].
const (
	RefundPending   = "PENDING"
	RefundCompleted = "COMPLETED"
	RefundFailed    = "FAILED"
)

// Amount is a decimal number in the provider's own digits, written as a string.
type Amount = rest.Amount

// Metadata is what the merchant attached to a checkout. Values that are no
// strings are kept as their JSON text.
type Metadata = rest.Metadata

// Checkout is one request for money. It can be paid once: what Commerce called
// a charge.
type Checkout struct {
	ID           string   `json:"id"`
	URL          string   `json:"url"`                // the hosted page
	X402URL      string   `json:"x402_url,omitempty"` // where a program can pay
	Amount       Amount   `json:"amount"`
	Currency     string   `json:"currency"`
	Network      string   `json:"network,omitempty"`
	Address      string   `json:"address,omitempty"` // where the money goes to
	TokenAddress string   `json:"tokenAddress,omitempty"`
	Status       string   `json:"status"`
	Description  string   `json:"description,omitempty"`
	Metadata     Metadata `json:"metadata,omitempty"`
	ExpiresAt    Time     `json:"expiresAt,omitzero"`

	SuccessRedirectURL string `json:"successRedirectUrl,omitempty"`
	FailRedirectURL    string `json:"failRedirectUrl,omitempty"`

	Settlement      *Settlement `json:"settlement,omitempty"`      // once paid
	TransactionHash string      `json:"transactionHash,omitempty"` // once COMPLETED
	FiatAmount      Amount      `json:"fiatAmount,omitempty"`
	FiatCurrency    string      `json:"fiatCurrency,omitempty"`
	RefundedAmount  Amount      `json:"refundedAmount,omitempty"`
	Refunds         []Refund    `json:"refunds,omitempty"`
	CreatedAt       Time        `json:"createdAt,omitzero"`
	UpdatedAt       Time        `json:"updatedAt,omitzero"`
}

// Settlement is what the merchant receives for a paid checkout.
type Settlement struct {
	TotalAmount Amount `json:"totalAmount"`
	FeeAmount   Amount `json:"feeAmount"`
	NetAmount   Amount `json:"netAmount"`
	Currency    string `json:"currency"`
}

// Refund is one sum sent back, or to be sent back.
type Refund struct {
	ID              string `json:"id"`
	CheckoutID      string `json:"checkoutId,omitempty"`
	Amount          Amount `json:"amount"`
	Currency        string `json:"currency"`
	Status          string `json:"status"`
	Reason          string `json:"reason,omitempty"`
	TransactionHash string `json:"transactionHash,omitempty"`
	FiatAmount      Amount `json:"fiatAmount,omitempty"`
	FiatCurrency    string `json:"fiatCurrency,omitempty"`
	ExchangeRate    Amount `json:"exchangeRate,omitempty"`
	CreatedAt       Time   `json:"createdAt,omitzero"`
	CompletedAt     Time   `json:"completedAt,omitzero"`
}

// Known reports whether the checkout has a name to ask for it by. What was
// read from something that is no checkout has none.
func (c Checkout) Known() bool { return ValidID(c.ID) }

// LatestRefund returns the refund that something happened to last: the one
// with the latest time, of equal ones the last in the list. False means there
// is none.
func (c Checkout) LatestRefund() (Refund, bool) {
	if len(c.Refunds) == 0 {
		return Refund{}, false
	}
	latest := c.Refunds[0]
	for _, r := range c.Refunds[1:] {
		if !r.touched().Before(latest.touched()) {
			latest = r
		}
	}
	return latest, true
}

// touched is when something happened to the refund last.
func (r Refund) touched() time.Time {
	if r.CompletedAt.After(r.CreatedAt.Time) {
		return r.CompletedAt.Time
	}
	return r.CreatedAt.Time
}

// ValidID reports whether a text can be an id of this API, so that it may
// stand in a path without leading elsewhere.
func ValidID(id string) bool {
	const most = 128
	rest := strings.Trim(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
	return id != "" && rest == "" && len(id) <= most
}

// Time is an instant of the provider's clock. It is written to the millisecond
// in UTC and read with or without fraction and offset; what is no time is zero.
type Time struct{ time.Time }

// At wraps an instant.
func At(t time.Time) Time { return Time{t} }

// String writes "2025-11-13T20:15:49.329Z".
func (t Time) String() string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// MarshalJSON writes what String does.
func (t Time) MarshalJSON() ([]byte, error) { return json.Marshal(t.String()) }

// UnmarshalJSON reads RFC 3339 and its near relatives.
func (t *Time) UnmarshalJSON(b []byte) error {
	t.Time = rest.Time(b)
	return nil
}
