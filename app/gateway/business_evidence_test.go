package gateway

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"till/app/shop"
)

func TestWhatACheckoutSays(t *testing.T) {
	t.Parallel()
	const settled = `"settlement":{"totalAmount":"4.50","feeAmount":"0.05","netAmount":"4.45","currency":"USDC"}`
	for name, tc := range map[string]struct {
		checkout  string
		state     shop.State
		paid      string
		refunded  string
		refunding bool
	}{
		"active":                {checkoutJSON("ACTIVE"), shop.Waiting, "", "0", false},
		"processing":            {checkoutJSON("PROCESSING"), shop.Detected, "", "0", false},
		"completed":             {checkoutJSON("COMPLETED", settled), shop.Confirmed, "4.50 USDC", "0", false},
		"expired":               {checkoutJSON("EXPIRED"), shop.Expired, "", "0", false},
		"failed":                {checkoutJSON("FAILED"), shop.Failed, "", "0", false},
		"deactivated":           {checkoutJSON("DEACTIVATED"), shop.Canceled, "", "0", false},
		"small letters":         {checkoutJSON(" completed "), shop.Confirmed, "", "0", false},
		"a status of later":     {checkoutJSON("BLESSED"), shop.Waiting, "", "0", false},
		"refunded":              {checkoutJSON("REFUNDED", settled, `"refundedAmount":"4.50"`), shop.Refunded, "4.50 USDC", "4.5", false},
		"refunded, no sum":      {checkoutJSON("REFUNDED"), shop.Refunded, "", "4.5", false},
		"partly, by sum":        {checkoutJSON("PARTIALLY_REFUNDED", `"refundedAmount":1.25`), shop.PartlyRefunded, "", "1.25", false},
		"partly, by refunds":    {checkoutJSON("PARTIALLY_REFUNDED", `"refunds":[`+refundJSON("r1", "1", "COMPLETED")+`,`+refundJSON("r2", "0.5", "COMPLETED")+`]`), shop.PartlyRefunded, "", "1.5", false},
		"one more on its way":   {checkoutJSON("PARTIALLY_REFUNDED", `"refundedAmount":"3"`, `"refunds":[`+refundJSON("r1", "1", "COMPLETED")+`,`+refundJSON("r2", "2", "PENDING")+`]`), shop.PartlyRefunded, "", "1", true},
		"back, but on its way":  {checkoutJSON("REFUNDED", `"refundedAmount":"4.50"`, `"refunds":[`+refundJSON("r1", "4.50", "PENDING")+`]`), shop.Confirmed, "", "0", true},
		"back, but it failed":   {checkoutJSON("REFUNDED", `"refundedAmount":"4.50"`, `"refunds":[`+refundJSON("r1", "4.50", "FAILED")+`]`), shop.Confirmed, "", "0", false},
		"back, but for a rest":  {checkoutJSON("REFUNDED", `"refundedAmount":"4.50"`, `"refunds":[`+refundJSON("r1", "1", "COMPLETED")+`,`+refundJSON("r2", "3.5", "PENDING")+`]`), shop.PartlyRefunded, "", "1", true},
		"back at a second try":  {checkoutJSON("REFUNDED", `"refunds":[`+refundJSON("r1", "4.5", "FAILED")+`,`+refundJSON("r2", "4.5", "COMPLETED")+`]`), shop.Refunded, "", "4.5", false},
		"back but for the fee":  {checkoutJSON("REFUNDED", `"refunds":[`+refundJSON("r1", "4.45", "COMPLETED")+`]`), shop.Refunded, "", "4.45", false},
		"less a fee, once more": {checkoutJSON("REFUNDED", `"refundedAmount":"4.45"`, `"refunds":[`+refundJSON("r1", "4.50", "FAILED")+`,`+refundJSON("r2", "4.45", "COMPLETED")+`]`), shop.Refunded, "", "4.45", false},
		"back, but a rest not":  {checkoutJSON("REFUNDED", `"refundedAmount":"4.45"`, `"refunds":[`+refundJSON("r1", "4.45", "COMPLETED")+`,`+refundJSON("r2", "0.05", "FAILED")+`]`), shop.PartlyRefunded, "", "4.45", false},
		"back, and what failed": {checkoutJSON("REFUNDED", `"refundedAmount":"4.50"`, `"refunds":[`+refundJSON("r1", "0.05", "FAILED")+`,`+refundJSON("r2", "4.45", "COMPLETED")+`]`), shop.PartlyRefunded, "", "4.45", false},
		"back, it is not said":  {checkoutJSON("REFUNDED", `"refunds":[`+refundJSON("r1", "4.50", "FAILED")+`,`+refundJSON("r2", "4.45", "COMPLETED")+`]`), shop.PartlyRefunded, "", "4.45", false},
		"partly, but it failed": {checkoutJSON("PARTIALLY_REFUNDED", `"refundedAmount":"1"`, `"refunds":[`+refundJSON("r1", "1", "FAILED")+`]`), shop.Confirmed, "", "0", false},
		"partly, of no sum":     {checkoutJSON("PARTIALLY_REFUNDED", `"refundedAmount":"1"`, `"refunds":[{"id":"r1","status":"COMPLETED"}]`), shop.PartlyRefunded, "", "1", false},
		"its status is late":    {checkoutJSON("COMPLETED", `"refunds":[`+refundJSON("r1", "1", "COMPLETED")+`]`), shop.PartlyRefunded, "", "1", false},
		"one failed":            {checkoutJSON("COMPLETED", `"refunds":[`+refundJSON("r1", "1", "FAILED")+`]`), shop.Confirmed, "", "0", false},
		"one of a later status": {checkoutJSON("COMPLETED", `"refunds":[`+refundJSON("r1", "1", "QUEUED")+`]`), shop.Confirmed, "", "0", true},
		"nothing settled":       {checkoutJSON("COMPLETED", `"settlement":{"totalAmount":"0","currency":"USDC"}`), shop.Confirmed, "", "0", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ev := silentBusiness(t).evidence(readCheckout(t, tc.checkout))
			paid := ""
			if ev.Paid.Known() {
				paid = ev.Paid.String()
			}
			if ev.State != tc.state || paid != tc.paid || ev.Refunded.String() != tc.refunded || ev.Refunding != tc.refunding {
				t.Errorf("got %s, paid %q, refunded %s, refunding %v", ev.State, paid, ev.Refunded, ev.Refunding)
			}
			if ev.Price.String() != "4.50 USDC" || ev.OrderID != testOrder || ev.PaymentID != testPayment {
				t.Errorf("got %+v", ev)
			}
		})
	}
}

func TestACheckoutWhole(t *testing.T) {
	t.Parallel()
	g := clockedBusiness(t, 0)
	got := g.evidence(readCheckout(t, checkoutJSON("ACTIVE")))
	want := shop.Evidence{
		Provider: shop.Business, Environment: businessPlace, Ref: shop.Ref{ID: checkoutID},
		OrderID: testOrder, PaymentID: testPayment, State: shop.Waiting, Price: got.Price,
		HostedURL: "https://payments.coinbase.com/payment-links/pl_1", X402URL: "https://payments.coinbase.com/x402/pl_1",
		At: instant(t, "2026-05-01T12:05:00.329Z"), CreatedAt: instant(t, "2026-05-01T12:00:00Z"), ExpiresAt: instant(t, "2026-05-02T12:00:00Z"),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// clockedBusiness has a provider whose clock is known, and off by that.
func clockedBusiness(t *testing.T, off time.Duration) *Business {
	t.Helper()
	p := play(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", time.Now().Add(off).UTC().Format(http.TimeFormat))
		say(w, 200, checkoutJSON("ACTIVE"))
	})
	g := newBusiness(t, p.URL)
	if _, err := g.Find(t.Context(), shop.Ref{ID: checkoutID}); err != nil {
		t.Fatal(err)
	}
	return g
}

// TestBusinessTimesAreCorrectedToOurClock, and left out while that cannot be
// done: a wrong one would stay.
func TestBusinessTimesAreCorrectedToOurClock(t *testing.T) {
	t.Parallel()
	checkout := readCheckout(t, checkoutJSON("ACTIVE", `"refunds":[`+refundJSON("r1", "1", "PENDING")+`]`))
	ev := clockedBusiness(t, time.Hour).evidence(checkout)
	for want, got := range map[string]time.Time{
		"2026-05-01T11:00:00Z": ev.CreatedAt, "2026-05-02T11:00:00Z": ev.ExpiresAt, "2026-05-03T08:00:00Z": ev.Refunds[0].At,
	} {
		if off := got.Sub(instant(t, want)).Abs(); off > 5*time.Second {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	at := instant(t, "2026-05-01T12:05:00.329Z")
	if !ev.At.Equal(at) {
		t.Errorf("the provider's own time was changed: %s", ev.At)
	}
	ev = silentBusiness(t).evidence(checkout)
	if !ev.CreatedAt.IsZero() || !ev.ExpiresAt.IsZero() || !ev.Refunds[0].At.IsZero() || !ev.At.Equal(at) {
		t.Errorf("before the first answer: %+v", ev)
	}
}

// TestAPriceIsToldAsItIsCharged, whatever the metadata says: the shop knows what
// it asked for.
func TestAPriceIsToldAsItIsCharged(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ more, want string }{
		"our price in dollars":    {`"metadata":{"price_currency":"USD"}`, "4.50 USDC"},
		"a stranger's":            {`"metadata":{}`, "4.50 USDC"},
		"another coin":            {`"currency":"EURC","metadata":{"price_currency":"USD"}`, "4.50 EURC"},
		"another sum":             {`"amount":"4.51","metadata":{"price_currency":"USD"}`, "4.51 USDC"},
		"no sum":                  {`"amount":"much"`, "0.00 "},
		"a number without quotes": {`"amount":4.5`, "4.50 USDC"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ev := silentBusiness(t).evidence(readCheckout(t, checkoutJSON("ACTIVE", tc.more)))
			if got := ev.Price.String(); got != tc.want {
				t.Errorf("got %q", got)
			}
		})
	}
}

// TestCustomMeansNothingHere: no page passes text on to a checkout of Business.
func TestCustomMeansNothingHere(t *testing.T) {
	t.Parallel()
	ev := silentBusiness(t).evidence(readCheckout(t, checkoutJSON("COMPLETED", `"metadata":{"custom":"`+string(testPayment)+`"}`)))
	if ev.PaymentID != "" || ev.Custom {
		t.Errorf("got payment %q, custom %v", ev.PaymentID, ev.Custom)
	}
}

func TestLinksThatNobodyMayFollow(t *testing.T) {
	t.Parallel()
	ev := silentBusiness(t).evidence(readCheckout(t, checkoutJSON("ACTIVE", `"url":"javascript:alert(1)"`, `"x402_url":"http://evil.example/"`, `"id":"../x"`)))
	if ev.HostedURL != "" || ev.X402URL != "" || ev.Ref.ID != "" {
		t.Errorf("got %+v", ev)
	}
}

// TestEachStepOfARefundCounts, though the checkout's own time stays.
func TestEachStepOfARefundCounts(t *testing.T) {
	t.Parallel()
	one := func(status string) string {
		return `{"id":"r-` + status + `","amount":"1.00","currency":"USDC","status":"` + status + `"}`
	}
	steps := map[string]int{
		"[]": 0, "[" + one("PENDING") + "]": 1, "[" + one("COMPLETED") + "]": 2, "[" + one("FAILED") + "]": 2,
		"[" + one("FAILED") + "," + one("PENDING") + "]": 3,
	}
	for refunds, want := range steps {
		ev := silentBusiness(t).evidence(readCheckout(t, checkoutJSON("COMPLETED", `"refunds":`+refunds)))
		if ev.Steps != want {
			t.Errorf("%s: %d steps, want %d", refunds, ev.Steps, want)
		}
	}
}
