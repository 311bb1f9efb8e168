package sandbox

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"till/app/database"
	"till/app/sandbox/ledger"
)

// CheckoutSeed is a checkout that exists from the first start. One that exists
// already is left as it is; one that was deleted is made again by a start.
type CheckoutSeed struct {
	ID          string // a uuid
	Name        string
	Description string
	Amount      string // a decimal number such as "4.50"
	Currency    string
}

// checkout checks the seed by the rules of the API and makes it.
func (seed CheckoutSeed) checkout(now time.Time) (*ledger.Checkout, error) {
	id, err := uuid.Parse(seed.ID)
	if err != nil {
		return nil, fmt.Errorf("the sandbox's checkout %q: its id must be a uuid such as %s", seed.ID, uuid.Nil)
	}
	r := checkoutRequest{offerRequest: offerRequest{
		Name: seed.Name, Description: seed.Description, PricingType: "fixed_price",
		LocalPrice: &priceRequest{Amount: []byte(seed.Amount), Currency: seed.Currency},
	}}
	offer, err := r.offer(ledger.Classic)
	if err != nil {
		return nil, fmt.Errorf("the sandbox's checkout %q: %w", seed.ID, err)
	}
	return ledger.Offered(id.String(), offer, now), nil
}

// sow makes the checkouts that are missing, the first one last: the newest
// comes first wherever checkouts are listed.
func (s *Sandbox) sow(ctx context.Context) error {
	return s.db.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		for _, seed := range slices.Backward(s.cfg.Checkouts) {
			checkout, err := seed.checkout(s.clock.Now())
			if err != nil {
				return err
			}
			if err := ledger.InsertCheckout(ctx, tx, checkout); err != nil {
				return err
			}
		}
		return nil
	})
}
