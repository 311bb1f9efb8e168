package store_test

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"till/app/store"
)

func TestSQLite(t *testing.T) {
	t.Parallel()
	runSuite(t, func(t *testing.T) opener {
		t.Helper()
		url := "sqlite:" + filepath.Join(t.TempDir(), "till.db")
		return func(t *testing.T) *store.Store {
			t.Helper()
			s, err := store.Open(t.Context(), url, slog.New(slog.DiscardHandler))
			if err != nil {
				t.Fatalf("open: %v", err)
			}
			t.Cleanup(func() { _ = s.Close() }) // some tests have closed it already
			return s
		}
	})
}

func TestOpenSaysWhatItCannotOpen(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, url := range []string{"postgres://till:hunter2@localhost/till", "till.db", "sqlite:" + dir} {
		s, err := store.Open(t.Context(), url, slog.New(slog.DiscardHandler))
		if err == nil {
			t.Errorf("Open(%q) = %v, want an error", url, s)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("Open(%q) tells the password: %v", url, err)
		}
	}
}
