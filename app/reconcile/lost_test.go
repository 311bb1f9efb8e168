package reconcile_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"till/app/coinbase/commerce"
	"till/app/gateway"
	"till/app/reconcile"
	"till/app/sandbox"
	"till/app/shop"
	"till/app/store"
)

const lostCheckout = "5f1c2f6e-3f0a-4f5d-9a60-0f9ab1b3c001"

// fate is what happens to a payment at the provider, by minutes after its
// order. An action is one of the sandbox's control door.
type fate struct {
	name      string
	method    shop.Method
	lost      bool // the answer to the opening never arrives
	embedded  bool // paid in a frame on the shop's page: a charge of its own
	late      bool // the order is made near the end
	steps     map[int]string
	state     shop.State
	exception shop.Exception
}

// fates has every state a provider can bring about.
func fates() []fate {
	return []fate{
		{name: "paid", steps: map[int]string{1: "detect", 4: "confirm"}, state: shop.Confirmed},
		{name: "paid at once", steps: map[int]string{0: "pay"}, state: shop.Confirmed},
		{name: "paid after a lost answer", lost: true, steps: map[int]string{1: "pay"}, state: shop.Confirmed},
		{name: "paid in a frame", method: shop.MethodCheckout, embedded: true, steps: map[int]string{2: "pay"}, state: shop.Confirmed},
		{name: "not paid", state: shop.Expired},
		{name: "paid late", steps: map[int]string{62: "pay"}, state: shop.Unresolved, exception: shop.Delayed},
		{name: "underpaid", steps: map[int]string{3: "underpay"}, state: shop.Unresolved, exception: shop.Underpaid},
		{name: "overpaid", steps: map[int]string{3: "overpay"}, state: shop.Unresolved, exception: shop.Overpaid},
		{name: "underpaid and accepted", steps: map[int]string{3: "underpay", 20: "resolve"}, state: shop.Confirmed},
		{name: "canceled", steps: map[int]string{5: "cancel"}, state: shop.Canceled},
		{name: "failed", steps: map[int]string{5: "fail"}, state: shop.Failed},
		{name: "seen", late: true, steps: map[int]string{1: "detect"}, state: shop.Detected},
		{name: "still waiting", late: true, state: shop.Waiting},
	}
}

// wire is the way to the provider. It counts the questions by our clock, and
// loses the answers to openings while it is told so.
type wire struct {
	clock *handClock
	loses bool // read and set between two steps of the test

	mu    sync.Mutex
	asked []time.Time
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodGet {
		w.mu.Lock()
		w.asked = append(w.asked, w.clock.Now())
		w.mu.Unlock()
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err == nil && w.loses {
		_ = res.Body.Close() // it is lost anyway
		return nil, errors.New("the line was cut")
	}
	return res, err
}

// most returns how many questions fell into the fullest minute.
func (w *wire) most() int {
	fullest := 0
	from := 0
	for i, at := range w.asked {
		for at.Sub(w.asked[from]) >= time.Minute {
			from++
		}
		fullest = max(fullest, i-from+1)
	}
	return fullest
}

// handClock is set by hand.
type handClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *handClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *handClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// deaf is a shop that no webhook reaches, and its provider.
type deaf struct {
	t       *testing.T
	clock   *handClock
	wire    *wire
	box     string
	store   *store.Store
	cashier *shop.Cashier
	*reconcile.Reconciler
}

// Publish implements [shop.Publisher]: no page is open.
func (*deaf) Publish(...shop.Change) {}

func newDeaf(t *testing.T, budget int) *deaf {
	t.Helper()
	d := &deaf{t: t, clock: &handClock{now: noon}}
	d.wire = &wire{clock: d.clock}
	d.serveSandbox()
	var err error
	d.store, err = store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "till.db"), quiet())
	d.must(err)
	client, err := commerce.NewClient(commerce.Config{
		BaseURL: d.box + "/commerce", APIKey: "key", HTTP: &http.Client{Transport: d.wire}, Now: d.clock.Now, Random: rand.Reader,
	})
	d.must(err)
	g, err := gateway.NewCommerce(gateway.CommerceConfig{Client: client, Environment: shop.Sandbox, Secrets: []string{"secret"}})
	d.must(err)
	price, err := shop.ParseMoney("4.50", "USD")
	d.must(err)
	catalog := shop.Catalog{
		{Slug: shop.Slug(shop.MethodCharge), Name: "Coffee", Description: "Hot.", Method: shop.MethodCharge, Price: price},
		{Slug: shop.Slug(shop.MethodCheckout), Method: shop.MethodCheckout, CheckoutID: lostCheckout},
	}
	shelf := shop.NewShelf(shop.ShelfConfig{Catalog: catalog, Gateway: g, Store: d.store, Now: d.clock.Now, Logger: quiet()})
	d.cashier, err = shop.NewCashier(shop.CashierConfig{
		Store: d.store, Gateways: []shop.Gateway{g}, Publisher: d, Shelf: shelf, PublicURL: "https://shop.example",
		Patience: time.Minute, Budget: budget, Now: d.clock.Now, Random: rand.Reader, Logger: quiet(),
	})
	d.must(err)
	t.Cleanup(func() {
		d.cashier.Close(context.Background())
		_ = d.store.Close()
	})
	d.Reconciler = reconcile.New(reconcile.Config{
		Store: d.store, Cashier: d.cashier, Watcher: watching{}, Now: d.clock.Now, Logger: quiet(),
	})
	return d
}

func (d *deaf) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// serveSandbox serves a sandbox on the test's clock, whose webhooks go nowhere.
func (d *deaf) serveSandbox() {
	l, err := new(net.ListenConfig).Listen(d.t.Context(), "tcp", "127.0.0.1:0")
	d.must(err)
	d.box = "http://" + l.Addr().String()
	box, err := sandbox.New(d.t.Context(), sandbox.Config{
		StoreURL: "sqlite:" + filepath.Join(d.t.TempDir(), "sandbox.db"), APIKey: "key", WebhookSecret: "secret",
		Shape: "2018", ConfirmAfter: 24 * time.Hour, PublicURL: d.box,
		Checkouts: []sandbox.CheckoutSeed{{ID: lostCheckout, Name: "Box", Description: "A box.", Amount: "20.00", Currency: "USD"}},
		Now:       d.clock.Now, Random: rand.Reader, Logger: quiet(),
	})
	d.must(err)
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- box.Serve(ctx, l) }()
	d.t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			d.t.Error(err)
		}
	})
}

// post posts to the sandbox and returns the answer, not following it elsewhere.
func (d *deaf) post(path, kind, body string) *http.Response {
	d.t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Post(d.box+path, kind, strings.NewReader(body))
	d.must(err)
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	d.must(err)
	if res.StatusCode >= 400 {
		d.t.Fatalf("POST %s: %s: %s", path, res.Status, text)
	}
	return res
}

// codes returns the sandbox's charges by the payment their metadata names.
func (d *deaf) codes() map[shop.PaymentID]string {
	d.t.Helper()
	res, err := http.Get(d.box + "/control/charges")
	d.must(err)
	defer func() { _ = res.Body.Close() }()
	var all struct {
		Data []struct {
			Code     string
			Metadata map[string]string
		}
	}
	d.must(json.NewDecoder(res.Body).Decode(&all))
	found := map[shop.PaymentID]string{}
	for _, c := range all.Data {
		found[shop.PaymentID(c.Metadata["payment_id"])] = c.Code
	}
	return found
}

// sale is an order and what shall become of it.
type sale struct {
	fate
	id   shop.OrderID
	code string // of the charge that its fate befalls
	made time.Time
}

// sell makes an order for each of the fates. None of the buyers waits.
func (d *deaf) sell(all []fate) []sale {
	d.t.Helper()
	sales := make([]sale, len(all))
	for i, f := range all {
		d.wire.loses = f.lost
		slug := shop.Slug(shop.MethodCharge)
		if f.method != "" {
			slug = shop.Slug(f.method)
		}
		order, err := d.cashier.Open(d.t.Context(), shop.Purchase{Product: slug})
		d.must(err)
		d.wire.loses = false
		sales[i] = sale{fate: f, id: order.ID, made: d.clock.Now()}
		if f.embedded {
			res := d.post("/embed/checkout/"+lostCheckout+"?origin=http%3A%2F%2Fshop.example%2F&custom="+url.QueryEscape(string(order.Payments[0].ID)),
				"application/x-www-form-urlencoded", "")
			where, err := res.Location()
			d.must(err)
			sales[i].code = path.Base(where.Path)
		}
	}
	codes := d.codes()
	for i, s := range sales {
		if s.embedded {
			continue
		}
		order, err := d.store.FindOrder(d.t.Context(), s.id)
		d.must(err)
		if sales[i].code = codes[order.Payments[0].ID]; sales[i].code == "" {
			d.t.Fatalf("%s: the provider has no charge; the payment is %+v", s.name, order.Payments[0])
		}
	}
	return sales
}

// TestWithoutAnyWebhookEveryStateIsReached asks its way through 200 mixed
// payments, in not quite two hours of pretended time.
func TestWithoutAnyWebhookEveryStateIsReached(t *testing.T) {
	t.Parallel()
	const (
		budget = 120
		beat   = 3 * time.Second
		early  = 170
		all    = 200
		second = 60 // minutes until the late orders are made
		end    = 72
	)
	d := newDeaf(t, budget)
	var soon, late []fate
	for _, f := range fates() {
		if f.late {
			late = append(late, f)
		} else {
			soon = append(soon, f)
		}
	}
	sales := d.sell(mix(soon, early))
	for minute := range end {
		if minute == second {
			sales = append(sales, d.sell(mix(late, all-early))...)
		}
		for _, s := range sales {
			if action, ok := s.steps[int(d.clock.Now().Sub(s.made)/time.Minute)]; ok {
				d.post("/control/charges/"+s.code+"/"+action, "application/json", "{}")
			}
		}
		for range time.Minute / beat {
			d.must(d.Once(t.Context()))
			d.clock.advance(beat)
		}
		d.post("/control/clock", "application/json", `{"advance":"0s"}`) // it looks at its clock
	}
	for _, s := range sales {
		o, err := d.store.FindOrder(t.Context(), s.id)
		d.must(err)
		if o.State() != s.state || o.Exception() != s.exception {
			t.Errorf("%s: the order is %s %s, want %s %s", s.name, o.State(), o.Exception(), s.state, s.exception)
		}
	}
	if most := d.wire.most(); most > budget || most < budget/2 {
		t.Errorf("%d questions within a minute, want many but no more than %d", most, budget)
	}
	t.Logf("%d orders, %d questions, at most %d a minute", len(sales), len(d.wire.asked), d.wire.most())
}

// mix returns n fates, each kind as often as another.
func mix(kinds []fate, n int) []fate {
	all := make([]fate, n)
	for i := range all {
		all[i] = kinds[i%len(kinds)]
	}
	return all
}
