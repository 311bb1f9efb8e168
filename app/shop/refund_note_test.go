package shop_test

import (
	"context"
	"sync"
	"testing"

	"till/app/shop"
)

// TestWhatBecomesOfARefundIsHeardLater, in any order and of whoever asked for it.
func TestWhatBecomesOfARefundIsHeardLater(t *testing.T) {
	t.Parallel()
	c, b := newCounter(t, willing), &bank{answer: as(shop.RefundPending)}
	c.paidOrder(t, confirmed)
	result, err := refundDesk(c, b).Ask(t.Context(), wish("1"))
	if err != nil {
		t.Fatal(err)
	}
	ours := result.Refund.ProviderID
	c.settle(t, said(t, shop.Confirmed, "0", note(t, ours, "1", shop.RefundPending)))
	if p := c.order(t, "order-1").Payments[0]; !p.Refunding || !p.MayChange() || p.AskAt.IsZero() {
		t.Errorf("while it is under way nobody asks: %+v", p)
	}
	c.settle(t, said(t, shop.PartlyRefunded, "2", note(t, ours, "1", shop.RefundCompleted), note(t, "theirs", "2", shop.RefundFailed)))
	c.settle(t, said(t, shop.Confirmed, "0", note(t, ours, "1", shop.RefundPending), note(t, "theirs", "2", shop.RefundPending)))
	all := c.refunds(t)
	if len(all) != 2 {
		t.Fatalf("noted %+v", all)
	}
	outcomes := map[string]shop.RefundOutcome{all[0].ProviderID: all[0].Outcome, all[1].ProviderID: all[1].Outcome}
	if outcomes[ours] != shop.RefundCompleted || outcomes["theirs"] != shop.RefundFailed {
		t.Errorf("noted %+v", outcomes)
	}
	p := c.order(t, "order-1").Payments[0]
	if p.State != shop.PartlyRefunded || p.Refunding || p.MayChange() || !p.AskAt.IsZero() {
		t.Errorf("the payment is %+v", p)
	}
}

// TestARefundThatIsToldInUSDC is of so many dollars.
func TestARefundThatIsToldInUSDC(t *testing.T) {
	t.Parallel()
	c := newCounter(t, willing)
	c.paidOrder(t, confirmed)
	ev := said(t, shop.PartlyRefunded, "1", note(t, "theirs", "1", shop.RefundCompleted))
	ev.Price.Currency, ev.Refunds[0].Amount.Currency = "USDC", "USDC"
	c.settle(t, ev)
	if all := c.refunds(t); len(all) != 1 || all[0].Amount.String() != "1.00 USD" {
		t.Errorf("noted %+v", all)
	}
}

// TestAWebhookThatIsQuickerThanTheAnswer leaves one refund, with what is known.
func TestAWebhookThatIsQuickerThanTheAnswer(t *testing.T) {
	t.Parallel()
	c, b := newCounter(t, willing), &bank{}
	c.paidOrder(t, confirmed)
	b.answer = func(req shop.RefundRequest) (shop.RefundOutcome, error) {
		c.settle(t, said(t, shop.Refunded, "4.50", note(t, "at-coinbase-"+string(req.ID), "4.50", shop.RefundCompleted)))
		return shop.RefundPending, nil
	}
	result, err := refundDesk(c, b).Ask(t.Context(), wish(""))
	if err != nil || result.Refund.Outcome != shop.RefundCompleted {
		t.Fatalf("got %+v, %v", result, err)
	}
	if all := c.refunds(t); len(all) != 1 || all[0].ID != b.asked[0].ID || all[0].Outcome != shop.RefundCompleted {
		t.Errorf("noted %+v", all)
	}
}

// TestARefundThatWasHeardOfAndNotAnsweredIsNotMadeOfAnotherPayment: after it
// another payment decides the order, and the same command still means the first.
func TestARefundThatWasHeardOfAndNotAnsweredIsNotMadeOfAnotherPayment(t *testing.T) {
	t.Parallel()
	c, b := newCounter(t, willing), &bank{answer: failed(shop.Unanswered)}
	o := c.paidOrder(t, confirmed)
	second := o.Payments[0]
	second.ID, second.Ref.ID = "payment-0", "checkout-0"
	o.Payments = []shop.Payment{second, o.Payments[0]}
	err := c.store.Write(t.Context(), func(ctx context.Context, l shop.Ledger) error { return l.SaveOrder(ctx, o) })
	if err != nil {
		t.Fatal(err)
	}
	const first = shop.PaymentID("payment-1")
	want := wish("")
	want.Payment = first
	_, _ = refundDesk(c, b).Ask(t.Context(), want) // that it is unclear is what the test wants
	ev := said(t, shop.Refunded, "4.50")
	payment, _ := o.Payment(first)
	ev.PaymentID, ev.Ref = payment.ID, payment.Ref
	c.settle(t, ev)
	b.answer = as(shop.RefundCompleted)
	if _, err := refundDesk(c, b).Ask(t.Context(), wish("")); shop.ErrorCode(err) != shop.Conflict {
		t.Errorf("without a payment's name: %v", err)
	}
	result, err := refundDesk(c, b).Ask(t.Context(), want)
	if err != nil || result.Refund.PaymentID != first || len(c.refunds(t)) != 1 {
		t.Errorf("got %+v, %v, noted %+v", result, err, c.refunds(t))
	}
}

func TestTwoCommandsAtOnceComeToOneRefund(t *testing.T) {
	t.Parallel()
	c, b := newCounter(t, willing), &bank{answer: as(shop.RefundPending)}
	c.paidOrder(t, confirmed)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := refundDesk(c, b).Ask(t.Context(), wish("2")); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	ids := map[shop.RefundID]bool{}
	for _, req := range b.asked {
		ids[req.ID] = true
	}
	if len(ids) != 1 || len(c.refunds(t)) != 1 {
		t.Errorf("asked for %v, noted %+v", ids, c.refunds(t))
	}
}
