package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
)

const password = "correct horse battery"

// listsOwnOrders registers, buys, looks and leaves.
func listsOwnOrders(t *testing.T, p place) {
	s := p.startTill(t)
	buyer := p.buyer(t)
	buyer.register(s, "anna@shop.example")
	buyer.isLoggedIn("anna@shop.example")
	order := buyer.orderPastries(s)
	buyer.until("the words whose order it is", `document.getElementById("order").innerText.includes("This order is in your account")`)
	s.act(order, "pay")
	buyer.untilState("confirmed")

	buyer.click("#account-link")
	buyer.untilListed(order, "confirmed")
	buyer.click(`form[action="/logout"] button`)
	buyer.until("the shop", `document.querySelector(".cards")`)
	buyer.isLoggedIn("")
	buyer.open(s.shop + "/account")
	buyer.until("the way to log in", `location.pathname === "/login"`)
	buyer.isHappy()
}

// refusesAWrongPassword keeps the name that was typed, and lets the right one in.
func refusesAWrongPassword(t *testing.T, p place) {
	s := p.startTill(t)
	p.buyer(t).register(s, "anna")
	buyer := p.buyer(t)
	buyer.open(s.shop + "/login")
	buyer.fill("#username", "anna")
	buyer.fill("#password", "something else")
	buyer.click("main form button")
	buyer.until("what was wrong, told with the field that has the focus", `((e) => e.ariaInvalid === "true" &&
	  document.getElementById(e.getAttribute("aria-describedby")).innerText.includes("do not fit together"))(document.activeElement)`)
	if name := evaluate[string](buyer, `document.getElementById("username").value`); name != "anna" {
		t.Errorf("the name became %q", name)
	}
	if typed := evaluate[string](buyer, `document.getElementById("password").value`); typed != "" {
		t.Error("the page shows the password again")
	}
	buyer.isLoggedIn("")
	buyer.fill("#password", password)
	buyer.click("main form button")
	buyer.until("the account", `location.pathname === "/account"`)
	buyer.isLoggedIn("anna")
	buyer.isHappyBut("status of 422")
}

// claimsAGuestsOrder buys as a guest and registers afterwards.
func claimsAGuestsOrder(t *testing.T, p place) {
	s := p.startTill(t)
	buyer := p.buyer(t)
	order := buyer.orderPastries(s)
	buyer.click(`#order a[href^="/login"]`)
	buyer.click(`main a[href^="/register"]`)
	buyer.enter("anna")
	buyer.until("the order again", `location.pathname === "/orders/`+order+`"`)
	buyer.untilLive("waiting")
	loaded := buyer.loaded()

	buyer.click("#claim")
	buyer.until("the words whose order it is", `document.getElementById("order").innerText.includes("This order is in your account")`)
	buyer.untilLive("waiting")
	s.act(order, "pay")
	buyer.untilState("confirmed")
	buyer.stayed(loaded)
	buyer.open(s.shop + "/account")
	buyer.untilListed(order, "confirmed")
	buyer.isHappy()
}

// guardsASharedLink opens a guest's order as somebody else, who has an account.
func guardsASharedLink(t *testing.T, p place) {
	s := p.startTill(t)
	guest, other := p.buyer(t), p.buyer(t)
	order := guest.orderPastries(s)
	other.register(s, "bert")
	other.open(s.shop + "/orders/" + order)
	other.untilLive("waiting")
	if evaluate[bool](other, `!!document.getElementById("claim")`) {
		t.Error("the page offers the order to an account of another browser")
	}
	claim := fmt.Sprintf(`fetch("/orders/%s/claim", { method: "POST" }).then((answer) => answer.status)`, order)
	if status := evaluate[int](other, claim); status != 403 {
		t.Errorf("claiming it by hand answers %d, want 403", status)
	}
	other.open(s.shop + "/account")
	other.until("an empty account", `document.querySelector("#account-orders .panel")`)
	other.isHappyBut("status of 403")

	guest.open(s.shop + "/orders/" + order)
	guest.until("the offer to log in", `document.querySelector('#order a[href^="/login"]')`)
	guest.isHappy()
}

// twoBrowsers logs the same customer in twice; the first one looks at an
// account that asks for itself.
func twoBrowsers(t *testing.T, p place) (s *till, here, elsewhere *tab) {
	t.Helper()
	s = p.startTill(t)
	here, elsewhere = p.buyer(t), p.buyer(t)
	here.register(s, "anna")
	order := here.orderPastries(s)
	here.open(s.shop + "/account")
	here.untilListed(order, "waiting")
	elsewhere.open(s.shop + "/login")
	elsewhere.enter("anna")
	elsewhere.untilListed(order, "waiting")
	return s, here, elsewhere
}

// endsASession ends the first browser's session from the second: the next that
// the first one's page asks for by itself leads it to log in.
func endsASession(t *testing.T, p place) {
	s, here, elsewhere := twoBrowsers(t, p)
	elsewhere.open(s.shop + "/account/sessions")
	elsewhere.click(`.card:not(:has(.badge)) form button`)
	elsewhere.until("one session", `document.querySelectorAll(".card").length === 1`)
	here.until("the way to log in", `location.pathname === "/login"`)
	here.isLoggedIn("")
	here.isHappy()
	elsewhere.isLoggedIn("anna")
	elsewhere.isHappy()
}

// changesThePassword does it in one browser; the other is logged out.
func changesThePassword(t *testing.T, p place) {
	const fresh = "another horse and battery"
	s, here, elsewhere := twoBrowsers(t, p)
	elsewhere.open(s.shop + "/account/password")
	elsewhere.fill("#current_password", password)
	elsewhere.fill("#new_password", fresh)
	elsewhere.click("main form button")
	elsewhere.until("the words that it is done", `document.querySelector('[role="status"]')?.innerText.includes("changed")`)
	elsewhere.isLoggedIn("anna")
	elsewhere.isHappy()

	here.until("the way to log in", `location.pathname === "/login"`)
	here.fill("#username", "anna")
	here.fill("#password", fresh)
	here.click("main form button")
	here.until("the account", `location.pathname === "/account"`)
	here.isHappy()
}

// register makes an account and is logged in to it.
func (w *tab) register(s *till, name string) {
	w.t.Helper()
	w.open(s.shop + "/register")
	w.enter(name)
	w.until("the account", `location.pathname === "/account"`)
}

// enter fills the form that registers or logs in, and sends it.
func (w *tab) enter(name string) {
	w.t.Helper()
	w.fill("#username", name)
	w.fill("#password", password)
	w.click("main form button")
}

// fill types into an empty field.
func (w *tab) fill(selector, text string) {
	w.t.Helper()
	w.do(chromedp.SendKeys(chromedp.CSS(selector), text, chromedp.NodeVisible))
}

// isLoggedIn fails the test unless the page names the customer; "" is a guest.
func (w *tab) isLoggedIn(name string) {
	w.t.Helper()
	want := name
	if name == "" {
		want = "Log in"
	}
	w.until("a page for "+want, fmt.Sprintf(`document.getElementById("account-link")?.textContent === %q`, want))
}
