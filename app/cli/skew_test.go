package cli_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"till/app/coinbase/commerce"
	"till/app/gateway"
	"till/app/page"
	"till/app/shop"
	"till/app/store"
	"till/app/web"
)

// offClock is a provider whose clock is off from the true time, and who gives a
// buyer an hour. On the true clock the hour is over at the same moment for all.
type offClock struct {
	now  func() time.Time // the true time
	skew atomic.Int64
	mute atomic.Bool // it does what it is asked to, and answers nobody
	made time.Time   // on its own clock
	meta json.RawMessage
}

func (p *offClock) clock() time.Time { return p.now().Add(time.Duration(p.skew.Load())).UTC() }

// ServeHTTP answers each request with the one charge there is.
func (p *offClock) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		var terms struct{ Metadata json.RawMessage }
		if err := json.NewDecoder(r.Body).Decode(&terms); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		p.made, p.meta = p.clock(), terms.Metadata
	}
	if p.mute.Load() {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Date", p.clock().Format(http.TimeFormat))
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `{"data":%s}`, p.charge())
}

// charge is the one charge there is.
func (p *offClock) charge() string {
	at := func(t time.Time) string { return t.Format(time.RFC3339) }
	timeline := fmt.Sprintf(`{"time":%q,"status":"NEW"}`, at(p.made))
	if end := p.made.Add(time.Hour); !p.clock().Before(end) {
		timeline += fmt.Sprintf(`,{"time":%q,"status":"EXPIRED"}`, at(end))
	}
	return fmt.Sprintf(`{"id":"c1","resource":"charge","code":"CODE1234","hosted_url":"https://pay.example/CODE1234",
"created_at":%q,"expires_at":%q,"pricing_type":"fixed_price","pricing":{"local":{"amount":"4.50","currency":"USD"}},
"metadata":%s,"timeline":[%s]}`, at(p.made), at(p.made.Add(time.Hour)), p.meta, timeline)
}

// skewed is a shop, its one page, and a provider whose clock is off.
type skewed struct {
	t         *testing.T
	now       time.Time
	provider  *offClock
	gateway   shop.Gateway
	cashier   *shop.Cashier
	fragments *web.Fragments
	order     shop.OrderID
}

func (s *skewed) Now() time.Time { return s.now }

// Publish implements [shop.Publisher]: the page looks by itself.
func (*skewed) Publish(...shop.Change) {}

// newSkewed buys a coffee at a time. A mute provider answers nothing to that.
func newSkewed(t *testing.T, now time.Time, skew time.Duration, mute bool) *skewed {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	s := &skewed{t: t, now: now}
	s.provider = &offClock{now: s.Now}
	s.provider.skew.Store(int64(skew))
	s.provider.mute.Store(mute)
	server := httptest.NewServer(s.provider)
	t.Cleanup(server.Close)
	kept, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "till.db"), quiet)
	must(t, err)
	client, err := commerce.NewClient(commerce.Config{BaseURL: server.URL, APIKey: "key", Now: s.Now, Random: rand.Reader})
	must(t, err)
	g, err := gateway.NewCommerce(gateway.CommerceConfig{Client: client, Environment: shop.Sandbox, Secrets: []string{"secret"}})
	must(t, err)
	s.gateway = g
	price, err := shop.ParseMoney("4.50", "USD")
	must(t, err)
	shelf := shop.NewShelf(shop.ShelfConfig{
		Catalog: shop.Catalog{{Slug: "coffee", Name: "Coffee", Description: "Hot.", Method: shop.MethodCharge, Price: price}},
		Gateway: g, Store: kept, Now: s.Now, Logger: quiet,
	})
	s.cashier, err = shop.NewCashier(shop.CashierConfig{
		Store: kept, Gateways: []shop.Gateway{g}, Publisher: s, Shelf: shelf, PublicURL: "https://shop.example",
		Patience: time.Minute, Budget: 300, Now: s.Now, Random: rand.Reader, Logger: quiet,
	})
	must(t, err)
	t.Cleanup(func() {
		s.cashier.Close(context.Background())
		_ = kept.Close()
	})
	pages, err := page.New(page.Config{Site: "Till", Logger: quiet})
	must(t, err)
	s.fragments = &web.Fragments{Pages: pages, Orders: kept, Now: s.Now}
	order, err := s.cashier.Open(t.Context(), shop.Purchase{Product: "coffee"})
	must(t, err)
	s.order = order.ID
	return s
}

func (s *skewed) find() shop.Order {
	s.t.Helper()
	o, err := s.fragments.Orders.FindOrder(s.t.Context(), s.order)
	must(s.t, err)
	return o
}

var countdown = regexp.MustCompile(`data-countdown="(\d+)"`)

// left returns the seconds that the waiting page shows.
func (s *skewed) left() int {
	s.t.Helper()
	frame, _, err := s.fragments.Frame(s.t.Context(), s.order)
	must(s.t, err)
	match := countdown.FindSubmatch(frame)
	if match == nil {
		s.t.Fatalf("no countdown in %s", frame)
	}
	seconds, err := strconv.Atoi(string(match[1]))
	must(s.t, err)
	return seconds
}

// TestExpiryAndCountdownAreRightWhateverTheClocksSay: a Date header counts whole
// seconds, so two seconds either way are right.
func TestExpiryAndCountdownAreRightWhateverTheClocksSay(t *testing.T) {
	t.Parallel()
	newYork, err := time.LoadLocation("America/New_York")
	must(t, err)
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	// In New York the clocks change at 7:00 UTC of that day.
	spring := time.Date(2026, 3, 8, 6, 30, 0, 0, time.UTC).In(newYork)
	for name, tc := range map[string]struct {
		now  time.Time
		skew time.Duration
		leap time.Duration // of the provider's clock, half an hour later
	}{
		"clocks agree":                      {now: noon},
		"provider a day ahead":              {now: noon, skew: 24 * time.Hour},
		"provider a day behind":             {now: noon, skew: -24 * time.Hour},
		"summer time, provider a day ahead": {now: spring, skew: 24 * time.Hour},
		"provider leaps over the hour":      {now: noon, leap: 61 * time.Minute},
		"provider is put back a day":        {now: noon, leap: -24 * time.Hour},
		"a day ahead, put right":            {now: noon, skew: 24 * time.Hour, leap: -24 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSkewed(t, tc.now, tc.skew, false)
			near := func(want int) {
				t.Helper()
				if got := s.left(); got < want-2 || got > want+2 {
					t.Errorf("the page counts %d seconds down, want %d", got, want)
				}
			}
			near(3600)
			s.now = s.now.Add(30 * time.Minute)
			near(1800)
			s.provider.skew.Add(int64(tc.leap))
			must(t, s.cashier.Ask(t.Context(), s.find().Payments[0].ID))
			if tc.leap > 30*time.Minute {
				if got := s.find().State(); got != shop.Expired {
					t.Errorf("the provider took its charge back and the order is %s", got)
				}
				return
			}
			if got := s.find().State(); got != shop.Waiting {
				t.Fatalf("half of the hour is over and the order is %s", got)
			}
			near(1800)
			s.now = s.now.Add(30*time.Minute - 3*time.Second)
			near(3)
			if due := s.find().Payments[0].AskAt; due.Sub(s.now) > 10*time.Second {
				t.Errorf("the provider is asked %v after the end", due.Sub(s.now))
			}
			s.now = s.now.Add(10 * time.Second)
			near(0)
			if tc.leap < 0 {
				return // its hour is not over yet; ours shows 0
			}
			must(t, s.cashier.Ask(t.Context(), s.find().Payments[0].ID))
			if got := s.find().State(); got != shop.Expired {
				t.Errorf("the hour is over and the order is %s", got)
			}
		})
	}
}

// TestAWebhookBeforeTheFirstAnswerTellsNoTime: after a start nobody knows yet how
// far the provider's clock is off. What its webhook says of times would be a day
// wrong, and stay.
func TestAWebhookBeforeTheFirstAnswerTellsNoTime(t *testing.T) {
	t.Parallel()
	s := newSkewed(t, time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), 24*time.Hour, true)
	if got := s.find(); !got.Current().Unclear() {
		t.Fatalf("nothing was answered and the order is %s", got.State())
	}
	ev, err := s.gateway.Read(shop.Event{
		Provider: shop.Commerce, Environment: shop.Sandbox,
		Body: fmt.Appendf(nil, `{"event":{"id":"e1","type":"charge:created","data":%s}}`, s.provider.charge()),
	})
	must(t, err)
	_, err = s.cashier.Settle(t.Context(), ev)
	must(t, err)
	if p := s.find().Current(); p.State != shop.Waiting || !p.ExpiresAt.IsZero() {
		t.Fatalf("adopted it is %s and expires at %v", p.State, p.ExpiresAt)
	}
	s.provider.mute.Store(false)
	s.now = s.now.Add(30 * time.Second)
	must(t, s.cashier.Ask(t.Context(), s.find().Current().ID))
	if got := s.left(); got < 3568 || got > 3572 {
		t.Errorf("the page counts %d seconds down, want 3570", got)
	}
}
