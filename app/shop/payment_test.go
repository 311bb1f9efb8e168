package shop

import (
	"testing"
	"time"
)

// TestWhereAProgramPaysIsLearnedWheneverItIsTold: an answer may name the page
// alone, and whoever waits is told of the rest.
func TestWhereAProgramPaysIsLearnedWheneverItIsTold(t *testing.T) {
	t.Parallel()
	page := Evidence{State: Waiting, Price: price, HostedURL: "https://page.example"}
	both := page
	both.X402URL = "https://x402.example"
	for name, told := range map[string][]Evidence{
		"both at once": {both}, "the page first": {page, both}, "both first": {both, page},
	} {
		o := Order{ID: "o", Price: price, Payments: []Payment{{ID: "p", Price: price, Standing: Standing{State: Opening}}}}
		for _, ev := range told {
			ev.PaymentID = "p"
			before := o
			o, _ = o.Settle(ev, time.Now())
			if news := o.Payments[0].X402URL != before.Payments[0].X402URL; news && o.Version == before.Version {
				t.Errorf("%s: nobody is told", name)
			}
		}
		if p := o.Payments[0]; p.HostedURL != page.HostedURL || p.X402URL != both.X402URL {
			t.Errorf("%s: paid at %q and %q", name, p.HostedURL, p.X402URL)
		}
	}
}
