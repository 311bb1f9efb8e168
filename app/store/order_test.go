package store_test

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"till/app/shop"
)

var orderTests = map[string]func(*testing.T, opener){
	"an order comes back whole":           orderRoundTrip,
	"an order is updated whole":           orderUpdate,
	"a payment is changed there and back": orderThereAndBack,
	"amounts are exact":                   exactAmounts,
	"what is not there is NotFound":       orderNotFound,
	"an order is found by its payments":   orderOfPayment,
	"orders are listed newest first":      orderList,
	"a charge belongs to one payment":     chargeOnce,
}

// orderThereAndBack saves one order twice in a unit, which writes only
// the payments that differ from what it wrote before.
func orderThereAndBack(t *testing.T, open opener) {
	s := ready(t, open, fullOrder(t))
	before := find(t, s, "order-full")
	changed := before
	changed.Payments = slices.Clone(before.Payments)
	changed.Payments[1].State, changed.Payments[1].Flags = shop.Confirmed, nil
	unit := func(saves ...shop.Order) {
		t.Helper()
		write(t, s, func(ctx context.Context, l shop.Ledger) error {
			if _, err := l.FindOrder(ctx, before.ID); err != nil {
				return err
			}
			for _, o := range saves {
				if err := l.SaveOrder(ctx, o); err != nil {
					return err
				}
			}
			return nil
		})
	}
	unit(changed, before)
	same(t, "as before", find(t, s, before.ID), before)
	unit(before, changed)
	same(t, "changed", find(t, s, before.ID), changed)
}

// fullOrder has something in every field of its first payment.
func fullOrder(t *testing.T) shop.Order {
	t.Helper()
	o := plainOrder("full")
	o.Version, o.Method = 9, shop.MethodCheckout
	o.Item = shop.Item{Slug: "café-₿", Name: "Café ₿ \"big\"", Description: "it's\nwarm; -- $1 %s", Image: "a b.svg"}
	o.UpdatedAt = noon.Add(time.Hour + time.Microsecond)
	o.Customer, o.Browser = shop.Customer{ID: "ann", Username: "Ann ₿"}, "hash-of-her-browser"
	full := shop.Payment{
		Standing: shop.Standing{
			State: shop.Unresolved, Exception: shop.Underpaid, Own: true, At: noon.Add(-time.Microsecond), Steps: 4,
			Refunded: money("0.01", "USD").Amount, Refunding: true,
		},
		ID: "payment-full-2", Provider: shop.Business, Environment: "https://business.coinbase.com/api/v1",
		CheckoutID: "5f1c2f6e-3f0a-4f5d-9a60-0f9ab1b3c001",
		Ref:        shop.Ref{ID: "69163c762331ed43dc64a6ef", Code: "ZX81ZX81"}, Price: money("4.50", "USDC"), Paid: money("2.25", "USDC"), Several: true,
		Problem: shop.Unanswered, Confirmed: shop.Confirmations{Seen: 3, Needed: 12},
		HostedURL: "https://pay.example/a?b=c&d=%20e", X402URL: "https://pay.example/x402?e=f", Flags: []shop.Flag{shop.FlagMismatch, shop.FlagPaidTwice},
		CreatedAt: noon.Add(time.Second), ExpiresAt: noon.Add(time.Hour), AskAt: noon.Add(2 * time.Hour), Asked: 5,
	}
	told := full
	told.RefundAskedAt = noon // read from the refunds, see [refundAsked]
	for _, v := range []any{told, full.Standing, full.Ref, full.Confirmed, o, o.Item, o.Customer} {
		noZero(t, reflect.ValueOf(v))
	}
	empty := shop.Payment{ID: "payment-full-3", Price: money("0", ""), CreatedAt: noon}
	o.Payments = append(o.Payments, full, empty)
	return o
}

// noZero fails when a field was added and forgotten here.
func noZero(t *testing.T, v reflect.Value) {
	t.Helper()
	for i := range v.NumField() {
		if v.Field(i).IsZero() {
			t.Fatalf("%s.%s is empty in the test's order, so nobody knows whether it is stored", v.Type(), v.Type().Field(i).Name)
		}
	}
}

func orderRoundTrip(t *testing.T, open opener) {
	want := fullOrder(t)
	s := ready(t, open, want, plainOrder("other"))
	got := find(t, s, want.ID)
	same(t, "order", got, want)
	p := got.Payments[1]
	for name, at := range map[string]time.Time{
		"Order.CreatedAt": got.CreatedAt, "Order.UpdatedAt": got.UpdatedAt,
		"At": p.At, "CreatedAt": p.CreatedAt, "ExpiresAt": p.ExpiresAt, "AskAt": p.AskAt,
	} {
		if at.Location() != time.UTC {
			t.Errorf("%s is in %v, want UTC", name, at.Location())
		}
	}
	last := got.Payments[2]
	for name, at := range map[string]time.Time{"At": last.At, "ExpiresAt": last.ExpiresAt, "AskAt": last.AskAt} {
		if !at.IsZero() {
			t.Errorf("%s = %v, want the zero time", name, at)
		}
	}
	same(t, "order inside a unit", findInUnit(t, open, want.ID), want)
}

func findInUnit(t *testing.T, open opener, id shop.OrderID) (o shop.Order) {
	t.Helper()
	write(t, open(t), func(ctx context.Context, l shop.Ledger) (err error) {
		o, err = l.FindOrder(ctx, id)
		return err
	})
	return o
}

// orderUpdate changes whatever settling may change.
func orderUpdate(t *testing.T, open opener) {
	full := fullOrder(t)
	before := full
	before.Version, before.UpdatedAt = 1, noon
	opening := full.Payments[1]
	opening.Standing, opening.Ref, opening.Problem, opening.HostedURL = shop.Standing{State: shop.Opening}, shop.Ref{}, "", ""
	opening.Confirmed, opening.Flags, opening.ExpiresAt, opening.AskAt, opening.Asked = shop.Confirmations{}, nil, time.Time{}, time.Time{}, 0
	opening.Paid, opening.Several = shop.Money{}, false
	before.Payments = []shop.Payment{full.Payments[0], opening}
	s := ready(t, open, before, full)
	same(t, "order with all its fields", find(t, s, full.ID), full)

	// And back: what was filled can be emptied, such as the next question.
	after := full
	after.Version, after.UpdatedAt = 10, noon.Add(24*time.Hour)
	after.Payments = []shop.Payment{full.Payments[0], opening, full.Payments[2]}
	save(t, s, after)
	same(t, "order with few of its fields", find(t, s, full.ID), after)
}

func exactAmounts(t *testing.T, open opener) {
	amounts := []string{
		"4.5", "0.1", "0.00000001", "100", "1e3", "-2.5", "0",
		"123456789012345678901234567890.123456789012345678", "0.30000000000000004", "9007199254740993",
	}
	s := open(t)
	for i, name := range numbered("sum", len(amounts)) {
		o := plainOrder(name)
		o.Price = money(amounts[i], "USD")
		o.Payments[0].Price, o.Payments[0].Refunded = o.Price, o.Price.Amount
		save(t, s, o)
		got := find(t, s, o.ID)
		if p := got.Payments[0]; !got.Price.Same(o.Price) || !p.Price.Same(o.Price) || !p.Refunded.Equal(o.Price.Amount) {
			t.Errorf("%s came back as %s, %s and %s", amounts[i], got.Price, p.Price, p.Refunded)
		}
	}
}

func orderNotFound(t *testing.T, open opener) {
	o := plainOrder("unbound")
	o.Payments[0].Ref = shop.Ref{}
	s := ready(t, open, plainOrder("a"), o)
	_, err := s.FindOrder(t.Context(), "order-nobody's")
	wantCode(t, "FindOrder", err, shop.NotFound)
	if err == nil || !strings.Contains(err.Error(), "order-nobody's") {
		t.Errorf("the error does not name the order: %v", err)
	}
	_, err = s.FindOrderOfPayment(t.Context(), "payment-none")
	wantCode(t, "FindOrderOfPayment", err, shop.NotFound)
	write(t, s, func(ctx context.Context, l shop.Ledger) error {
		_, err := l.FindOrder(ctx, "order-none")
		wantCode(t, "FindOrder in a unit", err, shop.NotFound)
		_, err = l.FindOrderOfPayment(ctx, "payment-none")
		wantCode(t, "FindOrderOfPayment in a unit", err, shop.NotFound)
		for what, charge := range map[string]struct {
			provider shop.Provider
			env      shop.Environment
			id       string
		}{
			"unknown charge":           {shop.Commerce, shop.Sandbox, "charge-none"},
			"charge of no payment yet": {shop.Commerce, shop.Sandbox, ""},
			"other environment":        {shop.Commerce, "https://api.commerce.coinbase.com", "charge-a"},
			"other provider":           {shop.Business, shop.Sandbox, "charge-a"},
		} {
			_, err = l.FindOrderOf(ctx, charge.provider, charge.env, charge.id)
			wantCode(t, what, err, shop.NotFound)
		}
		return nil
	})
}

func orderOfPayment(t *testing.T, open opener) {
	want := fullOrder(t)
	s := ready(t, open, plainOrder("other"), want)
	for _, p := range want.Payments {
		got, err := s.FindOrderOfPayment(t.Context(), p.ID)
		if err != nil {
			t.Fatal(err)
		}
		same(t, "order of payment "+string(p.ID), got, want)
	}
	write(t, s, func(ctx context.Context, l shop.Ledger) error {
		for _, p := range want.Payments[:2] {
			got, err := l.FindOrderOf(ctx, p.Provider, p.Environment, p.Ref.ID)
			if err != nil {
				return err
			}
			same(t, "order of charge "+p.Ref.ID, got, want)
		}
		got, err := l.FindOrderOfPayment(ctx, want.Payments[2].ID)
		same(t, "order of a payment, in a unit", got, want)
		return err
	})
}

func orderList(t *testing.T, open opener) {
	names := numbered("l", 5)
	orders := make([]shop.Order, len(names))
	for i, name := range names {
		orders[i] = plainOrder(name)
		orders[i].CreatedAt = noon.Add(time.Duration(i%4) * time.Second) // the last is as old as the first
	}
	s := ready(t, open, orders...)
	key := func(o shop.Order) shop.OrderID { return o.ID }
	list(t, "orders", key, []shop.OrderID{"order-l03", "order-l02", "order-l01", "order-l04", "order-l00"})(s.ListOrders(t.Context(), 10))
	list(t, "newest orders", key, []shop.OrderID{"order-l03", "order-l02"})(s.ListOrders(t.Context(), 2))
	all, err := s.ListOrders(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "a listed order", all[0], orders[3])
}

// chargeOnce: the database itself keeps two payments from one charge, should
// the shop ever try.
func chargeOnce(t *testing.T, open opener) {
	first, second := plainOrder("first"), plainOrder("second")
	second.Payments[0].Ref = first.Payments[0].Ref
	s := ready(t, open, first)
	err := s.Write(t.Context(), func(ctx context.Context, l shop.Ledger) error { return l.SaveOrder(ctx, second) })
	if err == nil {
		t.Error("two payments have the same charge")
	}
	_, err = s.FindOrder(t.Context(), second.ID)
	wantCode(t, "the refused order", err, shop.NotFound)
	second.Payments[0].Environment = "https://elsewhere.example"
	save(t, s, second) // there the same id is another charge
}
