package store_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"till/app/shop"
	"till/app/store"
)

var eventTests = map[string]func(*testing.T, opener){
	"an event comes back byte by byte":             eventRoundTrip,
	"an event is stored once":                      eventOnce,
	"fifty of the same at once are one event":      eventsAtOnce,
	"an event's name is its provider's, and place": eventIdentity,
	"an event is found by number and by id":        eventFind,
	"events are listed newest first":               eventList,
}

var workTests = map[string]func(*testing.T, opener){
	"the first verdict stands":                   firstVerdict,
	"an order's unit closes its event":           closeInUnit,
	"a delayed event waits":                      delayed,
	"unworked events are listed when due":        unworked,
	"a closed event is not worked, nor reopened": closedStaysClosed,
}

func event(id string) shop.Event {
	return shop.Event{
		Provider: shop.Commerce, Environment: shop.Sandbox, ID: id, Type: "charge:confirmed",
		Header: http.Header{"X-Cc-Webhook-Signature": {"abc"}}, Body: []byte(`{"event":{}}`), ReceivedAt: noon,
	}
}

// insert stores a fresh event that is due at noon.
func insert(t *testing.T, s *store.Store, e shop.Event) int64 {
	t.Helper()
	return insertDue(t, s, e, noon)
}

func insertDue(t *testing.T, s *store.Store, e shop.Event, at time.Time) int64 {
	t.Helper()
	seq, fresh, err := s.InsertEvent(t.Context(), e, at)
	if err != nil || !fresh {
		t.Fatalf("insert %s: fresh %v, %v", e.ID, fresh, err)
	}
	return seq
}

func findEvent(t *testing.T, s *store.Store, name string) shop.Event {
	t.Helper()
	e, err := s.FindEvent(t.Context(), name)
	if err != nil {
		t.Fatalf("find event %s: %v", name, err)
	}
	return e
}

func eventRoundTrip(t *testing.T, open opener) {
	s := open(t)
	body := make([]byte, 0, 1024)
	for i := range 1024 { // every byte there is, none of it text
		body = append(body, byte(i))
	}
	cases := map[string]shop.Event{
		"plain":      event("plain"),
		"bytes":      {Provider: shop.Business, Environment: "https://a.example/b", ID: "bytes", Type: "Café ₿", Body: body, ReceivedAt: noon},
		"headers":    {ID: "headers", Body: []byte("x"), Header: http.Header{"A": {"1", "2", ""}, "B": {"ü\"\n"}}, ReceivedAt: noon},
		"no headers": {ID: "no headers", Body: []byte("x"), ReceivedAt: noon},
	}
	for name, want := range cases {
		want.Seq = insert(t, s, want)
		want.Verdict = shop.Received
		got := findEvent(t, s, name)
		same(t, name, got, want)
		if got.ReceivedAt.Location() != time.UTC || !got.WorkedAt.IsZero() {
			t.Errorf("%s: received %v, worked %v; want UTC and zero", name, got.ReceivedAt, got.WorkedAt)
		}
	}
}

func eventOnce(t *testing.T, open opener) {
	s := open(t)
	first := insert(t, s, event("1"))
	for n := 1; n <= 3; n++ {
		again := event("1")
		again.Body, again.Type, again.ReceivedAt = []byte("something else"), "charge:failed", noon.Add(time.Hour)
		seq, fresh, err := s.InsertEvent(t.Context(), again, noon.Add(time.Hour))
		if err != nil || fresh || seq != first {
			t.Errorf("again: number %d, fresh %v, %v; want %d and not fresh", seq, fresh, err, first)
		}
		want := event("1")
		want.Seq, want.Verdict, want.Duplicates = first, shop.Received, n
		same(t, "the event", findEvent(t, s, "1"), want)
	}
}

func eventsAtOnce(t *testing.T, open opener) {
	const times = 50
	s := open(t)
	var fresh atomic.Int32
	var mu sync.Mutex
	seqs := map[int64]int{}
	var wg sync.WaitGroup
	for range times {
		wg.Go(func() {
			seq, first, err := s.InsertEvent(t.Context(), event("1"), noon)
			if err != nil {
				t.Error(err)
			}
			if first {
				fresh.Add(1)
			}
			mu.Lock()
			defer mu.Unlock()
			seqs[seq]++
		})
	}
	wg.Wait()
	all, err := s.ListEvents(t.Context(), 10)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 1 || fresh.Load() != 1 || len(seqs) != 1 || all[0].Duplicates != times-1 {
		t.Errorf("%d rows, %d fresh, numbers %v, %d duplicates", len(all), fresh.Load(), seqs, all[0].Duplicates)
	}
}

func eventIdentity(t *testing.T, open opener) {
	s := open(t)
	elsewhere, other := event("1"), event("1")
	elsewhere.Environment = "https://api.commerce.coinbase.com"
	other.Provider = shop.Business
	numbers := map[int64]bool{
		insert(t, s, event("1")): true, insert(t, s, elsewhere): true, insert(t, s, other): true, insert(t, s, event("2")): true,
	}
	if len(numbers) != 4 {
		t.Errorf("numbers = %v, want four different ones", numbers)
	}
}

func eventFind(t *testing.T, open opener) {
	s := open(t)
	first := insert(t, s, event("first"))
	second := insert(t, s, event(fmt.Sprint(first))) // an id that looks like a number of ours
	cases := map[string]int64{"first": first, fmt.Sprint(first): first, fmt.Sprint(second): second}
	for name, want := range cases {
		if got := findEvent(t, s, name); got.Seq != want {
			t.Errorf("event %q is number %d, want %d", name, got.Seq, want)
		}
	}
	for _, name := range []string{"", "0", "none", "1 OR 1=1", "01"} {
		_, err := s.FindEvent(t.Context(), name)
		wantCode(t, "event "+name, err, shop.NotFound)
	}
}

func eventList(t *testing.T, open opener) {
	s := open(t)
	ids := numbered("e", 5)
	for i, id := range ids {
		e := event(id)
		e.ReceivedAt = noon.Add(-time.Duration(i) * time.Second) // arrival counts, not what the clock said
		insert(t, s, e)
	}
	key := func(e shop.Event) string { return e.ID }
	list(t, "events", key, []string{"e04", "e03", "e02", "e01", "e00"})(s.ListEvents(t.Context(), 10))
	list(t, "newest events", key, []string{"e04", "e03"})(s.ListEvents(t.Context(), 2))
}

func firstVerdict(t *testing.T, open opener) {
	s := ready(t, open, plainOrder("a"), plainOrder("b"))
	seq := insert(t, s, event("1"))
	within := func(v shop.Verdict, id shop.OrderID, at time.Time) error {
		return s.Write(t.Context(), func(ctx context.Context, l shop.Ledger) error {
			return l.CloseEvent(ctx, seq, v, id, string(v), at)
		})
	}
	err := errors.Join(
		within(shop.Settled, "order-a", noon),
		within(shop.Absorbed, "order-b", noon.Add(time.Hour)),
		s.CloseEvent(t.Context(), seq, shop.Dead, "dead", noon.Add(2*time.Hour)),
		s.DelayEvent(t.Context(), seq, "later", noon),
	)
	if err != nil {
		t.Fatal(err)
	}
	want := event("1")
	want.Seq, want.Verdict, want.OrderID, want.Note, want.WorkedAt = seq, shop.Settled, "order-a", "settled", noon
	same(t, "the event", findEvent(t, s, "1"), want)
	list(t, "unworked", func(e shop.Event) string { return e.ID }, nil)(s.ListUnworked(t.Context(), noon.Add(time.Hour), 10))
}

func closeInUnit(t *testing.T, open opener) {
	s := ready(t, open, plainOrder("a"))
	seq := insert(t, s, event("1"))
	if err := s.CloseEvent(t.Context(), seq, shop.Ignored, "not about a payment", noon); err != nil {
		t.Fatal(err)
	}
	got := findEvent(t, s, "1")
	if got.Verdict != shop.Ignored || got.OrderID != "" || got.Note != "not about a payment" || !got.WorkedAt.Equal(noon) {
		t.Errorf("closed outside of an order's unit: %+v", got)
	}
}

func delayed(t *testing.T, open opener) {
	s := open(t)
	seq := insert(t, s, event("1"))
	key := func(e shop.Event) int { return e.Attempts }
	for n := 1; n <= 3; n++ {
		until := noon.Add(time.Duration(n) * time.Minute)
		if err := s.DelayEvent(t.Context(), seq, fmt.Sprint("try ", n), until); err != nil {
			t.Fatal(err)
		}
		list(t, "too early", key, nil)(s.ListUnworked(t.Context(), until.Add(-time.Microsecond), 10))
		list(t, "in time", key, []int{n})(s.ListUnworked(t.Context(), until, 10))
	}
	got := findEvent(t, s, "1")
	if got.Note != "try 3" || got.Verdict != shop.Received || !got.WorkedAt.IsZero() {
		t.Errorf("delayed event: %+v", got)
	}
}

func unworked(t *testing.T, open opener) {
	s := open(t)
	insertDue(t, s, event("later"), noon.Add(time.Microsecond))
	insertDue(t, s, event("now"), noon)
	insertDue(t, s, event("now too"), noon)
	insertDue(t, s, event("long ago"), noon.Add(-time.Hour))
	seq := insertDue(t, s, event("done"), noon.Add(-time.Hour))
	if err := s.CloseEvent(t.Context(), seq, shop.Foreign, "", noon); err != nil {
		t.Fatal(err)
	}
	key := func(e shop.Event) string { return e.ID }
	list(t, "due", key, []string{"long ago", "now", "now too"})(s.ListUnworked(t.Context(), noon, 10))
	list(t, "the first two", key, []string{"long ago", "now"})(s.ListUnworked(t.Context(), noon, 2))
	list(t, "long before", key, nil)(s.ListUnworked(t.Context(), noon.Add(-2*time.Hour), 10))
	all, err := s.ListUnworked(t.Context(), noon, 1)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "a listed event", all[0], findEvent(t, s, "long ago"))
}

func closedStaysClosed(t *testing.T, open opener) {
	s := open(t)
	seq := insert(t, s, event("1"))
	if err := s.CloseEvent(t.Context(), seq, shop.Foreign, "no payment of this shop", noon); err != nil {
		t.Fatal(err)
	}
	if _, fresh, err := s.InsertEvent(t.Context(), event("1"), noon); err != nil || fresh {
		t.Errorf("a closed event that comes again: fresh %v, %v", fresh, err)
	}
	got := findEvent(t, s, "1")
	if got.Verdict != shop.Foreign || got.Duplicates != 1 {
		t.Errorf("verdict %s, %d duplicates; want foreign and 1", got.Verdict, got.Duplicates)
	}
	list(t, "unworked", func(e shop.Event) string { return e.ID }, nil)(s.ListUnworked(t.Context(), noon.Add(time.Hour), 10))
}
