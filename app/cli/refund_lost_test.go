package cli_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestARefundNobodyToldOfIsLearnedByItself within an hour, or at the next start,
// though new payments are no longer made at its provider.
func TestARefundNobodyToldOfIsLearnedByItself(t *testing.T) {
	t.Parallel()
	m := newMove(t)
	m.clock.release()
	m.start("business")
	first, second, third := m.buy("coffee"), m.buy("coffee"), m.buy("coffee")
	for _, s := range []*sale{first, second, third} {
		s.live("pay")
		s.is("paid", "confirmed")
	}
	m.quiet()
	m.stop()
	first.live("lose refund")
	m.start("commerce")
	first.is("refunded while no till ran", "refunded")
	second.live("lose refund")
	m.clock.leap(time.Hour)
	second.is("refunded in the hour before", "refunded")
	if _, page := ask(t, http.MethodGet, m.till.shop+"/orders/"+second.id, ""); !strings.Contains(page, `data-state="refunded"`) {
		t.Errorf("the page does not show it: %s", page)
	}
	third.is("not refunded", "confirmed")
	if lines := m.till.log.lines("refunds were learned of by asking"); len(lines) != 2 {
		t.Errorf("two were learned of, and the log tells: %s", strings.Join(lines, "\n"))
	}
	m.noError()
}
