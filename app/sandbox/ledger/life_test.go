package ledger_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"till/app/sandbox/ledger"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func open(shape ledger.Shape) *ledger.Charge {
	return ledger.Open("id", "CODE", shape, ledger.Terms{
		Name: "Coffee", PricingType: "fixed_price", Metadata: json.RawMessage("{}"),
		Price: &ledger.Money{Amount: decimal.RequireFromString("4.50"), Currency: "EUR"},
	}, noon)
}

// told lists the types of the events, without "charge:".
func told(c *ledger.Charge) string {
	var all []string
	for _, e := range c.TakeEvents() {
		all = append(all, strings.TrimPrefix(e.Type, "charge:"))
	}
	return strings.Join(all, " ")
}

// TestEveryActionInEveryStatus says what becomes of each pair and what is told
// of it; "-" is a refusal.
func TestEveryActionInEveryStatus(t *testing.T) {
	t.Parallel()
	actions := strings.Fields("detect confirm pay underpay overpay expire cancel fail resolve")
	for name, tc := range map[string]struct {
		shape ledger.Shape
		reach string
		want  string // one for each action: status+told
	}{
		"NEW":                {ledger.Classic, "", "PENDING+pending - COMPLETED+pending,confirmed UNRESOLVED+pending,failed UNRESOLVED+pending,failed EXPIRED+failed CANCELED+ FAILED+failed -"},
		"PENDING":            {ledger.Classic, "detect", "- COMPLETED+confirmed - - - - - FAILED+failed -"},
		"COMPLETED":          {ledger.Classic, "pay", "- - - - - - - - -"},
		"UNRESOLVED":         {ledger.Classic, "underpay", "- - - - - - - - RESOLVED+resolved"},
		"RESOLVED":           {ledger.Classic, "underpay resolve", "- - - - - - - - -"},
		"EXPIRED":            {ledger.Classic, "expire", "EXPIRED+ - UNRESOLVED+delayed UNRESOLVED+delayed UNRESOLVED+delayed - - - -"},
		"paid late":          {ledger.Classic, "expire detect", "- UNRESOLVED+delayed - - - - - - -"},
		"CANCELED":           {ledger.Classic, "cancel", "- - - - - - - - -"},
		"FAILED":             {ledger.Classic, "fail", "- - - - - - - - -"},
		"NEW, onchain":       {ledger.Onchain, "", "PENDING+pending - COMPLETED+pending,confirmed - - EXPIRED+failed - FAILED+failed -"},
		"PENDING, onchain":   {ledger.Onchain, "detect", "- COMPLETED+confirmed - - - - - FAILED+failed -"},
		"COMPLETED, onchain": {ledger.Onchain, "pay", "- - - - - - - - -"},
		"EXPIRED, onchain":   {ledger.Onchain, "expire", "- - - - - - - - -"},
		"FAILED, onchain":    {ledger.Onchain, "fail", "- - - - - - - - -"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want := strings.Fields(tc.want)
			for i, action := range actions {
				c := open(tc.shape)
				for _, before := range strings.Fields(tc.reach) {
					if err := c.Do(before, noon, ledger.Transfer{ConfirmAfter: time.Hour}); err != nil {
						t.Fatal(err)
					}
				}
				c.TakeEvents()
				before := c.Version()
				err := c.Do(action, noon, ledger.Transfer{ConfirmAfter: time.Hour})
				got := fmt.Sprintf("%s+%s", c.Status(), strings.ReplaceAll(told(c), " ", ","))
				if errors.As(err, new(*ledger.Refusal)) {
					got = "-"
				} else if err != nil {
					t.Fatal(err)
				}
				if got != want[i] {
					t.Errorf("%s: %s, want %s", action, got, want[i])
				}
				if grew := c.Version() > before; grew != (got != "-") {
					t.Errorf("%s: the version grew: %v", action, grew)
				}
			}
		})
	}
}

func TestTickDoesEachThingAtItsTime(t *testing.T) {
	t.Parallel()
	c := open(ledger.Classic)
	if err := c.Pay(noon, ledger.Transfer{ConfirmAfter: 30 * time.Minute}); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		after         time.Duration
		confirmations int
		status        ledger.Status
	}{
		{9 * time.Minute, 0, ledger.Pending},
		{10 * time.Minute, 1, ledger.Pending},
		{29 * time.Minute, 2, ledger.Pending},
		{24 * time.Hour, 3, ledger.Completed},
	} {
		c.Tick(noon.Add(tc.after))
		if c.Confirmations() != tc.confirmations || c.Status() != tc.status {
			t.Errorf("after %v: %d confirmations, %s", tc.after, c.Confirmations(), c.Status())
		}
	}
	if want := noon.Add(30 * time.Minute); !c.ConfirmedAt.Equal(want) {
		t.Errorf("confirmed at %v, want %v though nobody looked then", c.ConfirmedAt, want)
	}
	if !c.Due().IsZero() {
		t.Errorf("due again at %v", c.Due())
	}
}

func TestPaymentsAreNoticedForAWeek(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		after   time.Duration
		refused bool
	}{
		"just within": {7 * 24 * time.Hour, false},
		"just after":  {7*24*time.Hour + time.Second, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := open(ledger.Classic)
			c.Tick(noon.Add(time.Hour))
			err := c.Pay(noon.Add(tc.after), ledger.Transfer{})
			if errors.As(err, new(*ledger.Refusal)) != tc.refused {
				t.Errorf("Pay: %v", err)
			}
		})
	}
}

func TestUnknownActionIsNoRefusal(t *testing.T) {
	t.Parallel()
	if err := open(ledger.Classic).Do("dance", noon, ledger.Transfer{}); !errors.Is(err, ledger.ErrUnknownAction) {
		t.Errorf("Do: %v", err)
	}
}

func TestAmountHasTwoDecimalsOrMore(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"5": "5.00", "4.5": "4.50", "1.005": "1.005", "0.1000": "0.10", "0.00000001": "0.00000001"} {
		if got := ledger.Amount(decimal.RequireFromString(in)); got != want {
			t.Errorf("Amount(%s) = %s, want %s", in, got, want)
		}
	}
}
