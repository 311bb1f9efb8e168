package database_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"till/app/database"
)

func open(t *testing.T, path string) *database.DB {
	t.Helper()
	db, err := database.Open(t.Context(), database.Config{
		URL: "sqlite:" + path,
		Migrations: fstest.MapFS{"00001_rows.sql": {Data: []byte(
			"-- +goose Up\nCREATE TABLE rows (name TEXT PRIMARY KEY);\n-- +goose Down\nDROP TABLE rows;\n")}},
		Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func insert(name string) func(context.Context, database.Tx) error {
	return func(ctx context.Context, tx database.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO rows (name) VALUES ($1)", name)
		return err
	}
}

func count(t *testing.T, db *database.DB) int {
	t.Helper()
	var n int
	if err := db.Read().QueryRowContext(t.Context(), "SELECT count(*) FROM rows").Scan(&n); err != nil {
		t.Fatalf("count: %v", err)
	}
	return n
}

func TestWriteIsSeenByReadersAndSurvivesReopening(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new folder", "a#b?.db")
	db := open(t, path)
	if err := db.Write(t.Context(), insert("one")); err != nil {
		t.Fatalf("write: %v", err)
	}
	if n := count(t, db); n != 1 {
		t.Fatalf("rows = %d, want 1", n)
	}
	if err := db.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	if n := count(t, open(t, path)); n != 1 {
		t.Fatalf("rows after reopening = %d, want 1", n)
	}
}

// TestAFailingUnitRollsBackAlone holds the writer with a first unit, so that
// the others certainly share one commit.
func TestAFailingUnitRollsBackAlone(t *testing.T) {
	t.Parallel()
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	boom := errors.New("boom")
	units := map[string]func(context.Context, database.Tx) error{
		"good": insert("good"),
		"also": insert("also"),
		"bad": func(ctx context.Context, tx database.Tx) error {
			return errors.Join(insert("bad")(ctx, tx), boom)
		},
		"panicking": func(ctx context.Context, tx database.Tx) error {
			_ = insert("panicking")(ctx, tx)
			panic("ouch")
		},
		"duplicate": func(ctx context.Context, tx database.Tx) error {
			return errors.Join(insert("duplicate")(ctx, tx), insert("duplicate")(ctx, tx))
		},
	}
	release := make(chan struct{})
	held := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		_ = db.Write(t.Context(), func(context.Context, database.Tx) error {
			close(held)
			<-release
			return nil
		})
	})
	<-held
	var mu sync.Mutex
	got := map[string]error{}
	for name, unit := range units {
		wg.Go(func() {
			err := db.Write(t.Context(), unit)
			mu.Lock()
			defer mu.Unlock()
			got[name] = err
		})
	}
	close(release)
	wg.Wait()
	if got["good"] != nil || got["also"] != nil {
		t.Errorf("good units failed: %v, %v", got["good"], got["also"])
	}
	if !errors.Is(got["bad"], boom) {
		t.Errorf("bad = %v, want boom", got["bad"])
	}
	if got["panicking"] == nil || !strings.Contains(got["panicking"].Error(), "ouch") {
		t.Errorf("panicking = %v, want the panic", got["panicking"])
	}
	if got["duplicate"] == nil {
		t.Error("duplicate = nil, want a constraint error")
	}
	if n := count(t, db); n != 2 {
		t.Errorf("rows = %d, want the 2 good ones", n)
	}
}

func TestWriteAfterCloseAndWithAnEndedContext(t *testing.T) {
	t.Parallel()
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := db.Write(ctx, insert("late")); !errors.Is(err, context.Canceled) {
		t.Errorf("write with an ended context = %v, want context.Canceled", err)
	}
	if n := count(t, db); n != 0 {
		t.Errorf("rows = %d, want 0", n)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := db.Write(t.Context(), insert("x")); !errors.Is(err, database.ErrClosed) {
		t.Errorf("write after close = %v, want ErrClosed", err)
	}
}

// TestAFullDatabaseFailsTheGroupAndHeals bounds the file's pages: SQLite then
// answers as it does on a full disk.
func TestAFullDatabaseFailsTheGroupAndHeals(t *testing.T) {
	t.Parallel()
	db := open(t, filepath.Join(t.TempDir(), "x.db"))
	pragma := func(sql string) func(context.Context, database.Tx) error {
		return func(ctx context.Context, tx database.Tx) error {
			var n int
			return tx.QueryRowContext(ctx, sql).Scan(&n)
		}
	}
	if err := db.Write(t.Context(), pragma("PRAGMA max_page_count = 1")); err != nil {
		t.Fatal(err)
	}
	big := insert(strings.Repeat("x", 1<<20))
	if err := db.Write(t.Context(), big); !errors.Is(err, database.ErrUnavailable) {
		t.Fatalf("a write to a full database = %v, want ErrUnavailable", err)
	}
	if err := db.Write(t.Context(), pragma("PRAGMA max_page_count = 100000")); err != nil {
		t.Fatal(err)
	}
	if err := db.Write(t.Context(), big); err != nil {
		t.Fatalf("write after room was made: %v", err)
	}
	if n := count(t, db); n != 1 {
		t.Errorf("rows = %d, want 1", n)
	}
}

func TestOpenRefusesWhatItDoesNotUnderstand(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"", "sqlite:", "postgres://till:hunter2@localhost/till"} {
		_, err := database.Open(t.Context(), database.Config{URL: url, Logger: slog.New(slog.DiscardHandler)})
		if err == nil {
			t.Errorf("Open(%q) succeeded", url)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("Open(%q) tells the password: %v", url, err)
		}
	}
}
