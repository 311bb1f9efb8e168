package inbox_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"till/app/inbox"
	"till/app/shop"
)

// shelf is a store in memory, for tests on a clock of their own and for more
// events than a disk takes in a moment. Settling an event closes it.
type shelf struct {
	inbox.Store

	mu      sync.Mutex
	events  []shop.Event
	workAt  []time.Time // zero: closed
	settled map[int64]int
	asked   []time.Time
	listErr error
}

func (s *shelf) InsertEvent(_ context.Context, e shop.Event, workAt time.Time) (int64, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e.Seq = int64(len(s.events))
	s.events, s.workAt = append(s.events, e), append(s.workAt, workAt)
	return e.Seq, true, nil
}

func (s *shelf) ListUnworked(_ context.Context, now time.Time, limit int) (due []shop.Event, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, time.Now())
	for i, at := range s.workAt {
		if !at.IsZero() && !now.Before(at) && len(due) < limit {
			due = append(due, s.events[i])
		}
	}
	return due, s.listErr
}

func (s *shelf) SettleEvent(_ context.Context, seq int64, _ shop.Evidence) (shop.Verdict, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settled[seq]++
	s.workAt[seq] = time.Time{}
	return shop.Settled, nil
}

// count returns how many events were settled.
func (s *shelf) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.settled)
}

// onShelf returns an inbox that works on the shelf alone.
func onShelf(t *testing.T, s *shelf) *rig {
	t.Helper()
	s.settled = map[int64]int{}
	i, err := inbox.New(inbox.Config{
		Store: s, Cashier: s, Now: time.Now, Logger: slog.New(slog.DiscardHandler),
		Gateways: []shop.Gateway{&teller{provider: shop.Commerce, env: shop.Sandbox, secret: "sesame"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return &rig{Inbox: i, t: t}
}

// TestMoreThanTheQueueHoldsIsWorkedOffToo accepts while nobody works, as in a
// flood: what does not fit the memory is found in the store.
func TestMoreThanTheQueueHoldsIsWorkedOffToo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const events = 5000
		s := &shelf{}
		r := onShelf(t, s)
		for n := range events {
			r.accept(fmt.Sprintf("e%d confirmed", n))
		}
		stop := r.run()
		synctest.Wait()
		if n := s.count(); n == 0 || n == events {
			t.Fatalf("%d of %d events fitted the queue, so this test tests nothing", n, events)
		}
		time.Sleep(10 * time.Second)
		stop()
		if len(s.settled) != events {
			t.Errorf("%d of %d events were worked off", len(s.settled), events)
		}
		for seq, n := range s.settled {
			if n != 1 {
				t.Errorf("event %d was worked off %d times", seq, n)
			}
		}
	})
}

// TestRunLooksEverySecondFromTheStart: commands leave work in the store and
// count on the running till to pick it up within a second, troubled or not.
func TestRunLooksEverySecondFromTheStart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &shelf{listErr: errors.New("not today")}
		began := time.Now()
		stop := onShelf(t, s).run()
		time.Sleep(10*time.Second + time.Millisecond)
		stop()
		if len(s.asked) != 11 || !s.asked[0].Equal(began) {
			t.Errorf("looked %d times in ten seconds, first after %v", len(s.asked), s.asked[0].Sub(began))
		}
	})
}
