package delivery

import (
	"log/slog"
	"path/filepath"
	"strings"
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
	for name, ask := range map[string]func() (string, []any){
		"all":         question(Query{Limit: 5}),
		"endpoint":    question(Query{Limit: 5, Endpoint: "e"}),
		"code":        question(Query{Limit: 5, Code: "c"}),
		"status":      question(Query{Limit: 5, Status: "waiting"}),
		"the log":     func() (string, []any) { return logQuery, []any{1000, 5} },
		"the waiting": func() (string, []any) { return waitingQuery, []any{"e", "", "", "", "", batch} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			query, args := ask()
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
			if all := strings.Join(plan, "; "); err != nil || all == "" || strings.Contains(all, "SCAN") || strings.Contains(all, "TEMP B-TREE") {
				t.Errorf("plan %q, %v", all, err)
			}
		})
	}
}
