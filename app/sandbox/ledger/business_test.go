package ledger_test

import (
	"crypto/rand"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"till/app/sandbox/ledger"
)

// checkout opens one of the business shape.
func checkout(t *testing.T, amount, currency string) *ledger.Charge {
	t.Helper()
	id, err := ledger.NewCheckoutID(noon, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return ledger.Open(id, id, ledger.Business, ledger.Terms{
		Description: "Coffee", PricingType: "fixed_price", Metadata: json.RawMessage("{}"),
		Price: &ledger.Money{Amount: decimal.RequireFromString(amount), Currency: currency},
	}, noon)
}

func TestALinkSaysTheSameAsTheID(t *testing.T) {
	t.Parallel()
	for range 500 {
		c := checkout(t, "1", "USDC")
		if !regexp.MustCompile(`^pl_[0-7][0-9a-hjkmnp-tv-z]{25}$`).MatchString(c.Link()) {
			t.Fatalf("link %s", c.Link())
		}
		if id, ok := ledger.OfLink(strings.ToUpper(c.Link())); !ok || id != c.ID {
			t.Fatalf("%s leads to %s, want %s", c.Link(), id, c.ID)
		}
		last := len(c.Link()) - 1
		other := c.Link()[:last] + map[bool]string{true: "1", false: "0"}[c.Link()[last] == '0']
		if id, ok := ledger.OfLink(other); ok {
			t.Fatalf("%s leads to %s, too", other, id)
		}
	}
	for _, name := range []string{"", "pl_", "ABCDEFGH", "pl_01", "pl_" + strings.Repeat("u", 26), "pl_" + strings.Repeat("0", 27)} {
		if id, ok := ledger.OfLink(name); ok {
			t.Errorf("%q leads to %s", name, id)
		}
	}
}

func TestLinksSortByTheirTime(t *testing.T) {
	t.Parallel()
	first := checkout(t, "1", "USDC")
	later, err := ledger.NewCheckoutID(noon.Add(time.Hour), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if second := ledger.Open(later, later, ledger.Business, first.Terms, noon); second.Link() <= first.Link() || second.ID <= first.ID {
		t.Errorf("%s comes before %s", second.Link(), first.Link())
	}
}

// TestRefunds tells stories of claims: "1.50" is claimed and on its way, with
// "!" it has come, with "x" it comes to nothing; "+1h" lets time pass.
func TestRefunds(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ story, state, refunded, left, refused string }{
		"nothing":                  {"", "COMPLETED", "0", "4.5", ""},
		"on its way":               {"1.50", "COMPLETED", "0", "3", ""},
		"come by itself":           {"1.50 +1h", "PARTIALLY_REFUNDED", "1.5", "3", ""},
		"not yet":                  {"1.50 +59m", "COMPLETED", "0", "3", ""},
		"two at once":              {"1.50 3.00 +1h", "REFUNDED", "4.5", "0", ""},
		"one after the other":      {"1.50 +30m 1.00 +30m", "PARTIALLY_REFUNDED", "1.5", "2", ""},
		"all":                      {"0!", "REFUNDED", "4.5", "0", ""},
		"a part":                   {"0.01!", "PARTIALLY_REFUNDED", "0.01", "4.49", ""},
		"the rest":                 {"1.50! 0!", "REFUNDED", "4.5", "0", ""},
		"failed":                   {"1.50x", "COMPLETED", "0", "4.5", ""},
		"failed, then again":       {"4.50x 4.50!", "REFUNDED", "4.5", "0", ""},
		"what is on its way comes": {"1.50 0!", "PARTIALLY_REFUNDED", "1.5", "3", ""},
		"what is on its way fails": {"1.50 0x +2h", "COMPLETED", "0", "4.5", ""},
		"too much":                 {"4.51", "COMPLETED", "0", "4.5", "4.50 USDC left"},
		"too much with the others": {"4.00 0.51", "COMPLETED", "0", "0.5", "0.50 USDC left"},
		"nothing left":             {"0! 0.01", "REFUNDED", "4.5", "0", "is REFUNDED"},
		"all of it on its way":     {"4.50 0.01", "COMPLETED", "0", "0", "0.00 USDC left"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := checkout(t, "4.50", "USD") // one dollar is one USDC
			if err := c.Do("pay", noon, ledger.Transfer{}); err != nil {
				t.Fatal(err)
			}
			c.TakeEvents()
			refused := refunds(t, c, tc.story)
			if c.State() != tc.state || c.Refunded().String() != tc.refunded || c.Refundable().String() != tc.left {
				t.Errorf("%s, refunded %s, left %s", c.State(), c.Refunded(), c.Refundable())
			}
			if (refused == nil) != (tc.refused == "") || refused != nil && !strings.Contains(refused.Error(), tc.refused) {
				t.Errorf("refused: %v", refused)
			}
			var told, want []string
			for _, h := range c.TakeEvents() {
				told = append(told, h.Type)
			}
			for _, r := range c.Refunds {
				switch r.Status {
				case ledger.RefundCompleted:
					want = append(want, ledger.EventRefundSuccess)
				case ledger.RefundFailed:
					want = append(want, ledger.EventRefundFailed)
				case ledger.RefundPending:
				}
			}
			if !slices.Equal(told, want) {
				t.Errorf("told of %v, want %v", told, want)
			}
		})
	}
}

// refunds lives through a story and returns the first refusal.
func refunds(t *testing.T, c *ledger.Charge, story string) error {
	t.Helper()
	now := noon
	for _, step := range strings.Fields(story) {
		if passed, ok := strings.CutPrefix(step, "+"); ok {
			d, err := time.ParseDuration(passed)
			if err != nil {
				t.Fatal(err)
			}
			now = now.Add(d)
			c.Tick(now)
			continue
		}
		claim := ledger.Claim{Amount: decimal.RequireFromString(strings.TrimRight(step, "!x")), EndsAfter: time.Hour}
		var err error
		switch step[len(step)-1] {
		case '!':
			err = c.RefundNow(now, claim, ledger.RefundCompleted)
		case 'x':
			err = c.RefundNow(now, claim, ledger.RefundFailed)
		default:
			_, err = c.Refund(now, claim)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func TestCommerceHasNoRefunds(t *testing.T) {
	t.Parallel()
	c := open(ledger.Classic)
	if err := c.Do("pay", noon, ledger.Transfer{}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Refund(noon, ledger.Claim{}); err == nil || !strings.Contains(err.Error(), "never had refunds") {
		t.Errorf("%v", err)
	}
}

func TestACheckoutLivesUntilItsOwnTime(t *testing.T) {
	t.Parallel()
	usual := checkout(t, "1", "USDC")
	terms := usual.Terms
	terms.ExpiresAt = noon.Add(time.Minute)
	short := ledger.Open(usual.ID, usual.ID, ledger.Business, terms, noon)
	if !usual.Due().Equal(noon.Add(24*time.Hour)) || !short.Due().Equal(noon.Add(time.Minute)) {
		t.Errorf("due at %s and %s", usual.Due(), short.Due())
	}
	if short.Tick(noon.Add(time.Minute)); short.State() != ledger.BusinessExpired {
		t.Errorf("it is %s", short.State())
	}
}
