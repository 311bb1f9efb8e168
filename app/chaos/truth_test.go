package main

import (
	"slices"
	"strings"
	"testing"

	"till/app/coinbase/commerce"
)

// told reads webhooks as "charge:created charge:pending!", those with an
// exclamation mark dropped.
func told(text string) []notice {
	var all []notice
	for _, word := range strings.Fields(text) {
		name, dropped := strings.CutSuffix(word, "!")
		all = append(all, notice{Type: name, Dropped: dropped})
	}
	return all
}

func TestUntoldSteps(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		steps int
		told  string
		want  int
	}{
		{"all told", 3, "charge:created charge:pending charge:confirmed", 0},
		{"the end dropped", 3, "charge:created charge:pending charge:confirmed!", 1},
		{"dropped, but told by what came after", 3, "charge:created! charge:pending! charge:confirmed", 0},
		{"all dropped", 2, "charge:created! charge:failed!", 2},
		{"canceled, which no webhook tells", 2, "charge:created", 1},
		{"canceled, and the only webhook dropped", 2, "charge:created!", 2},
		{"one more webhook than steps were read", 1, "charge:created charge:pending!", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := untoldSteps(c.steps, told(c.told)); got != c.want {
				t.Errorf("untoldSteps = %d, want %d", got, c.want)
			}
		})
	}
}

func TestRefundsAreSteps(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, status, refunds, want string
	}{
		{"none", "COMPLETED", "", ""},
		{"all of it", "REFUNDED", "COMPLETED", "refunded"},
		{"a part", "PARTIALLY_REFUNDED", "COMPLETED", "partly_refunded"},
		{"two parts", "REFUNDED", "COMPLETED COMPLETED", "partly_refunded refunded"},
		{"a failed one", "COMPLETED", "FAILED", ""},
		{"one that came after a failed one", "REFUNDED", "FAILED COMPLETED", "refunded"},
		{"a failed one after it", "PARTIALLY_REFUNDED", "COMPLETED FAILED", "partly_refunded"},
		{"on its way", "COMPLETED", "PENDING", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := resource{Status: c.status}
			for _, status := range strings.Fields(c.refunds) {
				r.Refunds = append(r.Refunds, refund{Status: status})
			}
			var got []string
			for _, s := range refundsOf(r) {
				got = append(got, s.State)
			}
			if !slices.Equal(got, strings.Fields(c.want)) {
				t.Errorf("steps %v, want %q", got, c.want)
			}
		})
	}
}

func TestAnUnresolvedStepNamesItsProblem(t *testing.T) {
	t.Parallel()
	got := stepsOf([]commerce.Step{{Status: "NEW", Context: "OTHER"}, {Status: "UNRESOLVED", Context: "UNDERPAID"}})
	if want := []standing{{State: "waiting"}, {State: "unresolved", Exception: "underpaid"}}; !slices.Equal(got, want) {
		t.Errorf("steps %v, want %v", got, want)
	}
}

func TestAPageNamesWhatIsPaid(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, html, paid string
		what             act
		door             string
	}{
		{"a charge", `<a href="http://127.0.0.1:1/charges/ZX81ZX81">`, "ZX81ZX81", "pay", "/control/charges/ZX81ZX81/pay"},
		{"a checkout", `<a href="http://127.0.0.1:1/payment-links/pl_01m83mc72800bd0mq0dscd0r9h">`,
			"pl_01m83mc72800bd0mq0dscd0r9h", actRefundPart, "/control/checkouts/pl_01m83mc72800bd0mq0dscd0r9h/refund"},
		{"nothing", `<a href="/orders/x">`, "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			name := payName(c.html)
			if name != c.paid {
				t.Errorf("one pays %q, want %q", name, c.paid)
			}
			if path, _ := doorOf(name, c.what); c.door != "" && path != c.door {
				t.Errorf("its door is %s, want %s", path, c.door)
			}
		})
	}
}
