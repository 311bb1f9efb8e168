package inbox_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"till/app/inbox"
	"till/app/shop"
	"till/app/store"
)

var errBoom = errors.New("boom")

// teller is a gateway that believes one secret. A body "EVENT what" is an event
// with that id, and what is read from it.
type teller struct {
	shop.Gateway // for the methods that an inbox has no use for

	provider shop.Provider
	env      shop.Environment
	secret   string
}

func (g *teller) Provider() shop.Provider       { return g.provider }
func (g *teller) Environment() shop.Environment { return g.env }

func (g *teller) Verify(d shop.Delivery) (shop.Envelope, error) {
	if d.Header.Get("Secret") != g.secret {
		return shop.Envelope{}, fmt.Errorf("%w: not %s's", shop.ErrSignature, g.env)
	}
	var id, what string
	if n, _ := fmt.Sscan(string(d.Body), &id, &what); n < 2 {
		return shop.Envelope{}, fmt.Errorf("%w: too short", shop.ErrMalformed)
	}
	return shop.Envelope{Environment: g.env, ID: id, Type: "charge:" + what}, nil
}

func (g *teller) Read(e shop.Event) (shop.Evidence, error) {
	switch e.Type {
	case "charge:ignored":
		return shop.Evidence{}, fmt.Errorf("%w: an invoice", shop.ErrIgnored)
	case "charge:unreadable":
		return shop.Evidence{}, errBoom
	case "charge:unreadable-panic":
		panic("unreadable")
	}
	return shop.Evidence{Provider: e.Provider, Environment: e.Environment, Ref: shop.Ref{ID: e.ID}, State: shop.Confirmed}, nil
}

// clock is set by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// cashier notes what it was asked to settle, and closes the events in the
// store as the real one does, unless do says otherwise.
type cashier struct {
	store *store.Store
	now   func() time.Time
	do    func(ctx context.Context, seq int64, ev shop.Evidence) error

	mu      sync.Mutex
	settled []string // the charges, in order
}

func (c *cashier) SettleEvent(ctx context.Context, seq int64, ev shop.Evidence) (shop.Verdict, error) {
	c.mu.Lock()
	c.settled = append(c.settled, ev.Ref.ID)
	c.mu.Unlock()
	if c.do != nil {
		if err := c.do(ctx, seq, ev); err != nil {
			return "", err
		}
	}
	return shop.Settled, c.store.Write(ctx, func(ctx context.Context, l shop.Ledger) error {
		return l.CloseEvent(ctx, seq, shop.Settled, "", "", c.now())
	})
}

func (c *cashier) charges() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.settled...)
}

// rig is an inbox on a real database.
type rig struct {
	*inbox.Inbox

	t       *testing.T
	url     string
	store   *store.Store
	clock   *clock
	cashier *cashier
}

var dawn = time.Date(2026, 3, 1, 6, 0, 0, 0, time.UTC)

type option func(*inbox.Config)

func newRig(t *testing.T, options ...option) *rig {
	t.Helper()
	r := &rig{t: t, url: "sqlite:" + filepath.Join(t.TempDir(), "till.db"), clock: &clock{now: dawn}}
	r.start(options...)
	return r
}

// start opens the store and makes an inbox on it, as a start of the till does.
func (r *rig) start(options ...option) {
	r.t.Helper()
	s, err := store.Open(r.t.Context(), r.url, slog.New(slog.DiscardHandler))
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = s.Close() }) // a test that restarts has closed it already
	r.store = s
	cfg := inbox.Config{
		Store: s, Now: r.clock.Now, Logger: slog.New(slog.DiscardHandler),
		Gateways: []shop.Gateway{&teller{provider: shop.Commerce, env: shop.Sandbox, secret: "sesame"}},
	}
	for _, o := range options {
		o(&cfg)
	}
	r.cashier = &cashier{store: s, now: cfg.Now}
	cfg.Cashier = r.cashier
	if r.Inbox, err = inbox.New(cfg); err != nil {
		r.t.Fatal(err)
	}
}

// restart closes the store and starts anew on the same file.
func (r *rig) restart(options ...option) {
	r.t.Helper()
	if err := r.store.Close(); err != nil {
		r.t.Fatal(err)
	}
	r.start(options...)
}

// run runs the inbox until stop is called.
func (r *rig) run() (stop func()) {
	ctx, cancel := context.WithCancel(r.t.Context())
	done := make(chan struct{})
	go func() {
		r.Run(ctx)
		close(done)
	}()
	return func() {
		cancel()
		<-done
	}
}

func delivery(body string) shop.Delivery {
	return shop.Delivery{Provider: shop.Commerce, Body: []byte(body), Header: http.Header{"Secret": {"sesame"}}}
}

func (r *rig) accept(body string) {
	r.t.Helper()
	if err := r.Accept(r.t.Context(), delivery(body)); err != nil {
		r.t.Fatalf("accept %q: %v", body, err)
	}
}

// sweep looks once into the store, so much later.
func (r *rig) sweep(later time.Duration) {
	r.clock.advance(later)
	r.Sweep(r.t.Context())
}

func (r *rig) event(id string) shop.Event {
	r.t.Helper()
	e, err := r.store.FindEvent(r.t.Context(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	return e
}

func (r *rig) count() int {
	r.t.Helper()
	all, err := r.store.ListEvents(r.t.Context(), 10_000)
	if err != nil {
		r.t.Fatal(err)
	}
	return len(all)
}

func (r *rig) wantVerdict(id string, want shop.Verdict) {
	r.t.Helper()
	if e := r.event(id); e.Verdict != want {
		r.t.Errorf("event %s is %s after %d failures (%s), want %s", id, e.Verdict, e.Attempts, e.Note, want)
	}
}

// faulty is a store some of whose methods fail while told so.
type faulty struct {
	inbox.Store

	mu   sync.Mutex
	fail map[string]bool
}

func (f *faulty) set(method string, fails bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fail == nil {
		f.fail = map[string]bool{}
	}
	f.fail[method] = fails
}

func (f *faulty) err(method string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fail[method] {
		return errBoom
	}
	return nil
}

func (f *faulty) InsertEvent(ctx context.Context, e shop.Event, workAt time.Time) (int64, bool, error) {
	if err := f.err("insert"); err != nil {
		return 0, false, err
	}
	return f.Store.InsertEvent(ctx, e, workAt)
}

func (f *faulty) ListUnworked(ctx context.Context, now time.Time, limit int) ([]shop.Event, error) {
	if err := f.err("list"); err != nil {
		return nil, err
	}
	return f.Store.ListUnworked(ctx, now, limit)
}

func (f *faulty) DelayEvent(ctx context.Context, seq int64, note string, workAt time.Time) error {
	if err := f.err("delay"); err != nil {
		return err
	}
	return f.Store.DelayEvent(ctx, seq, note, workAt)
}

// over puts the faulty store over the real one.
func over(f *faulty) option {
	return func(cfg *inbox.Config) {
		f.Store = cfg.Store
		cfg.Store = f
	}
}

func gateways(all ...shop.Gateway) option {
	return func(cfg *inbox.Config) { cfg.Gateways = all }
}
