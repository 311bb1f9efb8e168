package reconcile_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/shopspring/decimal"

	"till/app/reconcile"
	"till/app/shop"
	"till/app/store"
)

var (
	noon    = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	errBoom = errors.New("boom")
)

// asker notes which payments it was asked about.
type asker struct {
	answer func(ctx context.Context, id shop.PaymentID) (shop.Answer, error)

	mu         sync.Mutex
	asked      []string
	busy, most int
}

func (a *asker) Inquire(ctx context.Context, id shop.PaymentID) (shop.Answer, error) {
	a.mu.Lock()
	a.asked = append(a.asked, string(id))
	a.busy++
	a.most = max(a.most, a.busy)
	a.mu.Unlock()
	defer func() {
		a.mu.Lock()
		a.busy--
		a.mu.Unlock()
	}()
	if a.answer == nil {
		return shop.Same, nil
	}
	return a.answer(ctx, id)
}

// LearnRefunds implements [reconcile.Asker]: nobody can tell.
func (*asker) LearnRefunds(context.Context, shop.Provider) (shop.Answer, error) {
	return shop.Skipped, nil
}

// all returns what it was asked about, sorted.
func (a *asker) all() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Sorted(slices.Values(a.asked))
}

// watching is the orders that pages wait for.
type watching []shop.OrderID

func (w watching) Watching(id shop.OrderID) bool { return slices.Contains(w, id) }

// shelf is a store in memory, for tests on a clock of their own.
type shelf struct {
	due               []shop.PaymentID
	dueErr, movingErr error
	looked, began     int
}

func (s *shelf) AskAll(context.Context, time.Time) (int, error) {
	s.began++
	return len(s.due), nil
}

func (s *shelf) ListDue(_ context.Context, from shop.Provider, _ time.Time, _ int) ([]shop.PaymentID, error) {
	if from != shop.Commerce {
		return nil, nil
	}
	s.looked++
	return s.due, s.dueErr
}

func (s *shelf) ListMoving(context.Context, shop.Provider, int) (map[shop.PaymentID]shop.OrderID, error) {
	return nil, s.movingErr
}

func (s *shelf) ListWaiting(context.Context, shop.Provider, int) (map[shop.PaymentID]shop.OrderID, error) {
	return nil, nil
}

// payments returns n payments called after a letter.
func payments(letter string, n int) []shop.PaymentID {
	all := make([]shop.PaymentID, n)
	for i := range all {
		all[i] = shop.PaymentID(fmt.Sprint(letter, i))
	}
	return all
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// save stores an order "NAME" with one payment of that name.
func save(t *testing.T, s *store.Store, name string, state shop.State, askAt time.Time) {
	t.Helper()
	price := shop.Money{Amount: decimal.RequireFromString("4.50"), Currency: "USD"}
	o := shop.Order{
		ID: shop.OrderID(name), Version: 1, Price: price, CreatedAt: noon, UpdatedAt: noon,
		Payments: []shop.Payment{{
			ID: shop.PaymentID(name), Provider: shop.Commerce, Environment: shop.Sandbox, Price: price,
			Standing: shop.Standing{State: state}, CreatedAt: noon, AskAt: askAt,
		}},
	}
	err := s.Write(t.Context(), func(ctx context.Context, l shop.Ledger) error { return l.SaveOrder(ctx, o) })
	if err != nil {
		t.Fatal(err)
	}
}

// TestOnceAsksAboutWhatIsDueAndWhatIsWatched runs on a real store.
func TestOnceAsksAboutWhatIsDueAndWhatIsWatched(t *testing.T) {
	t.Parallel()
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "till.db"), quiet())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	later, never := noon.Add(time.Second), time.Time{}
	save(t, s, "due", shop.Waiting, noon)
	save(t, s, "due since long", shop.Expired, noon.Add(-time.Hour))
	save(t, s, "due and watched and moving", shop.Detected, noon)
	save(t, s, "watched, being confirmed", shop.Detected, later)
	save(t, s, "watched, being opened", shop.Opening, later)
	save(t, s, "watched, waiting", shop.Waiting, later)
	save(t, s, "watched, confirmed", shop.Confirmed, never)
	save(t, s, "unwatched, being confirmed", shop.Detected, later)
	save(t, s, "unwatched, being opened", shop.Opening, never)
	a := &asker{}
	r := reconcile.New(reconcile.Config{
		Store: s, Cashier: a, Now: func() time.Time { return noon }, Logger: quiet(),
		Watcher: watching{
			"due and watched and moving", "watched, being confirmed", "watched, being opened", "watched, waiting", "watched, confirmed",
		},
	})
	if err := r.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := []string{"due", "due and watched and moving", "due since long", "watched, being confirmed", "watched, being opened"}
	if got := a.all(); !slices.Equal(got, want) {
		t.Errorf("asked about\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for range 39 { // 40 seconds in all
		if err := r.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	waiting := 0
	for _, id := range a.all() {
		if id == "watched, waiting" {
			waiting++
		}
	}
	if waiting != 2 {
		t.Errorf("a page that waits was asked about %d times in 40 rounds, want 2", waiting)
	}
}

func TestOneFailureDoesNotStopTheOthers(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		answers map[shop.PaymentID]error
		want    error
	}{
		"all answer":      {},
		"the first fails": {answers: map[shop.PaymentID]error{"p0": errBoom}, want: errBoom},
		"the last fails":  {answers: map[shop.PaymentID]error{"p9": errBoom}, want: errBoom},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &shelf{}
			s.due = payments("p", 10)
			a := &asker{answer: func(ctx context.Context, id shop.PaymentID) (shop.Answer, error) {
				if err := ctx.Err(); err != nil {
					return "", err
				}
				return shop.Same, tc.answers[id]
			}}
			r := reconcile.New(reconcile.Config{Store: s, Cashier: a, Watcher: watching{}, Now: time.Now, Logger: quiet()})
			if err := r.Once(t.Context()); !errors.Is(err, tc.want) {
				t.Errorf("err = %v, want %v", err, tc.want)
			}
			if got := a.all(); len(got) != 10 {
				t.Errorf("asked about %v, want all ten", got)
			}
		})
	}
}

func TestAFewAreAskedAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{due: payments("p", 40)}
		a := &asker{answer: func(context.Context, shop.PaymentID) (shop.Answer, error) {
			time.Sleep(time.Second)
			return shop.Same, nil
		}}
		r := reconcile.New(reconcile.Config{Store: s, Cashier: a, Watcher: watching{}, Now: time.Now, Logger: quiet()})
		began := time.Now()
		if err := r.Once(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); a.most != 4 || took != 10*time.Second {
			t.Errorf("%d at once in %v, want 4 at once in 10 s", a.most, took)
		}
	})
}

func TestOnceTellsWhenTheStoreFails(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]*shelf{"due": {dueErr: errBoom}, "moving": {movingErr: errBoom}} {
		r := reconcile.New(reconcile.Config{Store: s, Cashier: &asker{}, Watcher: watching{}, Now: time.Now, Logger: quiet()})
		if err := r.Once(t.Context()); !errors.Is(err, errBoom) {
			t.Errorf("%s: err = %v, want the store's", name, err)
		}
	}
}

// TestRunAsksAtOnceThenEverySecond, goes on after failures, and says so.
func TestRunAsksAtOnceThenEverySecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		s := &shelf{due: []shop.PaymentID{"p"}}
		a := &asker{answer: func(context.Context, shop.PaymentID) (shop.Answer, error) { return "", errBoom }}
		r := reconcile.New(reconcile.Config{
			Store: s, Cashier: a, Watcher: watching{}, Now: time.Now, Logger: slog.New(slog.NewTextHandler(&log, nil)),
		})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			r.Run(ctx)
			close(done)
		}()
		synctest.Wait()
		if got := a.all(); len(got) != 1 {
			t.Errorf("asked %d times at the start, want once", len(got))
		}
		time.Sleep(5*time.Second + time.Millisecond)
		cancel()
		<-done
		if got := a.all(); len(got) != 6 {
			t.Errorf("asked %d times in five seconds, want 6", len(got))
		}
		if n := strings.Count(log.String(), "boom"); n != 6 {
			t.Errorf("%d failures are in the log, want 6", n)
		}
		if s.began != 1 {
			t.Errorf("all that is open was made due %d times, want once, at the start", s.began)
		}
	})
}

// TestRunEndsWithItsContext, even while the provider is slow to answer, and
// without a complaint about the questions that were cut short.
func TestRunEndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		s := &shelf{due: payments("p", 40)}
		a := &asker{answer: func(ctx context.Context, _ shop.PaymentID) (shop.Answer, error) {
			<-ctx.Done()
			return "", ctx.Err()
		}}
		r := reconcile.New(reconcile.Config{
			Store: s, Cashier: a, Watcher: watching{}, Now: time.Now, Logger: slog.New(slog.NewTextHandler(&log, nil)),
		})
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			r.Run(ctx)
			close(done)
		}()
		time.Sleep(time.Minute)
		began := time.Now()
		cancel()
		<-done
		if took := time.Since(began); took != 0 {
			t.Errorf("Run went on for %v", took)
		}
		if s.looked != 1 || log.Len() > 0 {
			t.Errorf("looked %d times, log %q; want once and nothing", s.looked, log.String())
		}
	})
}
