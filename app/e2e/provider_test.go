package e2e

import (
	"testing"
	"time"
)

// The providers, as the configuration names them.
const (
	atCommerce = "commerce"
	atBusiness = "business"
)

// provider is who takes the payments, with what differs between the two that
// there are. All else is the same promise, kept by the same test.
type provider struct {
	name     string
	things   string        // what control calls its payments
	given    string        // its status of a payment that was given up
	lifetime time.Duration // how long a payment waits, and a little more
	counts   string        // how the time left to pay begins, as a regular expression
	silent   bool          // it tells of nothing before a payment is over
	slowly   time.Duration // how long a payment takes that is surely seen on its way: who is silent is asked every five seconds
	leads    bool          // its page leads back to a shop without https, too
	frame    string        // JavaScript: what the page in our frame is found by, u being its address
	entry    string        // the first button of that page
	endings  []ending
}

// providers are both.
func providers() []provider {
	return []provider{{
		name: atCommerce, things: "charges", given: "CANCELED", lifetime: 61 * time.Minute, counts: "^5[0-9]:[0-9]{2}$",
		slowly: 3 * time.Second, leads: true, frame: `u.searchParams.get("buttonId")`, entry: beginButton, endings: commerceEndings,
	}, {
		// The hosted page is shown as it is, so nothing is added to its address and
		// there is no charge to be begun.
		name: atBusiness, things: "checkouts", given: "DEACTIVATED", lifetime: 25 * time.Hour, counts: "^23:5[0-9]:[0-9]{2}$",
		silent: true, slowly: 15 * time.Second, frame: `u.search === "" && /^.payment-links.pl_/.test(u.pathname) ? u.pathname : ""`, entry: payButton, endings: businessEndings,
	}}
}

// is reports whether something that one provider alone has is there; "" is what
// each has.
func (at provider) is(only string) bool { return only == "" || only == at.name }

// ending is a state an order is brought to by what happens to its payment.
type ending struct {
	name, state, exception string
	actions                []string // of control, each with its body behind a blank if it has one
	stage                  string   // what the provider's page is then called
}

// commerceEndings are all but the one by giving up.
var commerceEndings = []ending{
	{"waiting", "waiting", "", nil, "waiting"},
	{"detected", "detected", "", []string{"detect"}, "confirming"},
	{"confirmed", "confirmed", "", []string{"pay"}, "paid"},
	{"expired", "expired", "", []string{"expire"}, "expired"},
	{"failed", "failed", "", []string{"fail"}, "failed"},
	{"underpaid", "unresolved", "underpaid", []string{"underpay"}, "underpaid"},
	{"overpaid", "unresolved", "overpaid", []string{"overpay"}, "overpaid"},
	{"delayed", "unresolved", "delayed", []string{"expire", "pay"}, "late"},
	{"multiple", "unresolved", "multiple", []string{"twice"}, "multiple"},
}

// businessEndings are fewer where a payment is too small, too much or too late,
// which its checkouts never are; instead their money can be sent back.
var businessEndings = []ending{
	{"waiting", "waiting", "", nil, "waiting"},
	{"detected", "detected", "", []string{"detect"}, "confirming"},
	{"confirmed", "confirmed", "", []string{"pay"}, "paid"},
	{"expired", "expired", "", []string{"expire"}, "expired"},
	{"failed", "failed", "", []string{"fail"}, "failed"},
	{"partly-refunded", "partly_refunded", "", []string{"pay", halfBack}, "partly_refunded"},
	{"refunded", "refunded", "", []string{"pay", "refund"}, "refunded"},
}

// halfBack has control send a part of the money back.
const halfBack = `refund {"amount":"1.50"}`

// place is a browser, and the provider at which a promise is kept in it.
type place struct {
	*browser
	provider
}

// startTill runs `till serve` with the place's provider.
func (p place) startTill(t *testing.T, env ...string) *till {
	t.Helper()
	return startTill(t, p.provider, env...)
}

// newTill prepares a till with the place's provider.
func (p place) newTill(t *testing.T, command string, env ...string) *till {
	t.Helper()
	return newTill(t, p.provider, command, env...)
}

// buyer opens a tab of somebody whom the shop has never seen: with cookies and
// storage of his own.
func (p place) buyer(t *testing.T) *tab {
	t.Helper()
	w := p.browser.buyer(t)
	w.at = p.provider
	return w
}
