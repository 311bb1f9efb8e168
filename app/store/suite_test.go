package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"till/app/shop"
	"till/app/store"
)

// opener opens a store on one database. Called again, it opens the same
// database once more. It ends the test when it cannot.
type opener func(t *testing.T) *store.Store

// runSuite tests what every store of the shop must do, whatever database lies
// below it. fresh makes an empty database for each of its tests.
func runSuite(t *testing.T, fresh func(t *testing.T) opener) {
	t.Helper()
	suites := []map[string]func(*testing.T, opener){orderTests, tokenTests, unitTests, eventTests, workTests, replayTests, askTests, refundTests, restartTests}
	for _, suite := range suites {
		for name, test := range suite {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				test(t, fresh(t))
			})
		}
	}
}

// noon is a moment to the microsecond, in a zone that is not UTC.
var noon = time.Date(2026, 3, 1, 12, 30, 15, 123456000, time.FixedZone("somewhere", 2*60*60))

func money(amount, currency string) shop.Money {
	return shop.Money{Amount: decimal.RequireFromString(amount), Currency: currency}
}

// plainOrder returns an order with one payment that waits.
func plainOrder(name string) shop.Order {
	return shop.Order{
		ID: shop.OrderID("order-" + name), Version: 1,
		Item:  shop.Item{Slug: "coffee", Name: "Coffee", Description: "A cup.", Image: "coffee.svg"},
		Price: money("4.50", "USD"), Method: shop.MethodCharge,
		Payments: []shop.Payment{{
			ID: shop.PaymentID("payment-" + name), Provider: shop.Commerce, Environment: shop.Sandbox,
			Ref: shop.Ref{ID: "charge-" + name}, Price: money("4.50", "USD"),
			Standing: shop.Standing{State: shop.Waiting}, CreatedAt: noon,
		}},
		CreatedAt: noon, UpdatedAt: noon,
	}
}

// ready opens the store for good and saves the orders.
func ready(t *testing.T, open opener, orders ...shop.Order) *store.Store {
	t.Helper()
	s := open(t)
	for _, o := range orders {
		save(t, s, o)
	}
	return s
}

func save(t *testing.T, s *store.Store, o shop.Order) {
	t.Helper()
	write(t, s, func(ctx context.Context, l shop.Ledger) error { return l.SaveOrder(ctx, o) })
}

func write(t *testing.T, s *store.Store, unit func(context.Context, shop.Ledger) error) {
	t.Helper()
	if err := s.Write(t.Context(), unit); err != nil {
		t.Fatalf("write: %v", err)
	}
}

func find(t *testing.T, s *store.Store, id shop.OrderID) shop.Order {
	t.Helper()
	o, err := s.FindOrder(t.Context(), id)
	if err != nil {
		t.Fatalf("find %s: %v", id, err)
	}
	return o
}

// same compares values; times are the same when their moments are, decimals
// when their numbers are.
func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func wantCode(t *testing.T, what string, err error, want shop.Code) {
	t.Helper()
	if got := shop.ErrorCode(err); got != want {
		t.Errorf("%s: code %q (%v), want %q", what, got, err, want)
	}
}

// numbered makes n names.
func numbered(prefix string, n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("%s%02d", prefix, i)
	}
	return names
}

// list calls a listing and wants these, in this order.
func list[T any, K comparable](t *testing.T, what string, key func(T) K, want []K) func([]T, error) {
	t.Helper()
	return func(all []T, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		got := make([]K, len(all))
		for i, one := range all {
			got[i] = key(one)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s = %v, want %v", what, got, want)
		}
	}
}
