package main

import (
	"strings"
	"testing"
)

// charged reads charges as "waiting detected confirmed, waiting expired". What
// stands behind a bar could not be told to the shop.
func charged(text string) []charge {
	var all []charge
	for _, one := range strings.Split(text, ", ") {
		if one == "" {
			continue
		}
		var c charge
		told, untold, _ := strings.Cut(one, "|")
		c.Untold = len(strings.Fields(untold))
		for _, step := range strings.Fields(told + untold) {
			state, exception, _ := strings.Cut(step, "/")
			c.Steps = append(c.Steps, standing{state, exception})
		}
		all = append(all, c)
	}
	return all
}

func TestJudge(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		shown    standing
		charges  string
		payments int
		gaveUp   bool
		want     verdict
	}{
		{"paid", standing{"confirmed", ""}, "waiting detected confirmed", 1, false, verdictRight},
		{"paid and not heard of", standing{"waiting", ""}, "waiting detected confirmed", 1, false, verdictLost},
		{"seen and not heard of", standing{"waiting", ""}, "waiting detected", 1, false, verdictLost},
		{"confirmed without a payment", standing{"confirmed", ""}, "waiting detected", 1, false, verdictInvented},
		{"confirmed without a charge", standing{"confirmed", ""}, "", 1, false, verdictInvented},
		{"underpaid is not paid", standing{"confirmed", ""}, "waiting detected unresolved/underpaid", 1, false, verdictInvented},
		{"underpaid", standing{"unresolved", "underpaid"}, "waiting detected unresolved/underpaid", 1, false, verdictRight},
		{"underpaid, said to be overpaid", standing{"unresolved", "overpaid"}, "waiting detected unresolved/underpaid", 1, false, verdictLost},
		{"underpaid, accepted", standing{"confirmed", ""}, "waiting detected unresolved/underpaid confirmed", 1, false, verdictRight},
		{"expired and not heard of", standing{"waiting", ""}, "waiting expired", 1, false, verdictStale},
		{"second try paid", standing{"confirmed", ""}, "waiting expired, waiting detected confirmed", 2, false, verdictRight},
		{"second try waits", standing{"waiting", ""}, "waiting expired, waiting", 2, false, verdictRight},
		{"second try hides the first's payment", standing{"waiting", ""}, "waiting detected confirmed, waiting", 2, false, verdictLost},
		{"second try never made", standing{"opening", ""}, "waiting expired", 2, false, verdictRight},
		{"only try never made", standing{"failed", ""}, "", 1, false, verdictRight},
		{"made, and not heard of", standing{"opening", ""}, "waiting", 1, false, verdictStale},
		{"given up here", standing{"canceled", ""}, "waiting", 1, true, verdictRight},
		{"given up here after tries that were never made", standing{"failed", ""}, "waiting", 3, true, verdictRight},
		{"given up here after a try that expired", standing{"expired", ""}, "waiting expired, waiting", 2, true, verdictRight},
		{"never made and not given up", standing{"failed", ""}, "waiting", 3, false, verdictStale},
		{"given up here, seen there", standing{"failed", ""}, "waiting detected", 3, true, verdictLost},
		{"canceled by nobody", standing{"canceled", ""}, "waiting", 1, false, verdictStale},
		{"given up here, paid there", standing{"canceled", ""}, "waiting detected confirmed", 1, true, verdictLost},
		{"paid twice, all heard", standing{"confirmed", ""}, "waiting detected confirmed unresolved/multiple", 1, false, verdictRight},
		{"paid twice, the end heard", standing{"unresolved", "multiple"}, "waiting detected confirmed unresolved/multiple", 1, false, verdictLost},
		{"refunded", standing{"refunded", ""}, "waiting detected confirmed refunded", 1, false, verdictRight},
		{"refunded and not heard of", standing{"confirmed", ""}, "waiting detected confirmed refunded", 1, false, verdictStale},
		{"refunded in part", standing{"partly_refunded", ""}, "waiting detected confirmed partly_refunded", 1, false, verdictRight},
		{"refunded in part, said to be whole", standing{"refunded", ""}, "waiting detected confirmed partly_refunded", 1, false, verdictStale},
		{"refunded in two parts", standing{"refunded", ""}, "waiting detected confirmed partly_refunded refunded", 1, false, verdictRight},
		{"refunded, the first part heard", standing{"partly_refunded", ""}, "waiting detected confirmed partly_refunded refunded", 1, false, verdictStale},
		{"refunded and not even paid here", standing{"detected", ""}, "waiting detected confirmed refunded", 1, false, verdictLost},
		{"a refund that nobody made", standing{"partly_refunded", ""}, "waiting detected confirmed", 1, false, verdictStale},
		{"a refund of nothing", standing{"refunded", ""}, "waiting", 1, false, verdictInvented},
		{"refunded at one, paid at the other", standing{"confirmed", ""}, "waiting detected confirmed, waiting detected confirmed refunded", 2, false, verdictRight},
		{"refunded at one, expired at the other", standing{"refunded", ""}, "waiting expired, waiting detected confirmed refunded", 2, false, verdictRight},
		{"paid twice, not heard of", standing{"detected", ""}, "waiting detected confirmed unresolved/multiple", 1, false, verdictLost},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := judge(c.shown, charged(c.charges), c.payments, c.gaveUp); got != c.want {
				t.Errorf("judge = %q, want %q; expected were %v", got, c.want, expected(charged(c.charges), c.payments, c.gaveUp))
			}
		})
	}
}

// TestHold: what could not be told to the shop it need not know, but what it
// shows instead is a step that there was.
func TestHold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name           string
		shown          standing
		flags, charges string
		gaveUp         bool
		want           verdict
		twice          bool
	}{
		{"all told", standing{"confirmed", ""}, "", "waiting detected confirmed", false, verdictRight, false},
		{"all told and not shown", standing{"detected", ""}, "", "waiting detected confirmed", false, verdictLost, false},
		{"untold and not known", standing{"waiting", ""}, "", "waiting | detected confirmed", false, verdictRight, false},
		{"untold, known on the way", standing{"detected", ""}, "", "waiting | detected confirmed", false, verdictRight, false},
		{"untold, known all the same", standing{"confirmed", ""}, "", "waiting | detected confirmed", false, verdictRight, false},
		{"the end untold, the step before it not known", standing{"waiting", ""}, "", "waiting detected | confirmed", false, verdictLost, false},
		{"the end untold, one that never was shown", standing{"expired", ""}, "", "waiting detected | confirmed", false, verdictLost, false},
		{"confirmed without money", standing{"confirmed", ""}, "", "waiting | detected", false, verdictInvented, false},
		{"canceled there, where no webhook tells", standing{"waiting", ""}, "", "waiting | canceled", false, verdictRight, false},
		{"nothing told at all", standing{"opening", ""}, "", "| waiting", false, verdictRight, false},
		{"nothing told at all, failed by itself", standing{"failed", ""}, "", "| waiting", false, verdictStale, false},
		{"nothing told at all, given up", standing{"canceled", ""}, "", "| waiting", true, verdictRight, false},
		{"nothing told at all, canceled by nobody", standing{"canceled", ""}, "", "| waiting", false, verdictStale, false},
		{"one untold, the other paid", standing{"confirmed", ""}, "", "waiting | expired, waiting detected confirmed", false, verdictRight, false},
		{"one untold hides no payment of the other", standing{"waiting", ""}, "", "waiting | expired, waiting detected confirmed", false, verdictLost, false},
		{"paid twice, one untold, flagged", standing{"confirmed", ""}, "paid_twice", "waiting | detected confirmed, waiting confirmed", false, verdictRight, false},
		{"paid twice, one untold, not flagged", standing{"confirmed", ""}, "", "waiting | detected confirmed, waiting confirmed", false, verdictRight, false},
		{"paid twice, both told, not flagged", standing{"confirmed", ""}, "", "waiting detected confirmed, waiting confirmed", false, verdictRight, true},
		{"flagged, but neither was paid", standing{"waiting", ""}, "paid_twice", "waiting | detected, waiting", false, verdictLost, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			all := charged(c.charges)
			got, again := hold(order{Standing: c.shown, Flags: c.flags, Payments: len(all)}, all, c.gaveUp)
			if got != c.want || (again != "") != c.twice {
				t.Errorf("hold = %q, %q; want %q, twice %t", got, again, c.want, c.twice)
			}
		})
	}
}

func TestTwice(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, flags, charges string
		wrong                bool
	}{
		{"paid once", "", "waiting confirmed, waiting expired", false},
		{"paid twice and told", "mismatch,paid_twice", "waiting confirmed, waiting confirmed", false},
		{"paid twice and not told", "mismatch", "waiting confirmed, waiting confirmed", true},
		{"paid once and told twice", "paid_twice", "waiting confirmed, waiting", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := twice(order{Flags: c.flags}, charged(c.charges)); (got != "") != c.wrong {
				t.Errorf("twice = %q", got)
			}
		})
	}
}
