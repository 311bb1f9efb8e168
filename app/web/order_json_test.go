package web_test

import (
	"encoding/json"
	"encoding/xml"
	"net/http"
	"strings"
	"testing"
	"time"

	"till/app/coinbase/business"
	"till/app/shop"
	"till/app/web"
)

// webConfig lets options be short.
type webConfig = web.Config

// told is an order as a program reads it.
type told struct {
	ID, State, Exception, Refund      string
	Version                           int64
	Amount, Paid, Refunded, Refunding *struct{ Amount, Currency string }
	ExpiresAt                         *time.Time        `json:"expires_at"`
	Links                             map[string]string `json:"links"`
	X402URL                           string            `json:"x402_url"`
}

func (s *site) ask(t *testing.T, path string) (answer, told) {
	t.Helper()
	a := s.get(t, path, "Accept", "application/json")
	var o told
	if err := json.Unmarshal([]byte(a.body), &o); err != nil {
		t.Fatalf("GET %s: %v in %s", path, err, a.body)
	}
	return a, o
}

func TestAnOrderAsJSON(t *testing.T) {
	t.Parallel()
	s := newSiteAt(t, newBusiness(t))
	id := string(s.buy(t))
	a, o := s.ask(t, "/orders/"+id)
	if a.StatusCode != http.StatusOK || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/json") ||
		a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("Vary") != "Accept" {
		t.Errorf("answered %d %v", a.StatusCode, a.Header)
	}
	if o.ID != id || o.State != "waiting" || o.Exception != "" || o.Version < 1 || o.Amount == nil || o.Amount.Amount != "4.50" || o.Amount.Currency != "USD" {
		t.Errorf("it tells %s", a.body)
	}
	if o.Paid != nil || o.Refunded != nil || o.ExpiresAt == nil || time.Until(*o.ExpiresAt) > time.Hour || o.X402URL != "https://x402.example/pl_1" {
		t.Errorf("it tells %s", a.body)
	}
	base := "http://127.0.0.1:8000/orders/" + id
	for name, want := range map[string]string{
		"self": base, "status": base + "/status", "live": "ws" + strings.TrimPrefix(base, "http") + "/live", "pay": businessPage,
	} {
		if o.Links[name] != want {
			t.Errorf("link %s is %q, want %q", name, o.Links[name], want)
		}
	}
	payment := s.order(t, shop.OrderID(id)).Payments[0]
	for _, private := range []string{string(payment.ID), "browser", "customer"} {
		if strings.Contains(a.body, private) {
			t.Errorf("it tells of %s: %s", private, a.body)
		}
	}
	body := s.success()
	s.receive(t, sent("e1"), body, business.Sign(businessSecret, signedAt(), sent("e1"), []string{"x-event-id"}, []byte(body)))
	eventually(t, "the order is confirmed", func() bool { return s.order(t, shop.OrderID(id)).State() == shop.Confirmed })
	if a, o = s.ask(t, "/orders/"+id); o.State != "confirmed" || o.Links["pay"] != "" || o.X402URL != "" || o.ExpiresAt != nil {
		t.Errorf("once confirmed it tells %s", a.body)
	}
}

func TestWhoGetsJSON(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	path := "/orders/" + string(s.buy(t))
	const chromium = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8"
	for accept, want := range map[string]string{
		"application/json":                  "application/json",
		"application/json, text/plain, */*": "application/json",
		"application/json;q=0.9,*/*;q=0.1":  "application/json",
		"text/html;q=0.5, application/json": "application/json",
		chromium:                            "text/html",
		"*/*":                               "text/html",
		"text/html, application/json;q=0.9": "text/html",
		"text/*":                            "text/html",
		"image/png":                         "text/html",
	} {
		a := s.get(t, path, "Accept", accept)
		if got := a.Header.Get("Content-Type"); a.StatusCode != http.StatusOK || !strings.HasPrefix(got, want) || a.Header.Get("Vary") != "Accept" {
			t.Errorf("Accept: %s: %d %s, Vary %s, want %s", accept, a.StatusCode, got, a.Header.Get("Vary"), want)
		}
	}
}

func TestProgramsAreToldFailuresInJSON(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for name, tt := range map[string]struct {
		method, path, body string
		status             int
		says               string
		site               string // what the browser says of where it comes from
	}{
		"no such order": {http.MethodGet, "/orders/" + strings.Repeat("a", 26), "", http.StatusNotFound, "no such page", ""},
		"no such page":  {http.MethodGet, "/nowhere", "", http.StatusNotFound, "no such page", ""},
		"nothing sold":  {http.MethodPost, "/orders", "product=unknown", http.StatusNotFound, "We do not sell that", ""},
		"wrong method":  {http.MethodPost, "/orders", "product=coffee&method=checkout", http.StatusUnprocessableEntity, "is paid by charge", ""},
		"another site":  {http.MethodPost, "/orders", "product=coffee", http.StatusForbidden, "only be sent from our own pages", "cross-site"},
	} {
		a := s.do(t, tt.method, tt.path, tt.body, "Accept", "application/json", "Sec-Fetch-Site", tt.site)
		var said struct {
			Error struct {
				Status  int
				Message string
			}
		}
		if err := json.Unmarshal([]byte(a.body), &said); err != nil {
			t.Errorf("%s: %v in %s", name, err, a.body)
		}
		if a.StatusCode != tt.status || said.Error.Status != tt.status || !strings.Contains(said.Error.Message, tt.says) ||
			!strings.HasPrefix(a.Header.Get("Content-Type"), "application/json") {
			t.Errorf("%s: answered %d %s", name, a.StatusCode, a.body)
		}
	}
}

func TestTheCodeForAPhone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.buy(t)
	path := "/orders/" + string(id) + "/qr.svg"
	a := s.get(t, path)
	var svg struct {
		ViewBox string `xml:"viewBox,attr"`
		Paths   []struct {
			D string `xml:"d,attr"`
		} `xml:"path"`
	}
	must(t, xml.Unmarshal([]byte(a.body), &svg))
	if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != "image/svg+xml" || len(svg.Paths) != 2 || len(svg.Paths[1].D) < 1000 || svg.ViewBox == "" {
		t.Errorf("answered %d %v %s", a.StatusCode, a.Header, a.body)
	}
	if strings.Contains(a.body, "style") {
		t.Error("it has a style, which our policy refuses")
	}
	s.post(t, "/orders/"+string(id)+"/cancel", "")
	s.coinbase.set(shop.Canceled, nil)
	eventually(t, "the order is canceled", func() bool {
		s.get(t, "/success?order="+string(id))
		return s.order(t, id).State() == shop.Canceled || s.order(t, id).Final()
	})
	if a := s.get(t, path); a.StatusCode != http.StatusNotFound {
		t.Errorf("there is nothing to pay, and the code answers %d", a.StatusCode)
	}
	if a := s.get(t, "/orders/"+strings.Repeat("a", 26)+"/qr.svg"); a.StatusCode != http.StatusNotFound {
		t.Errorf("no order, and the code answers %d", a.StatusCode)
	}
}
