package cli

import (
	"cmp"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"till/app/coinbase/business"
)

// businessHook is hook for the webhooks of Business.
func businessHook(t *testing.T) (url string, got func() []business.Event) {
	t.Helper()
	all := make(chan business.Event, 100)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = business.Verify([]string{hookSecret}, r.Header, body, time.Now())
		}
		if err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		e, err := business.ParseEvent(body)
		if err != nil || r.Header.Get(business.EventTypeHeader) != e.Type || r.Header.Get(business.EventIDHeader) == "" {
			t.Errorf("%v: %v, %s", err, r.Header, body)
		}
		all <- e
	}))
	t.Cleanup(server.Close)
	return server.URL, func() []business.Event {
		var events []business.Event
		for len(all) > 0 {
			events = append(events, <-all)
		}
		return events
	}
}

func TestTriggerOfBusinessAtAURL(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		args   string
		status string // of the checkout in the first that comes
		many   int
	}{
		"success":                    {business.EventPaymentSuccess, "COMPLETED", 1},
		"failed":                     {business.EventPaymentFailed, "FAILED", 1},
		"expired":                    {business.EventPaymentExpired, "EXPIRED", 1},
		"refunded":                   {business.EventRefundSuccess, "REFUNDED", 1},
		"not refunded":               {business.EventRefundFailed, "COMPLETED", 1},
		"three times":                {business.EventPaymentSuccess + " --times 3", "COMPLETED", 3},
		"refunded in part":           {business.EventRefundSuccess + " --refund 1.50", "PARTIALLY_REFUNDED", 1},
		"refunded in part, in euros": {business.EventRefundSuccess + " --refund 6.99 --currency EUR", "PARTIALLY_REFUNDED", 1},
		"refunded whole, in euros":   {business.EventRefundSuccess + " --refund 7 --currency EUR", "REFUNDED", 1},
		"a part is not refunded":     {business.EventRefundFailed + " --refund 1.50", "COMPLETED", 1},
		"refunded, the newest first": {business.EventRefundSuccess + " --out-of-order", "REFUNDED", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, got := businessHook(t)
			args := append([]string{"trigger", "--url", url, "--order", "42", "--amount", "7"}, strings.Fields(tc.args)...)
			status, stdout, stderr := typed(t, []string{"TILL_TRIGGER_SECRET=" + hookSecret}, args...)
			if status != 0 || strings.Count(stdout, " of checkout ") != tc.many {
				t.Fatalf("status %d: %s%s", status, stdout, stderr)
			}
			events := got()
			if len(events) != tc.many {
				t.Fatalf("%d came", len(events))
			}
			if e := events[0]; e.Type != strings.Fields(tc.args)[0] || e.Status != tc.status || e.Metadata["order_id"] != "42" || cmp.Or(e.FiatAmount, e.Amount) != "7.00" {
				t.Errorf("came %+v", e)
			}
		})
	}
}
