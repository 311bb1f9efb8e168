package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"till/app/shop"
	"till/app/web"
)

// quoting makes every fresh payment cost the same.
func quoting(price *shop.Money) option {
	return func(c *web.Config) {
		c.Fragments.Quote = func(context.Context, shop.Order) shop.Money { return *price }
	}
}

// over brings an order to its end, so that it can be tried again.
func (s *site) over(t *testing.T, id shop.OrderID) {
	t.Helper()
	ev := s.coinbase.evidence(s.coinbase.last(), shop.Expired)
	_, err := s.cashier.Settle(t.Context(), ev)
	must(t, err)
	if got := s.order(t, id).State(); got != shop.Expired {
		t.Fatalf("the order is %s", got)
	}
}

func TestThePageSaysWhatAFreshPaymentCosts(t *testing.T) {
	t.Parallel()
	var price shop.Money
	s := newSite(t, quoting(&price))
	id := s.buy(t)
	s.over(t, id)
	path := "/orders/" + string(id)
	for amount, says := range map[string][]string{
		"4.50": {`id="retry">Try again<`, `name="price" value="4.50 USD"`},
		"5":    {"The price is now <strong>5.00 USD</strong>", "It was 4.50 USD before", `id="retry">Try again for 5.00 USD<`, `name="price" value="5.00 USD"`},
	} {
		var err error
		price, err = shop.ParseMoney(amount, "USD")
		must(t, err)
		for _, route := range []string{path, path + "/status"} {
			got := s.get(t, route).body
			for _, want := range says {
				if !strings.Contains(got, want) {
					t.Errorf("GET %s at %s does not say %q", route, amount, want)
				}
			}
			if strings.Contains(got, "The price is now") != (amount != "4.50") {
				t.Errorf("GET %s at %s speaks of a new price, or does not", route, amount)
			}
		}
	}
}

// TestAPriceThatChangedSinceIsShownFirst sends a form from an older page.
func TestAPriceThatChangedSinceIsShownFirst(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.buy(t)
	s.over(t, id)
	route := "/orders/" + string(id) + "/payments"
	form := func(price string) string { return url.Values{"price": {price}}.Encode() }
	for _, htmx := range []string{"true", ""} {
		a := s.post(t, route, form("4.00 USD"), "HX-Request", htmx)
		if a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "is now 4.50 USD") || !strings.Contains(a.body, `value="4.50 USD"`) {
			t.Errorf("an old price was answered %d: %s", a.StatusCode, a.body)
		}
	}
	if n := len(s.order(t, id).Payments); n != 1 {
		t.Fatalf("refused, the order has %d payments", n)
	}
	if a := s.post(t, route, form("4.50 USD")); a.StatusCode != http.StatusSeeOther || len(s.order(t, id).Payments) != 2 {
		t.Errorf("the price that was shown: %d, %d payments", a.StatusCode, len(s.order(t, id).Payments))
	}
	// Sent again, it finds the payment that the first one made.
	if a := s.post(t, route, form("4.00 USD")); a.StatusCode != http.StatusSeeOther || len(s.order(t, id).Payments) != 2 {
		t.Errorf("a second click: %d, %d payments", a.StatusCode, len(s.order(t, id).Payments))
	}
}

func TestAnOrderThatWasTriedTooOftenAsksForANewOne(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.buy(t)
	route := "/orders/" + string(id)
	for range 9 {
		s.over(t, id)
		if a := s.post(t, route+"/payments", ""); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("answered %d", a.StatusCode)
		}
	}
	s.over(t, id)
	if a := s.get(t, route); strings.Contains(a.body, `id="retry"`) || !strings.Contains(a.body, "please start a new order") {
		t.Errorf("the page says: %s", a.body)
	}
	if a := s.post(t, route+"/payments", ""); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "been tried 10 times") {
		t.Errorf("once more: %d", a.StatusCode)
	}
}

// TestATryThatCameToNothingIsTold though the page goes on showing what came before.
func TestATryThatCameToNothingIsTold(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.buy(t)
	s.over(t, id)
	path := "/orders/" + string(id)
	watching := s.mustWatch(t, id)
	if first := frame(t, watching); strings.Contains(first, `id="trouble"`) {
		t.Errorf("nothing was tried again, and it says %s", first)
	}
	s.coinbase.set(shop.Waiting, &shop.ProviderError{Problem: shop.Credentials, Err: errDown})
	s.post(t, path+"/payments", "")
	const says = "Trying again did not work. The shop&#39;s access to Coinbase does not work at the moment."
	page := s.get(t, path).body
	if !strings.Contains(page, says) || !strings.Contains(page, `data-state="expired"`) || !strings.Contains(page, `id="retry"`) {
		t.Errorf("the page says %s", page)
	}
	for shown := ""; !strings.Contains(shown, says); { // the test's own time ends this
		shown = frame(t, watching)
	}
	s.coinbase.set(shop.Waiting, nil)
	s.post(t, path+"/payments", "")
	if page := s.get(t, path).body; strings.Contains(page, `id="trouble"`) || !strings.Contains(page, `data-state="waiting"`) {
		t.Errorf("once it worked the page says %s", page)
	}
}

// refusing has every retry end with the same words.
type refusing struct{ web.Cashier }

func (refusing) Retry(context.Context, shop.OrderID, string) (shop.Order, error) {
	return shop.Order{}, &shop.Error{Code: shop.Conflict, Message: "Coffee is priced in USD now.", Anew: "coffee"}
}

// TestWhatCannotBeTriedAgainCanBeOrderedAnew: the page stays and leads on.
func TestWhatCannotBeTriedAgainCanBeOrderedAnew(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *web.Config) { c.Cashier = refusing{c.Cashier} })
	id := s.buy(t)
	s.over(t, id)
	route := "/orders/" + string(id) + "/payments"
	for _, htmx := range []string{"true", ""} {
		a := s.post(t, route, "", "HX-Request", htmx)
		if a.StatusCode != http.StatusConflict || !strings.Contains(a.body, `data-state="expired"`) ||
			!strings.Contains(a.body, `Coffee is priced in USD now. <a href="/products/coffee">Order anew</a>`) {
			t.Errorf("answered %d %s", a.StatusCode, a.body)
		}
	}
	a := s.post(t, route, "", "Accept", "application/json")
	if a.StatusCode != http.StatusConflict || !strings.Contains(a.body, `"message":"Coffee is priced in USD now."`) {
		t.Errorf("a program is answered %d %s", a.StatusCode, a.body)
	}
}

func TestAFormWithoutAPriceTriesAgainAllTheSame(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.buy(t)
	s.over(t, id)
	if a := s.post(t, "/orders/"+string(id)+"/payments", ""); a.StatusCode != http.StatusSeeOther || s.order(t, id).State() != shop.Waiting {
		t.Errorf("answered %d, the order is %s", a.StatusCode, s.order(t, id).State())
	}
}

// copiesOnly lets frames see what the shelf knows, as a till does.
func copiesOnly(t *testing.T) option {
	return func(c *web.Config) {
		shelf, ok := c.Shelf.(*shop.Shelf)
		if !ok {
			t.Fatalf("the shelf is a %T", c.Shelf)
		}
		c.Fragments.Shelf = shelf.Copies()
	}
}

// TestADialogIsOfferedOnlyAtThePriceOfThePayment changes the checkout's price
// while an order waits.
func TestADialogIsOfferedOnlyAtThePriceOfThePayment(t *testing.T) {
	t.Parallel()
	for price, offered := range map[string]bool{"12.00": true, "15.00": false} {
		s := newSite(t, copiesOnly(t))
		a := s.post(t, "/orders", "product=box")
		s.coinbase.mu.Lock()
		var err error
		s.coinbase.boxPrice, err = shop.ParseMoney(price, "USD")
		s.coinbase.mu.Unlock()
		must(t, err)
		s.post(t, "/orders", "product=box") // the shelf learns of the price
		body := s.get(t, a.Header.Get("Location")).body
		if strings.Contains(body, `id="embed"`) != offered || !strings.Contains(body, `id="pay"`) || !strings.Contains(body, "Pay") {
			t.Errorf("the checkout costs %s, the order 12.00: dialog offered %v", price, !offered)
		}
	}
}
