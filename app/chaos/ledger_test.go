package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestLedgerCountsWebhooks(t *testing.T) {
	t.Parallel()
	l := &ledger{}
	l.count(
		[]attempt{
			{Event: "a", Status: 200}, {Event: "a", Status: 200}, {Event: "b", Status: 503}, {Event: "b", Status: 200},
			{Event: "c", Status: 400}, {Event: "d"}, {Event: "e", Status: 200, Troubles: []string{"drop"}}, {Event: "f", Status: 200},
		},
		[]event{{ID: "a", Again: 1, Verdict: "settled"}, {ID: "b", Verdict: "dead"}, {ID: "g", Again: 2, Verdict: "absorbed"}},
	)
	if l.sent != 7 || l.accepted != 4 || l.unavailable != 1 || l.refused != 1 || l.unanswered != 1 {
		t.Errorf("counted %+v", l)
	}
	if l.events != 3 || l.duplicates != 3 {
		t.Errorf("%d events, %d duplicates; want 3 and 3", l.events, l.duplicates)
	}
	if l.broken(promiseStored) != 1 || !strings.Contains(l.wrongs[1].evidence, "event f") {
		t.Errorf("the event that is not stored: %v", l.wrongs)
	}
	if l.broken(promiseWorked) != 1 {
		t.Errorf("the event that was given up: %v", l.wrongs)
	}
}

// TestLedgerKnowsEventsWhoseNameWasNotSigned by what they are about, or by their
// body.
func TestLedgerKnowsEventsWhoseNameWasNotSigned(t *testing.T) {
	t.Parallel()
	v0 := []string{"v0_only"}
	for _, c := range []struct {
		name, stored string
		attempt      attempt
		want         int
	}{
		{"a payment", "69ab:checkout.payment.success", attempt{Event: "e", Charge: "69ab", Kind: "checkout.payment.success", Status: 200, Troubles: v0}, 0},
		{"a refund", "69ab:checkout.refund.success:r1:r2", attempt{Event: "e", Charge: "69ab", Kind: "checkout.refund.success", Status: 200, Troubles: v0}, 0},
		{"another event", "69ab:checkout.payment.success", attempt{Event: "e", Charge: "69ab", Kind: "checkout.refund.success", Status: 200, Troubles: v0}, 1},
		{"one that may come again", "5f0c", attempt{Event: "e", Charge: "69ab", Kind: "checkout.payment.failed", Status: 200, Troubles: v0, Digest: "5f0c"}, 0},
		{"another body", "5f0c", attempt{Event: "e", Charge: "69ab", Kind: "checkout.payment.failed", Status: 200, Troubles: v0, Digest: "a1e7"}, 1},
		{"a signed name", "69ab:checkout.payment.success", attempt{Event: "e", Charge: "69ab", Kind: "checkout.payment.success", Status: 200}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := &ledger{}
			l.count([]attempt{c.attempt}, []event{{ID: c.stored, Verdict: "settled"}})
			if got := l.broken(promiseStored); got != c.want {
				t.Errorf("%d not stored, want %d: %v", got, c.want, l.wrongs)
			}
		})
	}
}

func TestLedgerTellsItsEvidence(t *testing.T) {
	t.Parallel()
	l := &ledger{seed: 3}
	for range mostEvidence + 5 {
		l.accuse(promiseLost, "order %s", "abc")
	}
	l.accuse(promisePages, "page xyz")
	var out bytes.Buffer
	if err := l.print(&out); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "lost: order abc\n"); n != mostEvidence {
		t.Errorf("%d lines of the same kind, want %d", n, mostEvidence)
	}
	for _, want := range []string{"pages left wrong: page xyz\n", "lost                             15\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the ledger lacks %q:\n%s", want, &out)
		}
	}
	if head, line := len(summaryHead), len(l.summary()); head != line {
		t.Errorf("a line has %d cells, its head %d", line, head)
	}
}
