package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"till/app/shop"
)

func TestOnlyPagesWithACheckoutMayShowTheProvidersFrame(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	coffee := "/orders/" + string(s.buy(t))
	box := s.post(t, "/orders", "product=box").Header.Get("Location")
	for path, want := range map[string]string{
		"/": "https://pay.example", "/products/box": "https://pay.example", box: "https://pay.example",
		"/success?order=" + strings.TrimPrefix(box, "/orders/"): "https://pay.example",
		"/products/coffee": "'none'", coffee: "'none'", "/success": "'none'",
	} {
		csp := s.get(t, path).Header.Get("Content-Security-Policy")
		if !strings.Contains(csp, "frame-src "+want+";") || strings.Contains(csp, "unsafe") {
			t.Errorf("GET %s: %s", path, csp)
		}
	}
}

func TestACheckoutOrderOffersTwoWaysToPay(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	a := s.post(t, "/orders", "product=box&method=checkout", "HX-Request", "true")
	id := shop.OrderID(strings.TrimPrefix(a.Header.Get("HX-Push-Url"), "/orders/"))
	payment := s.order(t, id).Payments[0]
	for _, want := range []string{
		`data-embed="https://pay.example/embed/checkout/` + boxID + `?cacheDisabled=true&amp;custom=` + string(payment.ID),
		`href="https://pay.example/ZX81ZX81"`, "12.00 USD", "A box of pastries",
	} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the fragment has no %s", want)
		}
	}
	_, embed, _ := strings.Cut(a.body, "data-embed=")
	if tag, _, ok := strings.Cut(embed, ">"); !ok || strings.Contains(tag, string(id)) {
		t.Error("the frame's address holds the order's id, which grants access")
	}
	if a := s.get(t, "/orders/"+string(payment.ID)); a.StatusCode != http.StatusNotFound {
		t.Errorf("the payment's reference opens the order: %d", a.StatusCode)
	}
	if again := s.post(t, "/orders", "product=box&method=charge"); again.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("another method answered %d", again.StatusCode)
	}
}

func TestAProviderThatIsDownIsToldWhenBuyingNotWhenLooking(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.coinbase.set(shop.Waiting, errDown)
	if a := s.get(t, "/"); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "No price right now") {
		t.Errorf("the cards answered %d without their provider", a.StatusCode)
	}
	if a := s.post(t, "/orders", "product=box"); a.StatusCode != http.StatusServiceUnavailable || !strings.Contains(a.body, "does not tell us the price") {
		t.Errorf("buying answered %d", a.StatusCode)
	}
}

// TestHostileCustom sends what a stranger may type into an embedded checkout
// through the receiver, and looks at the verdict that was stored.
func TestHostileCustom(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	order := func(product string) shop.Order {
		location := s.post(t, "/orders", "product="+product).Header.Get("Location")
		return s.order(t, shop.OrderID(strings.TrimPrefix(location, "/orders/")))
	}
	box, other, coffee, paid := order("box"), order("box"), order("coffee"), order("box")
	ref := func(o shop.Order) string { return string(o.Payments[0].ID) }
	s.deliver(t, embeddedEvent("paid-before", "charge-0", ref(paid), boxID, "12.00"))
	eventually(t, "the paid order is confirmed", func() bool { return s.order(t, paid.ID).State() == shop.Confirmed })

	tests := []struct {
		name     string
		custom   any // nil: absent
		checkout string
		amount   string
		verdict  shop.Verdict
		order    shop.Order
		state    shop.State
		flag     shop.Flag
	}{
		{"absent", nil, boxID, "12.00", shop.Foreign, box, shop.Waiting, ""},
		{"empty", "", boxID, "12.00", shop.Foreign, box, shop.Waiting, ""},
		{"a number", 12345, boxID, "12.00", shop.Foreign, box, shop.Waiting, ""},
		{"null inside", []any{nil, map[string]any{"x": 1}}, boxID, "12.00", shop.Foreign, box, shop.Waiting, ""},
		{"very long", strings.Repeat("a", 100_000), boxID, "12.00", shop.Foreign, box, shop.Waiting, ""},
		{"HTML", "<script>alert(1)</script>", boxID, "12.00", shop.Foreign, box, shop.Waiting, ""},
		{"SQL", "' OR 1=1 --", boxID, "12.00", shop.Foreign, box, shop.Waiting, ""},
		{"an order's id", string(box.ID), boxID, "12.00", shop.Foreign, box, shop.Waiting, ""},
		{"in capital letters", strings.ToUpper(ref(box)), boxID, "12.00", shop.Foreign, box, shop.Waiting, ""},
		{"a reference of another product", ref(coffee), boxID, "12.00", shop.Mismatch, coffee, shop.Unresolved, shop.FlagMismatch},
		{"paid to another checkout", ref(box), "another", "12.00", shop.Mismatch, box, shop.Unresolved, shop.FlagMismatch},
		{"of another order, too little paid", ref(other), boxID, "0.12", shop.Mismatch, other, shop.Unresolved, shop.FlagMismatch},
		{"already paid", ref(paid), boxID, "12.00", shop.Settled, paid, shop.Confirmed, shop.FlagPaidTwice},
		{"fits after all", ref(box), boxID, "12.00", shop.Settled, box, shop.Confirmed, shop.FlagMismatch},
	}
	for i, tt := range tests { // one after the other: they share orders
		event := fmt.Sprintf("event-%d", i)
		if a := s.deliver(t, embeddedEvent(event, fmt.Sprintf("charge-%d", i+1), tt.custom, tt.checkout, tt.amount)); a.StatusCode != http.StatusOK {
			t.Errorf("%s: answered %d", tt.name, a.StatusCode)
		}
		eventually(t, tt.name+" is worked off", func() bool {
			e, err := s.store.FindEvent(t.Context(), event)
			return err == nil && e.Verdict != shop.Received
		})
		e, err := s.store.FindEvent(t.Context(), event)
		must(t, err)
		o := s.order(t, tt.order.ID)
		if e.Verdict != tt.verdict || o.State() != tt.state || (tt.flag != "" && !slices.Contains(o.Flags(), tt.flag)) {
			t.Errorf("%s: verdict %s (%s), order %s, flags %v; want %s, %s, %q",
				tt.name, e.Verdict, e.Note, o.State(), o.Flags(), tt.verdict, tt.state, tt.flag)
		}
	}
}

// embeddedEvent is a webhook about a charge that the embedded checkout made.
func embeddedEvent(event, charge string, custom any, checkout, amount string) string {
	metadata := map[string]any{}
	if custom != nil {
		metadata["custom"] = custom
	}
	body, err := json.Marshal(map[string]any{"event": map[string]any{"id": event, "type": "charge:confirmed", "data": map[string]any{
		"id": charge, "code": "ZX81ZX81", "metadata": metadata, "checkout": map[string]any{"id": checkout},
		"pricing":  map[string]any{"local": map[string]any{"amount": amount, "currency": "USD"}},
		"timeline": []any{map[string]any{"status": "NEW", "time": "2026-03-01T12:00:00Z"}, map[string]any{"status": "COMPLETED", "time": "2026-03-01T12:05:00Z"}},
	}}})
	if err != nil {
		panic(err)
	}
	return string(body)
}
