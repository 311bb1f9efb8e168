package sandbox_test

import (
	"crypto/rand"
	"testing"
	"time"

	"till/app/coinbase/commerce"
	"till/app/sandbox"
)

// TestOurClientUnderstandsTheSandbox lets the real client do all it can, with
// a sandbox whose clock is ahead.
func TestOurClientUnderstandsTheSandbox(t *testing.T) {
	t.Parallel()
	for shape, network := range map[string]string{"2018": "bitcoin", "onchain": "base"} {
		t.Run(shape, func(t *testing.T) {
			t.Parallel()
			r := start(t, func(cfg *sandbox.Config) { cfg.Shape = shape })
			r.advance("3h")
			client, err := commerce.NewClient(commerce.Config{
				BaseURL: r.url + "/commerce/", APIKey: testKey, Now: time.Now, Random: rand.Reader,
			})
			if err != nil {
				t.Fatal(err)
			}
			made, err := client.CreateCharge(t.Context(), commerce.CreateCharge{
				Name: "Coffee", Description: "A cup", PricingType: "fixed_price",
				LocalPrice: &commerce.Money{Amount: "4.50", Currency: "EUR"},
				Metadata:   commerce.Metadata{"order_id": "o1"},
			})
			if err != nil {
				t.Fatal(err)
			}
			r.do(made.Code, "pay")
			found, err := client.FindCharge(t.Context(), made.Code)
			if err != nil {
				t.Fatal(err)
			}
			if found.Status() != "COMPLETED" || found.Metadata["order_id"] != "o1" || len(found.Payments) != 1 || found.Payments[0].Network != network {
				t.Errorf("found %+v", found)
			}
			page, err := client.ListCharges(t.Context(), commerce.ListOptions{Limit: 1})
			if err != nil || len(page.Charges) != 1 || page.Charges[0].ID != made.ID {
				t.Errorf("list: %+v, %v", page, err)
			}
			if skew := client.Skew().Abs(); skew < 3*time.Hour-time.Minute || skew > 3*time.Hour+time.Minute {
				t.Errorf("the Date header tells of a skew of %v, want 3h", skew)
			}
		})
	}
}
