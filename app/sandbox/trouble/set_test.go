package trouble_test

import (
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"till/app/database"
	"till/app/sandbox/migrations"
	"till/app/sandbox/trouble"
)

func openDB(t *testing.T) *database.DB {
	t.Helper()
	db, err := database.Open(t.Context(), database.Config{
		URL: "sqlite:" + filepath.Join(t.TempDir(), "sandbox.db"), Migrations: migrations.Files, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func newSet(t *testing.T, db *database.DB, all ...trouble.Trouble) *trouble.Set {
	t.Helper()
	s, err := trouble.New(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range all {
		if _, err := s.Add(t.Context(), one); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func sending(code, order string) trouble.Sending {
	return trouble.Sending{
		Endpoint: "e1", Code: code,
		Order: func() (string, error) { return order, nil },
		Spare: func(trouble.Trouble) (bool, error) { return false, nil },
	}
}

func TestTroublesHitWhatTheyName(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		one  trouble.Trouble
		hits bool
	}{
		"all":               {trouble.Trouble{Kind: trouble.Drop}, true},
		"its endpoint":      {trouble.Trouble{Kind: trouble.Drop, Endpoint: "e1"}, true},
		"another endpoint":  {trouble.Trouble{Kind: trouble.Drop, Endpoint: "e2"}, false},
		"its charge":        {trouble.Trouble{Kind: trouble.Drop, Code: "AAAAAAAA"}, true},
		"another charge":    {trouble.Trouble{Kind: trouble.Drop, Code: "BBBBBBBB"}, false},
		"its charge, typed": {trouble.Trouble{Kind: trouble.Drop, Code: "aaaaaaaa"}, true},
		"its order":         {trouble.Trouble{Kind: trouble.Drop, Order: "o1"}, true},
		"another order":     {trouble.Trouble{Kind: trouble.Drop, Order: "o2"}, false},
		"order and charge":  {trouble.Trouble{Kind: trouble.Drop, Order: "o1", Code: "BBBBBBBB"}, false},
		"that is the API's": {trouble.Trouble{Kind: trouble.Reset}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hits, err := newSet(t, openDB(t), tc.one).Hits(t.Context(), sending("AAAAAAAA", "o1"))
			if err != nil || (len(hits) == 1) != tc.hits {
				t.Errorf("hits %v, %v", hits, err)
			}
		})
	}
}

// calling asks about a charge.
func calling() trouble.Call {
	return trouble.Call{API: "charges", Names: func() ([]string, error) { return []string{"AAAAAAAA", "c1"}, nil }}
}

func TestCallsMeetWhatIsNamed(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		one   trouble.Trouble
		meets bool
	}{
		"all":                  {trouble.Trouble{Kind: trouble.Latency}, true},
		"its api":              {trouble.Trouble{Kind: trouble.Latency, API: "charges"}, true},
		"another api":          {trouble.Trouble{Kind: trouble.Latency, API: "events"}, false},
		"its charge":           {trouble.Trouble{Kind: trouble.Latency, Code: "AAAAAAAA"}, true},
		"another charge":       {trouble.Trouble{Kind: trouble.Latency, Code: "BBBBBBBB"}, false},
		"its charge, typed":    {trouble.Trouble{Kind: trouble.Latency, Code: "aaaaaaaa"}, true},
		"its charge by its id": {trouble.Trouble{Kind: trouble.Latency, Code: "c1"}, true},
		"that is the webhooks": {trouble.Trouble{Kind: trouble.Drop}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			met, err := newSet(t, openDB(t), tc.one).Answers(t.Context(), calling())
			if err != nil || (len(met) == 1) != tc.meets {
				t.Errorf("met %v, %v", met, err)
			}
		})
	}
}

func TestTroublesAreChecked(t *testing.T) {
	t.Parallel()
	s := newSet(t, openDB(t))
	for says, one := range map[string]trouble.Trouble{
		`no trouble "flood"`:      {Kind: "flood"},
		"times must be":           {Kind: trouble.Drop, Times: -1},
		"at most a week":          {Kind: trouble.Delay, Delay: 200 * time.Hour},
		"a minute at most":        {Kind: trouble.Latency, Delay: 61 * time.Second},
		"drop has no delay":       {Kind: trouble.Drop, Delay: time.Second},
		"webhooks: api":           {Kind: trouble.Drop, API: "charges"},
		"webhooks: api and after": {Kind: trouble.Drop, After: true},
		"API: endpoint":           {Kind: trouble.Reset, Endpoint: "e1"},
		"API: endpoint and order": {Kind: trouble.Reset, Order: "o1"},
		`no api "refunds"`:        {Kind: trouble.Reset, API: "refunds"},
		"it has no after":         {Kind: trouble.RateLimit, After: true},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			var refused *trouble.Refusal
			if _, err := s.Add(t.Context(), one); !errors.As(err, &refused) || !strings.Contains(err.Error(), says) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestTroublesOutliveARestart(t *testing.T) {
	t.Parallel()
	db := openDB(t)
	want := trouble.Trouble{Kind: trouble.Latency, Code: "AAAAAAAA", API: "charges", Delay: 3 * time.Second, Times: 2, After: true}
	before := newSet(t, db, trouble.Trouble{Kind: trouble.Drop, Endpoint: "e1", Order: "o1"}, want)
	if _, err := before.Answers(t.Context(), calling()); err != nil {
		t.Fatal(err)
	}
	want.ID, want.Times = "2", 1
	after := newSet(t, db).List()
	if len(after) != 2 || after[0].Order != "o1" || after[1] != want {
		t.Errorf("after the restart: %+v, want %+v", after, want)
	}
}

func TestTroublesAreRemoved(t *testing.T) {
	t.Parallel()
	db := openDB(t)
	s := newSet(t, db, trouble.Trouble{Kind: trouble.Drop}, trouble.Trouble{Kind: trouble.Reset}, trouble.Trouble{Kind: trouble.Delay})
	if err := s.Remove(t.Context(), "2"); err != nil {
		t.Fatal(err)
	}
	if err := s.Remove(t.Context(), "2"); !errors.Is(err, trouble.ErrNotFound) {
		t.Errorf("removed twice: %v", err)
	}
	if left := newSet(t, db).List(); len(left) != 2 || left[1].Kind != trouble.Delay {
		t.Errorf("left %v", left)
	}
	if err := s.Clear(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left := append(s.List(), newSet(t, db).List()...); len(left) != 0 {
		t.Errorf("left %v", left)
	}
}

func TestTimesAreCountedOnce(t *testing.T) {
	t.Parallel()
	s := newSet(t, openDB(t), trouble.Trouble{Kind: trouble.Drop, Times: 5})
	var hit atomic.Int32
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			hits, err := s.Hits(t.Context(), sending("AAAAAAAA", ""))
			if err != nil {
				t.Error(err)
			}
			hit.Add(int32(len(hits)))
		})
	}
	group.Wait()
	if hit.Load() != 5 || len(s.List()) != 0 {
		t.Errorf("hit %d times, left %v", hit.Load(), s.List())
	}
}

func TestEveryKindIsExplained(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, k := range trouble.Kinds() {
		if seen[k.Name] || (k.Where != trouble.Webhook && k.Where != trouble.API) || !strings.HasSuffix(k.Explain, ".") {
			t.Errorf("kind %+v", k)
		}
		seen[k.Name] = true
	}
	if len(seen) != 22 {
		t.Errorf("%d kinds", len(seen))
	}
}
