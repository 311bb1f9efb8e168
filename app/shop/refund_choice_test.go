package shop_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"till/app/shop"
)

// paidTwice stores an order with the payments payment-1 and payment-2, of which
// the second stands as given.
func (c *counter) paidTwice(t *testing.T, change func(*shop.Payment)) {
	t.Helper()
	o := c.paidOrder(t, confirmed)
	p := o.Payments[0]
	p.ID, p.Ref.ID = "payment-2", "checkout-2"
	change(&p)
	o.Payments = append(o.Payments, p)
	err := c.store.Write(t.Context(), func(ctx context.Context, l shop.Ledger) error { return l.SaveOrder(ctx, o) })
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhichPaymentIsRefunded(t *testing.T) {
	t.Parallel()
	named := func(amount string, p shop.PaymentID) shop.RefundWish {
		w := wish(amount)
		w.Payment = p
		return w
	}
	partly := func(p *shop.Payment) {
		p.Standing = shop.Standing{State: shop.PartlyRefunded, Refunded: decimal.RequireFromString("1.5")}
	}
	refunded := func(p *shop.Payment) {
		p.Standing = shop.Standing{State: shop.Refunded, Refunded: decimal.RequireFromString("4.5")}
	}
	for name, tc := range map[string]struct {
		second func(*shop.Payment)
		want   shop.RefundWish
		of     shop.PaymentID // "": refused
		says   []string       // or the sum
	}{
		"both are paid":         {func(*shop.Payment) {}, wish("1"), "", []string{"paid more than once", "`till refund order-1 --payment payment-1 --amount 1.00`", "payment-2"}},
		"one is partly back":    {partly, wish(""), "", []string{"3.00 USD of it left: `till refund order-1 --payment payment-2`", "4.50 USD of it left"}},
		"one is back":           {refunded, wish(""), "payment-1", []string{"4.50 USD"}},
		"one was never paid":    {func(p *shop.Payment) { p.State = shop.Expired }, wish(""), "payment-1", []string{"4.50 USD"}},
		"one is at commerce":    {func(p *shop.Payment) { p.Provider, p.Ref.Code = shop.Commerce, "CODE2" }, wish(""), "", []string{"refund charge CODE2 in Coinbase's dashboard", "--payment payment-1"}},
		"named, and partly":     {partly, named("", "payment-2"), "payment-2", []string{"3.00 USD"}},
		"named, the other":      {partly, named("", "payment-1"), "payment-1", []string{"4.50 USD"}},
		"named, beside another": {func(p *shop.Payment) { p.Provider = shop.Commerce }, named("2", "payment-1"), "payment-1", []string{"2.00 USD"}},
		"named, refunded":       {refunded, named("", "payment-2"), "", []string{"payment-2", "refunded in full already"}},
		"named, not paid":       {func(p *shop.Payment) { p.State = shop.Expired }, named("", "payment-2"), "", []string{"is expired"}},
		"nobody's":              {partly, named("", "payment-3"), "", []string{"has no payment payment-3", "`till orders show order-1`"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, b := newCounter(t, willing), &bank{answer: as(shop.RefundCompleted)}
			c.paidTwice(t, tc.second)
			result, err := refundDesk(c, b).Ask(t.Context(), tc.want)
			if tc.of == "" {
				for _, part := range tc.says {
					if err == nil || !strings.Contains(err.Error(), part) {
						t.Errorf("does not say %q: %v", part, err)
					}
				}
				if shop.ErrorCode(err) == shop.Internal || len(b.asked) != 0 {
					t.Errorf("asked %+v: %v", b.asked, err)
				}
				return
			}
			if err != nil || result.Payment.ID != tc.of || result.Refund.PaymentID != tc.of || result.Refund.Amount.String() != tc.says[0] {
				t.Errorf("got %+v, %v", result, err)
			}
		})
	}
}

// TestADuplicateIsReturnedInParts of the same payment, though after the first
// part the other one decides the order.
func TestADuplicateIsReturnedInParts(t *testing.T) {
	t.Parallel()
	c, b := newCounter(t, willing), &bank{answer: as(shop.RefundCompleted)}
	c.paidTwice(t, func(*shop.Payment) {})
	for _, step := range []struct{ amount, sent string }{{"1.50", "1.50 USD"}, {"", "3.00 USD"}} {
		want := wish(step.amount)
		want.Payment = "payment-2"
		result, err := refundDesk(c, b).Ask(t.Context(), want)
		if err != nil || result.Before || result.Refund.PaymentID != "payment-2" || result.Refund.Amount.String() != step.sent {
			t.Fatalf("%q: %+v, %v", step.amount, result, err)
		}
		ev := said(t, shop.PartlyRefunded, "1.5")
		ev.Ref.ID, ev.PaymentID = "checkout-2", "payment-2"
		c.settle(t, ev)
	}
}

// TestAnUnclearRefundHoldsUpItsPaymentAlone, until a merchant ends it.
func TestAnUnclearRefundHoldsUpItsPaymentAlone(t *testing.T) {
	t.Parallel()
	c, b := newCounter(t, willing), &bank{answer: failed(shop.Unanswered)}
	c.paidTwice(t, func(*shop.Payment) {})
	desk := refundDesk(c, b)
	first, other, same := wish("1"), wish("2"), wish("2")
	first.Payment, first.Reason, same.Payment, other.Payment = "payment-1", "it's cold", "payment-1", "payment-2"
	var failure *shop.ProviderError
	result, err := desk.Ask(t.Context(), first)
	if !errors.As(err, &failure) {
		t.Fatal(err)
	}
	id := result.Refund.ID
	b.answer = as(shop.RefundCompleted)
	if _, err := desk.Ask(t.Context(), other); err != nil {
		t.Errorf("of the other payment: %v", err)
	}
	_, err = desk.Ask(t.Context(), same)
	for _, part := range []string{
		"Repeat that one first: `till refund order-1 --payment payment-1 --amount 1.00`.", "`till refund order-1 --payment payment-1 --forget " + string(id) + "`",
	} {
		if shop.ErrorCode(err) != shop.Conflict || !strings.Contains(err.Error(), part) {
			t.Errorf("does not say %q: %v", part, err)
		}
	}
	if _, err := desk.End(t.Context(), shop.RefundWish{Order: "order-1"}, id); shop.ErrorCode(err) != shop.Conflict {
		t.Errorf("while it may be under way it is ended: %v", err)
	}
	c.pass(time.Minute)
	result, err = desk.End(t.Context(), shop.RefundWish{Order: "order-1"}, id)
	if err != nil || result.Refund.State != shop.RefundEnded || result.Refund.Note != "ended by hand; it may have been made" || result.Payment.ID != "payment-1" {
		t.Fatalf("ended it is %+v, %v", result, err)
	}
	if _, err := desk.Ask(t.Context(), same); err != nil {
		t.Errorf("after that: %v", err)
	}
}

func TestWhatCannotBeEnded(t *testing.T) {
	t.Parallel()
	c, b := newCounter(t, willing), &bank{answer: as(shop.RefundCompleted)}
	c.paidOrder(t, confirmed)
	desk := refundDesk(c, b)
	made, err := desk.Ask(t.Context(), wish("1"))
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := wish("")
	elsewhere.Payment = "payment-2"
	for name, tc := range map[string]struct {
		want shop.RefundWish
		id   shop.RefundID
		says string
	}{
		"one that was made":    {wish(""), made.Refund.ID, "is answered: only one"},
		"another payment's":    {elsewhere, made.Refund.ID, "is of payment payment-1"},
		"nobody's":             {wish(""), "none", "has no refund none"},
		"an order of nobody's": {shop.RefundWish{Order: "order-2"}, made.Refund.ID, "does not exist"},
	} {
		if _, err := desk.End(t.Context(), tc.want, tc.id); shop.ErrorCode(err) == shop.Internal || err == nil || !strings.Contains(err.Error(), tc.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if all := c.refunds(t); len(all) != 1 || all[0].State != shop.RefundAnswered {
		t.Errorf("noted %+v", all)
	}
}
