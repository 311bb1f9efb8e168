package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// sandboxIsAccessible visits every page a buyer sees of the sandbox, in every
// state.
func sandboxIsAccessible(t *testing.T, p place) {
	s := p.startTill(t)
	s.confirmAfter(time.Hour)
	views := []view{{"sandbox-empty", p.startTill(t).sandbox + "/", `document.getElementById("newest")`}}
	for _, e := range p.endings {
		order := s.order("beans")
		s.bring(order, e.actions, e.state, e.exception)
		views = append(views, s.hosted(order, e.stage))
	}
	canceled := s.order("mug")
	s.act(canceled, "cancel")
	views = append(views, s.hosted(canceled, "canceled"))
	if p.is(atCommerce) {
		views = append(views, s.hostedAtCommerceAlone()...)
	}
	home := view{"sandbox-home", s.sandbox + "/", fmt.Sprintf(`document.querySelectorAll('[aria-labelledby="newest"] li').length === %d`, len(s.charges()))}
	p.inspect(t, append(views, home))
}

// hostedAtCommerceAlone is of a charge that is paid in part and of one in the
// later shape: Business has neither.
func (s *till) hostedAtCommerceAlone() []view {
	s.t.Helper()
	partial := s.order("mug")
	s.act(partial, `detect {"sum":"under","coin":"dai"}`)
	part := s.hosted(partial, "partial")
	s.control(http.MethodPost, "settings", `{"shape":"onchain"}`, nil)
	onchain := s.hosted(s.order("mug"), "waiting")
	onchain.name = "sandbox-onchain"
	onchain.ready += ` && document.querySelector('[href*="coin=pusdc"]')`
	return []view{part, onchain}
}

// workbenchIsAccessible visits what the sandbox has beside a provider's pages:
// the controls, the log of webhooks, and both after a mistake.
func workbenchIsAccessible(t *testing.T, p place) {
	s := p.startTill(t, "TILL_SANDBOX_API_KEY="+sandboxKey)
	order := s.order("beans")
	s.bring(order, []string{"pay"}, "confirmed", "")
	s.control(http.MethodPost, "troubles", `{"kind":"delay","delay":"5s","times":3}`, nil)
	w := p.inspector(t)
	w.visit(view{"sandbox-controls", s.sandbox + "/controls", `document.querySelector('form[action$="/remove"]')`})
	w.put(desktopLight)
	w.click(".sandbox-more summary")
	w.fill("#url", "http://127.0.0.1:9/hook")
	w.click(`form[action="/controls/endpoints"] button`)
	w.until("the new endpoint's secret", `document.querySelector('[role="status"] .mono')`)
	w.examine("sandbox-controls-added")
	w.fill("#advance", "soon")
	w.click(`form:has(#advance) button`)
	w.until("what is wrong", `document.querySelector(".notice.bad")`)
	w.examine("sandbox-controls-mistake")

	w.visit(view{"sandbox-deliveries", s.sandbox + "/deliveries", `document.querySelector(".sandbox-log li")`})
	w.put(desktopLight)
	w.click(".sandbox-log li:last-child a")
	w.until("the attempt", `document.querySelector(".sandbox-try[open]")`)
	w.examine("sandbox-delivery")
	w.visit(view{"sandbox-deliveries-none", s.sandbox + "/deliveries?status=abandoned", `document.querySelector('[href="/deliveries"]')`})

	hosted := s.hosted(s.order("beans"), "waiting")
	w.open(hosted.address)
	w.until(hosted.name, hosted.ready)
	evaluate[bool](w, `(document.querySelector(".sandbox-levers button").value = "resolve") !== ""`)
	w.click(".sandbox-levers button")
	w.until("why nothing happened", `document.querySelector(".sandbox-controls .notice.bad")`)
	w.examine("sandbox-refused")

	if p.is(atCommerce) { // which alone has invoices
		w.seeInvoices(s)
	}
}

// seeInvoices visits an invoice that was paid, and one that was taken back.
func (w *tab) seeInvoices(s *till) {
	w.t.Helper()
	for _, ending := range []string{"paid", "void"} {
		s.ask(http.MethodPost, "invoices", `{"business_name":"Beans & Sons","customer_email":"anna@example.com","local_price":{"amount":"45.00","currency":"EUR"}}`)
		w.open(s.sandbox)
		code := evaluate[string](w, `document.querySelector('[aria-labelledby="invoices"] li .mono').textContent`)
		address := s.sandbox + "/invoices/" + code
		if ending == "void" {
			s.ask(http.MethodPost, "invoices/"+code+"/void", "")
		} else {
			w.open(address) // which leads to a charge
			s.control(http.MethodPost, "charges/"+s.charges()[0].Code+"/pay", "", nil)
		}
		w.visit(view{"sandbox-invoice-" + ending, address, fmt.Sprintf(`document.querySelector("section[data-status=%s]")`, strings.ToUpper(ending))})
	}
}
