package store_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"till/app/shop"
	"till/app/store"
)

var refundTests = map[string]func(*testing.T, opener){
	"a refund comes back whole, oldest first": refundsWhole,
	"what was asked for never changes":        refundUpdated,
	"a provider's refund has one row":         refundReplaced,
	"a refund needs its order and payment":    refundOrphan,
	"an event is stored with its unit":        eventInUnit,
	"a payment tells of an unclear refund":    refundAsked,
	"a payment is made due":                   paymentDue,
}

func fullRefund(name string) shop.Refund {
	return shop.Refund{
		ID: shop.RefundID("refund-" + name), OrderID: "order-a", PaymentID: "payment-a", Amount: money("1.20", "USD"), Whole: true,
		Reason: "it's cold; -- $1", State: shop.RefundAnswered, Outcome: shop.RefundPending, ProviderID: "rf-" + name,
		Note: "no \"reason\"", Tries: 3, Guessed: true, Told: true, AskedAt: noon, ChangedAt: noon.Add(time.Hour),
	}
}

func saveRefund(t *testing.T, s *store.Store, refunds ...shop.Refund) {
	t.Helper()
	write(t, s, func(ctx context.Context, l shop.Ledger) error {
		for _, r := range refunds {
			if err := l.SaveRefund(ctx, r); err != nil {
				return err
			}
		}
		return nil
	})
}

func refunds(t *testing.T, s *store.Store) []shop.Refund {
	t.Helper()
	all, err := s.ListRefunds(t.Context(), "order-a")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func refundsWhole(t *testing.T, open opener) {
	s := ready(t, open, plainOrder("a"), plainOrder("b"))
	noZero(t, reflect.ValueOf(fullRefund("x")))
	early, late, asked := fullRefund("early"), fullRefund("late"), fullRefund("asked")
	early.AskedAt = noon.Add(-time.Microsecond)
	asked.AskedAt, asked.Whole, asked.State, asked.Outcome, asked.ProviderID, asked.Note = noon.Add(time.Minute), false, shop.RefundAsked, "", "", ""
	elsewhere := fullRefund("elsewhere")
	elsewhere.OrderID, elsewhere.PaymentID = "order-b", "payment-b"
	saveRefund(t, s, late, early, asked, elsewhere)
	want := []shop.Refund{early, late, asked}
	same(t, "refunds", refunds(t, s), want)
	write(t, s, func(ctx context.Context, l shop.Ledger) error {
		all, err := l.ListRefunds(ctx, "order-a")
		same(t, "refunds in a unit", all, want)
		return err
	})
	same(t, "refunds after a restart", refunds(t, open(t)), want)
}

func refundUpdated(t *testing.T, open opener) {
	s := ready(t, open, plainOrder("a"))
	before := fullRefund("x")
	before.State, before.Outcome, before.ProviderID, before.Note = shop.RefundAsked, "", "", ""
	after := fullRefund("x")
	after.ChangedAt = noon.Add(2 * time.Hour)
	saveRefund(t, s, before)
	changed := after
	changed.Amount, changed.Whole, changed.Reason, changed.AskedAt = money("9", "EUR"), false, "another", noon.Add(time.Hour)
	saveRefund(t, s, changed)
	same(t, "refund", refunds(t, s), []shop.Refund{after})
}

func refundReplaced(t *testing.T, open opener) {
	s := ready(t, open, plainOrder("a"))
	heard, ours, other := fullRefund("heard"), fullRefund("ours"), fullRefund("other")
	heard.ProviderID = "rf-ours"
	asked, also := fullRefund("asked"), fullRefund("also")
	asked.ProviderID, also.ProviderID = "", "" // nobody knows theirs
	saveRefund(t, s, heard, other, asked, also, ours)
	list(t, "refunds", func(r shop.Refund) shop.RefundID { return r.ID },
		[]shop.RefundID{"refund-also", "refund-asked", "refund-other", "refund-ours"})(refunds(t, s), nil)
}

func refundOrphan(t *testing.T, open opener) {
	s := ready(t, open, plainOrder("a"))
	for name, change := range map[string]func(*shop.Refund){
		"order":   func(r *shop.Refund) { r.OrderID = "order-none" },
		"payment": func(r *shop.Refund) { r.PaymentID = "payment-none" },
	} {
		r := fullRefund(name)
		change(&r)
		err := s.Write(t.Context(), func(ctx context.Context, l shop.Ledger) error { return l.SaveRefund(ctx, r) })
		if err == nil {
			t.Errorf("a refund without %s was stored", name)
		}
	}
}

func refundAsked(t *testing.T, open opener) {
	o := plainOrder("a")
	o.Payments = append(o.Payments, plainOrder("another").Payments...)
	s := ready(t, open, o, plainOrder("b"))
	early, late := fullRefund("early"), fullRefund("late")
	early.State, early.ProviderID, late.State, late.ProviderID = shop.RefundAsked, "", shop.RefundAsked, ""
	late.AskedAt = noon.Add(time.Hour)
	for _, step := range []struct {
		saved shop.Refund
		want  time.Time
	}{
		{fullRefund("answered"), time.Time{}}, {late, late.AskedAt}, {early, late.AskedAt}, {fullRefund("late"), early.AskedAt}, {fullRefund("early"), time.Time{}},
	} {
		saveRefund(t, s, step.saved)
		if got := find(t, s, "order-a").Payments[0].RefundAskedAt; !got.Equal(step.want) {
			t.Errorf("after %s, %s: %s, want %s", step.saved.ID, step.saved.State, got, step.want)
		}
		same(t, "another payment", find(t, s, "order-a").Payments[1], o.Payments[1])
		same(t, "another order", find(t, s, "order-b"), plainOrder("b"))
	}
}

func paymentDue(t *testing.T, open opener) {
	o := asking("a", time.Time{})
	o.Payments[0].Asked = 7
	s := ready(t, open, o, plainOrder("b"))
	write(t, s, func(ctx context.Context, l shop.Ledger) error { return l.AskPayment(ctx, "payment-a", noon) })
	o.Payments[0].AskAt, o.Payments[0].Asked = noon, 0
	same(t, "order", find(t, s, "order-a"), o)
	same(t, "another", find(t, s, "order-b"), plainOrder("b"))
}

func eventInUnit(t *testing.T, open opener) {
	s := open(t)
	save := func(id string, fails error) (seq int64) {
		err := s.Write(t.Context(), func(ctx context.Context, l shop.Ledger) (err error) {
			if seq, err = l.SaveEvent(ctx, event(id), noon); err != nil {
				return err
			}
			return fails
		})
		if (err != nil) != (fails != nil) {
			t.Fatalf("%s: %v", id, err)
		}
		return seq
	}
	first := save("one", nil)
	save("two", errBoom)
	if again := save("one", nil); again != first {
		t.Errorf("known it has number %d, was %d", again, first)
	}
	list(t, "unworked", func(e shop.Event) string { return e.ID }, []string{"one"})(s.ListUnworked(t.Context(), noon, 10))
}
