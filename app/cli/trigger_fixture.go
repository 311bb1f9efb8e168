package cli

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"strings"

	"github.com/shopspring/decimal"
	"github.com/spf13/cobra"

	"till/app/coinbase/commerce"
	"till/app/sandbox/ledger"
)

// fixture is a charge that is made for an event.
type fixture struct {
	amount, currency string
	shape            string // "" = as the sandbox is set, or 2018
	metadata         map[string]string
}

func (x *fixture) flags(c *cobra.Command) {
	c.Flags().StringVar(&x.amount, "amount", "4.50", "the price of a new charge; with checkout.refund.… of a sandbox's checkout the same as --refund")
	c.Flags().StringVar(&x.currency, "currency", "USD", "its currency")
	c.Flags().StringVar(&x.shape, "shape", "", "how a new charge looks: 2018 or onchain")
	c.Flags().StringToStringVar(&x.metadata, "metadata", nil, "`key=value` of a new charge's metadata; may be given again")
}

// typed is the first flag of a new charge that was given, "" for none. The
// amount may be of something else.
func (x *fixture) typed(cmd *cobra.Command, otherAmount bool) string {
	for _, name := range []string{"amount", "currency", "shape", "metadata"} {
		if cmd.Flags().Changed(name) && (name != "amount" || !otherAmount) {
			return name
		}
	}
	return ""
}

// name adds to the metadata.
func (x *fixture) name(key, value string) {
	x.metadata = maps.Clone(x.metadata)
	if x.metadata == nil {
		x.metadata = map[string]string{}
	}
	x.metadata[key] = value
}

func (x *fixture) check() error {
	x.currency = strings.ToUpper(x.currency)
	switch {
	case !isSum(x.amount):
		return fmt.Errorf("--amount %q is no price: write such as 4.50", x.amount)
	case !regexp.MustCompile(`^[A-Z]{3,5}$`).MatchString(x.currency):
		return fmt.Errorf("--currency %q is no currency: write its code, such as USD", x.currency)
	case x.shape != "" && x.shape != string(ledger.Classic) && x.shape != string(ledger.Onchain):
		return fmt.Errorf("--shape %q is not known: write %s or %s", x.shape, ledger.Classic, ledger.Onchain)
	}
	return nil
}

// isSum reports whether a text is a sum above zero, in units and hundredths.
func isSum(text string) bool {
	sum, err := decimal.NewFromString(text)
	return regexp.MustCompile(`^[0-9]{1,9}(\.[0-9]{1,2})?$`).MatchString(text) && err == nil && sum.IsPositive()
}

const (
	fixtureName        = "A test"
	fixtureDescription = "Made by till trigger."
)

// request asks a sandbox for the charge.
func (x *fixture) request() commerce.CreateCharge {
	if x.shape != "" {
		x.name("sandbox_shape", x.shape)
	}
	return commerce.CreateCharge{
		Name: fixtureName, Description: fixtureDescription, PricingType: commerce.FixedPrice,
		LocalPrice: &commerce.Money{Amount: commerce.Amount(x.amount), Currency: x.currency},
		Metadata:   x.metadata,
	}
}

// terms are the same for a charge that no sandbox keeps.
func (x *fixture) terms() (ledger.Terms, error) {
	amount, err := decimal.NewFromString(x.amount)
	if err != nil {
		return ledger.Terms{}, fmt.Errorf("read the price: %w", err)
	}
	metadata, err := json.Marshal(commerce.Metadata(x.metadata))
	if err != nil {
		return ledger.Terms{}, fmt.Errorf("write the metadata: %w", err)
	}
	return ledger.Terms{
		Name: fixtureName, Description: fixtureDescription, PricingType: commerce.FixedPrice,
		Price: &ledger.Money{Amount: amount, Currency: x.currency}, Metadata: metadata,
	}, nil
}
