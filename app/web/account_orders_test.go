package web_test

import (
	"net/http"
	"strings"
	"testing"

	"till/app/shop"
)

func TestClaimingAGuestsOrder(t *testing.T) {
	t.Parallel()
	s, _ := newMemberSite(t)
	path := "/orders/" + string(s.buy(t)) // as a guest
	s.send(t, path+"/claim", "", "/login?"+form("next", path))

	stranger := browser(t)
	s.as(stranger, func() {
		s.register(t, "mallory")
		if a := s.post(t, path+"/claim", ""); a.StatusCode != http.StatusForbidden {
			t.Errorf("another browser claims: %d", a.StatusCode)
		}
	})
	s.register(t, "ada")
	if a := s.get(t, "/account"); strings.Contains(a.body, path) {
		t.Error("the order is listed before it is claimed")
	}
	s.send(t, path+"/claim", "", path)
	htmx := s.post(t, path+"/claim", "", "HX-Request", "true") // a second click
	if htmx.StatusCode != http.StatusOK || htmx.Header.Get("HX-Push-Url") != path || !strings.Contains(htmx.body, `id="order-status"`) {
		t.Errorf("claiming one's own order again: %d", htmx.StatusCode)
	}
	if a := s.get(t, "/account"); !strings.Contains(a.body, `href="`+path+`"`) || !strings.Contains(a.body, `data-state="waiting"`) {
		t.Errorf("the claimed order is not listed: %s", a.body)
	}
	s.send(t, "/logout", "", "/")
	s.register(t, "grace") // another account in the same browser
	if a := s.post(t, path+"/claim", ""); a.StatusCode != http.StatusForbidden {
		t.Errorf("a second account claims: %d", a.StatusCode)
	}
	if o := s.order(t, shop.OrderID(strings.TrimPrefix(path, "/orders/"))); o.Customer.Username != "ada" {
		t.Errorf("the order belongs to %+v", o.Customer)
	}
	if a := s.post(t, "/orders/"+strings.Repeat("a", 26)+"/claim", ""); a.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown order: %d", a.StatusCode)
	}
}

func TestTheAccountFollowsItsOrders(t *testing.T) {
	t.Parallel()
	s, _ := newMemberSite(t)
	id := s.buy(t)
	s.register(t, "ada")
	if a := s.get(t, "/account"); !strings.Contains(a.body, "No orders yet") {
		t.Errorf("an empty account: %s", a.body)
	}
	s.send(t, "/orders/"+string(id)+"/claim", "", "/orders/"+string(id))
	page := s.get(t, "/account")
	for _, want := range []string{`hx-get="/account/orders"`, `hx-trigger="every 2s"`, `<noscript><meta http-equiv="refresh"`, "Waiting for your payment"} {
		if !strings.Contains(page.body, want) {
			t.Errorf("while it waits the account has no %s", want)
		}
	}
	if a := s.deliver(t, s.webhook("e1", "charge:confirmed", "COMPLETED")); a.StatusCode != http.StatusOK {
		t.Fatalf("the webhook: %d", a.StatusCode)
	}
	eventually(t, "the fragment says confirmed", func() bool {
		return strings.Contains(s.get(t, "/account/orders").body, `data-state="confirmed"`)
	})
	fragment := s.get(t, "/account/orders", "HX-Request", "true").body
	if strings.Contains(fragment, "<html") || !strings.Contains(fragment, `hx-trigger="every 10s"`) || !strings.Contains(fragment, "Payment confirmed") {
		t.Errorf("the fragment: %s", fragment)
	}
	s.as(browser(t), func() {
		s.register(t, "grace")
		if a := s.get(t, "/account/orders"); strings.Contains(a.body, string(id)) {
			t.Error("another account sees the order")
		}
	})
}

func TestDeletingAnAccount(t *testing.T) {
	t.Parallel()
	s, _ := newMemberSite(t)
	id := s.buy(t)
	s.register(t, "ada")
	s.send(t, "/orders/"+string(id)+"/claim", "", "/orders/"+string(id))
	if a := s.post(t, "/account/delete", form("password", "wrong horse battery")); a.StatusCode != http.StatusUnprocessableEntity || !s.loggedIn(t) {
		t.Fatalf("with a wrong password: %d", a.StatusCode)
	}
	s.send(t, "/account/delete", form("password", password), "/login?done=deleted")
	if s.loggedIn(t) {
		t.Error("the session outlives the account")
	}
	if a := s.get(t, "/login?done=deleted"); !strings.Contains(a.body, "account is deleted") {
		t.Error("nothing says that it worked")
	}
	if a := s.post(t, "/login", form("username", "ada", "password", password)); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("the account still logs in: %d", a.StatusCode)
	}
	if o := s.order(t, id); o.Customer.Username != "" {
		t.Errorf("the order still names %q", o.Customer.Username)
	}
	if a := s.get(t, "/orders/"+string(id)); a.StatusCode != http.StatusOK {
		t.Errorf("the order's page: %d", a.StatusCode)
	}
}
