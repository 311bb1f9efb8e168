package e2e

import "testing"

// cancelsAnOrder gives up on the order's own page, and changes its mind.
func cancelsAnOrder(t *testing.T, p place) {
	s := p.startTill(t)
	buyer := p.buyer(t)
	buyer.open(s.shop)
	buyer.buy("coffee")
	buyer.untilLive("waiting")
	order := buyer.order()
	buyer.click("#cancel")
	buyer.untilState("canceled")
	s.untilCharge(order, p.given)

	buyer.click("#retry")
	buyer.untilLive("waiting")
	s.act(order, "pay")
	buyer.untilState("confirmed")
	if buyer.order() != order {
		t.Errorf("the retry became order %s, want still %s", buyer.order(), order)
	}
	buyer.isHappy()
}

// cancelsAtTheProvider gives up on the provider's page and comes back.
func cancelsAtTheProvider(t *testing.T, p place) {
	s := p.startTill(t)
	buyer := p.buyer(t)
	buyer.open(s.shop)
	buyer.buy("coffee")
	buyer.untilLive("waiting")
	order := buyer.order()

	provider := buyer.follow("#pay")
	provider.click(`form[action$="/cancel"] button`)
	s.untilCharge(order, p.given)
	provider.goesBack(s, order, "/cancel")
	provider.untilState("canceled")
	buyer.untilState("canceled")

	provider.click("#retry")
	provider.untilLive("waiting")
	s.act(order, "pay")
	provider.untilState("confirmed")
	buyer.untilState("confirmed")
	provider.isHappy()
	buyer.isHappy()
}

// retriesWhatExpired lets an hour pass, or a day at Business, and pays the second try.
func retriesWhatExpired(t *testing.T, p place) {
	s := p.startTill(t)
	buyer := p.buyer(t)
	buyer.open(s.shop)
	buyer.buy("coffee")
	buyer.untilLive("waiting")
	order := buyer.order()
	first := s.chargeOf(order).Code
	s.advance(p.lifetime)
	buyer.untilState("expired")

	buyer.click("#retry")
	buyer.untilLive("waiting")
	if again := s.chargeOf(order).Code; again == first {
		t.Fatalf("the retry still asks for charge %s", first)
	}
	provider := buyer.follow("#pay")
	s.confirmAfter(0)
	provider.click(payButton)
	buyer.untilState("confirmed")
	provider.isHappy()
	buyer.isHappy()
}

// retriesADeadProvider sells while nobody listens at the provider's address.
func retriesADeadProvider(t *testing.T, p place) {
	down := p.outside(t, freeAddress(t))
	s := p.startTill(t, down.shop...)
	buyer := p.buyer(t)
	buyer.open(s.shop)
	buyer.buy("coffee")
	buyer.untilState("failed")
	buyer.until("words that say what to do", `document.getElementById("order-status").innerText.includes("try again")`)
	order := buyer.order()

	provider := p.newTill(t, "sandbox", down.toldBy(s)...)
	provider.start()
	buyer.click("#retry")
	buyer.untilLive("waiting")
	provider.act(order, "pay")
	buyer.untilState("confirmed")
	buyer.isHappy()
}
