package e2e

import (
	"net/http"
	"testing"
)

// opensAgain opens the dialog on what htmx brought, after it was closed, and
// on a page that history brought back; and pays where no message of the frame
// tells about it.
func opensAgain(t *testing.T, p place) {
	s := p.startTill(t)
	s.confirmAfter(aMoment)
	s.control(http.MethodPost, "settings", `{"embed_messages":false}`, nil)
	buyer := p.buyer(t)
	order := buyer.orderPastries(s)
	for range 2 {
		buyer.openDialog()
		buyer.closeDialog()
	}
	if made := len(s.charges()); made != 1 {
		t.Errorf("looking at the checkout made %d charges, want only the link's", made)
	}

	evaluate[bool](buyer, "history.back() ?? true")
	buyer.until("the shop", `location.pathname === "/" && document.querySelector(".cards")`)
	evaluate[bool](buyer, "history.forward() ?? true")
	buyer.until("the order's address", `location.pathname === "/orders/`+order+`"`)
	buyer.untilLive("waiting")
	loaded := buyer.loaded()
	frame := buyer.openDialog()
	frame.begin()
	frame.pay()
	buyer.untilState("confirmed")
	buyer.closeDialog()
	buyer.stayed(loaded)
	buyer.isHappy()
}

// eitherChargePays begins in the dialog twice and pays the older charge of one
// order, and the newer one of another.
func eitherChargePays(t *testing.T, p place) {
	s := p.startTill(t)
	buyer := p.buyer(t)
	for _, paid := range []int{0, 1} {
		order := buyer.orderPastries(s)
		var begun []charge
		for range 2 {
			buyer.openDialog().begin()
			begun = append(begun, s.charges()[0])
			buyer.closeDialog()
		}
		if begun[0].Code == begun[1].Code || begun[0].Metadata["custom"] != begun[1].Metadata["custom"] {
			t.Fatalf("two openings of one order began %v", begun)
		}
		s.play(begun[paid].Code, "pay")
		buyer.untilState("confirmed")
		if buyer.order() != order {
			t.Errorf("the page shows order %s, want %s", buyer.order(), order)
		}
	}
	buyer.isHappy()
}

// fallsBackToTheLink meets a provider that does not let our page show its own,
// as it does for a site that the merchant has not listed there, and pays by the
// link that stands beside the frame.
func fallsBackToTheLink(t *testing.T, p place) {
	s := p.startTill(t)
	s.confirmAfter(aMoment)
	s.control(http.MethodPost, "settings", `{"embed_origins":["https://another-shop.example"]}`, nil)
	buyer := p.buyer(t)
	buyer.orderPastries(s)
	buyer.click("#embed")
	buyer.frame().until("the browser's word that it is refused", `location.protocol === "chrome-error:"`)
	buyer.until("words that say what to do", `document.querySelector("dialog")?.innerText.includes("Pay on Coinbase's page instead")`)

	provider := buyer.follow("dialog a")
	provider.click(payButton)
	buyer.untilState("confirmed")
	buyer.closeDialog()
	provider.isHappy()
	buyer.isHappyBut("frame-ancestors", "X-Frame-Options")
}

// saysWhatIsGone opens the dialog of an order whose checkout the merchant has
// deleted since: the frame says so, and our page says what to do.
func saysWhatIsGone(t *testing.T, p place) {
	s := p.startTill(t, "TILL_SANDBOX_API_KEY="+sandboxKey)
	s.confirmAfter(aMoment)
	buyer := p.buyer(t)
	buyer.orderPastries(s)
	s.ask(http.MethodDelete, "checkouts/"+pastries, "")
	buyer.click("#embed")
	buyer.frame().untilThere(`[role="alert"]`)
	buyer.until("our words", `document.querySelector("dialog .notice").innerText.includes("could not be shown here")`)

	provider := buyer.follow("dialog a")
	provider.click(payButton)
	buyer.untilState("confirmed")
	provider.isHappy()
	buyer.isHappyBut("status of 404")
}
