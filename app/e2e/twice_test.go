package e2e

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// sellsOnceForOneForm clicks twice and sends the same form again by hand, as a
// browser does that repeats a request.
func sellsOnceForOneForm(t *testing.T, p place) {
	s := p.startTill(t)
	buyer := p.buyer(t)
	buyer.open(s.shop)
	evaluate[bool](buyer, `!!(window.form = new URLSearchParams(new FormData(document.querySelector('form:has([value="coffee"])'))))`)
	buyer.do(chromedp.DoubleClick(chromedp.CSS(buttonOf("coffee"))))
	buyer.untilLive("waiting")
	order := buyer.order()

	again := evaluate[string](buyer, `fetch("/orders", { method: "POST", body: window.form }).then((answer) => answer.url)`)
	if want := s.shop + "/orders/" + order; again != want {
		t.Errorf("the same form led to %s, want %s", again, want)
	}
	if all := s.charges(); len(all) != 1 {
		t.Errorf("one form made %d charges: %v", len(all), all)
	}
	buyer.isHappy()
}

// sellsASecondCoffee buys again after a look at the shop.
func sellsASecondCoffee(t *testing.T, p place) {
	s := p.startTill(t)
	buyer := p.buyer(t)
	var orders []string
	for range 2 {
		buyer.open(s.shop)
		buyer.buy("coffee")
		buyer.untilLive("waiting")
		orders = append(orders, buyer.order())
	}
	if orders[0] == orders[1] || len(s.charges()) != 2 {
		t.Errorf("two coffees are orders %v with %d charges", orders, len(s.charges()))
	}
	buyer.isHappy()
}

// worksWithHistory goes back to the shop and forward to the order.
func worksWithHistory(t *testing.T, p place) {
	s := p.startTill(t)
	buyer := p.buyer(t)
	buyer.open(s.shop)
	buyer.buy("coffee")
	buyer.untilLive("waiting")
	order := buyer.order()

	evaluate[bool](buyer, "history.back() ?? true")
	buyer.until("the shop", `location.pathname === "/" && document.querySelectorAll(".cards .card").length > 1`)
	evaluate[bool](buyer, "history.forward() ?? true")
	buyer.until("the order's address", `location.pathname === "/orders/`+order+`"`)
	buyer.untilLive("waiting")
	if buyer.order() != order {
		t.Errorf("forward leads to order %s, want %s", buyer.order(), order)
	}
	s.act(order, "pay")
	buyer.untilState("confirmed")
	buyer.isHappy()
}
