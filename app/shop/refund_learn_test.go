package shop_test

import (
	"testing"
	"time"

	"till/app/shop"
)

// TestAnUnclearRefundIsAskedAbout until somebody knows what came of it; nobody
// sends it again by himself.
func TestAnUnclearRefundIsAskedAbout(t *testing.T) {
	t.Parallel()
	c, b := newCounter(t, willing), &bank{}
	o := c.paidOrder(t, confirmed)
	b.answer = func(shop.RefundRequest) (shop.RefundOutcome, error) {
		if p := c.order(t, o.ID).Payments[0]; !p.AskAt.Equal(c.Now().Add(15*time.Second)) || !p.MayChange() {
			t.Errorf("in the midst of the call it is asked about at %s", p.AskAt)
		}
		return failed(shop.Unanswered)(shop.RefundRequest{})
	}
	if _, err := refundDesk(c, b).Ask(t.Context(), wish("1")); err == nil {
		t.Fatal("no error")
	}
	for range 20 {
		p := c.order(t, o.ID).Payments[0]
		if !p.MayChange() || p.AskAt.IsZero() || p.AskAt.Sub(c.Now()) > 6*time.Hour {
			t.Fatalf("at %s the payment is %+v", c.Now(), p)
		}
		c.pass(7 * time.Hour)
		c.inquire(t, o)
	}
	if len(b.asked) != 1 {
		t.Errorf("it was sent %d times", len(b.asked))
	}
	c.pass(31 * 24 * time.Hour)
	for range 2 { // for a last word, which nobody has
		c.inquire(t, o)
		c.pass(25 * time.Hour)
	}
	if p := c.order(t, o.ID).Payments[0]; !p.AskAt.IsZero() {
		t.Errorf("after a month it is asked about at %s", p.AskAt)
	}
}

// TestWhatAnUnclearRefundCameToIsLearned without repeating the command, though
// no answer and no webhook names our key.
func TestWhatAnUnclearRefundCameToIsLearned(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		amount string
		o      shop.RefundOutcome
		at     time.Duration // after it was asked for
		ours   bool
	}{
		"it is on its way":     {"1", shop.RefundPending, time.Second, true},
		"it is there":          {"1.00", shop.RefundCompleted, time.Second, true},
		"its clock is behind":  {"1", shop.RefundPending, -4 * time.Minute, true},
		"another sum":          {"1.01", shop.RefundCompleted, time.Second, false},
		"one of before":        {"1", shop.RefundCompleted, -6 * time.Minute, false},
		"one that failed":      {"1", shop.RefundFailed, time.Second, false},
		"one without its time": {"1", shop.RefundPending, -10000 * time.Hour, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, b := newCounter(t, willing), &bank{answer: failed(shop.Unanswered)}
			o := c.paidOrder(t, confirmed)
			if _, err := refundDesk(c, b).Ask(t.Context(), wish("1")); err == nil {
				t.Fatal("no error")
			}
			n := note(t, "rf-1", tc.amount, tc.o)
			if tc.at > -time.Hour {
				n.At = c.Now().Add(tc.at)
			}
			twin := n
			twin.ID = "rf-2" // one is ours at most
			for range 2 {
				c.settle(t, said(t, shop.Confirmed, "0", n, twin))
			}
			all := c.refunds(t)
			mine := 0
			for _, r := range all {
				if r.ID == b.asked[0].ID && r.State == shop.RefundAnswered && r.ProviderID == "rf-1" && r.Outcome == tc.o {
					mine++
				}
			}
			if (mine == 1) != tc.ours || (tc.ours && len(all) != 2) || (!tc.ours && len(all) != 3) {
				t.Fatalf("noted %+v", all)
			}
			if open := !c.order(t, o.ID).Payments[0].RefundAskedAt.IsZero(); open == tc.ours {
				t.Errorf("a refund is unclear: %v", open)
			}
			b.answer = as(shop.RefundPending)
			result, err := refundDesk(c, b).Ask(t.Context(), wish("1"))
			if err != nil || result.Before != tc.ours || result.Refund.ID != b.asked[0].ID {
				t.Errorf("repeated: %+v, %v", result, err)
			}
		})
	}
}
