package reconcile_test

import (
	"context"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"till/app/reconcile"
	"till/app/shop"
)

// watched is a shelf whose moving payments are watched, each of an order of
// the same name.
type watched struct {
	shelf

	moving []shop.PaymentID
}

func (w *watched) ListMoving(_ context.Context, from shop.Provider, _ int) (map[shop.PaymentID]shop.OrderID, error) {
	all := map[shop.PaymentID]shop.OrderID{}
	if from != shop.Commerce {
		return all, nil
	}
	for _, id := range w.moving {
		all[id] = shop.OrderID(id)
	}
	return all, nil
}

func (w *watched) Watching(shop.OrderID) bool { return true }

// TestABudgetThatIsTooSmallIsShared: who is watched begins, and those that are
// due are not forgotten over them; what was not asked stays due.
func TestABudgetThatIsTooSmallIsShared(t *testing.T) {
	t.Parallel()
	for _, refusal := range []shop.Answer{shop.OverBudget, shop.Paused} {
		w := &watched{moving: payments("watched", 100)}
		w.due = payments("due", 64)
		var mu sync.Mutex
		granted, results := 0, map[string]int{}
		a := &asker{answer: func(context.Context, shop.PaymentID) (shop.Answer, error) {
			mu.Lock()
			defer mu.Unlock()
			if granted++; granted > 20 {
				return refusal, nil
			}
			return shop.Changed, nil
		}}
		r := reconcile.New(reconcile.Config{
			Store: w, Cashier: a, Watcher: w, Now: time.Now, Logger: quiet(),
			Asked: func(result string) {
				mu.Lock()
				defer mu.Unlock()
				results[result]++
			},
		})
		if err := r.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
		due := 0
		for _, id := range a.asked[:20] {
			if slices.Contains(w.due, shop.PaymentID(id)) {
				due++
			}
		}
		if due < 8 || due > 12 { // four are under way at once
			t.Errorf("%d of the first twenty questions are about those that are due, want half", due)
		}
		if n := len(a.asked); n > 24 {
			t.Errorf("asked %d times: it goes on after it was refused", n)
		}
		if results["changed"] != 20 || results[string(refusal)] == 0 || len(results) != 2 {
			t.Errorf("told of %v", results)
		}
	}
}

func TestEachResultIsTold(t *testing.T) {
	t.Parallel()
	s := &shelf{due: []shop.PaymentID{"changed", "same", "skipped", "error"}}
	a := &asker{answer: func(_ context.Context, id shop.PaymentID) (shop.Answer, error) {
		if id == "error" {
			return "", errBoom
		}
		return shop.Answer(id), nil
	}}
	var mu sync.Mutex
	results := map[string]int{}
	r := reconcile.New(reconcile.Config{
		Store: s, Cashier: a, Watcher: watching{}, Now: time.Now, Logger: quiet(),
		Asked: func(result string) {
			mu.Lock()
			defer mu.Unlock()
			results[result]++
		},
	})
	if err := r.Once(t.Context()); err == nil {
		t.Error("the failure was swallowed")
	}
	if want := map[string]int{"changed": 1, "same": 1, "error": 1}; !maps.Equal(results, want) {
		t.Errorf("told of %v, want %v", results, want)
	}
}
