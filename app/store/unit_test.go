package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"till/app/shop"
	"till/app/store"
)

var errBoom = errors.New("boom")

var tokenTests = map[string]func(*testing.T, opener){
	"a form token points to its order": tokens,
}

var unitTests = map[string]func(*testing.T, opener){
	"a unit sees its own writes, others only when it is done": unitIsolation,
	"a unit that fails leaves nothing":                        unitFails,
	"a unit whose caller has gone is not run":                 unitCanceled,
	"units at once lose no step":                              unitsAtOnce,
	"orders made at once are all there":                       ordersAtOnce,
	"a used store answers a ping, a closed one does not":      ping,
}

func tokens(t *testing.T, open opener) {
	s := ready(t, open, plainOrder("a"), plainOrder("b"))
	check := func(key string, want shop.OrderID) {
		t.Helper()
		if got := tokenOrder(t, s, key); got != want {
			t.Errorf("token %s points to %q, want %q", key, got, want)
		}
	}
	point := func(key string, id shop.OrderID) error {
		return s.Write(t.Context(), func(ctx context.Context, l shop.Ledger) error { return l.SaveToken(ctx, key, id) })
	}
	check("one", "")
	if err := errors.Join(point("one", "order-a"), point("two", "order-b")); err != nil {
		t.Fatal(err)
	}
	check("one", "order-a")
	check("two", "order-b")
	if err := point("one", "order-b"); err != nil { // its first order became final
		t.Fatal(err)
	}
	check("one", "order-b")
	if err := point("three", "order-none"); err == nil {
		t.Error("a token points to an order that does not exist")
	}
	check("three", "")
}

func tokenOrder(t *testing.T, s *store.Store, key string) (id shop.OrderID) {
	t.Helper()
	write(t, s, func(ctx context.Context, l shop.Ledger) (err error) {
		id, err = l.FindTokenOrder(ctx, key)
		return err
	})
	return id
}

func unitIsolation(t *testing.T, open opener) {
	o := plainOrder("a")
	s := ready(t, open, o)
	write(t, s, func(ctx context.Context, l shop.Ledger) error {
		changed := o
		changed.Version = 2
		if err := l.SaveOrder(ctx, changed); err != nil {
			return err
		}
		inside, err := l.FindOrder(ctx, o.ID)
		if err != nil || inside.Version != 2 {
			t.Errorf("inside the unit: version %d, %v; want 2", inside.Version, err)
		}
		outside, err := s.FindOrder(ctx, o.ID)
		if err != nil || outside.Version != 1 {
			t.Errorf("outside, before the commit: version %d, %v; want 1", outside.Version, err)
		}
		return nil
	})
	if got := find(t, s, o.ID); got.Version != 2 {
		t.Errorf("after the commit: version %d, want 2", got.Version)
	}
}

func unitFails(t *testing.T, open opener) {
	o := plainOrder("a")
	s := ready(t, open, o)
	seq := insert(t, s, event("1"))
	before, err := s.FindEvent(t.Context(), "1")
	if err != nil {
		t.Fatal(err)
	}
	ends := map[string]func() error{
		"by an error": func() error { return errBoom },
		"by a panic":  func() error { panic(errBoom.Error()) },
	}
	for how, end := range ends {
		err := s.Write(t.Context(), func(ctx context.Context, l shop.Ledger) error {
			changed := o
			changed.Version = 2
			changed.Payments = append([]shop.Payment{}, plainOrder("more").Payments...)
			return errors.Join(
				l.SaveOrder(ctx, changed), l.SaveOrder(ctx, plainOrder("new")), l.SaveToken(ctx, "token", o.ID),
				l.CloseEvent(ctx, seq, shop.Settled, o.ID, "", noon), end())
		})
		if err == nil {
			t.Errorf("a unit that ends %s is no error", how)
		}
	}
	same(t, "the order", find(t, s, o.ID), o)
	_, err = s.FindOrder(t.Context(), "order-new")
	wantCode(t, "the new order", err, shop.NotFound)
	if id := tokenOrder(t, s, "token"); id != "" {
		t.Errorf("the token points to %s", id)
	}
	after, err := s.FindEvent(t.Context(), "1")
	if err != nil {
		t.Fatal(err)
	}
	same(t, "the event", after, before)
}

func unitCanceled(t *testing.T, open opener) {
	s := open(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := s.Write(ctx, func(ctx context.Context, l shop.Ledger) error { return l.SaveOrder(ctx, plainOrder("a")) })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v, want context.Canceled", err)
	}
	_, err = s.FindOrder(t.Context(), "order-a")
	wantCode(t, "the order", err, shop.NotFound)
}

// unitsAtOnce is what two webhooks and a question do to one order: each reads
// it and writes what follows.
func unitsAtOnce(t *testing.T, open opener) {
	const steps = 50
	s := ready(t, open, plainOrder("a"))
	extra := numbered("extra", steps)
	var wg sync.WaitGroup
	for i := range steps {
		wg.Go(func() {
			err := s.Write(t.Context(), func(ctx context.Context, l shop.Ledger) error {
				o, err := l.FindOrder(ctx, "order-a")
				if err != nil {
					return err
				}
				o.Version++
				o.Payments = append(o.Payments, plainOrder(extra[i]).Payments...)
				return l.SaveOrder(ctx, o)
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	got := find(t, s, "order-a")
	if got.Version != 1+steps || len(got.Payments) != 1+steps {
		t.Errorf("version %d with %d payments, want %d of each", got.Version, len(got.Payments), 1+steps)
	}
	if got.Payments[0].ID != "payment-a" {
		t.Errorf("the oldest payment is %s, want the first", got.Payments[0].ID)
	}
}

func ordersAtOnce(t *testing.T, open opener) {
	const orders = 50
	s := open(t)
	names := numbered("n", orders)
	var wg sync.WaitGroup
	for _, name := range names {
		wg.Go(func() {
			err := s.Write(t.Context(), func(ctx context.Context, l shop.Ledger) error { return l.SaveOrder(ctx, plainOrder(name)) })
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, name := range names {
		same(t, name, find(t, s, shop.OrderID("order-"+name)), plainOrder(name))
	}
}

func ping(t *testing.T, open opener) {
	s := open(t)
	if err := s.Ping(t.Context()); err != nil {
		t.Errorf("ping: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Ping(t.Context()); err == nil {
		t.Error("a closed store answers a ping")
	}
}
