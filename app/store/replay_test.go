package store_test

import (
	"context"
	"maps"
	"strings"
	"testing"
	"time"

	"till/app/shop"
	"till/app/store"
)

var replayTests = map[string]func(*testing.T, opener){
	"events are chosen by what is known of them":     chosenEvents,
	"the chosen ones are replayed, and no others":    chosenReplay,
	"a replayed event is as new, and knows its past": replayedEvent,
	"thousands are replayed, each once":              manyReplayed,
	"the backlog is what asks for work":              backlog,
	"all open payments become due":                   askAll,
}

// variety stores events of every kind and returns the store.
func variety(t *testing.T, open opener) *store.Store {
	t.Helper()
	s := ready(t, open, plainOrder("a"))
	at := func(id string, hours time.Duration) int64 {
		e := event(id)
		e.ReceivedAt = noon.Add(hours * time.Hour)
		return insertDue(t, s, e, noon.Add(-time.Minute))
	}
	finish := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	finish(s.CloseEvent(t.Context(), at("dead", -3), shop.Dead, "poison", noon))
	finish(s.DelayEvent(t.Context(), at("failing", -2), "not today", noon.Add(time.Hour)))
	at("fresh", -1)
	finish(s.CloseEvent(t.Context(), at("foreign", 0), shop.Foreign, "no payment of this shop", noon))
	other := event("other")
	other.Type, other.ReceivedAt = "charge:failed", noon.Add(time.Hour)
	insertDue(t, s, other, noon)
	return s
}

func chosenEvents(t *testing.T, open opener) {
	s := variety(t, open)
	key := func(e shop.Event) string { return e.ID }
	for _, c := range []struct {
		name   string
		choice shop.EventChoice
		want   []string
	}{
		{"all", shop.EventChoice{}, []string{"other", "foreign", "fresh", "failing", "dead"}},
		{"one number", shop.EventChoice{Seq: 2}, []string{"failing"}},
		{"failed", shop.EventChoice{Failed: true}, []string{"failing", "dead"}},
		{"a verdict", shop.EventChoice{Verdict: shop.Foreign}, []string{"foreign"}},
		{"a type", shop.EventChoice{Type: "charge:failed"}, []string{"other"}},
		{"an order", shop.EventChoice{Order: "order-a"}, nil},
		{"since then", shop.EventChoice{Since: noon}, []string{"other", "foreign"}},
		{"failed since then", shop.EventChoice{Since: noon.Add(-2 * time.Hour), Failed: true}, []string{"failing"}},
	} {
		list(t, c.name, key, c.want)(s.ChooseEvents(t.Context(), c.choice, 10))
	}
	list(t, "the newest two", key, []string{"other", "foreign"})(s.ChooseEvents(t.Context(), shop.EventChoice{}, 2))
}

func chosenReplay(t *testing.T, open opener) {
	s := variety(t, open)
	now := noon.Add(2 * time.Hour)
	if n, err := s.ReplayEvents(t.Context(), shop.EventChoice{Failed: true}, now); n != 2 || err != nil {
		t.Fatalf("replayed %d, %v; want 2", n, err)
	}
	for id, replayed := range map[string]bool{"dead": true, "failing": true, "fresh": false, "foreign": false, "other": false} {
		if e := findEvent(t, s, id); (e.History != "") != replayed {
			t.Errorf("event %s has the history %q", id, e.History)
		}
	}
	verdicts, left, err := s.ListReplayed(t.Context(), now)
	if err != nil || left != 2 || !maps.Equal(verdicts, map[shop.Verdict]int{shop.Received: 2}) {
		t.Errorf("at first: %v, %d left, %v", verdicts, left, err)
	}
	if err := s.CloseEvent(t.Context(), 1, shop.Absorbed, "", now); err != nil {
		t.Fatal(err)
	}
	if err := s.DelayEvent(t.Context(), 2, "still not", now.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	verdicts, left, err = s.ListReplayed(t.Context(), now)
	if err != nil || left != 0 || !maps.Equal(verdicts, map[shop.Verdict]int{shop.Absorbed: 1, shop.Received: 1}) {
		t.Errorf("then: %v, %d left, %v", verdicts, left, err)
	}
}

func replayedEvent(t *testing.T, open opener) {
	s := variety(t, open)
	now := noon.Add(time.Hour)
	again := func(at time.Time) {
		t.Helper()
		if n, err := s.ReplayEvents(t.Context(), shop.EventChoice{Seq: 2}, at); n != 1 || err != nil {
			t.Fatalf("replayed %d, %v", n, err)
		}
	}
	again(now)
	got := findEvent(t, s, "failing")
	want := event("failing")
	want.Seq, want.ReceivedAt, want.Verdict, want.History = 2, noon.Add(-2*time.Hour), shop.Received, got.History
	same(t, "the event", got, want)
	for _, word := range []string{"received", "failed attempts: 1", "not today", now.UTC().Format(time.RFC3339)} {
		if !strings.Contains(got.History, word) {
			t.Errorf("the history %q does not say %q", got.History, word)
		}
	}
	list(t, "due behind those that wait", func(e shop.Event) bool { return e.Seq == 2 }, []bool{false, false, true})(s.ListUnworked(t.Context(), now, 100))
	write(t, s, func(ctx context.Context, l shop.Ledger) error {
		return l.CloseEvent(ctx, 2, shop.Settled, "order-a", "", now)
	})
	again(now.Add(time.Minute))
	lines := strings.Split(findEvent(t, s, "failing").History, "\n")
	if len(lines) != 2 || !strings.Contains(lines[1], "settled, order order-a") {
		t.Errorf("after a second replay the history is %q", lines)
	}
}

func manyReplayed(t *testing.T, open opener) {
	const events = 1201
	s := open(t)
	for _, id := range numbered("e", events) {
		insertDue(t, s, event(id), noon.Add(time.Hour))
	}
	if n, err := s.ReplayEvents(t.Context(), shop.EventChoice{Since: noon}, noon); n != events || err != nil {
		t.Fatalf("replayed %d of %d, %v", n, events, err)
	}
	all, err := s.ListUnworked(t.Context(), noon, 2*events)
	if err != nil || len(all) != events {
		t.Errorf("%d are due, %v", len(all), err)
	}
	for _, e := range all {
		if strings.Contains(e.History, "\n") {
			t.Fatalf("event %s was replayed twice: %q", e.ID, e.History)
		}
	}
}

func backlog(t *testing.T, open opener) {
	s := open(t)
	if n, oldest, err := s.Backlog(t.Context()); n != 0 || !oldest.IsZero() || err != nil {
		t.Errorf("of nothing: %d, %v, %v", n, oldest, err)
	}
	s = variety(t, open)
	n, oldest, err := s.Backlog(t.Context())
	if n != 3 || !oldest.Equal(noon.Add(-2*time.Hour)) || err != nil {
		t.Errorf("%d since %v, %v; want 3 since %v", n, oldest, err, noon.Add(-2*time.Hour))
	}
}

func askAll(t *testing.T, open opener) {
	old := asking("later, old", noon.Add(time.Hour))
	old.Payments[0].CreatedAt = noon.Add(-time.Hour)
	s := ready(t, open, old, asking("later", noon.Add(time.Hour)), asking("never", time.Time{}), asking("long due", noon.Add(-time.Hour)))
	if n, err := s.AskAll(t.Context(), noon); n != 3 || err != nil {
		t.Fatalf("%d became due, %v; want 3", n, err)
	}
	key := func(id shop.PaymentID) shop.PaymentID { return id }
	list(t, "due", key, []shop.PaymentID{"payment-long due", "payment-later", "payment-later, old"})(s.ListDue(t.Context(), shop.Commerce, noon, 10))
	moved := asking("later", noon.Add(time.Minute))
	moved.UpdatedAt = noon.Add(time.Second)
	save(t, s, moved)
	save(t, s, asking("long due", time.Time{}))
	due, changed, err := s.CountAsked(t.Context(), noon.Add(time.Microsecond))
	if due != 1 || changed != 1 || err != nil {
		t.Errorf("%d still due, %d changed, %v; want 1 and 1", due, changed, err)
	}
}
