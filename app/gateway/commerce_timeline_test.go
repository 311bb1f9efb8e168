package gateway

import (
	"fmt"
	"strings"
	"testing"

	"till/app/shop"
)

// timeline writes steps such as "UNRESOLVED/MULTIPLE@12:30", the time and the
// context being optional.
func timeline(steps ...string) []string {
	all := make([]string, len(steps))
	for i, step := range steps {
		step, at, timed := strings.Cut(step, "@")
		if !timed {
			at = fmt.Sprintf("12:%02d", i)
		}
		status, context, _ := strings.Cut(step, "/")
		all[i] = fmt.Sprintf(`{"status":%q,"context":%q,"time":"2026-05-01T%s:00Z"}`, status, context, at)
	}
	return all
}

// TestWhatATimelineReached lets things happen after the step that counts.
func TestWhatATimelineReached(t *testing.T) {
	t.Parallel()
	g := silentGateway(t)
	for name, tc := range map[string]struct {
		steps     []string
		state     shop.State
		exception shop.Exception
		several   bool
		at        string
	}{
		"completed, then a second payment":       {[]string{"NEW", "PENDING", "COMPLETED", "UNRESOLVED/MULTIPLE"}, shop.Confirmed, "", true, "12:02"},
		"completed, then a late second payment":  {[]string{"NEW", "COMPLETED", "UNRESOLVED/DELAYED"}, shop.Confirmed, "", true, "12:01"},
		"completed, then more on top":            {[]string{"NEW", "COMPLETED", "UNRESOLVED/OVERPAID"}, shop.Confirmed, "", true, "12:01"},
		"completed, then unresolved, resolved":   {[]string{"NEW", "COMPLETED", "UNRESOLVED/MULTIPLE", "RESOLVED"}, shop.Confirmed, "", true, "12:03"},
		"multiple alone":                         {[]string{"NEW", "UNRESOLVED/MULTIPLE"}, shop.Unresolved, shop.Multiple, true, "12:01"},
		"multiple, resolved":                     {[]string{"NEW", "UNRESOLVED/MULTIPLE", "RESOLVED"}, shop.Confirmed, "", true, "12:02"},
		"delayed, resolved":                      {[]string{"NEW", "EXPIRED", "UNRESOLVED/DELAYED", "RESOLVED"}, shop.Confirmed, "", false, "12:03"},
		"completed, then expired":                {[]string{"NEW", "COMPLETED", "EXPIRED"}, shop.Confirmed, "", false, "12:01"},
		"completed, then pending":                {[]string{"NEW", "COMPLETED", "PENDING"}, shop.Confirmed, "", false, "12:01"},
		"refunded, then unresolved":              {[]string{"NEW", "COMPLETED", "REFUNDED", "UNRESOLVED/MULTIPLE"}, shop.Refunded, "", true, "12:02"},
		"refunded, then completed":               {[]string{"NEW", "REFUNDED", "COMPLETED"}, shop.Refunded, "", false, "12:01"},
		"underpaid, refunded":                    {[]string{"NEW", "UNRESOLVED/UNDERPAID", "REFUND PENDING", "REFUNDED"}, shop.Refunded, "", false, "12:03"},
		"underpaid, then expired":                {[]string{"NEW", "UNRESOLVED/UNDERPAID", "EXPIRED"}, shop.Unresolved, shop.Underpaid, false, "12:01"},
		"underpaid, then overpaid":               {[]string{"NEW", "UNRESOLVED/UNDERPAID", "UNRESOLVED/OVERPAID"}, shop.Unresolved, shop.Overpaid, false, "12:02"},
		"underpaid, then overpaid, dated before": {[]string{"NEW", "UNRESOLVED/UNDERPAID", "UNRESOLVED/OVERPAID@11:00"}, shop.Unresolved, shop.Underpaid, false, "12:01"},
		"overpaid in the same minute":            {[]string{"NEW", "UNRESOLVED/UNDERPAID@12:30", "UNRESOLVED/OVERPAID@12:30"}, shop.Unresolved, shop.Overpaid, false, "12:30"},
		"expired, then canceled":                 {[]string{"NEW", "EXPIRED", "CANCELED"}, shop.Expired, "", false, "12:01"},
		"signed":                                 {[]string{"NEW", "SIGNED"}, shop.Waiting, "", false, "12:01"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ev := g.evidence(read(t, chargeJSON(timeline(tc.steps...)...)))
			if ev.State != tc.state || ev.Exception != tc.exception || ev.Several != tc.several || ev.Steps != len(tc.steps) {
				t.Errorf("got %s %q, several %v, after %d steps", ev.State, ev.Exception, ev.Several, ev.Steps)
			}
			if at := ev.At.Format("15:04"); at != tc.at {
				t.Errorf("the step of %s counts, want that of %s", at, tc.at)
			}
		})
	}
}

// TestATimelineSaysWhatItsBeginningsSaid tells a payment of a charge at every
// length of its timeline, and of another only at the last: both end the same.
func TestATimelineSaysWhatItsBeginningsSaid(t *testing.T) {
	t.Parallel()
	g := silentGateway(t)
	for _, steps := range [][]string{
		{"NEW", "PENDING", "COMPLETED", "UNRESOLVED/MULTIPLE"},
		{"NEW", "EXPIRED", "UNRESOLVED/DELAYED", "RESOLVED", "REFUND PENDING", "REFUNDED"},
		{"NEW", "UNRESOLVED/UNDERPAID", "UNRESOLVED/OVERPAID@11:00", "UNRESOLVED/UNDERPAID@11:30"},
		{"NEW", "CANCELED", "PENDING", "FAILED", "EXPIRED", "COMPLETED", "NEW"},
	} {
		t.Run(strings.Join(steps, " "), func(t *testing.T) {
			t.Parallel()
			order := func() shop.Order {
				p := shop.Payment{ID: testPayment, Provider: shop.Commerce, Environment: somewhere, Standing: shop.Standing{State: shop.Opening}}
				p.Price = g.evidence(read(t, chargeJSON())).Price
				return shop.Order{ID: testOrder, Payments: []shop.Payment{p}}
			}
			told, last := order(), order()
			for n := 1; n <= len(steps); n++ {
				ev := g.evidence(read(t, chargeJSON(timeline(steps[:n]...)...)))
				told, _ = told.Settle(ev, ev.At)
			}
			ev := g.evidence(read(t, chargeJSON(timeline(steps...)...)))
			last, _ = last.Settle(ev, ev.At)
			if a, b := told.Current(), last.Current(); a.Standing != b.Standing || fmt.Sprint(a.Flags) != fmt.Sprint(b.Flags) {
				t.Errorf("told of every step it is %+v %v, of the last alone %+v %v", a.Standing, a.Flags, b.Standing, b.Flags)
			}
		})
	}
}

func TestWhatWasPaidIsTheSumOfAllPayments(t *testing.T) {
	t.Parallel()
	g := silentGateway(t)
	payment := func(amount, currency string) string {
		return fmt.Sprintf(`{"value":{"local":{"amount":%s,"currency":%q}}}`, amount, currency)
	}
	for name, tc := range map[string]struct {
		payments []string
		want     string
	}{
		"none":                  {nil, ""},
		"one":                   {[]string{payment(`"2.25"`, "USD")}, "2.25 USD"},
		"two":                   {[]string{payment(`"2.25"`, "USD"), payment(`2.2`, "usd")}, "4.45 USD"},
		"in another currency":   {[]string{payment(`"2.25"`, "EUR")}, ""},
		"one of two in another": {[]string{payment(`"2.25"`, "EUR"), payment(`"1"`, "USD")}, "1.00 USD"},
		"less than nothing":     {[]string{payment(`"-2.25"`, "USD")}, ""},
		"too great":             {[]string{payment(`1e999999999`, "USD")}, ""},
		"no number":             {[]string{payment(`"a lot"`, "USD")}, ""},
		"without a value":       {[]string{`{}`, `{"value":null}`}, ""},
		"a part of a cent":      {[]string{payment(`"0.000000001"`, "USD"), payment(`"4.5"`, "USD")}, "4.500000001 USD"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			charge := `{"id":"x","pricing":{"local":{"amount":"4.50","currency":"USD"}},"payments":[` + strings.Join(tc.payments, ",") + `]}`
			got := g.evidence(read(t, charge)).Paid
			if said := got.String(); (tc.want == "" && got.Known()) || (tc.want != "" && said != tc.want) {
				t.Errorf("got %s, want %q", said, tc.want)
			}
		})
	}
}
