package sandbox_test

import (
	"net/http"
	"strings"
	"testing"

	"till/app/sandbox"
)

func mugs() sandbox.CheckoutSeed {
	return sandbox.CheckoutSeed{
		ID: "0f5b1e2c-7a44-4c1e-9d57-3a4f0d6b8e21", Name: "The mug", Description: "Stoneware", Amount: "22.00", Currency: "USD",
	}
}

func TestSeedsExistFromTheFirstStart(t *testing.T) {
	t.Parallel()
	bag := mugs()
	bag.ID, bag.Name = "8C5D2E10-55CB-4E0F-8B8E-77D1B7D0A9F4", "The bag"
	r := start(t, func(cfg *sandbox.Config) { cfg.Checkouts = []sandbox.CheckoutSeed{mugs(), bag} })
	if got := r.showCheckout(mugs().ID); got.Name != "The mug" || got.price() != "22.00 USD" || got.PricingType != "fixed_price" {
		t.Errorf("the seed is %+v", got)
	}
	r.want(r.send("PUT", "/commerce/checkouts/"+mugs().ID, `{"name":"The cup"}`), http.StatusOK)
	r.want(r.send("DELETE", "/commerce/checkouts/"+bag.ID, ""), http.StatusNoContent)
	r.stop()

	r.serve()
	if got := r.showCheckout(mugs().ID); got.Name != "The cup" {
		t.Errorf("a restart undid the change: %+v", got)
	}
	if got := r.showCheckout(bag.ID); got.Name != "The bag" {
		t.Errorf("a restart did not make the deleted one again: %+v", got)
	}
	got := decode[struct{ Data []checkout }](t, r.send("GET", "/control/checkouts", "")).Data
	if len(got) != 2 {
		t.Errorf("%d checkouts after the restart, want 2", len(got))
	}
}

func TestSeedsAreChecked(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		set  func(*sandbox.CheckoutSeed)
		want string
	}{
		"an id that is none": {func(s *sandbox.CheckoutSeed) { s.ID = "mug" }, "uuid"},
		"no name":            {func(s *sandbox.CheckoutSeed) { s.Name = "" }, "name"},
		"no price":           {func(s *sandbox.CheckoutSeed) { s.Amount = "" }, "amount"},
		"no currency":        {func(s *sandbox.CheckoutSeed) { s.Currency = "" }, "currency"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seed := mugs()
			tc.set(&seed)
			cfg := sandbox.Config{
				APIKey: testKey, WebhookSecret: testSecret, Shape: "2018",
				Checkouts: []sandbox.CheckoutSeed{seed},
			}
			if _, err := sandbox.New(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), tc.want) || !strings.Contains(err.Error(), seed.ID) {
				t.Errorf("New: %v, want it to speak of %s and %s", err, seed.ID, tc.want)
			}
		})
	}
}
