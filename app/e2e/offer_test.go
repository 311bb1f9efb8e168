package e2e

import (
	"net/http"
	"strings"
	"testing"
)

// pastries is the checkout in the shipped configuration.
const pastries = "3c1f0a52-7d64-4b8e-9a2f-6e5d8b7c4f10"

// ask sends a request to the provider's own API.
func (s *till) ask(method, route, body string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.sandbox+"/commerce/"+route, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-CC-Api-Key", sandboxKey)
	if status, answer := send(s.t, r); status >= http.StatusMultipleChoices {
		s.t.Fatalf("%s /commerce/%s: %d %s", method, route, status, answer)
	}
}

// keepsThePriceOfAnOrder renames and reprices the checkout between two visits.
func keepsThePriceOfAnOrder(t *testing.T, p place) {
	s := p.startTill(t, "TILL_SANDBOX_API_KEY="+sandboxKey)
	s.confirmAfter(aMoment)
	early, late := p.buyer(t), p.buyer(t)
	first := early.orderPastries(s)
	early.shows(first, "waiting", "18.00")

	s.ask(http.MethodPut, "checkouts/"+pastries, `{"name":"A tin of biscuits","local_price":{"amount":"21.50","currency":"USD"}}`)
	second := late.orderPastries(s)
	late.shows(second, "waiting", "21.50")
	late.names("A tin of biscuits")
	late.open(s.shop)
	late.until("the card with what holds now", `document.querySelector(".cards").innerText.includes("21.50") && document.querySelector(".cards").innerText.includes("A tin of biscuits")`)

	early.open(s.shop + "/orders/" + first)
	early.shows(first, "waiting", "18.00")
	early.names("A box of pastries")
	provider := early.follow("#pay")
	provider.until("the price that was agreed", `document.querySelector(".sandbox-amount").innerText.includes("18.00")`)
	provider.click(payButton)
	early.untilState("confirmed")
	provider.isHappy()
	early.isHappy()
	late.isHappy()
}

// names fails the test unless the order's page names that product.
func (w *tab) names(product string) {
	w.t.Helper()
	if name := evaluate[string](w, `document.querySelector(".order-item h1").textContent`); name != product {
		w.t.Errorf("the order is of %q, want %q", name, product)
	}
}

// showsWhatCannotBeSold keeps the card of a checkout while its provider is
// away, and says why it does not sell.
func showsWhatCannotBeSold(t *testing.T, p place) {
	away := p.outside(t, freeAddress(t))
	provider := p.newTill(t, "sandbox", append(away.box, "TILL_SANDBOX_WEBHOOK_URL=http://127.0.0.1:9/")...)
	provider.start()
	s := p.startTill(t, away.shop...)
	buyer := p.buyer(t)
	const card = `document.querySelector('.card:has([value="pastries"])').innerText`
	buyer.open(s.shop)
	buyer.until("the card", card+`.includes("18.00")`)

	provider.stop()
	buyer.open(s.shop)
	buyer.until("the card all the same", card+`.includes("18.00")`)
	buyer.buy("pastries")
	buyer.until("why not", `document.body.innerText.includes("cannot be bought") && document.body.innerText.includes("try again")`)
	buyer.isHappyBut("status of 503")

	provider.start()
	buyer.orderPastries(s)
}
