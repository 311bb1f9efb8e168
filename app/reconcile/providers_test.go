package reconcile_test

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"till/app/reconcile"
	"till/app/shop"
)

// both is a shelf with payments of two providers, all of them watched.
type both struct {
	shelf

	due, waiting map[shop.Provider][]shop.PaymentID
}

func (b *both) ListDue(_ context.Context, from shop.Provider, _ time.Time, limit int) ([]shop.PaymentID, error) {
	return b.due[from][:min(limit, len(b.due[from]))], nil
}

func (b *both) ListWaiting(_ context.Context, from shop.Provider, _ int) (map[shop.PaymentID]shop.OrderID, error) {
	all := map[shop.PaymentID]shop.OrderID{}
	for _, id := range b.waiting[from] {
		all[id] = shop.OrderID(id)
	}
	return all, nil
}

func (b *both) Watching(shop.OrderID) bool { return true }

// TestAWaitingPageIsAskedAboutAsOftenAsItsProviderIsSilent: Business tells
// nobody that money was seen.
func TestAWaitingPageIsAskedAboutAsOftenAsItsProviderIsSilent(t *testing.T) {
	t.Parallel()
	b := &both{waiting: map[shop.Provider][]shop.PaymentID{shop.Commerce: {"commerce"}, shop.Business: {"business"}}}
	a := &asker{}
	r := reconcile.New(reconcile.Config{Store: b, Cashier: a, Watcher: b, Now: time.Now, Logger: quiet()})
	for range 40 {
		if err := r.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	count := map[string]int{}
	for _, id := range a.all() {
		count[id]++
	}
	if count["commerce"] != 2 || count["business"] != 40 {
		t.Errorf("asked %v in 40 rounds", count)
	}
}

// TestAProviderInTroubleHoldsUpNoOther, whether it refuses to be asked or does
// not answer.
func TestAProviderInTroubleHoldsUpNoOther(t *testing.T) {
	t.Parallel()
	for name, trouble := range map[string]func(context.Context) (shop.Answer, error){
		"paused":  func(context.Context) (shop.Answer, error) { return shop.Paused, nil },
		"failing": func(context.Context) (shop.Answer, error) { return "", errBoom },
		"hanging": func(ctx context.Context) (shop.Answer, error) { <-ctx.Done(); return "", ctx.Err() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				b := &both{due: map[shop.Provider][]shop.PaymentID{shop.Commerce: payments("c", 100), shop.Business: {"b"}}}
				a := &asker{answer: func(ctx context.Context, id shop.PaymentID) (shop.Answer, error) {
					if id != "b" {
						return trouble(ctx)
					}
					return shop.Same, nil
				}}
				r := reconcile.New(reconcile.Config{Store: b, Cashier: a, Watcher: b, Now: time.Now, Logger: quiet()})
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan struct{})
				go func() { r.Run(ctx); close(done) }()
				time.Sleep(10*time.Second + time.Millisecond)
				cancel()
				<-done
				asked := len(slices.DeleteFunc(a.all(), func(id string) bool { return id != "b" }))
				if asked != 11 {
					t.Errorf("the other was asked about %d times in ten seconds", asked)
				}
			})
		})
	}
}
