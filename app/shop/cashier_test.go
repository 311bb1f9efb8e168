package shop_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"till/app/shop"
	"till/app/store"
)

// provider is a provider that does as the test says.
type provider struct {
	shop.Gateway // what no test calls

	mu     sync.Mutex
	open   func(shop.OpenRequest) (shop.Evidence, error)
	find   func(shop.Ref) (shop.Evidence, error)
	cancel func(shop.Ref) (shop.Evidence, error)
	list   []shop.Evidence
	opened []shop.OpenRequest
	found  int
	listed int

	checkout      shop.Checkout
	checkoutFails error
	asked         int // for the checkout
}

func (p *provider) Provider() shop.Provider       { return shop.Commerce }
func (p *provider) Environment() shop.Environment { return shop.Sandbox }

func (p *provider) Open(_ context.Context, req shop.OpenRequest) (shop.Evidence, error) {
	p.mu.Lock()
	p.opened = append(p.opened, req)
	open := p.open
	p.mu.Unlock()
	return open(req)
}

func (p *provider) Find(_ context.Context, ref shop.Ref) (shop.Evidence, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.found++
	return p.find(ref)
}

func (p *provider) List(context.Context, time.Time) (shop.Listed, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.listed++
	return shop.Listed{All: p.list}, nil
}

func (p *provider) Cancel(_ context.Context, ref shop.Ref) (shop.Evidence, error) {
	return p.cancel(ref)
}

// charge is what the provider says about the payment it was asked for.
func charge(req shop.OpenRequest, s shop.State) shop.Evidence {
	return shop.Evidence{
		Provider: shop.Commerce, Environment: shop.Sandbox, Ref: shop.Ref{ID: "id-" + string(req.PaymentID), Code: "CODE"},
		OrderID: req.OrderID, PaymentID: req.PaymentID, State: s, Steps: 1, Price: req.Price,
		HostedURL: "https://pay.example/CODE", At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
	}
}

// page remembers what was published.
type page struct {
	mu      sync.Mutex
	changes []shop.Change
}

func (p *page) Publish(changes ...shop.Change) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.changes = append(p.changes, changes...)
}

// counter is a cashier on a real store, with a clock the test moves.
type counter struct {
	*shop.Cashier
	store    *store.Store
	provider *provider
	page     *page
	takes    func(currency string) bool // from the next restart on
	mu       sync.Mutex
	now      time.Time
}

func (c *counter) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *counter) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

var coffee = shop.Product{Slug: "coffee", Name: "Coffee", Method: shop.MethodCharge}

func newCounter(t *testing.T, open func(shop.OpenRequest) (shop.Evidence, error)) *counter {
	t.Helper()
	return newCounterWith(t, 10*time.Second, open)
}

func newCounterWith(t *testing.T, patience time.Duration, open func(shop.OpenRequest) (shop.Evidence, error)) *counter {
	t.Helper()
	logger := slog.New(slog.DiscardHandler)
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "till.db"), logger)
	if err != nil {
		t.Fatal(err)
	}
	c := &counter{
		store: s, provider: &provider{open: open}, page: &page{},
		now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
	}
	product := coffee
	if product.Price, err = shop.ParseMoney("4.50", "USD"); err != nil {
		t.Fatal(err)
	}
	shelf := shop.NewShelf(shop.ShelfConfig{
		Catalog: shop.Catalog{product, {Slug: "box", Method: shop.MethodCheckout, CheckoutID: boxID}}, Gateway: c.provider, Store: s, Now: c.Now, Logger: logger,
	})
	c.Cashier, err = shop.NewCashier(shop.CashierConfig{
		Store: s, Gateways: []shop.Gateway{c.provider}, Publisher: c.page, Shelf: shelf,
		PublicURL: "https://shop.example", Patience: patience, Budget: 1000,
		Now: c.Now, Random: rand.Reader, Logger: logger,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Close(context.Background())
		_ = s.Close()
	})
	return c
}

func willing(req shop.OpenRequest) (shop.Evidence, error) { return charge(req, shop.Waiting), nil }

func failing(p shop.Problem) func(shop.OpenRequest) (shop.Evidence, error) {
	return func(shop.OpenRequest) (shop.Evidence, error) {
		return shop.Evidence{}, &shop.ProviderError{Problem: p, Err: errors.New("as the test says")}
	}
}

func (c *counter) buy(t *testing.T) shop.Order {
	t.Helper()
	o, err := c.Open(t.Context(), shop.Purchase{Product: "coffee"})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func (c *counter) order(t *testing.T, id shop.OrderID) shop.Order {
	t.Helper()
	o, err := c.store.FindOrder(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func (c *counter) settle(t *testing.T, ev shop.Evidence) shop.Verdict {
	t.Helper()
	v, err := c.Settle(t.Context(), ev)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestOpeningByWhatTheProviderDoes(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		open      func(shop.OpenRequest) (shop.Evidence, error)
		state     shop.State
		problem   shop.Problem
		retryable bool
	}{
		"answers":            {willing, shop.Waiting, "", false},
		"gives no answer":    {failing(shop.Unanswered), shop.Opening, shop.Unanswered, true},
		"cannot be reached":  {failing(shop.Unreachable), shop.Failed, shop.Unreachable, true},
		"is busy":            {failing(shop.Busy), shop.Failed, shop.Busy, true},
		"refuses":            {failing(shop.Refused), shop.Failed, shop.Refused, true},
		"does not accept us": {failing(shop.Credentials), shop.Failed, shop.Credentials, true},
		"is cut off by us":   {func(shop.OpenRequest) (shop.Evidence, error) { return shop.Evidence{}, context.Canceled }, shop.Opening, shop.Unanswered, true},
		"charges a lie": {func(r shop.OpenRequest) (shop.Evidence, error) {
			r.Price.Currency = "EUR"
			return charge(r, shop.Confirmed), nil
		}, shop.Unresolved, "", false},
		"says confirmed soon": {func(r shop.OpenRequest) (shop.Evidence, error) { return charge(r, shop.Confirmed), nil }, shop.Confirmed, "", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCounter(t, tt.open)
			o := c.buy(t)
			p := o.Current()
			if p.State != tt.state || p.Problem != tt.problem || o.Retryable() != tt.retryable {
				t.Errorf("order is %s, problem %q, retryable %v; want %s, %q, %v",
					p.State, p.Problem, o.Retryable(), tt.state, tt.problem, tt.retryable)
			}
			if n := len(c.provider.opened); n != 1 {
				t.Errorf("the provider was asked %d times, want once", n)
			}
		})
	}
}

func TestOpenSendsWhatTheProviderNeeds(t *testing.T) {
	t.Parallel()
	c := newCounter(t, willing)
	o := c.buy(t)
	got := c.provider.opened[0]
	if got.OrderID != o.ID || got.PaymentID != o.Current().ID || got.Price.String() != "4.50 USD" ||
		got.SuccessURL != "https://shop.example/success?order="+string(o.ID) ||
		got.CancelURL != "https://shop.example/cancel?order="+string(o.ID) {
		t.Errorf("asked for %+v", got)
	}
	if len(c.page.changes) != 1 || c.page.changes[0] != (shop.Change{OrderID: o.ID, Version: o.Version}) {
		t.Errorf("published %v, want the order at version %d", c.page.changes, o.Version)
	}
}

func TestTheSamePurchaseIsTheSameOrderWhileItIsOpen(t *testing.T) {
	t.Parallel()
	first := shop.Purchase{Product: "coffee", Browser: "b1", Token: "t1"}
	tests := map[string]struct {
		again shop.Purchase
		final bool
		same  bool
	}{
		"sent again":              {again: first, same: true},
		"from another browser":    {again: shop.Purchase{Product: "coffee", Browser: "b2", Token: "t1"}},
		"with another token":      {again: shop.Purchase{Product: "coffee", Browser: "b1", Token: "t2"}},
		"without a token":         {again: shop.Purchase{Product: "coffee", Browser: "b1"}},
		"after the order is over": {again: first, final: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCounter(t, willing)
			one, err := c.Open(t.Context(), first)
			if err != nil {
				t.Fatal(err)
			}
			if tt.final {
				c.settle(t, charge(c.provider.opened[0], shop.Confirmed))
			}
			two, err := c.Open(t.Context(), tt.again)
			if err != nil {
				t.Fatal(err)
			}
			if (one.ID == two.ID) != tt.same {
				t.Errorf("same order: %v, want %v", one.ID == two.ID, tt.same)
			}
		})
	}
}

func TestOneHundredClicksAtOnceMakeOneOrder(t *testing.T) {
	t.Parallel()
	c := newCounter(t, willing)
	var wg sync.WaitGroup
	ids := make([]shop.OrderID, 100)
	for i := range ids {
		wg.Go(func() {
			o, err := c.Open(t.Context(), shop.Purchase{Product: "coffee", Browser: "b", Token: "t"})
			if err != nil {
				t.Error(err)
			}
			ids[i] = o.ID
		})
	}
	wg.Wait()
	slices.Sort(ids)
	if got := len(slices.Compact(ids)); got != 1 || len(c.provider.opened) != 1 {
		t.Errorf("%d orders and %d charges, want one of each", got, len(c.provider.opened))
	}
}

func TestOpenRefusesWhatMakesNoSense(t *testing.T) {
	t.Parallel()
	c := newCounter(t, willing)
	tests := map[string]struct {
		want shop.Purchase
		code shop.Code
	}{
		"an unknown product": {shop.Purchase{Product: "tea"}, shop.NotFound},
		"another method":     {shop.Purchase{Product: "coffee", Method: shop.MethodCheckout}, shop.Invalid},
	}
	for name, tt := range tests {
		_, err := c.Open(t.Context(), tt.want)
		if shop.ErrorCode(err) != tt.code {
			t.Errorf("%s: error %v, want code %s", name, err, tt.code)
		}
	}
	if len(c.provider.opened) != 0 {
		t.Error("the provider was asked")
	}
}

// TestACrashWhileOpeningLeavesNoOrphan lets the answer get lost, as a crash
// does, and finds the charge in the provider's list.
func TestACrashWhileOpeningLeavesNoOrphan(t *testing.T) {
	t.Parallel()
	c := newCounter(t, failing(shop.Unanswered))
	o := c.buy(t)
	made := charge(c.provider.opened[0], shop.Waiting)
	c.provider.list = []shop.Evidence{{PaymentID: "somebody else's"}, made}
	c.ask(t, o)
	if got := c.order(t, o.ID).Current(); got.State != shop.Waiting || got.Ref != made.Ref || got.Problem != "" {
		t.Errorf("payment is %s of charge %v, problem %q; want it adopted", got.State, got.Ref, got.Problem)
	}
}

func (c *counter) ask(t *testing.T, o shop.Order) {
	t.Helper()
	if err := c.Ask(t.Context(), o.Payments[0].ID); err != nil {
		t.Fatal(err)
	}
}

func TestAListWithoutTheChargeFailsItOnlyAfterAMinuteAndAdoptsItLater(t *testing.T) {
	t.Parallel()
	c := newCounter(t, failing(shop.Unanswered))
	o := c.buy(t)
	c.pass(59 * time.Second)
	c.ask(t, o)
	if got := c.order(t, o.ID); !got.Current().Unclear() || !got.Retryable() {
		t.Fatalf("after 59 s the payment is %s, want it still open and a retry offered", got.State())
	}
	c.pass(6 * time.Second)
	c.ask(t, o)
	if got := c.order(t, o.ID).State(); got != shop.Failed {
		t.Fatalf("after 65 s the payment is %s, want failed", got)
	}
	c.settle(t, charge(c.provider.opened[0], shop.Waiting))
	if got := c.order(t, o.ID).State(); got != shop.Waiting {
		t.Errorf("after a late adoption the order is %s, want waiting", got)
	}
	if c.provider.listed != 2 {
		t.Errorf("listed %d times, want 2", c.provider.listed)
	}
}

func TestAskAsksAtMostEveryFiveSeconds(t *testing.T) {
	t.Parallel()
	c := newCounter(t, willing)
	o := c.buy(t)
	c.provider.find = func(shop.Ref) (shop.Evidence, error) { return charge(c.provider.opened[0], shop.Detected), nil }
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if err := c.Ask(t.Context(), o.Current().ID); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	c.pass(4 * time.Second)
	c.ask(t, o)
	if c.provider.found != 1 {
		t.Fatalf("asked %d times within 5 s, want once", c.provider.found)
	}
	if got := c.order(t, o.ID).State(); got != shop.Detected {
		t.Errorf("order is %s, want detected", got)
	}
	c.pass(2 * time.Second)
	c.ask(t, o)
	if c.provider.found != 2 {
		t.Errorf("asked %d times, want twice after 6 s", c.provider.found)
	}
}

func TestAtTheHorizonAPaymentIsUnverified(t *testing.T) {
	t.Parallel()
	for state, want := range map[shop.State]shop.State{shop.Waiting: shop.Unresolved, shop.Expired: shop.Expired, shop.Confirmed: shop.Confirmed} {
		c := newCounter(t, func(r shop.OpenRequest) (shop.Evidence, error) { return charge(r, state), nil })
		o := c.buy(t)
		c.provider.find = func(shop.Ref) (shop.Evidence, error) {
			return shop.Evidence{}, &shop.ProviderError{Problem: shop.Refused, NotFound: true, Err: errors.New("gone")}
		}
		c.pass(8 * 24 * time.Hour)
		_ = c.Ask(t.Context(), o.Current().ID) // the provider's refusal is not what is tested
		got := c.order(t, o.ID)
		if got.State() != want {
			t.Errorf("%s became %s, want %s", state, got.State(), want)
		}
		flagged := slices.Contains(got.Flags(), shop.FlagUnverified)
		if flagged != (want == shop.Unresolved) {
			t.Errorf("%s: flags %v", state, got.Flags())
		}
		if !got.Current().AskAt.IsZero() {
			t.Errorf("%s is still to be asked at %s", state, got.Current().AskAt)
		}
	}
}

func TestRetryOffersOneFreshPaymentAndTheOldOneStillCounts(t *testing.T) {
	t.Parallel()
	c := newCounter(t, willing)
	o := c.buy(t)
	first := c.provider.opened[0]
	if same, err := c.Retry(t.Context(), o.ID, ""); err != nil || len(same.Payments) != 1 {
		t.Fatalf("a retry of an open order made a payment (%d, %v)", len(same.Payments), err)
	}
	c.settle(t, charge(first, shop.Expired))
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			if _, err := c.Retry(t.Context(), o.ID, ""); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	got := c.order(t, o.ID)
	if len(got.Payments) != 2 || got.State() != shop.Waiting {
		t.Fatalf("ten clicks made %d payments, the order is %s; want 2 and waiting", len(got.Payments), got.State())
	}
	c.settle(t, charge(first, shop.Confirmed))
	if got := c.order(t, o.ID).State(); got != shop.Confirmed {
		t.Errorf("paid by its first payment the order is %s", got)
	}
	c.settle(t, charge(c.provider.opened[1], shop.Confirmed))
	if got := c.order(t, o.ID).Flags(); !slices.Equal(got, []shop.Flag{shop.FlagPaidTwice}) {
		t.Errorf("paid twice the order has flags %v", got)
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	says := func(s shop.State) func(*counter) func(shop.Ref) (shop.Evidence, error) {
		return func(c *counter) func(shop.Ref) (shop.Evidence, error) {
			return func(shop.Ref) (shop.Evidence, error) { return charge(c.provider.opened[0], s), nil }
		}
	}
	tests := map[string]struct {
		cancel func(*counter) func(shop.Ref) (shop.Evidence, error)
		state  shop.State
		code   shop.Code
	}{
		"the provider cancels": {says(shop.Canceled), shop.Canceled, ""},
		"it has no such call":  {says(shop.Waiting), shop.Canceled, ""},
		"it saw money":         {says(shop.Detected), shop.Detected, shop.Conflict},
		"it was paid already":  {says(shop.Confirmed), shop.Confirmed, ""},
		"it cannot be reached": {func(*counter) func(shop.Ref) (shop.Evidence, error) {
			return func(shop.Ref) (shop.Evidence, error) {
				return shop.Evidence{}, &shop.ProviderError{Problem: shop.Unreachable, Err: errors.New("down")}
			}
		}, shop.Canceled, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCounter(t, willing)
			o := c.buy(t)
			c.provider.cancel = tt.cancel(c)
			_, err := c.Cancel(t.Context(), o.ID)
			if shop.ErrorCode(err) != tt.code {
				t.Errorf("error %v, want code %q", err, tt.code)
			}
			if got := c.order(t, o.ID).State(); got != tt.state {
				t.Errorf("order is %s, want %s", got, tt.state)
			}
			c.settle(t, charge(c.provider.opened[0], shop.Confirmed))
			if got := c.order(t, o.ID).State(); got != shop.Confirmed {
				t.Errorf("paid all the same, the order is %s", got)
			}
		})
	}
}

func TestSettleVerdicts(t *testing.T) {
	t.Parallel()
	c := newCounter(t, willing)
	o := c.buy(t)
	good := charge(c.provider.opened[0], shop.Detected)
	stranger := good
	stranger.Ref, stranger.PaymentID, stranger.OrderID = shop.Ref{ID: "another"}, "", ""
	cheap := good
	cheap.State, cheap.Price.Amount = shop.Confirmed, cheap.Price.Amount.Shift(-2)
	elsewhere := good
	elsewhere.State, elsewhere.Environment = shop.Confirmed, "https://api.commerce.coinbase.com"
	for _, step := range []struct {
		name string
		ev   shop.Evidence
		want shop.Verdict
		then shop.State
	}{
		{"a stranger's charge", stranger, shop.Foreign, shop.Waiting},
		{"from another environment", elsewhere, shop.Mismatch, shop.Waiting},
		{"fits", good, shop.Settled, shop.Detected},
		{"again", good, shop.Absorbed, shop.Detected},
		{"confirmed at another price", cheap, shop.Mismatch, shop.Unresolved},
		{"confirmed", charge(c.provider.opened[0], shop.Confirmed), shop.Settled, shop.Confirmed},
		{"expired, late", charge(c.provider.opened[0], shop.Expired), shop.Absorbed, shop.Confirmed},
	} {
		if got := c.settle(t, step.ev); got != step.want {
			t.Errorf("%s: verdict %s, want %s", step.name, got, step.want)
		}
		if got := c.order(t, o.ID).State(); got != step.then {
			t.Errorf("%s: order is %s, want %s", step.name, got, step.then)
		}
	}
	if got := c.order(t, o.ID).Flags(); !slices.Equal(got, []shop.Flag{shop.FlagMismatch}) {
		t.Errorf("flags %v, want the mismatch kept", got)
	}
}

// TestASlowProviderDoesNotHoldTheBuyer answers only after patience has run out.
func TestASlowProviderDoesNotHoldTheBuyer(t *testing.T) {
	t.Parallel()
	answer := make(chan struct{})
	c := newCounterWith(t, time.Millisecond, func(r shop.OpenRequest) (shop.Evidence, error) {
		<-answer
		return charge(r, shop.Waiting), nil
	})
	o := c.buy(t)
	if o.State() != shop.Opening || o.Current().Unclear() {
		t.Errorf("order is %s, unclear %v; want it opening", o.State(), o.Current().Unclear())
	}
	if err := c.Ask(t.Context(), o.Current().ID); err != nil || c.provider.listed != 0 {
		t.Errorf("asked about a payment that is just being opened (%d lists, %v)", c.provider.listed, err)
	}
	close(answer)
	c.Close(t.Context()) // waits for what is in hand
	if got := c.order(t, o.ID).State(); got != shop.Waiting {
		t.Errorf("order is %s, want waiting", got)
	}
}

func TestMoneyBesideAConfirmedPaymentIsFlagged(t *testing.T) {
	t.Parallel()
	for exception, flagged := range map[shop.Exception]bool{
		shop.Delayed: true, shop.Underpaid: true, shop.Multiple: true, shop.Unverified: false,
	} {
		c := newCounter(t, willing)
		o := c.buy(t)
		first := c.provider.opened[0]
		c.settle(t, charge(first, shop.Expired))
		if _, err := c.Retry(t.Context(), o.ID, ""); err != nil {
			t.Fatal(err)
		}
		c.settle(t, charge(c.provider.opened[1], shop.Confirmed))
		late := charge(first, shop.Unresolved)
		late.Exception = exception
		c.settle(t, late)
		got := c.order(t, o.ID)
		if got.State() != shop.Confirmed || slices.Contains(got.Flags(), shop.FlagPaidTwice) != flagged {
			t.Errorf("%s beside confirmed: order %s, flags %v, want flagged %v", exception, got.State(), got.Flags(), flagged)
		}
	}
}

// TestMoneyCountsAfterACancelTheProviderDidNotTakePartIn is an onchain charge:
// it cannot be canceled and stays payable.
func TestMoneyCountsAfterACancelTheProviderDidNotTakePartIn(t *testing.T) {
	t.Parallel()
	c := newCounter(t, willing)
	o := c.buy(t)
	state := shop.Waiting
	says := func(shop.Ref) (shop.Evidence, error) { return charge(c.provider.opened[0], state), nil }
	c.provider.cancel, c.provider.find = says, says
	got, err := c.Cancel(t.Context(), o.ID)
	if err != nil || got.State() != shop.Canceled || !got.MayChange() || got.Current().AskAt.IsZero() {
		t.Fatalf("canceled it is %s, may change %v, asked again at %s (%v)", got.State(), got.MayChange(), got.Current().AskAt, err)
	}
	state = shop.Detected
	c.ask(t, o)
	if got := c.order(t, o.ID).State(); got != shop.Detected {
		t.Errorf("money was seen and the order is %s", got)
	}
}

func TestAnAnswerThatDoesNotFitOffersARetry(t *testing.T) {
	t.Parallel()
	c := newCounter(t, func(r shop.OpenRequest) (shop.Evidence, error) {
		r.Price.Amount = r.Price.Amount.Shift(1)
		return charge(r, shop.Waiting), nil
	})
	o := c.buy(t)
	p := o.Current()
	if p.State != shop.Failed || p.Problem != shop.Refused || !o.Retryable() || p.HostedURL != "" {
		t.Errorf("the payment is %s, problem %q, link %q, retryable %v", p.State, p.Problem, p.HostedURL, o.Retryable())
	}
	if !slices.Equal(o.Flags(), []shop.Flag{shop.FlagMismatch}) {
		t.Errorf("flags %v", o.Flags())
	}
}

// TestABuyerWhoLeavesDoesNotCutTheQuestionShort lets the first caller give up.
func TestABuyerWhoLeavesDoesNotCutTheQuestionShort(t *testing.T) {
	t.Parallel()
	c := newCounter(t, willing)
	o := c.buy(t)
	asked, answer := make(chan struct{}), make(chan struct{})
	c.provider.find = func(shop.Ref) (shop.Evidence, error) {
		close(asked)
		<-answer
		return charge(c.provider.opened[0], shop.Confirmed), nil
	}
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan error)
	go func() { left <- c.Ask(ctx, o.Current().ID) }()
	<-asked
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("who left got %v", err)
	}
	stayed := make(chan error)
	go func() { stayed <- c.Ask(t.Context(), o.Current().ID) }()
	close(answer)
	if err := <-stayed; err != nil {
		t.Errorf("who stayed got %v", err)
	}
	deadline := time.Now().Add(5 * time.Second)
	for c.order(t, o.ID).State() != shop.Confirmed && time.Now().Before(deadline) {
		<-time.After(time.Millisecond)
	}
	if got := c.order(t, o.ID).State(); got != shop.Confirmed {
		t.Errorf("the order is %s, want the answer settled", got)
	}
}
