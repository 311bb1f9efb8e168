package e2e

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
)

// paysWithoutScripts goes the whole way with plain forms, links and reloads.
func paysWithoutScripts(t *testing.T, b *browser) {
	s := startTill(t)
	s.confirmAfter(time.Second)
	buyer := b.buyer(t)
	command(buyer, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	buyer.open(s.shop)
	loaded := buyer.loaded()
	buyer.buy("coffee")
	buyer.untilState("waiting")
	order := buyer.order()
	buyer.until("the order's own address", `location.pathname === "/orders/`+order+`"`)
	if buyer.loaded() != loaded+1 {
		t.Errorf("the form led through %v, want one redirect to the order", buyer.loads[loaded:])
	}
	buyer.until("a page that loads itself again", `document.querySelector('meta[http-equiv="refresh"]')`)

	provider := buyer.follow("#pay")
	command(provider, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	provider.click(payButton)
	buyer.untilState("confirmed")
	if buyer.loaded() < loaded+2 {
		t.Error("the order's page changed without loading again: scripts are running")
	}
	provider.until("the provider's word that it is paid", `document.getElementById("charge").dataset.status === "COMPLETED"`)
	provider.isHappy()
	buyer.isHappy()
}
