package e2e

import (
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
)

// paysWithoutScripts goes the whole way with plain forms, links and reloads.
func paysWithoutScripts(t *testing.T, p place) {
	s := p.startTill(t)
	s.confirmAfter(time.Second)
	buyer := p.buyer(t)
	buyer.withoutScripts()
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
	provider.withoutScripts()
	provider.click(payButton)
	buyer.untilState("confirmed")
	if buyer.loaded() < loaded+2 {
		t.Error("the order's page changed without loading again: scripts are running")
	}
	provider.until("the provider's word that it is paid", `document.getElementById("charge").dataset.status === "COMPLETED"`)
	provider.isHappy()
	buyer.isHappy()
}

// offersTheLinkAlone buys what others may pay for in a dialog.
func offersTheLinkAlone(t *testing.T, p place) {
	s := p.startTill(t)
	s.confirmAfter(aMoment)
	buyer := p.buyer(t)
	buyer.withoutScripts()
	buyer.open(s.shop)
	buyer.buy("pastries")
	buyer.untilState("waiting")
	if evaluate[bool](buyer, `document.getElementById("embed").checkVisibility()`) {
		t.Error("there is a button that does nothing without scripts")
	}
	provider := buyer.follow("#pay")
	provider.withoutScripts()
	provider.click(payButton)
	buyer.untilState("confirmed")
	provider.isHappy()
	buyer.isHappy()
}

// accountWorksWithoutScripts goes through all of it by forms and links.
func accountWorksWithoutScripts(t *testing.T, p place) {
	s := p.startTill(t)
	buyer := p.buyer(t)
	buyer.withoutScripts()
	buyer.open(s.shop)
	buyer.buy("coffee")
	buyer.untilState("waiting")
	order := buyer.order()
	buyer.click(`#order a[href^="/login"]`)
	buyer.click(`main a[href^="/register"]`)
	buyer.enter("anna")
	buyer.until("the order again", `location.pathname === "/orders/`+order+`"`)
	buyer.click("#claim")
	buyer.until("the words whose order it is", `document.getElementById("order")?.innerText.includes("This order is in your account")`)

	buyer.click("#account-link")
	buyer.untilListed(order, "waiting")
	s.act(order, "pay")
	buyer.untilListed(order, "confirmed")
	buyer.click(`form[action="/logout"] button`)
	buyer.isLoggedIn("")
	buyer.open(s.shop + "/login")
	buyer.enter("anna")
	buyer.untilListed(order, "confirmed")
	buyer.isHappy()
}

// withoutScripts turns scripts off in the tab.
func (w *tab) withoutScripts() {
	w.t.Helper()
	command(w, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
}
