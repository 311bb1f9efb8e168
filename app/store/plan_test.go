package store

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"till/app/shop"
)

// TestFailedEventsAreFoundByIndex: among a million events with their bodies the
// few that failed are not to be looked for one by one.
func TestFailedEventsAreFoundByIndex(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "till.db"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	where, args := choose(shop.EventChoice{Failed: true})
	plan := explain(t.Context(), t, s, `SELECT * FROM events WHERE `+where+` ORDER BY seq DESC LIMIT 10`, args)
	for _, index := range []string{"events_given_up", "events_to_work", "INTEGER PRIMARY KEY"} {
		if !strings.Contains(plan, index) {
			t.Errorf("%s is not used:\n%s", index, plan)
		}
	}
	for line := range strings.Lines(plan) {
		if strings.HasPrefix(line, "SCAN") && !strings.Contains(line, "INDEX") {
			t.Errorf("everything is looked at:\n%s", plan)
		}
	}
}

func explain(ctx context.Context, t *testing.T, s *Store, query string, args []any) string {
	t.Helper()
	rows, err := s.db.Read().QueryContext(ctx, "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := collect(rows, func(row scanner) (line string, err error) {
		var id, parent, unused int
		return line, row.Scan(&id, &parent, &unused, &line)
	})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}
