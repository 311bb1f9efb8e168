package e2e

import (
	"fmt"
	"testing"
	"time"
)

// tellsOfRefunds sends a part of the money back, fails to send another, and then
// sends all that is left, while the buyer's page is open.
func tellsOfRefunds(t *testing.T, p place) {
	s := p.newTill(t, "serve", "TILL_SERVER_LISTEN="+freeAddress(t), "TILL_SANDBOX_LISTEN="+freeAddress(t))
	s.start()
	s.confirmAfter(time.Hour) // so long is a refund on its way
	w := p.inspector(t)
	order := w.orderOf(s, "coffee")
	s.act(order, "pay")
	w.untilState("confirmed")
	loaded := w.loaded()

	s.run("refund", order, "--amount", "1.50")
	w.untilRefund("confirmed", "underway", "A refund of 1.50 USD is on its way.")
	w.examine("order-refund-underway")
	hosted := s.hosted(order, "paid")
	hosted.name, hosted.ready = "sandbox-refund-underway", hosted.ready+` && document.getElementById("charge").innerText.includes("1.50 USDC is on its way")`
	p.inspect(t, []view{hosted})
	s.act(order, "refund") // that one has arrived
	w.untilRefund("partly_refunded", "", "1.50 USD of 4.50 USD was sent back.")
	w.examine("order-refund-part")

	s.run("refund", order, "--amount", "1.00")
	w.untilRefund("partly_refunded", "underway", "A refund of 1.00 USD is on its way.")
	s.act(order, `refund {"fail":true}`)
	w.untilRefund("partly_refunded", "failed", "A refund of 1.00 USD did not work")
	w.examine("order-refund-failed")

	s.act(order, "refund")
	w.untilRefund("refunded", "", "4.50 USD of 4.50 USD was sent back.")
	w.until("no way to pay", `!document.getElementById("pay") && !document.getElementById("retry")`)
	w.untilLine("open")
	w.stayed(loaded)
	w.isHappy()
}

// untilRefund waits until the page shows a state, how far a refund is, and says
// something.
func (w *tab) untilRefund(state, refund, text string) {
	w.t.Helper()
	w.untilState(state)
	w.until("a refund that is "+refund, fmt.Sprintf(`(document.getElementById("order-status").dataset.refund ?? "") === %q`, refund))
	w.until(text, said(text))
}
