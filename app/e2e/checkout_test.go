package e2e

import (
	"fmt"
	"testing"
	"time"
)

// aMoment is how long payments take where only their end counts.
const aMoment = 200 * time.Millisecond

// orderOf opens the shop, buys a product and returns its order, once it waits.
func (w *tab) orderOf(s *till, product string) string {
	w.t.Helper()
	w.open(s.shop)
	w.buy(product)
	w.untilLive("waiting")
	return w.order()
}

// orderPastries buys the product that is sold through a checkout.
func (w *tab) orderPastries(s *till) string {
	w.t.Helper()
	return w.orderOf(s, "pastries")
}

// paysInTheDialog goes from the card to the words that it is paid, without ever
// leaving our page.
func paysInTheDialog(t *testing.T, p place) {
	s := p.startTill(t)
	s.confirmAfter(aMoment)
	buyer := p.buyer(t)
	order := buyer.orderPastries(s)
	loaded := buyer.loaded()

	frame := buyer.openDialog()
	frame.begin()
	begun := s.charges()[0]
	// The frame of Commerce makes a charge of its own; at Business it shows the
	// order's checkout, which the shop made.
	if custom := begun.Metadata["custom"]; p.is(atCommerce) && (custom == "" || custom == order) {
		t.Errorf("the frame says of the order %q, want a reference that is not the order's own id", custom)
	}
	if p.is(atBusiness) && begun.Code != s.chargeOf(order).Code {
		t.Errorf("the frame has made a checkout of its own: %v", begun)
	}
	frame.pay()
	buyer.untilState("confirmed")
	frame.isHappy()
	buyer.closeDialog()
	buyer.untilLive("confirmed")
	buyer.stayed(loaded)
	begun.isNobodys(t)
	buyer.isHappy()
}

// paysThroughTheLink does the same on the provider's page in another tab.
func paysThroughTheLink(t *testing.T, p place) {
	s := p.startTill(t)
	s.confirmAfter(aMoment)
	buyer := p.buyer(t)
	order := buyer.orderPastries(s)
	loaded := buyer.loaded()

	provider := buyer.follow("#pay")
	provider.click(payButton)
	buyer.untilLive("confirmed")
	buyer.stayed(loaded)
	s.chargeOf(order).isNobodys(t)

	provider.isBack(s, order, "/success")
	provider.untilState("confirmed")
	provider.isHappy()
	buyer.isHappy()
}

// accountFollows buys both ways as a customer who has the account open in
// another tab.
func accountFollows(t *testing.T, p place) {
	s := p.startTill(t)
	s.confirmAfter(aMoment)
	buyer := p.buyer(t)
	buyer.register(s, "anna")
	account := buyer.another()

	follow := func(order string, pay func()) {
		t.Helper()
		account.open(s.shop + "/account")
		account.untilListed(order, "waiting")
		loaded, accountLoaded := buyer.loaded(), account.loaded()
		pay()
		buyer.untilState("confirmed")
		account.untilListed(order, "confirmed")
		buyer.stayed(loaded)
		account.stayed(accountLoaded)
	}
	follow(buyer.orderPastries(s), func() {
		frame := buyer.openDialog()
		frame.begin()
		frame.pay()
		buyer.closeDialog()
	})
	order := buyer.orderPastries(s)
	follow(order, func() {
		provider := buyer.follow("#pay")
		provider.click(payButton)
		provider.isBack(s, order, "/success")
		provider.isHappy()
	})
	if got := s.chargeOf(order).Metadata; got["customer_id"] == "" || got["customer_username"] != "anna" {
		t.Errorf("the customer's charge says %v", got)
	}
	account.isHappy()
	buyer.isHappy()
}

// goesBack takes the way back to the shop that the provider's page offers.
func (w *tab) goesBack(s *till, order, path string) {
	w.t.Helper()
	if w.at.leads {
		w.click(`#charge a.button`)
	}
	w.isBack(s, order, path)
}

// isBack waits until the provider has led the buyer back to the shop. Where it
// is told of no way, as a shop without https tells Business of none, the buyer
// goes himself.
func (w *tab) isBack(s *till, order, path string) {
	w.t.Helper()
	if !w.at.leads {
		w.until("a payment that is over", `document.readyState === "complete" && document.querySelector("#charge:not([hx-get])")`)
		w.open(s.shop + path + "?order=" + order)
	}
	w.until("the shop's page to come back to", fmt.Sprintf(`location.pathname === %q`, path))
}

// isNobodys fails the test if a guest's charge names a customer.
func (c charge) isNobodys(t *testing.T) {
	t.Helper()
	for _, key := range []string{"customer_id", "customer_username"} {
		if value, ok := c.Metadata[key]; ok {
			t.Errorf("a guest's charge says %s is %q", key, value)
		}
	}
}

// untilListed waits until the account's page lists an order in a state.
func (w *tab) untilListed(order, state string) {
	w.t.Helper()
	w.until(order+" listed as "+state, fmt.Sprintf(`document.querySelector('[data-order=%q][data-state=%q]')`, order, state))
}
