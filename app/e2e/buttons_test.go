package e2e

import (
	"testing"
	"time"
)

// cancelsAnOrder gives up on the order's own page, and changes its mind.
func cancelsAnOrder(t *testing.T, b *browser) {
	s := startTill(t)
	buyer := b.buyer(t)
	buyer.open(s.shop)
	buyer.buy("coffee")
	buyer.untilLive("waiting")
	order := buyer.order()
	buyer.click("#cancel")
	buyer.untilState("canceled")
	s.untilCharge(order, "CANCELED")

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
func cancelsAtTheProvider(t *testing.T, b *browser) {
	s := startTill(t)
	buyer := b.buyer(t)
	buyer.open(s.shop)
	buyer.buy("coffee")
	buyer.untilLive("waiting")
	order := buyer.order()

	provider := buyer.follow("#pay")
	provider.click(`form[action$="/cancel"] button`)
	s.untilCharge(order, "CANCELED")
	provider.click(`#charge a.button`)
	provider.until("the shop's page for those who gave up", `location.pathname === "/cancel"`)
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

// retriesWhatExpired lets an hour pass and pays the second try.
func retriesWhatExpired(t *testing.T, b *browser) {
	s := startTill(t)
	buyer := b.buyer(t)
	buyer.open(s.shop)
	buyer.buy("coffee")
	buyer.untilLive("waiting")
	order := buyer.order()
	first := s.chargeOf(order).Code
	s.advance(61 * time.Minute)
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
func retriesADeadProvider(t *testing.T, b *browser) {
	address := freeAddress(t)
	keys := []string{"TILL_SANDBOX_API_KEY=a-key-for-tests-0001", "TILL_SANDBOX_WEBHOOK_SECRET=a-secret-for-tests"}
	s := startTill(t, "TILL_SANDBOX_ENABLED=false", "TILL_COINBASE_BASE_URL=http://"+address+"/commerce/",
		"TILL_COINBASE_API_KEY=a-key-for-tests-0001", "TILL_COINBASE_WEBHOOK_SECRETS=a-secret-for-tests")
	buyer := b.buyer(t)
	buyer.open(s.shop)
	buyer.buy("coffee")
	buyer.untilState("failed")
	buyer.until("words that say what to do", `document.getElementById("order-status").innerText.includes("try again")`)
	order := buyer.order()

	provider := newTill(t, "sandbox", append(keys, "TILL_SANDBOX_LISTEN="+address,
		"TILL_SANDBOX_WEBHOOK_URL="+s.shop+"/webhooks/commerce")...)
	provider.start()
	buyer.click("#retry")
	buyer.untilLive("waiting")
	provider.act(order, "pay")
	buyer.untilState("confirmed")
	buyer.isHappy()
}
