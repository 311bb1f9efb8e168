package shop

import (
	"context"
	"time"
)

// OpenRequest asks a provider for a payment.
type OpenRequest struct {
	OrderID     OrderID
	PaymentID   PaymentID
	Name        string
	Description string
	Price       Money
	CheckoutID  string // the checkout the charge belongs to; "" for a charge of its own
	Customer    Customer
	SuccessURL  string // where the provider sends a buyer who is done
	CancelURL   string // where it sends one who gave up
}

// Gateway is the shop's port to one provider in one environment. Every method
// that asks the provider returns a [*ProviderError] when it did not answer as
// hoped, and the context's error when the caller gave up first.
type Gateway interface {
	Provider() Provider
	Environment() Environment

	// Open asks for a payment. After an unclear answer it is repeated only where
	// the provider knows the same request again.
	Open(ctx context.Context, req OpenRequest) (Evidence, error)
	// Find asks about one payment.
	Find(ctx context.Context, ref Ref) (Evidence, error)
	// List returns all that was made at the provider since then (our clock);
	// without an error the list is complete.
	List(ctx context.Context, since time.Time) (Listed, error)
	// Cancel asks the provider to take no more money for a payment and returns
	// what is true now.
	Cancel(ctx context.Context, ref Ref) (Evidence, error)

	// FindCheckout returns what a checkout sells today.
	FindCheckout(ctx context.Context, id string) (Checkout, error)

	// Verify checks a webhook's signature on its raw bytes and only then reads
	// its envelope. It returns [ErrSignature] or [ErrMalformed].
	Verify(d Delivery) (Envelope, error)
	// Read says what a verified event tells about a payment; [ErrIgnored] if
	// nothing.
	Read(e Event) (Evidence, error)
}

// Listed is what a provider lists.
type Listed struct {
	All   []Evidence
	Pages int // how many were read beside the first: each took a call
}

// Ledger is the store as seen from inside one unit of work.
type Ledger interface {
	// FindOrder returns the order with its payments, oldest first, or a
	// [NotFound] error.
	FindOrder(ctx context.Context, id OrderID) (Order, error)
	// FindOrderOf returns the order that has a payment with this reference;
	// [NotFound] if none has.
	FindOrderOf(ctx context.Context, p Provider, env Environment, charge string) (Order, error)
	// FindOrderOfPayment returns the order that has this payment; [NotFound]
	// if none has.
	FindOrderOfPayment(ctx context.Context, id PaymentID) (Order, error)
	// SaveOrder inserts or updates the order and its payments.
	SaveOrder(ctx context.Context, o Order) error
	// FindTokenOrder returns the id of the order a form token made; "" if none.
	FindTokenOrder(ctx context.Context, key string) (OrderID, error)
	// SaveToken makes a form token point to an order.
	SaveToken(ctx context.Context, key string, id OrderID) error
	// ListRefunds returns the refunds of an order, oldest first.
	ListRefunds(ctx context.Context, id OrderID) ([]Refund, error)
	// SaveRefund inserts or updates a refund. Another one under the same id of
	// the provider's is replaced by it.
	SaveRefund(ctx context.Context, r Refund) error
	// AskPayment makes a payment due to be asked about at a time.
	AskPayment(ctx context.Context, id PaymentID, at time.Time) error
	// SaveEvent stores an event that is due to be worked off at a time, unless
	// its id is known, and returns its number.
	SaveEvent(ctx context.Context, e Event, workAt time.Time) (seq int64, err error)
	// CloseEvent writes what became of an event.
	CloseEvent(ctx context.Context, seq int64, v Verdict, id OrderID, note string, at time.Time) error
}

// Store keeps orders and payments.
type Store interface {
	// Write runs one unit of work. It is on disk when Write returns nil, and
	// has left no trace when Write returns an error. The unit may run again.
	Write(ctx context.Context, unit func(ctx context.Context, l Ledger) error) error
	// FindOrder is [Ledger.FindOrder] outside of a unit of work.
	FindOrder(ctx context.Context, id OrderID) (Order, error)
	// FindOrderOf is [Ledger.FindOrderOf] outside of one.
	FindOrderOf(ctx context.Context, p Provider, env Environment, charge string) (Order, error)
	// FindOrderOfPayment is [Ledger.FindOrderOfPayment] outside of one.
	FindOrderOfPayment(ctx context.Context, id PaymentID) (Order, error)
	// HasPaid reports whether a payment that was made since then has brought
	// money which was not sent back in full.
	HasPaid(ctx context.Context, p Provider, env Environment, since time.Time) (bool, error)
}

// Change says that an order is at a version now: all that waiting pages are
// ever told. They fetch the truth.
type Change struct {
	OrderID OrderID
	Version int64
}

// Publisher tells waiting pages of changes. Publish never blocks and is called
// after the commit; a lost call makes a page later, never wrong.
type Publisher interface {
	Publish(changes ...Change)
}
