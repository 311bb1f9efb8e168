package shop_test

import (
	"slices"
	"testing"
	"time"

	"till/app/shop"
)

// TestARefundKnownBeforeTheCallIsNotOurs, however late it is told what became of
// it: money that was to go back would not go.
func TestARefundKnownBeforeTheCallIsNotOurs(t *testing.T) {
	t.Parallel()
	for _, before := range []shop.RefundOutcome{shop.RefundPending, shop.RefundCompleted} {
		t.Run(string(before), func(t *testing.T) {
			t.Parallel()
			c, b := newCounter(t, willing), &bank{answer: failed(shop.Unanswered)}
			c.paidOrder(t, confirmed)
			dashboard := note(t, "rf-dash", "1", before)
			dashboard.At = c.Now()
			c.settle(t, said(t, shop.Confirmed, "0", dashboard))
			c.pass(time.Minute)
			desk := refundDesk(c, b)
			if _, err := desk.Ask(t.Context(), wish("1")); err == nil {
				t.Fatal("no error")
			}
			c.pass(time.Minute)
			dashboard.Outcome = shop.RefundCompleted
			told := said(t, shop.PartlyRefunded, "1", dashboard)
			told.Steps = 2
			c.settle(t, told)
			c.pass(time.Minute)
			b.answer = as(shop.RefundPending)
			result, err := desk.Ask(t.Context(), wish("1"))
			if err != nil || result.Before || len(b.asked) != 2 {
				t.Fatalf("repeated: %+v, %v, asked %d times", result, err, len(b.asked))
			}
			if others := b.asked[1].Others; !slices.Equal(others, []string{"rf-dash"}) {
				t.Errorf("it may be any but %v, want rf-dash", others)
			}
		})
	}
}

// TestARefundThatFailsInTheSameMomentIsTold, though the provider's time for the
// checkout has not moved.
func TestARefundThatFailsInTheSameMomentIsTold(t *testing.T) {
	t.Parallel()
	c := newCounter(t, willing)
	id := c.paidOrder(t, confirmed).ID
	for i, step := range []struct {
		outcome   shop.RefundOutcome
		refunding bool
	}{{shop.RefundPending, true}, {shop.RefundFailed, false}} {
		before := c.order(t, id).Version
		told := said(t, shop.Confirmed, "0", note(t, "rf-1", "1", step.outcome))
		told.Steps = i + 1
		c.settle(t, told)
		order := c.order(t, id)
		if order.Version == before || order.Current().Refunding != step.refunding {
			t.Errorf("%s: version %d after %d, on its way: %t", step.outcome, order.Version, before, order.Current().Refunding)
		}
	}
}
