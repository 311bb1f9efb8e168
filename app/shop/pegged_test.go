package shop

import (
	"testing"
	"time"
)

// TestADollarAtBusinessIsOneUSDC, whether or not the provider echoes in which
// currency we named the price.
func TestADollarAtBusinessIsOneUSDC(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		provider Provider
		price    string
		told     Money
		verdict  Verdict
	}{
		"as named":                 {Business, "USD", mustMoney("4.5", "USD"), Settled},
		"as charged":               {Business, "USD", mustMoney("4.50", "USDC"), Settled},
		"another sum":              {Business, "USD", mustMoney("4.51", "USDC"), Mismatch},
		"another coin":             {Business, "USD", mustMoney("4.5", "EURC"), Mismatch},
		"euros are no dollars":     {Business, "EUR", mustMoney("4.5", "USDC"), Mismatch},
		"a coin is no dollar":      {Business, "USDC", mustMoney("4.5", "USD"), Mismatch},
		"Commerce charges dollars": {Commerce, "USD", mustMoney("4.5", "USDC"), Mismatch},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
			price := mustMoney("4.5", tc.price)
			o := Order{ID: "o", Version: 1, Price: price, CreatedAt: now, Payments: []Payment{{
				ID: "p", Provider: tc.provider, Environment: "e", Price: price, Ref: Ref{ID: "c"}, Standing: Standing{State: Waiting, At: now},
			}}}
			after, v := o.Settle(Evidence{
				Provider: tc.provider, Environment: "e", Ref: Ref{ID: "c"}, State: Confirmed, At: now.Add(time.Minute), Price: tc.told, Paid: tc.told,
			}, now)
			if v != tc.verdict || (v == Settled) != (after.State() == Confirmed) || (len(after.Flags()) > 0) != (v == Mismatch) {
				t.Fatalf("%s: %s, flags %v", v, after.State(), after.Flags())
			}
			if p := after.Payments[0]; v == Settled && !p.Paid.Same(price) {
				t.Errorf("paid %s", p.Paid)
			}
		})
	}
}

// TestItsRefundsAreToldInThePricesCurrency, and the evidence stays as it was.
func TestItsRefundsAreToldInThePricesCurrency(t *testing.T) {
	t.Parallel()
	ev := Evidence{
		Provider: Business, Price: mustMoney("4.5", "USDC"),
		Refunds: []RefundNote{{ID: "r1", Amount: mustMoney("1", "USDC")}, {ID: "r2", Amount: mustMoney("1", "EURC")}},
	}
	got := ev.pricedAs(mustMoney("4.5", "USD"))
	if got.Refunds[0].Amount.String() != "1.00 USD" || got.Refunds[1].Amount.String() != "1.00 EURC" || ev.Refunds[0].Amount.Currency != "USDC" {
		t.Errorf("got %+v of %+v", got.Refunds, ev.Refunds)
	}
}
