package cli_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"html"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"till/app/cli"
	"till/app/coinbase/business"
	"till/app/shop"
	"till/app/store"
)

const moveConfig = plainConfig + `[product pastries]
name = Pastries
description = Twelve.
price = 18.00
currency = USD
method = checkout
checkout_id = 3c1f0a52-7d64-4b8e-9a2f-6e5d8b7c4f10
`

// clock is a clock that can be moved and held. While it is held nothing comes due,
// so nobody asks about what was begun meanwhile, however slow the machine is.
type clock struct {
	mu    sync.Mutex
	ahead time.Duration
	held  time.Time // zero: it goes
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *clock) now() time.Time {
	if c.held.IsZero() {
		return time.Now().Add(c.ahead)
	}
	return c.held
}

func (c *clock) hold() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held = c.now()
}

// release lets it go on from where it is.
func (c *clock) release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead, c.held = time.Until(c.now()), time.Time{}
}

// leap moves a clock that goes.
func (c *clock) leap(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

// move is a merchant with accounts at Commerce and at Business, both at a sandbox
// that goes on while his till is stopped and started with another provider.
type move struct {
	t       *testing.T
	clock   *clock
	dir     string
	box     *running
	till    *running                              // nil while none runs
	door    atomic.Pointer[httputil.ReverseProxy] // to the till that runs, by which its webhooks come
	environ []string
}

// newMove starts the sandbox, and no till yet. The clock is held. The till's key signs as Business wants it.
func newMove(t *testing.T, environ ...string) *move {
	t.Helper()
	m := &move{t: t, clock: &clock{}, dir: configured(t, moveConfig)}
	door := httptest.NewServer(m)
	t.Cleanup(door.Close)
	id, secret, public, err := business.GenerateKey(rand.Reader)
	must(t, err)
	m.clock.hold()
	m.box = begin(t, m.clock.Now, m.dir, "sandbox", "TILL_SANDBOX_API_KEY=the-api-key",
		"TILL_SANDBOX_WEBHOOK_SECRET=secret-of-commerce", "TILL_SANDBOX_WEBHOOK_URL="+door.URL+"/webhooks/commerce",
		"TILL_SANDBOX_BUSINESS_WEBHOOK_SECRET=secret-of-business", "TILL_SANDBOX_BUSINESS_WEBHOOK_URL="+door.URL+"/webhooks/business",
		"TILL_SANDBOX_BUSINESS_PUBLIC_KEY="+public)
	m.environ = append([]string{
		"TILL_SANDBOX_ENABLED=false", "TILL_SERVER_LIMIT_ORDERS=0", "TILL_SERVER_LIMIT_ASKS=0",
		"TILL_COINBASE_BASE_URL=" + m.box.box + "/commerce/", "TILL_COINBASE_API_KEY=the-api-key",
		"TILL_COINBASE_WEBHOOK_SECRETS=secret-of-commerce", "TILL_BUSINESS_WEBHOOK_SECRETS=secret-of-business",
		"TILL_BUSINESS_BASE_URL=" + m.box.box + "/business", "TILL_BUSINESS_KEY_ID=" + id, "TILL_BUSINESS_KEY_SECRET=" + secret,
	}, environ...)
	return m
}

// ServeHTTP brings a webhook to the till, or cuts its connection while none runs.
func (m *move) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if to := m.door.Load(); to != nil {
		to.ServeHTTP(w, r)
		return
	}
	panic(http.ErrAbortHandler)
}

// start starts the till with the provider that takes new payments.
func (m *move) start(provider string) {
	m.t.Helper()
	m.till = begin(m.t, m.clock.Now, m.dir, "serve", m.env(provider)...)
	target, err := url.Parse(m.till.shop)
	must(m.t, err)
	m.door.Store(&httputil.ReverseProxy{
		Rewrite:  func(r *httputil.ProxyRequest) { r.SetURL(target) },
		ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), // of webhooks that meet a till that stops
	})
}

func (m *move) stop() {
	m.till.stop()
	m.door.Store(nil)
	m.till = nil
}

func (m *move) env(provider string) []string {
	return append(slices.Clone(m.environ), "TILL_COINBASE_PROVIDER="+provider)
}

// run runs a command of the merchant's and returns what it printed.
func (m *move) run(args ...string) string {
	m.t.Helper()
	var out, complaints bytes.Buffer
	host := cli.Host{Now: m.clock.Now, Random: rand.Reader}
	args = append(args, "--config", filepath.Join(m.dir, "config.ini"))
	if status := cli.Run(m.t.Context(), host, args, m.env("business"), strings.NewReader(""), &out, &complaints); status != 0 {
		m.t.Fatalf("till %s: status %d, %s", strings.Join(args, " "), status, complaints.String())
	}
	return out.String()
}

// kept returns the orders as they are stored, by their ids.
func (m *move) kept() map[string]shop.Order {
	m.t.Helper()
	s, err := store.Open(m.t.Context(), "sqlite:"+filepath.Join(m.dir, "data", "till.db"), slog.New(slog.DiscardHandler))
	must(m.t, err)
	defer func() { _ = s.Close() }() // it is only read
	orders, err := s.ListOrders(m.t.Context(), 1000)
	must(m.t, err)
	all := map[string]shop.Order{}
	for _, o := range orders {
		all[string(o.ID)] = o
	}
	return all
}

// control asks the sandbox's control; into may be nil.
func (m *move) control(method, route, body string, into any) {
	m.t.Helper()
	res, answer := ask(m.t, method, m.box.box+"/control/"+route, body, "Content-Type", "application/json")
	if res.StatusCode != http.StatusOK {
		m.t.Fatalf("%s /control/%s: %d %s", method, route, res.StatusCode, answer)
	}
	if into != nil {
		must(m.t, json.Unmarshal([]byte(answer), into))
	}
}

// trouble switches one on at the sandbox.
func (m *move) trouble(format string, args ...any) {
	m.t.Helper()
	m.control(http.MethodPost, "troubles", fmt.Sprintf(format, args...), nil)
}

// calm waits until every trouble that is to hit a number of times has done so.
func (m *move) calm() {
	m.t.Helper()
	eventually(m.t, "the troubles have hit", func() bool {
		var all struct{ Data []struct{ Times int } }
		m.control(http.MethodGet, "troubles", "", &all)
		return !slices.ContainsFunc(all.Data, func(t struct{ Times int }) bool { return t.Times > 0 })
	})
}

// quiet waits until no webhook is on its way.
func (m *move) quiet() {
	m.t.Helper()
	eventually(m.t, "every webhook was delivered", func() bool {
		var all struct{ Data []any }
		m.control(http.MethodGet, "deliveries?status=waiting", "", &all)
		return len(all.Data) == 0
	})
}

// sale is an order, and what the provider has of it.
type sale struct {
	m     *move
	id    string
	frame string // where an embedded checkout begins a charge
	begun string // the charge begun there
}

// charge is what the provider has: a charge, or a checkout of Business.
type charge struct {
	Code, ID, Status string
	Metadata         map[string]string
}

// door is where the sandbox makes something happen to it.
func (c charge) door() string {
	if c.Code == c.ID { // Business has no code
		return "checkouts/" + c.ID + "/"
	}
	return "charges/" + c.Code + "/"
}

// embedded finds the frame of a checkout in a page.
var embedded = regexp.MustCompile(`"([^"]*/embed/checkout/[^"]*)"`)

// buy makes an order.
func (m *move) buy(product string) *sale {
	m.t.Helper()
	s := &sale{m: m, id: m.till.buy(m.t, product)}
	_, page := ask(m.t, http.MethodGet, m.till.shop+"/orders/"+s.id, "")
	if match := embedded.FindStringSubmatch(page); match != nil {
		s.frame = html.UnescapeString(match[1])
	}
	return s
}

func (s *sale) look() orderNow { return s.m.till.look(s.m.t, s.id) }

// is waits until the order is in a state, "unresolved delayed" for one that has
// an exception.
func (s *sale) is(what, state string) {
	s.m.t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for now := s.look(); now.string() != state; now = s.look() {
		if time.Now().After(deadline) {
			s.m.t.Fatalf("%s: order %s is %s, want %s; the provider has %s\n%s", what, s.id, now.string(), state, s.truth(), strings.Join(s.m.till.log.lines(s.id), "\n"))
		}
		time.Sleep(20 * time.Millisecond) //nolint:forbidigo // the pause of a poll with a deadline
	}
}

// charges are those of the order, the oldest first.
func (s *sale) charges() []charge {
	s.m.t.Helper()
	var all struct{ Data []charge }
	s.m.control(http.MethodGet, "charges", "", &all)
	slices.Reverse(all.Data)
	return slices.DeleteFunc(all.Data, func(c charge) bool {
		return c.Metadata["order_id"] != s.id && (s.begun == "" || c.Code != s.begun)
	})
}

// truth is what the provider knows of the order.
func (s *sale) truth() string {
	var words []string
	for _, c := range s.charges() {
		words = append(words, c.Status)
	}
	return strings.Join(words, " ")
}

// live lets happen what the words say, one after the other: what the buyer does
// at the shop ("give-up", "retry") or in its frame ("begin"), "lose" for webhooks
// that get lost from here on, and else what the sandbox's control makes happen to
// the order's newest charge or, with "old-" before it, to its oldest.
func (s *sale) live(words string) {
	s.m.t.Helper()
	for word := range strings.FieldsSeq(words) {
		switch word {
		case "give-up":
			s.press("cancel")
		case "retry":
			s.press("payments")
		case "begin":
			s.begin()
		default:
			s.happen(word)
		}
	}
}

func (s *sale) press(button string) {
	s.m.t.Helper()
	if res, body := ask(s.m.t, http.MethodPost, s.m.till.shop+"/orders/"+s.id+"/"+button, ""); res.StatusCode != http.StatusSeeOther {
		s.m.t.Fatalf("%s of order %s: %d %s", button, s.id, res.StatusCode, body)
	}
}

func (s *sale) begin() {
	s.m.t.Helper()
	res, body := ask(s.m.t, http.MethodPost, s.frame, "")
	_, code, ok := strings.Cut(res.Header.Get("Location"), "/embed/charges/")
	if !ok {
		s.m.t.Fatalf("nothing was begun in the frame %q: %d %s", s.frame, res.StatusCode, body)
	}
	s.begun, _, _ = strings.Cut(code, "?")
}

func (s *sale) happen(word string) {
	s.m.t.Helper()
	all := s.charges()
	if len(all) == 0 {
		s.m.t.Fatalf("%s: the provider has nothing of order %s", word, s.id)
	}
	c := all[len(all)-1]
	if old, ok := strings.CutPrefix(word, "old-"); ok {
		c, word = all[0], old
	}
	switch word {
	case "lose":
		s.m.trouble(`{"kind":"drop","code":%q}`, c.Code)
	case "detect":
		s.m.control(http.MethodPost, c.door()+word, `{"never":true}`, nil)
	default:
		s.m.control(http.MethodPost, c.door()+word, `{}`, nil)
	}
}

// orderNow is what a program is told of an order.
type orderNow struct {
	State, Exception string
	Links            struct{ Pay string }
	X402             string `json:"x402_url"`
}

func (o orderNow) string() string { return strings.TrimSpace(o.State + " " + o.Exception) }

func (r *running) buy(t *testing.T, product string) (id string) {
	t.Helper()
	res, body := ask(t, http.MethodPost, r.shop+"/orders", "product="+product)
	id, ok := strings.CutPrefix(res.Header.Get("Location"), "/orders/")
	if !ok {
		t.Fatalf("POST /orders answered %d: %s", res.StatusCode, body)
	}
	return id
}

func (r *running) look(t *testing.T, id string) orderNow {
	t.Helper()
	_, body := ask(t, http.MethodGet, r.shop+"/orders/"+id, "", "Accept", "application/json")
	var now orderNow
	if err := json.Unmarshal([]byte(body), &now); err != nil {
		t.Fatalf("order %s: %v in %s", id, err, body)
	}
	return now
}

// lines returns the lines of a log that have a word, but for those of requests.
func (l *logged) lines(word string) []string {
	return slices.DeleteFunc(strings.Split(l.String(), "\n"), func(line string) bool {
		return !strings.Contains(line, word) || strings.Contains(line, "msg=request")
	})
}

// errors returns the lines of a log that tell of errors.
func (l *logged) errors() []string { return l.lines("level=ERROR") }

// flagged is the flags of an order as a text.
func flagged(o shop.Order) string {
	var all []string
	for _, f := range o.Flags() {
		all = append(all, string(f))
	}
	return strings.Join(all, " ")
}
