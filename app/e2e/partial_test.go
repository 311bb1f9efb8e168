package e2e

import (
	"fmt"
	"strconv"
	"testing"
	"time"
)

// paysTheRest pays too little with a coin of his choice, sees what is due beside
// the code he had opened, and pays that.
func paysTheRest(t *testing.T, p place) {
	s := p.startTill(t)
	s.confirmAfter(300 * time.Millisecond)
	buyer := p.buyer(t)
	buyer.open(s.shop)
	loaded := buyer.loaded()
	buyer.buy("coffee")
	buyer.untilLive("waiting")
	order := buyer.order()
	buyer.click("#phone summary")
	buyer.until("the code for a phone", `document.getElementById("phone").open`)

	provider := buyer.follow("#pay")
	provider.click(`.sandbox-networks a[href*="coin=ethereum"]`)
	provider.until("the ethereum address", `document.querySelector('#charge [data-copy^="sandbox-ethereum-"]')`)
	whole := provider.toSend("ETH")
	provider.click(`[data-copy^="sandbox-ethereum-"]`)
	provider.until("the word that the address was copied", `document.querySelector('[data-copy^="sandbox-ethereum-"]').textContent.startsWith("Copied")`)

	provider.click(`button[value="under"]`)
	provider.until("what is still due", `document.querySelector("#charge.sandbox-partial .sandbox-due strong")?.textContent.startsWith("2.25")`)
	provider.until("the half that came, confirmed", `document.querySelector("#charge .sandbox-parts .badge.good")`)
	provider.until("no control to confirm it once more", `!document.querySelector('button[value="confirm"]')`)
	if rest := provider.toSend("ETH"); rest*2 != whole {
		t.Errorf("%v ETH are to be sent for the rest, want half of %v", rest, whole)
	}
	buyer.untilState("detected")
	if !evaluate[bool](buyer, `document.getElementById("phone").open`) {
		t.Error("the news have closed the code that he had opened")
	}
	if status := s.chargeOf(order).Status; status != "PENDING" {
		t.Errorf("the charge is %s while the rest is waited for", status)
	}

	provider.click(payButton)
	provider.until("the provider's word that it is paid", `document.getElementById("charge").dataset.status === "COMPLETED"`)
	buyer.untilState("confirmed")
	buyer.stayed(loaded)
	provider.isHappy()
	buyer.isHappy()
}

// toSend is the sum the provider's page asks for, in the coin of that symbol.
func (w *tab) toSend(symbol string) float64 {
	w.t.Helper()
	text := evaluate[string](w, fmt.Sprintf(`document.getElementById("send-amount").textContent.replace(%q, "")`, " "+symbol))
	sum, err := strconv.ParseFloat(text, 64)
	if err != nil {
		w.t.Fatalf("the page asks for %q, want %s", text, symbol)
	}
	return sum
}
