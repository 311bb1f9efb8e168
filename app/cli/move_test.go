package cli_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// fate is what happens to an order, and how it must end. The words are those of
// [sale.live].
type fate struct {
	name     string
	charges  int    // how many orders of the product that is paid by charge
	embedded int    // and of the one that is paid by checkout
	framed   int    // of these, whose charge is begun inside the checkout's frame
	cut      string // the trouble that its opening meets
	here     string // happens while its provider takes new payments
	open     string // how it is known at the switch; "" where it is over by then
	away     string // happens while no till runs
	there    string // happens when another provider takes new payments
	back     string // happens when it is the first again
	ends     string
	flags    string
	has      string // what the provider has in the end, the oldest first
}

// commerceFates leave 20 charges and 20 checkouts open at the switch.
func commerceFates() []fate {
	const reset, fails = `{"kind":"reset","api":"charges","after":true,"times":1}`, `{"kind":"server_error","api":"charges","after":true,"times":1}`
	const never = `{"kind":"reset","api":"charges","times":1}`
	return []fate{
		{name: "its answer was cut", charges: 1, cut: reset, open: "opening", there: "pay", ends: "confirmed", has: "COMPLETED"},
		{name: "its answer was an error", embedded: 1, cut: fails, open: "opening", there: "pay", ends: "confirmed", has: "COMPLETED"},
		{name: "it never came to be", charges: 1, embedded: 1, cut: never, open: "opening", ends: "failed"},
		{name: "paid after the switch", charges: 2, embedded: 2, framed: 1, open: "waiting", there: "pay", ends: "confirmed", has: "COMPLETED"},
		{name: "paid after the switch back", charges: 1, embedded: 1, open: "waiting", back: "pay", ends: "confirmed", has: "COMPLETED"},
		{name: "seen before, confirmed after", charges: 2, embedded: 2, framed: 1, here: "detect", open: "detected", there: "confirm", ends: "confirmed", has: "COMPLETED"},
		{name: "seen before, confirmed meanwhile", charges: 2, embedded: 2, framed: 1, here: "detect", open: "detected", away: "confirm", ends: "confirmed", has: "COMPLETED"},
		{name: "paid meanwhile", charges: 2, embedded: 2, framed: 1, open: "waiting", away: "pay", ends: "confirmed", has: "COMPLETED"},
		{name: "paid meanwhile, nobody told", charges: 2, embedded: 1, open: "waiting", away: "lose pay", ends: "confirmed", has: "COMPLETED"},
		{name: "begun and paid in its frame meanwhile, nobody told", embedded: 1, open: "waiting", away: "begin lose pay", ends: "confirmed", has: "NEW COMPLETED"},
		{name: "paid after, nobody told", charges: 2, embedded: 2, framed: 1, open: "waiting", there: "lose pay", ends: "confirmed", has: "COMPLETED"},
		{name: "underpaid after", charges: 1, embedded: 1, open: "waiting", there: "underpay", ends: "unresolved underpaid", has: "UNRESOLVED"},
		{name: "underpaid meanwhile, accepted after", charges: 1, embedded: 1, framed: 1, open: "waiting", away: "underpay", there: "resolve", ends: "confirmed", has: "RESOLVED"},
		{name: "run out after", charges: 1, embedded: 1, open: "waiting", there: "expire", ends: "expired", has: "EXPIRED"},
		{name: "run out meanwhile", charges: 1, embedded: 1, open: "waiting", away: "expire", ends: "expired", has: "EXPIRED"},
		{name: "given up after", charges: 1, embedded: 1, open: "waiting", there: "give-up", ends: "canceled", has: "CANCELED"},

		{name: "run out before, paid late after", charges: 1, embedded: 1, here: "expire", there: "pay", ends: "unresolved delayed", has: "UNRESOLVED"},
		{name: "run out before, paid late meanwhile, nobody told", charges: 1, embedded: 1, here: "expire", away: "lose pay", ends: "unresolved delayed", has: "UNRESOLVED"},
		{name: "given up before", charges: 1, embedded: 1, here: "give-up", ends: "canceled", has: "CANCELED"},
		{name: "tried again after", charges: 1, embedded: 1, here: "expire", there: "retry pay", ends: "confirmed", has: "EXPIRED COMPLETED"},
		{name: "tried again after, and paid at both", charges: 1, embedded: 1, here: "expire", there: "retry pay old-pay", ends: "confirmed", flags: "paid_twice", has: "UNRESOLVED COMPLETED"},
		{name: "tried again after, and paid where it was begun", charges: 1, embedded: 1, here: "expire", there: "retry old-pay old-resolve", ends: "confirmed", has: "RESOLVED ACTIVE"},
	}
}

// businessFates likewise; Business tells of money that was seen only when asked.
func businessFates() []fate {
	const reset = `{"kind":"reset","api":"business","after":true,"times":1}`
	return []fate{
		{name: "its first answer was cut", charges: 1, embedded: 1, cut: reset, open: "waiting", there: "pay", ends: "confirmed", has: "COMPLETED"},
		{name: "paid after the switch back", charges: 3, embedded: 3, open: "waiting", there: "pay", ends: "confirmed", has: "COMPLETED"},
		{name: "seen before, confirmed after", charges: 3, embedded: 3, here: "detect", open: "detected", there: "confirm", ends: "confirmed", has: "COMPLETED"},
		{name: "seen before, confirmed meanwhile", charges: 3, embedded: 3, here: "detect", open: "detected", away: "confirm", ends: "confirmed", has: "COMPLETED"},
		{name: "paid meanwhile", charges: 3, embedded: 3, open: "waiting", away: "pay", ends: "confirmed", has: "COMPLETED"},
		{name: "paid meanwhile, nobody told", charges: 2, embedded: 2, open: "waiting", away: "lose pay", ends: "confirmed", has: "COMPLETED"},
		{name: "paid after, nobody told", charges: 1, embedded: 1, open: "waiting", there: "lose pay", ends: "confirmed", has: "COMPLETED"},
		{name: "run out after", charges: 1, embedded: 1, open: "waiting", there: "expire", ends: "expired", has: "EXPIRED"},
		{name: "run out meanwhile", charges: 1, embedded: 1, open: "waiting", away: "expire", ends: "expired", has: "EXPIRED"},
		{name: "its transfer failed after", charges: 1, embedded: 1, here: "detect", open: "detected", there: "fail", ends: "failed", has: "FAILED"},
		{name: "given up after", charges: 1, embedded: 1, open: "waiting", there: "give-up", ends: "canceled", has: "DEACTIVATED"},

		{name: "run out before, tried again after", charges: 1, embedded: 1, here: "expire", there: "retry pay", ends: "confirmed", has: "EXPIRED COMPLETED"},
		{name: "paid before, sent back meanwhile", charges: 1, embedded: 1, here: "pay", away: "refund", ends: "refunded", has: "REFUNDED"},
	}
}

// destined is an order and its fate.
type destined struct {
	*sale
	fate

	product string
}

// TestAMoveLeavesNothingBehind switches the provider in the midst of everything,
// and back again.
func TestAMoveLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	m := newMove(t, "TILL_COINBASE_CALLS_PER_MINUTE=3000")
	m.start("commerce")
	commerce := m.sell(commerceFates())
	m.leave(commerce)
	if errs := m.till.log.errors(); len(errs) != 4 {
		t.Errorf("4 openings were cut, and the log tells of %d errors:\n%s", len(errs), strings.Join(errs, "\n"))
	}
	m.pass(commerce, "business")
	m.settle(commerce, func(f fate) bool { return f.back == "" })

	atBusiness := m.sell(businessFates())
	m.run("reconcile", "--once")
	m.leave(atBusiness)
	m.noError()
	m.pass(atBusiness, "commerce")
	for _, d := range commerce {
		d.live(d.back)
	}
	all := slices.Concat(commerce, atBusiness)
	m.settle(all, func(fate) bool { return true })
	m.delivered()
	m.noError()
	m.stop()
	m.judge(all)
	if errs := m.box.log.errors(); len(errs) > 0 {
		t.Errorf("the sandbox had troubles of its own: %s", strings.Join(errs, "\n"))
	}
}

// sell makes the orders of these fates, and lets happen what happens before the
// switch. Those whose opening is cut come last: so their trouble hits no other.
func (m *move) sell(fates []fate) []destined {
	m.t.Helper()
	var all []destined
	for _, cut := range []bool{false, true} {
		for _, f := range fates {
			if (f.cut != "") == cut {
				all = append(all, m.sellAll(f)...)
			}
		}
		m.quiet()
	}
	return all
}

func (m *move) sellAll(f fate) []destined {
	m.t.Helper()
	var all []destined
	for i := range f.charges + f.embedded {
		product, framed := "coffee", false
		if i >= f.charges {
			product, framed = "pastries", i-f.charges < f.framed
		}
		all = append(all, m.sellOne(f, product, framed))
	}
	return all
}

func (m *move) sellOne(f fate, product string, framed bool) destined {
	m.t.Helper()
	if f.cut != "" {
		m.trouble(`%s`, f.cut)
	}
	if f.open == "opening" && f.has != "" { // or the first webhook tells what the answer did not
		m.trouble(`{"kind":"drop","times":1}`)
	}
	d := destined{m.buy(product), f, product}
	if f.cut != "" {
		m.calm()
	}
	if framed {
		d.begin()
		d.has = "NEW " + d.has
	}
	d.live(d.here)
	return d
}

// leave wants the till to know what is open of these orders.
func (m *move) leave(all []destined) {
	m.t.Helper()
	open := map[string]int{}
	for _, d := range all {
		if d.open != "" {
			d.is(d.name+", at the switch", d.open)
			open[d.product]++
		}
	}
	if open["coffee"] != 20 || open["pastries"] != 20 {
		m.t.Errorf("open at the switch are %v, want 20 of each", open)
	}
}

// pass switches to another provider. Meanwhile more than a minute goes by.
func (m *move) pass(all []destined, provider string) {
	m.t.Helper()
	m.stop()
	for _, d := range all {
		d.live(d.away)
	}
	m.clock.release()
	m.clock.leap(61 * time.Second)
	m.start(provider)
	for _, d := range all {
		if strings.Contains(d.there, "retry") {
			d.is(d.name+", before it is tried again", "expired")
		}
		if d.open == "opening" && d.has != "" {
			d.is(d.name+", after the switch", "waiting")
		}
		d.live(d.there)
	}
}

// settle waits until the orders have ended as they must.
func (m *move) settle(all []destined, over func(fate) bool) {
	m.t.Helper()
	m.run("reconcile", "--once")
	for _, d := range all {
		if over(d.fate) {
			d.is(d.name, d.ends)
		}
	}
}

// delivered wants some webhooks not to have come at once.
func (m *move) delivered() {
	m.t.Helper()
	m.quiet()
	var all struct {
		Data []struct {
			Status   string
			Attempts int
		}
	}
	m.control(http.MethodGet, "deliveries?limit=1000", "", &all)
	again := 0
	for _, d := range all.Data {
		if d.Attempts > 1 {
			again++
		}
		if d.Status != "delivered" {
			m.t.Errorf("a webhook is %s", d.Status)
		}
	}
	if again < 20 {
		m.t.Errorf("only %d of %d webhooks found the till stopped", again, len(all.Data))
	}
}

// judge holds what the store has against the truth, and against what the
// merchant is told.
func (m *move) judge(all []destined) {
	m.t.Helper()
	kept, list := m.kept(), strings.Split(m.run("orders", "list", "--limit", "1000"), "\n")
	if len(kept) != len(all) {
		m.t.Errorf("%d orders were made and %d are kept", len(all), len(kept))
	}
	for _, d := range all {
		if truth := d.truth(); truth != d.has {
			m.t.Errorf("%s: the provider has %q, want %q", d.name, truth, d.has)
		}
		if flags := flagged(kept[d.id]); flags != d.flags {
			m.t.Errorf("%s: flagged %q, want %q", d.name, flags, d.flags)
		}
		state, _, _ := strings.Cut(d.ends, " ")
		if line := lineOf(list, d.id+" "); !strings.Contains(line, " "+state+" ") {
			m.t.Errorf("%s: it is listed as %q", d.name, line)
		}
	}
}

func (m *move) noError() {
	m.t.Helper()
	if errs := m.till.log.errors(); len(errs) > 0 {
		m.t.Error(strings.Join(errs, "\n"))
	}
}
