package web_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"till/app/coinbase/commerce"
	"till/app/gateway"
	"till/app/inbox"
	"till/app/live"
	"till/app/page"
	"till/app/shop"
	"till/app/store"
	"till/app/web"
)

const (
	secret    = "30291a20-0bd1-4267-9b0f-e6e7b123c0bf"
	boxID     = "5f1c2f6e-3f0a-4f5d-9a60-0f9ab1b3c001"
	oldSecret = "e9ff8572755fea16d15b623120bb118da275716dde2c996b54509244c13e1aa6"
)

// coinbase is the real gateway, but for the questions, which the test answers.
type coinbase struct {
	shop.Gateway

	mu     sync.Mutex
	opened []shop.OpenRequest
	fail   error
	state  shop.State // what Find and Cancel say of the newest payment
	asked  int

	boxPrice shop.Money
}

func (c *coinbase) Open(_ context.Context, req shop.OpenRequest) (shop.Evidence, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.opened = append(c.opened, req)
	if c.fail != nil {
		return shop.Evidence{}, c.fail
	}
	return c.evidence(req, shop.Waiting), nil
}

func (c *coinbase) Find(context.Context, shop.Ref) (shop.Evidence, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked++
	return c.evidence(c.opened[len(c.opened)-1], c.state), nil
}

func (c *coinbase) FindCheckout(_ context.Context, id string) (shop.Checkout, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return shop.Checkout{ID: id, Name: "A box of pastries", Description: "Six.", Price: c.boxPrice}, c.fail
}

func (c *coinbase) Cancel(ctx context.Context, ref shop.Ref) (shop.Evidence, error) {
	return c.Find(ctx, ref)
}

func (c *coinbase) last() shop.OpenRequest {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.opened[len(c.opened)-1]
}

func (c *coinbase) set(s shop.State, fail error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.state, c.fail = s, fail
}

// payPage is where a payment is paid.
const payPage = "https://pay.example/ZX81ZX81"

func (c *coinbase) evidence(req shop.OpenRequest, s shop.State) shop.Evidence {
	ev := shop.Evidence{
		Provider: c.Provider(), Environment: c.Environment(), Ref: shop.Ref{ID: chargeID(req.PaymentID), Code: "ZX81ZX81"},
		OrderID: req.OrderID, PaymentID: req.PaymentID, State: s, Steps: 1, Price: req.Price, At: time.Now(),
		HostedURL: payPage, ExpiresAt: time.Now().Add(time.Hour),
	}
	if c.Provider() == shop.Business {
		ev.Ref.Code, ev.HostedURL, ev.X402URL = "", businessPage, "https://x402.example/pl_1"
	}
	return ev
}

func chargeID(id shop.PaymentID) string { return "charge-" + string(id) }

// site is a running shop.
type site struct {
	url      string
	coinbase *coinbase
	store    *store.Store
	cashier  *shop.Cashier
	hub      *live.Hub
	client   *http.Client // a browser: keeps cookies, follows no redirect
}

type option func(*web.Config)

func newSite(t testing.TB, options ...option) *site {
	t.Helper()
	return newSiteAt(t, newCommerce(t), options...)
}

// newCommerce is the gateway to Commerce. It cannot ask anybody.
func newCommerce(t testing.TB) shop.Gateway {
	t.Helper()
	client, err := commerce.NewClient(commerce.Config{BaseURL: "http://127.0.0.1:1/", APIKey: "key", Now: time.Now, Random: rand.Reader})
	must(t, err)
	g, err := gateway.NewCommerce(gateway.CommerceConfig{
		Client: client, Environment: shop.Sandbox, Secrets: []string{secret, oldSecret},
	})
	must(t, err)
	return g
}

// newSiteAt is a shop at that provider.
func newSiteAt(t testing.TB, g shop.Gateway, options ...option) *site {
	t.Helper()
	logger := slog.New(slog.DiscardHandler)
	st, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "till.db"), logger)
	must(t, err)
	fake := &coinbase{Gateway: g, state: shop.Waiting}
	pages, err := page.New(page.Config{Site: "Till", Logger: logger})
	must(t, err)
	fragments := &web.Fragments{Pages: pages, Orders: st, Now: time.Now, Opens: g.Provider(), Embed: "https://pay.example", Hosted: []string{"https://payments.coinbase.com"}}
	hub := live.NewHub(live.Config{Fetch: fragments.Frame, Writers: 4, PingEvery: 25 * time.Second, Logger: logger})
	catalog := shop.Catalog{product(t, "coffee", "Coffee"), product(t, "tea", "<b>Tea</b> & more")}
	fake.boxPrice, err = shop.ParseMoney("12.00", "USD")
	must(t, err)
	box := shop.Product{Slug: "box", Name: "box", Method: shop.MethodCheckout, CheckoutID: boxID}
	if g.Provider() == shop.Business { // which has no such checkouts
		box = shop.Product{Slug: "box", Name: "A box of pastries", Method: shop.MethodCheckout, Price: fake.boxPrice}
	}
	catalog = append(catalog, box)
	shelf := shop.NewShelf(shop.ShelfConfig{Catalog: catalog, Gateway: fake, Store: st, Now: time.Now, Logger: logger})
	cashier, err := shop.NewCashier(shop.CashierConfig{
		Store: st, Gateways: []shop.Gateway{fake}, Publisher: hub, Shelf: shelf, PublicURL: "http://127.0.0.1:8000",
		Patience: 5 * time.Second, Budget: 1000, Now: time.Now, Random: rand.Reader, Logger: logger,
	})
	must(t, err)
	letters, err := inbox.New(inbox.Config{Store: st, Gateways: []shop.Gateway{fake}, Cashier: cashier, Now: time.Now, Logger: logger})
	must(t, err)
	public, err := url.Parse("http://127.0.0.1:8000")
	must(t, err)
	cfg := web.Config{
		Pages: pages, Fragments: fragments, Hub: hub, Cashier: cashier, Inbox: letters, Orders: st, Shelf: shelf,
		PublicURL: public, AllowedHosts: []string{"shop.example"}, Ready: func() bool { return true },
		Registry: prometheus.NewRegistry(), Now: time.Now, Random: rand.Reader, Logger: logger,
		MaxBody: 1 << 20, MaxHead: 16 << 10, FirstByte: 5 * time.Second, Idle: 75 * time.Second,
	}
	for _, o := range options {
		o(&cfg)
	}
	w, err := web.New(cfg)
	must(t, err)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	ctx, stop := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { letters.Run(ctx) })
	running.Go(func() { _ = w.Serve(ctx, l) })
	t.Cleanup(func() {
		hub.Close(context.Background(), 0)
		stop()
		running.Wait()
		cashier.Close(context.Background())
		_ = st.Close()
	})
	return &site{
		url: "http://" + l.Addr().String(), coinbase: fake, store: st, cashier: cashier, hub: hub, client: browser(t),
	}
}

func browser(t testing.TB) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	must(t, err)
	return &http.Client{
		Jar: jar, Timeout: 10 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func product(t testing.TB, slug shop.Slug, name string) shop.Product {
	t.Helper()
	price, err := shop.ParseMoney("4.50", "USD")
	must(t, err)
	return shop.Product{Slug: slug, Name: name, Description: "Hot.", Price: price, Method: shop.MethodCharge, Image: "coffee.svg"}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// answer is a response with its body read.
type answer struct {
	*http.Response
	body string
}

func (s *site) do(t *testing.T, method, path, body string, headers ...string) answer {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.url+path, strings.NewReader(body))
	must(t, err)
	if method == http.MethodPost && !strings.HasPrefix(path, "/webhooks") {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		}
	}
	res, err := s.client.Do(req)
	must(t, err)
	defer func() { _ = res.Body.Close() }()
	all, err := io.ReadAll(res.Body)
	must(t, err)
	return answer{Response: res, body: string(all)}
}

func (s *site) get(t *testing.T, path string, headers ...string) answer {
	t.Helper()
	return s.do(t, http.MethodGet, path, "", headers...)
}

func (s *site) post(t *testing.T, path, body string, headers ...string) answer {
	t.Helper()
	return s.do(t, http.MethodPost, path, body, headers...)
}

// buy orders a coffee by plain form and returns the order's id.
func (s *site) buy(t *testing.T) shop.OrderID {
	t.Helper()
	a := s.post(t, "/orders", "product=coffee")
	id, ok := strings.CutPrefix(a.Header.Get("Location"), "/orders/")
	if a.StatusCode != http.StatusSeeOther || !ok {
		t.Fatalf("POST /orders answered %d, Location %q: %s", a.StatusCode, a.Header.Get("Location"), a.body)
	}
	return shop.OrderID(id)
}

func (s *site) order(t *testing.T, id shop.OrderID) shop.Order {
	t.Helper()
	o, err := s.store.FindOrder(t.Context(), id)
	must(t, err)
	return o
}

// webhook is the body of an event about the newest charge, as Commerce sends it.
func (s *site) webhook(id, kind, status string) string {
	req := s.coinbase.last()
	return fmt.Sprintf(`{"attempt_number":1,"event":{"api_version":"2018-03-22","created_at":"2026-03-01T12:00:00Z","data":{`+
		`"code":"ZX81ZX81","id":%q,"metadata":{"order_id":%q,"payment_id":%q},"name":"Coffee","pricing":{"local":{"amount":"4.50","currency":"USD"}},`+
		`"pricing_type":"fixed_price","timeline":[{"status":"NEW","time":"2026-03-01T12:00:00Z"},{"status":%q,"time":"2026-03-01T12:05:00Z"}]},`+
		`"id":%q,"resource":"event","type":%q},"id":"0","scheduled_for":"2026-03-01T12:00:00Z"}`,
		chargeID(req.PaymentID), req.OrderID, req.PaymentID, status, id, kind)
}

func (s *site) deliver(t *testing.T, body string) answer {
	t.Helper()
	return s.post(t, "/webhooks/commerce", body, commerce.SignatureHeader, commerce.Sign(secret, []byte(body)))
}

// eventually polls until ok or a deadline.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(5 * time.Second)
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("did not happen within 5 s: %s", what)
		}
		time.Sleep(2 * time.Millisecond) //nolint:forbidigo // the pause of a poll with a deadline
	}
}

func behind(prefix string) option {
	return func(c *web.Config) { c.TrustedProxies = []netip.Prefix{netip.MustParsePrefix(prefix)} }
}

var errDown = &shop.ProviderError{Problem: shop.Unreachable, RequestID: "request-17", Err: errors.New("connection refused by secret-internal-host")}
