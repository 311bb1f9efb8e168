package main

import (
	"strings"
	"testing"
)

// charged reads charges as "waiting detected confirmed, waiting expired".
func charged(text string) []charge {
	var all []charge
	for _, one := range strings.Split(text, ", ") {
		if one == "" {
			continue
		}
		var c charge
		for _, step := range strings.Fields(one) {
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
