package shop

import (
	"net/http"
	"time"
)

// Verdict is what became of an event.
type Verdict string

// The verdicts. Received is the only one that still asks for work.
const (
	Received Verdict = "received" // stored, not yet worked off
	Settled  Verdict = "settled"  // it changed an order
	Absorbed Verdict = "absorbed" // it told us nothing new
	Foreign  Verdict = "foreign"  // it belongs to no payment of this shop
	Ignored  Verdict = "ignored"  // its type says nothing about payments
	Mismatch Verdict = "mismatch" // it names our payment, but does not fit it
	Dead     Verdict = "dead"     // it could not be worked off and is given up
)

// Verdicts returns every verdict.
func Verdicts() []Verdict {
	return []Verdict{Received, Settled, Absorbed, Foreign, Ignored, Mismatch, Dead}
}

// Event is one webhook as received: raw bytes, headers, verdict, and what
// became of it.
type Event struct {
	Seq         int64 // our own running number, in order of arrival
	Provider    Provider
	Environment Environment
	ID          string // the provider's event id, else the SHA-256 of the body
	Type        string
	Header      http.Header
	Body        []byte
	ReceivedAt  time.Time
	Duplicates  int // how often it came again
	Verdict     Verdict
	OrderID     OrderID
	Note        string // why, in words, for the merchant
	Attempts    int    // failed tries to work it off
	WorkedAt    time.Time
	History     string // a line for each replay: what had become of it before
}

// EventChoice chooses events: those for which all that is not zero holds.
type EventChoice struct {
	Seq     int64 // the one with this number
	Verdict Verdict
	Type    string
	Order   OrderID
	Since   time.Time // received then or later
	Failed  bool      // given up, or failed and to be tried again
}

// Delivery is an HTTP request to a webhook route, before anyone believes it.
type Delivery struct {
	Provider Provider
	Header   http.Header
	Body     []byte // the bytes that came in, untouched
}

// Envelope is what [Gateway.Verify] reads from a delivery: whose it is and
// what it is called, not yet what it says.
type Envelope struct {
	Environment Environment
	ID          string
	Type        string
}
