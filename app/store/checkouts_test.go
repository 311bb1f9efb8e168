package store_test

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"till/app/shop"
	"till/app/store"
)

// TestTheCopyOfACheckoutIsTheNewest keeps the copies of two environments apart.
func TestTheCopyOfACheckoutIsTheNewest(t *testing.T) {
	t.Parallel()
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "till.db"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	ctx, elsewhere := t.Context(), shop.Environment("https://api.example")
	if _, err := s.FindCheckout(ctx, shop.Commerce, shop.Sandbox, "box"); shop.ErrorCode(err) != shop.NotFound {
		t.Errorf("a copy nobody kept: %v, want NotFound", err)
	}
	first := shop.Checkout{ID: "box", Name: "Box", Description: "Six.", Price: money("12.00", "USD")}
	second := shop.Checkout{ID: "box", Name: "Bigger box", Price: money("15.5", "EUR")}
	for env, copies := range map[shop.Environment][]shop.Checkout{shop.Sandbox: {first, second}, elsewhere: {first}} {
		for i, c := range copies {
			if err := s.SaveCheckout(ctx, shop.Commerce, env, c, noon.Add(time.Duration(i)*time.Hour)); err != nil {
				t.Fatal(err)
			}
		}
	}
	for env, want := range map[shop.Environment]shop.Checkout{shop.Sandbox: second, elsewhere: first} {
		got, err := s.FindCheckout(ctx, shop.Commerce, env, "box")
		if err != nil {
			t.Fatal(err)
		}
		if got.Name != want.Name || got.Description != want.Description || !got.Price.Same(want.Price) {
			t.Errorf("in %s the copy is %+v, want %+v", env, got, want)
		}
	}
}
