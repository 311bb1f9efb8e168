package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// checkoutIsAccessible visits what a product that is sold through a checkout
// shows: the card, the order, the dialog, and the provider's pages.
func checkoutIsAccessible(t *testing.T, p place) {
	s := p.startTill(t)
	s.confirmAfter(time.Hour)
	w := p.inspector(t)
	w.visit(view{"checkout-card", s.shop + "/products/pastries", `document.querySelector(".card")`})
	w.put(desktopLight)
	order := w.orderPastries(s)
	w.examine("checkout-order")

	w.put(desktopLight)
	w.openDialog().begin()
	w.examine("checkout-dialog")
	w.closeDialog()
	w.visit(view{"checkout-hosted", s.chargeOf(order).HostedURL, `document.querySelector("#charge")`})
	if p.is(atCommerce) { // where a checkout lasts and begets charges
		w.visit(view{"sandbox-checkout", s.sandbox + "/checkout/" + pastries, `document.querySelector("main form")`})
	}
}

// embedIsAccessible visits what the provider shows in a frame: at its narrow
// width that is the same page without one.
func embedIsAccessible(t *testing.T, p place) {
	s := p.startTill(t)
	s.confirmAfter(time.Hour)
	views := []view{
		{"embed-checkout", s.sandbox + "/embed/checkout/" + pastries, `document.querySelector("main form")`},
		{"embed-gone", s.sandbox + "/embed/checkout/nothing", `document.querySelector('[role="alert"]')`},
	}
	for _, e := range append(slices.Clone(p.endings), ending{"canceled", "canceled", "", []string{"cancel"}, "canceled"}) {
		order := s.order("beans")
		s.bring(order, e.actions, e.state, e.exception)
		views = append(views, s.embedded(order, e.stage))
	}
	p.inspect(t, views)
}

// embedded is the provider's page in a frame of an order's charge at a stage.
func (s *till) embedded(order, stage string) view {
	s.t.Helper()
	address := s.sandbox + "/embed/charges/" + s.chargeOf(order).Code
	return view{"embed-" + stage, address, fmt.Sprintf(`document.querySelector("#charge.sandbox-%s")`, stage)}
}

// accountIsAccessible visits every page about an account, and its forms after a
// mistake in each.
func accountIsAccessible(t *testing.T, p place) {
	s := p.startTill(t)
	s.confirmAfter(time.Hour)
	w := p.inspector(t)
	form := func(name string) view {
		return view{strings.ReplaceAll("account-"+name, "/", "-"), s.shop + "/" + name, `document.querySelector("main form")`}
	}
	mistake := func(name string, fields map[string]string) {
		t.Helper()
		for field, text := range fields {
			w.fill("#"+field, text)
		}
		w.click("main section form button")
		w.until("what is wrong with "+name, `document.querySelector(".notice.bad")`)
		w.examine(name + "-mistake")
	}
	w.visit(form("register"))
	mistake("account-register", map[string]string{"username": "an na", "password": "correct horse"})
	w.visit(form("login"))
	mistake("account-login", map[string]string{"username": "anna", "password": "wrong"})

	order := w.orderPastries(s)
	w.examine("account-guest")
	w.register(s, "anna")
	w.examine("account-empty")
	w.visit(view{"account-claim", s.shop + "/orders/" + order, `document.getElementById("claim")`})
	w.click("#claim")
	w.until("the words whose order it is", `!document.getElementById("claim")`)
	s.bring(w.orderOf(s, "coffee"), []string{"pay"}, "confirmed", "")
	odd := p.endings[slices.IndexFunc(p.endings, func(e ending) bool { // beyond what is usual
		return e.name == "underpaid" || e.name == "partly-refunded"
	})]
	s.bring(w.orderOf(s, "mug"), odd.actions, odd.state, odd.exception)
	w.visit(view{"account-orders", s.shop + "/account", `document.querySelectorAll("#account-orders li").length === 3`})
	w.visit(form("account/sessions"))
	w.visit(form("account/password"))
	mistake("account-password", map[string]string{"current_password": "wrong", "new_password": "another horse"})
	w.visit(form("account/delete"))
	mistake("account-delete", map[string]string{"password": "wrong"})
}
