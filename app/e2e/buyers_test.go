package e2e

import (
	"fmt"
	"testing"
)

// keepsBuyersApart lets two buy at once, and one pay.
func keepsBuyersApart(t *testing.T, p place) {
	s := p.startTill(t)
	anna, bert := p.buyer(t), p.buyer(t)
	for buyer, product := range map[*tab]string{anna: "coffee", bert: "mug"} {
		buyer.open(s.shop)
		buyer.buy(product)
	}
	anna.untilLive("waiting")
	bert.untilLive("waiting")
	if anna.order() == bert.order() {
		t.Fatalf("both buyers have order %s", anna.order())
	}

	s.act(anna.order(), "detect")
	anna.untilState("detected")
	s.act(anna.order(), "confirm")
	anna.untilState("confirmed")
	bert.shows(bert.order(), "waiting", "22.00")
	s.act(bert.order(), "detect") // the next thing he sees is his own
	bert.untilState("detected")
	anna.shows(anna.order(), "confirmed", "4.50")

	for _, seen := range bert.sights() {
		if seen.State == "confirmed" {
			t.Errorf("the buyer who waits saw %+v", seen)
		}
	}
	anna.neverShowed(bert.order())
	bert.neverShowed(anna.order())
	anna.isHappy()
	bert.isHappy()
}

// shows fails the test unless the tab shows that order, state and price now.
func (w *tab) shows(order, state, price string) {
	w.t.Helper()
	w.until("order "+order, fmt.Sprintf(`document.querySelector(".order-foot .mono").textContent === %q`, order))
	w.until("state "+state, fmt.Sprintf(`document.getElementById("order-status").dataset.state === %q`, state))
	w.until("price "+price, fmt.Sprintf(`document.querySelector(".order-item .price").textContent.includes(%q)`, price))
}

// neverShowed fails the test if the page speaks of somebody else's order.
func (w *tab) neverShowed(order string) {
	w.t.Helper()
	if evaluate[bool](w, fmt.Sprintf("document.documentElement.outerHTML.includes(%q)", order)) {
		w.t.Errorf("the page speaks of order %s, which is another buyer's", order)
	}
}
