package shop_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"till/app/shop"
	"till/app/store"
)

// recalling is a provider of Business that lists what was sent back.
type recalling struct {
	*bank

	all   []shop.Evidence
	fails error
	since []time.Time // what each list went back to
}

func (r *recalling) ListRefunded(_ context.Context, since time.Time) (shop.Listed, error) {
	r.since = append(r.since, since)
	if r.fails != nil {
		return shop.Listed{}, r.fails
	}
	return shop.Listed{All: r.all, Pages: 2}, nil
}

// writes is a store that counts what is written.
type writes struct {
	*store.Store
	n     atomic.Int32
	fails error
}

func (w *writes) Write(ctx context.Context, unit func(context.Context, shop.Ledger) error) error {
	if w.fails != nil {
		return w.fails
	}
	w.n.Add(1)
	return w.Store.Write(ctx, unit)
}

// recaller is a cashier that opens with Commerce, and asks Business besides.
type recaller struct {
	*counter
	business *recalling
	writes   *writes
	log      strings.Builder
}

func newRecaller(t *testing.T) *recaller {
	t.Helper()
	r := &recaller{counter: newCounter(t, willing), business: &recalling{bank: &bank{}}}
	r.writes = &writes{Store: r.store}
	var err error
	r.Cashier, err = shop.NewCashier(shop.CashierConfig{
		Store: r.writes, Gateways: []shop.Gateway{r.provider, r.business}, Publisher: r.page,
		Shelf: shop.NewShelf(shop.ShelfConfig{}), PublicURL: "https://shop.example", Patience: time.Second, Budget: 60,
		Now: r.Now, Random: rand.Reader, Logger: slog.New(slog.NewTextHandler(&r.log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close(context.Background()) })
	return r
}

func (r *recaller) learn(t *testing.T, want shop.Answer) {
	t.Helper()
	if got, err := r.LearnRefunds(t.Context(), shop.Business); err != nil || got != want {
		t.Fatalf("%q, %v; want %q", got, err, want)
	}
}

// TestWhatAListOfRefundsTells of our payments, and of nobody else's.
func TestWhatAListOfRefundsTells(t *testing.T) {
	t.Parallel()
	partly := shop.Standing{State: shop.PartlyRefunded, Refunded: decimal.RequireFromString("1.5")}
	with := func(ev shop.Evidence, change func(*shop.Evidence)) shop.Evidence {
		change(&ev)
		return ev
	}
	for name, tc := range map[string]struct {
		stands shop.Standing
		listed shop.Evidence
		want   shop.Answer
		state  shop.State
		back   string
		flag   shop.Flag
	}{
		"all of it":    {confirmed, said(t, shop.Refunded, "4.5"), shop.Changed, shop.Refunded, "4.5", ""},
		"a part":       {confirmed, said(t, shop.PartlyRefunded, "1.5"), shop.Changed, shop.PartlyRefunded, "1.5", ""},
		"the rest":     {partly, said(t, shop.Refunded, "4.5"), shop.Changed, shop.Refunded, "4.5", ""},
		"more of it":   {partly, said(t, shop.PartlyRefunded, "2"), shop.Changed, shop.PartlyRefunded, "2", ""},
		"a later time": {partly, with(said(t, shop.PartlyRefunded, "1.5"), func(ev *shop.Evidence) { ev.At = ev.At.Add(time.Minute) }), shop.Changed, shop.PartlyRefunded, "1.5", ""},
		"money that did not fit": {
			shop.Standing{State: shop.Unresolved, Exception: shop.MismatchException},
			with(said(t, shop.Refunded, "9"), func(ev *shop.Evidence) { ev.Price = money(t, "9") }),
			shop.Changed, shop.Unresolved, "0", shop.FlagMismatch,
		},
		"somebody else's": {
			confirmed, with(said(t, shop.Refunded, "4.5"), func(ev *shop.Evidence) { ev.Ref.ID, ev.PaymentID = "theirs", "" }),
			shop.Same, shop.Confirmed, "0", "",
		},
		"a stranger's that names our payment": {
			confirmed, with(said(t, shop.Refunded, "4.5"), func(ev *shop.Evidence) { ev.Ref.ID = "theirs" }),
			shop.Same, shop.Confirmed, "0", "",
		},
		"of another environment": {
			confirmed, with(said(t, shop.Refunded, "4.5"), func(ev *shop.Evidence) { ev.Environment = "https://elsewhere.example" }),
			shop.Same, shop.Confirmed, "0", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRecaller(t)
			o := r.paidOrder(t, tc.stands)
			r.begun(t, "another", shop.Business, shop.Confirmed)
			r.business.all = []shop.Evidence{with(said(t, shop.Refunded, "1"), func(ev *shop.Evidence) { ev.Ref.ID = "" }), tc.listed}
			r.learn(t, tc.want)
			after := r.order(t, o.ID)
			flags := after.Flags()
			if p := after.Payments[0]; len(after.Payments) != 1 || p.State != tc.state || p.Refunded.String() != tc.back || (tc.flag != "") != (len(flags) > 0) {
				t.Errorf("the payment is %+v", p)
			}
			if n := len(r.page.changes); (n == 1) != (tc.want == shop.Changed) {
				t.Errorf("%d pages were told", n)
			}
			if learned := strings.Contains(r.log.String(), "refunds were learned of by asking"); learned != (tc.back != tc.stands.Refunded.String()) {
				t.Errorf("logged is %s", r.log.String())
			}
			if want := r.Now().Add(-30 * 24 * time.Hour); len(r.business.since) != 1 || !r.business.since[0].Equal(want) {
				t.Errorf("listed since %v, want %v", r.business.since, want)
			}
			written := r.writes.n.Load()
			r.pass(time.Hour)
			r.learn(t, shop.Same)
			if again := r.writes.n.Load(); again != written || (tc.want == shop.Same && written != 0) {
				t.Errorf("written %d times, and %d more for what is known", written, again-written)
			}
		})
	}
}

// TestNobodyIsAskedWhatWasRefundedWhereNothingWasPaid, or where nobody can tell.
func TestNobodyIsAskedWhatWasRefundedWhereNothingWasPaid(t *testing.T) {
	t.Parallel()
	r := newRecaller(t)
	r.learn(t, shop.Skipped)
	r.paidOrder(t, shop.Standing{State: shop.Refunded})
	r.learn(t, shop.Skipped)
	r.paidOrder(t, confirmed)
	if got, err := r.LearnRefunds(t.Context(), shop.Commerce); got != shop.Skipped || err != nil {
		t.Errorf("commerce: %q, %v", got, err)
	}
	r.pass(31 * 24 * time.Hour)
	r.learn(t, shop.Skipped)
	if len(r.business.since) != 0 {
		t.Errorf("asked %d times", len(r.business.since))
	}
}

// TestAListOfRefundsThatBreaksOffSettlesNothing, and counts as the provider's
// trouble.
func TestAListOfRefundsThatBreaksOffSettlesNothing(t *testing.T) {
	t.Parallel()
	r := newRecaller(t)
	o := r.paidOrder(t, confirmed)
	r.business.all = []shop.Evidence{said(t, shop.Refunded, "4.5")}
	r.business.fails = &shop.ProviderError{Problem: shop.Unanswered, Pages: 1, Err: errors.New("the list cannot be read whole")}
	if got, err := r.LearnRefunds(t.Context(), shop.Business); err == nil || got != "" {
		t.Errorf("%q, %v", got, err)
	}
	r.learn(t, shop.Paused)
	if len(r.business.since) != 1 || r.order(t, o.ID).State() != shop.Confirmed || r.writes.n.Load() != 0 {
		t.Errorf("asked %d times; the order is %s, %d writes", len(r.business.since), r.order(t, o.ID).State(), r.writes.n.Load())
	}
	r.business.fails = nil
	r.pass(time.Minute)
	r.learn(t, shop.Changed)
	if s := r.order(t, o.ID).State(); s != shop.Refunded {
		t.Errorf("the order is %s", s)
	}
}

// TestWhatCannotBeStoredIsNotLearned, but asked for again.
func TestWhatCannotBeStoredIsNotLearned(t *testing.T) {
	t.Parallel()
	r := newRecaller(t)
	r.paidOrder(t, confirmed)
	r.business.all = []shop.Evidence{said(t, shop.Refunded, "4.5")}
	r.writes.fails = errors.New("the disk is full")
	if got, err := r.LearnRefunds(t.Context(), shop.Business); !errors.Is(err, r.writes.fails) || got == shop.Changed {
		t.Errorf("%q, %v", got, err)
	}
	if strings.Contains(r.log.String(), "refunds were learned") {
		t.Errorf("logged is %s", r.log.String())
	}
	r.writes.fails = nil
	r.pass(time.Minute)
	r.learn(t, shop.Changed)
}

// TestAListOfRefundsIsPaidFor by the budget of what nobody waits for, page by
// page.
func TestAListOfRefundsIsPaidFor(t *testing.T) {
	t.Parallel()
	r := newRecaller(t)
	r.paidOrder(t, confirmed)
	lists := 0
	for ; lists < 20; lists++ { // a budget of 60 has a burst of 4 calls, 3 of them for what is due
		if got, err := r.LearnRefunds(t.Context(), shop.Business); err != nil || got == shop.OverBudget {
			break
		}
	}
	if lists != 1 || len(r.business.since) != lists {
		t.Errorf("%d lists of three pages were granted at once, want 1", lists)
	}
	r.pass(30 * time.Second)
	r.learn(t, shop.Same)
}

// TestAListOfRefundsThatMakesUsPanic is a failure as any other.
func TestAListOfRefundsThatMakesUsPanic(t *testing.T) {
	t.Parallel()
	r := newRecaller(t)
	r.paidOrder(t, confirmed)
	c := shop.CashierConfig{Store: r.writes, Gateways: []shop.Gateway{panicking{r.business}}, Budget: 60, Now: r.Now, Logger: slog.New(slog.DiscardHandler)}
	cashier, err := shop.NewCashier(c)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := cashier.LearnRefunds(t.Context(), shop.Business); err == nil || !strings.Contains(err.Error(), "panicked") {
			t.Errorf("got %v", err)
		}
		r.pass(time.Minute)
	}
}

// panicking is one whose list cannot be read at all.
type panicking struct{ *recalling }

func (panicking) ListRefunded(context.Context, time.Time) (shop.Listed, error) {
	panic("what is this?")
}

// TestACommandLeavesWhatWasRefundedToTheTill: it makes due what is news, and
// settles nothing.
func TestACommandLeavesWhatWasRefundedToTheTill(t *testing.T) {
	t.Parallel()
	r := newRecaller(t)
	o := r.paidOrder(t, confirmed)
	desk := shop.NewRefunds(shop.RefundsConfig{Store: r.store, Gateways: []shop.Gateway{r.provider, r.business}, Now: r.Now, Random: rand.Reader})
	recall := func(want int) {
		t.Helper()
		if got, err := desk.Recall(t.Context()); err != nil || got != want {
			t.Errorf("%d are due, %v; want %d", got, err, want)
		}
	}
	r.business.all = []shop.Evidence{said(t, shop.Confirmed, "0")}
	r.settle(t, r.business.all[0])
	recall(0)
	r.business.all[0].At = r.business.all[0].At.Add(time.Minute) // of nothing that was sent back
	recall(0)
	if p := r.order(t, o.ID).Payments[0]; !p.AskAt.IsZero() {
		t.Errorf("it is asked about at %s, though nothing is new", p.AskAt)
	}
	r.business.all = []shop.Evidence{said(t, shop.Refunded, "4.5")}
	recall(1)
	if p := r.order(t, o.ID).Payments[0]; !p.AskAt.Equal(r.Now()) || p.State != shop.Confirmed {
		t.Errorf("the payment is %+v", p)
	}
	r.settle(t, r.business.all[0])
	recall(0)
	r.business.fails = errors.New("no luck")
	if got, err := desk.Recall(t.Context()); err != nil || got != 0 || len(r.business.since) != 3 {
		t.Errorf("%d are due, %v, after %d lists: nothing is left that could be refunded", got, err, len(r.business.since))
	}
}
