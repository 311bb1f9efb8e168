package delivery

import (
	"log/slog"
	"path/filepath"
	"slices"
	"testing"

	"till/app/database"
	"till/app/sandbox/migrations"
)

func TestEveryPageHasItsIndex(t *testing.T) {
	t.Parallel()
	db, err := database.Open(t.Context(), database.Config{
		URL: "sqlite:" + filepath.Join(t.TempDir(), "x.db"), Migrations: migrations.Files, Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	question := func(query Query) func() (string, []any) {
		return func() (string, []any) { return query.sql(1000) }
	}
	for name, tc := range map[string]struct {
		ask  func() (string, []any)
		want []string // the plan: which index answers what
	}{
		"all":          {question(Query{Limit: 5}), []string{"SEARCH deliveries USING INTEGER PRIMARY KEY (rowid<?)"}},
		"endpoint":     {question(Query{Limit: 5, Endpoint: "e"}), []string{"SEARCH deliveries USING INDEX deliveries_endpoint (endpoint=? AND seq<?)"}},
		"code":         {question(Query{Limit: 5, Code: "c"}), []string{"SEARCH deliveries USING INDEX deliveries_code (code=? AND seq<?)"}},
		"status":       {question(Query{Limit: 5, Status: "abandoned"}), []string{"SEARCH deliveries USING INDEX deliveries_status (status=? AND seq<?)"}},
		"the log":      {func() (string, []any) { return logQuery, []any{1000, 5} }, []string{"SEARCH a USING INTEGER PRIMARY KEY (rowid>?)", "SEARCH d USING INDEX sqlite_autoindex_deliveries_1 (id=?)"}},
		"the waiting":  {func() (string, []any) { return waitingQuery, []any{"e", "", "", "", "", batch} }, []string{"SEARCH deliveries USING INDEX deliveries_waiting (endpoint=?)"}},
		"the next due": {func() (string, []any) { return nextQuery, []any{1000} }, []string{"SEARCH e", "CORRELATED SCALAR SUBQUERY 1", "SEARCH d USING COVERING INDEX deliveries_waiting (endpoint=? AND next_at>?)"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			query, args := tc.ask()
			rows, err := db.Read().QueryContext(t.Context(), `EXPLAIN QUERY PLAN `+query, args...)
			if err != nil {
				t.Fatal(err)
			}
			plan, err := collect(rows, "explain", func(r row) (string, error) {
				var skip, line any
				err := r.Scan(&skip, &skip, &skip, &line)
				s, _ := line.(string)
				return s, err
			})
			if err != nil || !slices.Equal(plan, tc.want) {
				t.Errorf("plan %q, want %q, %v", plan, tc.want, err)
			}
		})
	}
}
