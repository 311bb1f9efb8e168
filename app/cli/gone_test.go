package cli_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// gone is the trouble of a Commerce API that was switched off for good.
const gone = `{"kind":"gone","api":"charges"}`

// goneFates are orders begun at a Commerce that then is gone: "there" happens
// while nobody knows yet whether for good, "back" after it was believed. Nothing
// that waits is heard of again, or its own webhook would end it.
func goneFates() []fate {
	const reset, never = `{"kind":"reset","api":"charges","after":true,"times":1}`, `{"kind":"reset","api":"charges","times":1}`
	return []fate{
		{name: "waiting", charges: 1, here: "lose", open: "waiting", ends: "unresolved unverified", flags: "unverified"},
		{name: "waiting for its checkout", embedded: 1, here: "lose", open: "waiting", ends: "unresolved unverified", flags: "unverified"},
		{name: "begun in the frame", embedded: 1, here: "lose begin lose", open: "waiting", ends: "unresolved unverified", flags: "unverified"},
		{name: "seen", charges: 1, here: "detect", open: "detected", ends: "unresolved unverified", flags: "unverified"},
		{name: "its answer was cut", charges: 1, cut: reset, has: "NEW", here: "lose", open: "opening", ends: "unresolved unverified", flags: "unverified"},
		{name: "it never came to be", charges: 1, cut: never, open: "opening", ends: "unresolved unverified", flags: "unverified"},

		{name: "run out before", charges: 1, here: "expire", open: "expired", ends: "expired"},
		{name: "given up before", charges: 1, here: "give-up", open: "canceled", ends: "canceled"},
		{name: "underpaid before", charges: 1, here: "underpay", open: "unresolved underpaid", ends: "unresolved underpaid"},
		{name: "paid meanwhile", charges: 1, there: "pay", open: "confirmed", ends: "confirmed"},
		{name: "confirmed meanwhile", embedded: 1, framed: 1, here: "detect", there: "confirm", open: "confirmed", ends: "confirmed"},
		{name: "given up meanwhile", charges: 1, there: "lose give-up", open: "canceled", ends: "canceled"},
		{name: "tried again meanwhile", charges: 1, embedded: 1, here: "expire", there: "retry pay", open: "confirmed", ends: "confirmed"},
		{name: "confirmed when nobody expected it", charges: 1, here: "detect", open: "detected", back: "confirm", ends: "confirmed", flags: "unverified"},
		{name: "tried again in the end", embedded: 1, here: "expire", open: "expired", back: "retry pay", ends: "confirmed"},
	}
}

// goneFatesOfBusiness are of orders that are made after the move.
func goneFatesOfBusiness() []fate {
	return []fate{
		{name: "waiting at Business", charges: 1, embedded: 1, open: "waiting", ends: "expired"}, // after a day
		{name: "seen at Business", charges: 1, here: "detect", open: "detected", back: "confirm", ends: "confirmed"},
		{name: "paid at Business", charges: 1, embedded: 1, here: "pay", open: "confirmed", ends: "confirmed"},
		{name: "paid at Business, nobody told", charges: 1, embedded: 1, here: "lose pay", open: "confirmed", ends: "confirmed"},
	}
}

// TestACommerceThatIsGoneIsGivenUpAfterADay, and only what nobody can tell of.
func TestACommerceThatIsGoneIsGivenUpAfterADay(t *testing.T) {
	t.Parallel()
	m := newMove(t)
	m.start("commerce")
	all := m.sell(goneFates())
	m.stop()
	m.clock.release()
	m.trouble("%s", gone)
	m.start("business")
	for _, d := range all {
		d.live(d.there)
	}
	all = append(all, m.sell(goneFatesOfBusiness())...)
	m.run("reconcile", "--once")
	for _, d := range all {
		d.is(d.name+", at first", d.open)
	}

	for range 3 { // a day, but for a moment
		before := m.asked("error")
		m.hours(8, -time.Minute)
		m.unanswered(before + 7)
	}
	for _, d := range all {
		if d.open != "waiting" || d.ends != "expired" { // that is Business's own day
			d.is(d.name+", before a day is over", d.open)
		}
	}
	m.hours(2, 0)
	for _, d := range all {
		if d.back != "" {
			continue
		}
		d.is(d.name+", when a day is over", d.ends)
	}
	m.tell(all)
	for _, d := range all {
		d.live(d.back)
		d.is(d.name, d.ends)
	}
	fresh := m.buy("coffee")
	fresh.live("pay")
	fresh.is("bought in the end", "confirmed")
	m.noError()
	m.stop()
	kept := m.kept()
	for _, d := range all {
		if flags := flagged(kept[d.id]); flags != d.flags {
			t.Errorf("%s: flagged %q, want %q", d.name, flags, d.flags)
		}
	}
}

// hours lets hours go by for the till and the sandbox, more or less.
func (m *move) hours(n int, more time.Duration) {
	m.t.Helper()
	m.clock.leap(time.Duration(n)*time.Hour + more)
	m.control(http.MethodPost, "clock", `{"advance":"0s"}`, nil) // it looks at its clock
}

// unanswered waits until the provider has left so many questions unanswered since
// the till's start.
func (m *move) unanswered(n int) {
	m.t.Helper()
	eventually(m.t, fmt.Sprintf("%d questions are unanswered", n), func() bool { return m.asked("error") >= n })
}

// asked counts the till's questions by what came of them.
func (m *move) asked(result string) int {
	m.t.Helper()
	_, page := ask(m.t, http.MethodGet, m.till.shop+"/metrics", "")
	match := regexp.MustCompile(`till_reconcile_total\{result="` + result + `"\} (\d+)`).FindStringSubmatch(page)
	if match == nil {
		m.t.Fatalf("no questions are counted in %s", page)
	}
	n, err := strconv.Atoi(match[1])
	must(m.t, err)
	return n
}

// tell wants the buyer and the merchant to be told of what was given up, and of
// nothing else.
func (m *move) tell(all []destined) {
	m.t.Helper()
	const advice = "Coinbase no longer tells what became of charge"
	for _, d := range all {
		given := d.flags == "unverified"
		_, page := ask(m.t, http.MethodGet, m.till.shop+"/orders/"+d.id, "")
		if strings.Contains(page, `data-exception="unverified"`) != given {
			m.t.Errorf("%s: its page says\n%s", d.name, page)
		}
		if shown := m.run("orders", "show", d.id); strings.Contains(shown, advice) != given {
			m.t.Errorf("%s: the merchant is told\n%s", d.name, shown)
		}
	}
}

// TestAGoneCommerceSlowsNoOther on a clock that is held: no budget is ever
// filled up again, and Commerce's is used up. What nobody told of at Business is
// asked about all the same.
func TestAGoneCommerceSlowsNoOther(t *testing.T) {
	t.Parallel()
	m := newMove(t, "TILL_COINBASE_CALLS_PER_MINUTE=15")
	m.start("commerce")
	for range 5 {
		m.buy("coffee")
	}
	m.stop()
	m.trouble("%s", gone)
	m.start("business")
	eventually(t, "Commerce's budget is used up", func() bool { return m.asked("budget") > 2 })
	s := m.buy("coffee")
	s.live("lose pay")
	m.run("reconcile", "--once")
	s.is("paid at Business, nobody told", "confirmed")
	m.noError()
}

// TestAGoneCommerceIsGivenUpInTimeByATillThatIsRestarted each day: it never hears
// for a whole day that Commerce is gone, and waits for the end of the last day on
// which Commerce could have told.
func TestAGoneCommerceIsGivenUpInTimeByATillThatIsRestarted(t *testing.T) {
	t.Parallel()
	m := newMove(t)
	m.start("commerce")
	const reset = `{"kind":"reset","api":"charges","after":true,"times":1}`
	all := m.sell([]fate{
		{name: "waiting", charges: 1, here: "lose", open: "waiting", ends: "unresolved unverified", flags: "unverified"},
		{name: "begun in the frame", embedded: 1, here: "lose begin lose", open: "waiting", ends: "unresolved unverified", flags: "unverified"},
		{name: "seen", charges: 1, here: "detect", open: "detected", ends: "unresolved unverified", flags: "unverified"},
		{name: "its answer was cut", charges: 1, cut: reset, has: "NEW", here: "lose", open: "opening", ends: "unresolved unverified", flags: "unverified"},
		{name: "run out before", charges: 1, here: "expire", open: "expired", ends: "expired", flags: "unverified"}, // or paid late, nobody knows
		{name: "paid after days", charges: 1, here: "detect", open: "detected", there: "confirm", ends: "confirmed"},
	})
	m.stop()
	m.clock.release()
	m.trouble("%s", gone)
	for day := range 9 {
		m.start("business")
		if day < 8 {
			m.unanswered(5)
		}
		for _, d := range all {
			switch {
			case day < 8 && (day < 5 || d.there == ""):
				d.is(fmt.Sprintf("%s, on day %d", d.name, day), d.open)
			default:
				d.is(fmt.Sprintf("%s, on day %d", d.name, day), d.ends)
			}
			if day == 4 {
				d.live(d.there)
			}
		}
		if day == 8 {
			eventually(t, "nobody asks any more", func() bool { return m.open(all) == 0 })
		}
		m.noError()
		m.stop()
		m.hours(24, 0)
	}
	kept := m.kept()
	for _, d := range all {
		if flags := flagged(kept[d.id]); flags != d.flags {
			t.Errorf("%s: flagged %q, want %q", d.name, flags, d.flags)
		}
	}
}

// open counts the payments that will be asked about again.
func (m *move) open(all []destined) int {
	m.t.Helper()
	n, kept := 0, m.kept()
	for _, d := range all {
		for _, p := range kept[d.id].Payments {
			if !p.AskAt.IsZero() {
				n++
			}
		}
	}
	return n
}
