package shop_test

import (
	"testing"
	"time"

	"till/app/shop"
)

// TestARefundThatWasMadeUnseenIsNotMadeOnceMore by repeating its command, though
// that says --again: first the merchant learns that it was made.
func TestARefundThatWasMadeUnseenIsNotMadeOnceMore(t *testing.T) {
	t.Parallel()
	again := wish("1")
	again.Again = true
	for name, repeated := range map[string]shop.RefundWish{"with --again": again, "without": wish("1")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, b := newCounter(t, willing), &bank{answer: as(shop.RefundCompleted)}
			c.paidOrder(t, confirmed)
			desk := refundDesk(c, b)
			if _, err := desk.Ask(t.Context(), wish("1")); err != nil {
				t.Fatal(err)
			}
			c.pass(time.Hour)
			b.answer = failed(shop.Unanswered)
			cut, err := desk.Ask(t.Context(), again)
			if err == nil {
				t.Fatal("no error")
			}
			b.answer = as(shop.RefundCompleted)
			c.pass(10 * time.Second) // the running till asks
			c.settle(t, said(t, shop.PartlyRefunded, "1", note(t, "rf-2", "1", shop.RefundPending)))
			c.pass(time.Minute)
			result, err := desk.Ask(t.Context(), repeated)
			if err != nil || !result.Before || !result.Learned || result.Refund.ID != cut.Refund.ID || result.Refund.ProviderID != "rf-2" || len(b.asked) != 2 {
				t.Errorf("repeated: %+v, %v, asked %d times", result, err, len(b.asked))
			}
			result, err = desk.Ask(t.Context(), wish("1"))
			if err != nil || !result.Before || result.Learned || len(b.asked) != 2 {
				t.Errorf("once more: %+v, %v, asked %d times", result, err, len(b.asked))
			}
			result, err = desk.Ask(t.Context(), again)
			if err != nil || result.Before || len(b.asked) != 3 {
				t.Errorf("once more with --again: %+v, %v, asked %d times", result, err, len(b.asked))
			}
		})
	}
}

// TestARefundEndedByHandThatWasMadeCounts, until it fails.
func TestARefundEndedByHandThatWasMadeCounts(t *testing.T) {
	t.Parallel()
	c, b := newCounter(t, willing), &bank{answer: failed(shop.Unanswered)}
	c.paidOrder(t, confirmed)
	desk := refundDesk(c, b)
	cut, err := desk.Ask(t.Context(), wish("1"))
	if err == nil {
		t.Fatal("no error")
	}
	c.pass(time.Minute)
	if _, err := desk.End(t.Context(), wish(""), cut.Refund.ID); err != nil {
		t.Fatal(err)
	}
	c.pass(time.Minute)
	c.settle(t, said(t, shop.PartlyRefunded, "1", note(t, "rf-1", "1", shop.RefundCompleted)))
	b.answer = as(shop.RefundPending)
	result, err := desk.Ask(t.Context(), wish("1"))
	if err != nil || !result.Learned || result.Refund.ID != cut.Refund.ID || len(b.asked) != 1 || len(c.refunds(t)) != 1 {
		t.Errorf("repeated: %+v, %v, noted %+v", result, err, c.refunds(t))
	}
	c.settle(t, said(t, shop.Confirmed, "0", note(t, "rf-1", "1", shop.RefundFailed)))
	all := c.refunds(t)
	if len(all) != 2 || all[0].State != shop.RefundEnded || all[0].Note != shop.ByHand || all[1].Outcome != shop.RefundFailed {
		t.Errorf("after it failed: %+v", all)
	}
	if result, err := desk.Ask(t.Context(), wish("1")); err != nil || result.Before || len(b.asked) != 2 {
		t.Errorf("after it failed: %+v, %v", result, err)
	}
}

// TestARefundThatWasNotOursAfterAllIsUnclearAgain: the one of the dashboard was
// heard of first, and failed. Then ours is found, or asked about.
func TestARefundThatWasNotOursAfterAllIsUnclearAgain(t *testing.T) {
	t.Parallel()
	for name, found := range map[string]bool{"ours is known": true, "ours is not": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, b := newCounter(t, willing), &bank{answer: failed(shop.Unanswered)}
			o := c.paidOrder(t, confirmed)
			_, _ = refundDesk(c, b).Ask(t.Context(), wish("1")) // that it is unclear is what the test wants
			c.pass(time.Minute)
			first := []shop.RefundNote{note(t, "rf-dash", "1", shop.RefundCompleted)}
			if found {
				first = append(first, note(t, "rf-ours", "1", shop.RefundPending))
			}
			c.settle(t, said(t, shop.PartlyRefunded, "1", first...))
			c.inquire(t, o)
			if p := c.order(t, o.ID).Payments[0]; !found && !p.AskAt.IsZero() {
				t.Errorf("all is clear, and the payment is asked about at %s", p.AskAt)
			}
			c.settle(t, said(t, shop.Confirmed, "0", note(t, "rf-dash", "1", shop.RefundFailed)))
			all := c.refunds(t)
			if len(all) != 2 || all[0].ID != b.asked[0].ID || all[1].ProviderID != "rf-dash" || all[1].Reason != "from the dashboard" {
				t.Fatalf("noted %+v", all)
			}
			p := c.order(t, o.ID).Payments[0]
			if found && (all[0].ProviderID != "rf-ours" || all[0].Outcome != shop.RefundPending) {
				t.Errorf("ours is %+v", all[0])
			}
			if !found && (all[0].State != shop.RefundAsked || all[0].ProviderID != "" || !p.MayChange() || p.AskAt.IsZero()) {
				t.Errorf("ours is %+v, the payment %+v", all[0], p)
			}
		})
	}
}

// TestTheAnswerKnowsBetterThanAGuess that was made while it was under way, and
// nothing of what was told is lost.
func TestTheAnswerKnowsBetterThanAGuess(t *testing.T) {
	t.Parallel()
	c, b := newCounter(t, willing), &bank{}
	c.paidOrder(t, confirmed)
	b.answer = func(shop.RefundRequest) (shop.RefundOutcome, error) {
		c.settle(t, said(t, shop.Confirmed, "0", note(t, "rf-dash", "1", shop.RefundPending)))
		return shop.RefundPending, nil
	}
	result, err := refundDesk(c, b).Ask(t.Context(), wish("1"))
	ours := "at-coinbase-" + string(b.asked[0].ID)
	if err != nil || result.Refund.ProviderID != ours || result.Refund.Guessed {
		t.Fatalf("got %+v, %v", result, err)
	}
	c.settle(t, said(t, shop.Confirmed, "0", note(t, ours, "1", shop.RefundFailed)))
	outcomes := map[string]shop.RefundOutcome{}
	for _, r := range c.refunds(t) {
		outcomes[r.ProviderID] = r.Outcome
	}
	if len(outcomes) != 2 || outcomes[ours] != shop.RefundFailed || outcomes["rf-dash"] != shop.RefundPending {
		t.Errorf("noted %+v", outcomes)
	}
}

// TestARefundKnownBeforeTheCallIsNotWhatItCameTo, though it is of the same sum.
func TestARefundKnownBeforeTheCallIsNotWhatItCameTo(t *testing.T) {
	t.Parallel()
	c, b := newCounter(t, willing), &bank{answer: failed(shop.Unanswered)}
	c.paidOrder(t, confirmed)
	dash := note(t, "rf-dash", "1", shop.RefundCompleted)
	c.settle(t, said(t, shop.PartlyRefunded, "1", dash))
	c.pass(time.Minute)
	_, _ = refundDesk(c, b).Ask(t.Context(), wish("1")) // that it is unclear is what the test wants
	c.settle(t, said(t, shop.PartlyRefunded, "1", dash))
	if all := c.refunds(t); len(all) != 2 || all[1].State != shop.RefundAsked {
		t.Errorf("noted %+v", all)
	}
}
