package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"till/app/shop"
)

func TestCardsAreFormsThatBuy(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for _, path := range []string{"/", "/products/coffee"} {
		a := s.get(t, path)
		if a.StatusCode != http.StatusOK || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("GET %s: %d, Cache-Control %q", path, a.StatusCode, a.Header.Get("Cache-Control"))
		}
		for _, want := range []string{
			`hx-post="/orders"`, `name="product" value="coffee"`, `name="method" value="charge"`, `name="token" value="`, "4.50",
		} {
			if !strings.Contains(a.body, want) {
				t.Errorf("GET %s has no %s", path, want)
			}
		}
	}
	if a := s.get(t, "/"); !strings.Contains(a.body, "&lt;b&gt;Tea&lt;/b&gt; &amp; more") {
		t.Error("a product's name is not escaped")
	}
	if a := s.get(t, "/products/nothing"); a.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown product answered %d", a.StatusCode)
	}
}

func TestOrderingByHtmxAnswersTheFragmentAndByFormTheWayToIt(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	a := s.post(t, "/orders", "product=coffee&method=charge", "HX-Request", "true")
	path := a.Header.Get("HX-Push-Url")
	if a.StatusCode != http.StatusOK || !strings.HasPrefix(path, "/orders/") {
		t.Fatalf("POST /orders: %d, HX-Push-Url %q", a.StatusCode, path)
	}
	for _, want := range []string{
		`<section id="order-status"`, `data-state="waiting"`, `data-exception=""`, `role="status"`, `aria-live="polite"`,
		`hx-ws:connect="` + path + `/live"`, `href="https://pay.example/ZX81ZX81"`, "4.50 USD",
	} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the fragment has no %s", want)
		}
	}
	if strings.Contains(a.body, "<html") || strings.Contains(a.body, "hx-swap-oob") {
		t.Error("the fragment is a whole page, or is swapped out of band")
	}
	page := s.get(t, "/orders/"+string(s.buy(t)))
	if page.StatusCode != http.StatusOK || !strings.Contains(page.body, `<noscript><meta http-equiv="refresh"`) {
		t.Errorf("the order's page answered %d or does not refresh without scripts", page.StatusCode)
	}
}

func TestOrdersThatMakeNoSense(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for name, tt := range map[string]struct {
		form   string
		status int
	}{
		"another method": {"product=coffee&method=checkout", http.StatusUnprocessableEntity},
		"no product":     {"", http.StatusUnprocessableEntity},
		"an unknown one": {"product=diamonds", http.StatusNotFound},
	} {
		if a := s.post(t, "/orders", tt.form); a.StatusCode != tt.status || !strings.Contains(a.body, "<h1>") {
			t.Errorf("%s: answered %d, want %d and a page", name, a.StatusCode, tt.status)
		}
	}
	if n := len(s.coinbase.opened); n != 0 {
		t.Errorf("the provider was asked %d times", n)
	}
}

var tokenIn = regexp.MustCompile(`name="token" value="([^"]+)"`)

func TestADoubleClickMakesOneOrderAndAFreshPageASecond(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := func() string { return "product=coffee&token=" + tokenIn.FindStringSubmatch(s.get(t, "/").body)[1] }
	first := form()
	one, again := s.post(t, "/orders", first), s.post(t, "/orders", first)
	second := s.post(t, "/orders", form())
	if one.Header.Get("Location") != again.Header.Get("Location") {
		t.Error("the same form made two orders")
	}
	if one.Header.Get("Location") == second.Header.Get("Location") {
		t.Error("a second coffee cannot be bought")
	}
	s.client = browser(t)
	if other := s.post(t, "/orders", first); other.Header.Get("Location") == one.Header.Get("Location") {
		t.Error("another browser got the order of a token it had read")
	}
}

func TestAGuessedOrderIsNotFound(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := string(s.buy(t))
	for _, guess := range []string{strings.Repeat("a", 26), "1", id[:25], id + "a", "..%2f..%2fetc", "%00", "'%20OR%201=1--"} {
		for _, path := range []string{"/orders/" + guess, "/orders/" + guess + "/status"} {
			if a := s.get(t, path); a.StatusCode != http.StatusNotFound {
				t.Errorf("GET %s: %d", path, a.StatusCode)
			}
		}
		for _, path := range []string{"/orders/" + guess + "/payments", "/orders/" + guess + "/cancel"} {
			if a := s.post(t, path, ""); a.StatusCode != http.StatusNotFound {
				t.Errorf("POST %s: %d", path, a.StatusCode)
			}
		}
	}
}

func TestTheProviderDownGivesAMessageAndARetry(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.coinbase.set(shop.Waiting, errDown)
	a := s.post(t, "/orders", "product=coffee", "HX-Request", "true")
	if a.StatusCode != http.StatusOK || !strings.Contains(a.body, `data-state="failed"`) ||
		!strings.Contains(a.body, "cannot be reached") || !strings.Contains(a.body, "Try again") {
		t.Fatalf("answered %d: %s", a.StatusCode, a.body)
	}
	if strings.Contains(a.body, "secret-internal-host") || strings.Contains(a.body, "request-17") {
		t.Error("the buyer is shown what is for the log")
	}
	s.coinbase.set(shop.Waiting, nil)
	retry := s.post(t, a.Header.Get("HX-Push-Url")+"/payments", "", "HX-Request", "true")
	if !strings.Contains(retry.body, `data-state="waiting"`) {
		t.Errorf("trying again gives %s", retry.body)
	}
}

func TestCancelAndItsSecondClick(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	path := "/orders/" + string(s.buy(t))
	s.coinbase.set(shop.Canceled, nil)
	for range 2 {
		if a := s.post(t, path+"/cancel", ""); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != path {
			t.Errorf("cancel answered %d to %q", a.StatusCode, a.Header.Get("Location"))
		}
	}
	if a := s.get(t, path+"/status"); !strings.Contains(a.body, `data-state="canceled"`) {
		t.Errorf("the order is %s", a.body)
	}
	seen := "/orders/" + string(s.buy(t))
	s.coinbase.set(shop.Detected, nil)
	for _, htmx := range []string{"", "true"} {
		a := s.post(t, seen+"/cancel", "", "HX-Request", htmx)
		if a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "can no longer be canceled") ||
			!strings.Contains(a.body, `data-state="detected"`) || !strings.Contains(a.body, "/live") {
			t.Errorf("canceling an order with money on its way answered %d: %s", a.StatusCode, a.body)
		}
	}
}

func TestComingBackProvesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := string(s.buy(t))
	for _, path := range []string{"/success", "/cancel"} {
		a := s.get(t, path+"?order="+id)
		if a.StatusCode != http.StatusOK || !strings.Contains(a.body, `data-state="waiting"`) || !strings.Contains(a.body, "We are checking with Coinbase") {
			t.Errorf("GET %s: %d, or not the order's true state", path, a.StatusCode)
		}
		for _, query := range []string{"", "?order=", "?order=" + strings.Repeat("b", 26), "?order=<script>"} {
			a := s.get(t, path+query)
			if a.StatusCode != http.StatusOK || strings.Contains(a.body, "order-status") || strings.Contains(a.body, "<script>") {
				t.Errorf("GET %s%s: %d, or it shows an order", path, query, a.StatusCode)
			}
		}
	}
	if s.coinbase.asked != 1 {
		t.Errorf("the provider was asked %d times within 5 s, want once", s.coinbase.asked)
	}
	if got := s.order(t, shop.OrderID(id)).State(); got != shop.Waiting {
		t.Errorf("coming back made the order %s", got)
	}
}

// TestComingBackAsksAboutTheNewestFew of an order's many tries.
func TestComingBackAsksAboutTheNewestFew(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.buy(t)
	s.coinbase.set(shop.Waiting, nil)
	for range 4 {
		if _, err := s.cashier.Settle(t.Context(), s.coinbase.evidence(s.coinbase.last(), shop.Expired)); err != nil {
			t.Fatal(err)
		}
		if a := s.post(t, "/orders/"+string(id)+"/payments", ""); a.StatusCode >= http.StatusBadRequest {
			t.Fatalf("trying again answered %d", a.StatusCode)
		}
	}
	before := s.coinbase.asked
	s.get(t, "/success?order="+string(id))
	if got := s.coinbase.asked - before; got != 3 || len(s.order(t, id).Payments) != 5 {
		t.Errorf("of %d payments %d were asked about, want 3 of 5", len(s.order(t, id).Payments), got)
	}
}

func TestComingBackShowsWhatTheProviderSays(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := string(s.buy(t))
	s.coinbase.set(shop.Confirmed, nil)
	if a := s.get(t, "/success?order="+id); !strings.Contains(a.body, `data-state="confirmed"`) {
		t.Error("the provider knows of the payment and the page does not")
	}
}
