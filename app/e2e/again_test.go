package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"till/app/coinbase/commerce"
)

// retriesAtTodaysPrice lets an order expire, raises the price as a merchant
// does, by a restart, and pays the second try.
func retriesAtTodaysPrice(t *testing.T, p place) {
	s := p.newTill(t, "serve", "TILL_SERVER_LISTEN="+freeAddress(t), "TILL_SANDBOX_LISTEN="+freeAddress(t), "TILL_SERVER_RETRY_PRICE=today")
	s.start()
	order := s.order("coffee")
	first := s.chargeOf(order).Code
	s.bring(order, []string{"expire"}, "expired", "")
	s.stop()
	s.env = append(s.env, "TILL_PRODUCT_COFFEE_PRICE=5.00")
	s.start()

	w := p.inspector(t)
	w.visit(view{"order-repriced", s.shop + "/orders/" + order, `document.getElementById("repriced")?.innerText.includes("The price is now 5.00 USD")`})
	w.shows(order, "expired", "4.50")
	w.click("#retry")
	w.untilLive("waiting")
	w.shows(order, "waiting", "5.00")
	w.until("the new price to pay", `document.querySelector(".due strong").textContent === "5.00 USD"`)
	if code := s.chargeOf(order).Code; code == first {
		t.Fatalf("the retry still asks for charge %s", first)
	}
	s.act(order, "pay")
	w.untilState("confirmed")
	w.open(s.shop + "/orders/" + order)
	w.shows(order, "confirmed", "5.00")
	w.isHappy()
}

// asksForTheRest sees half of the price arrive, and then what becomes of it.
func asksForTheRest(t *testing.T, p place) {
	s := p.startTill(t, "TILL_SANDBOX_API_KEY="+sandboxKey, "TILL_SANDBOX_WEBHOOK_SECRET="+sandboxSecret)
	w := p.inspector(t)
	w.open(s.shop)
	w.buy("coffee")
	w.untilLive("waiting")
	order := w.order()

	s.tell(order, "PENDING", "", "2.25")
	w.untilState("detected")
	w.until("what is still to pay", said("2.25 USD of 4.50 USD has arrived. Pay the rest on Coinbase's page."))
	w.until("the way to pay it", `document.getElementById("pay").innerText.includes("Pay 2.25 USD") && document.querySelector(".due strong").textContent === "2.25 USD"`)
	w.examine("order-part")

	s.tell(order, "UNRESOLVED", "UNDERPAID", "2.25")
	w.untilState("unresolved")
	w.until("what is missing", said("2.25 USD of 4.50 USD arrived; 2.25 USD are missing."))
	w.until("no way to pay", `!document.getElementById("pay") && !document.getElementById("retry")`)
	w.isHappy()
}

// confirmsWhatWasPaidTwice hears of a charge only after a second payment for it
// made it unresolved again.
func confirmsWhatWasPaidTwice(t *testing.T, p place) {
	s := p.startTill(t, "TILL_SANDBOX_API_KEY="+sandboxKey, "TILL_SANDBOX_WEBHOOK_SECRET="+sandboxSecret)
	w := p.inspector(t)
	w.open(s.shop)
	w.buy("coffee")
	w.untilLive("waiting")
	order := w.order()
	s.tell(order, "COMPLETED UNRESOLVED", "MULTIPLE", "9.00")
	w.untilState("confirmed")
	w.until("what becomes of the rest", said("more money arrived than it costs"))
	w.examine("order-twice")
	w.isHappy()
}

// said is the condition that the order's page says something.
func said(text string) string {
	return fmt.Sprintf(`document.getElementById("order-status").innerText.includes(%q)`, text)
}

// tell sends the shop a webhook about the order's charge as the provider might:
// with these steps in its timeline, the last of them in a context, and with
// that sum paid.
func (s *till) tell(order, steps, context, paid string) {
	s.t.Helper()
	charge := s.askForCharge(order)
	timeline := []map[string]string{{"status": "NEW", "time": "2026-01-01T00:00:00Z"}}
	at := time.Now().UTC()
	for step := range strings.FieldsSeq(steps) {
		at = at.Add(time.Second)
		timeline = append(timeline, map[string]string{"status": step, "time": at.Format(time.RFC3339)})
	}
	timeline[len(timeline)-1]["context"] = context
	charge["timeline"] = timeline
	charge["payments"] = []any{map[string]any{"status": "PENDING", "value": map[string]any{"local": map[string]string{"amount": paid, "currency": "USD"}}}}
	body, err := json.Marshal(map[string]any{"event": map[string]any{"id": order + steps, "type": "charge:pending", "data": charge}})
	if err != nil {
		s.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.shop+"/webhooks/commerce", strings.NewReader(string(body)))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set(commerce.SignatureHeader, commerce.Sign(sandboxSecret, body))
	if status, answer := send(s.t, r); status != http.StatusOK {
		s.t.Fatalf("POST /webhooks/commerce: %d %s", status, answer)
	}
}

// askForCharge reads an order's charge from the provider's own API.
func (s *till) askForCharge(order string) map[string]any {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.sandbox+"/commerce/charges/"+s.chargeOf(order).Code, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("X-CC-Api-Key", sandboxKey)
	var reply struct {
		Data map[string]any `json:"data"`
	}
	status, answer := send(s.t, r)
	if err := json.Unmarshal([]byte(answer), &reply); status != http.StatusOK || err != nil {
		s.t.Fatalf("GET /commerce/charges: %d %v %s", status, err, answer)
	}
	return reply.Data
}
