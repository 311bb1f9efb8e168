package store_test

import (
	"context"
	"database/sql"
	"log/slog"
	"path/filepath"
	"testing"

	"till/app/shop"
	"till/app/store"
)

// TestALockedFileIsToldAsPassing: a buyer then reads that he can try again, and
// a program that it may.
func TestALockedFileIsToldAsPassing(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "till.db")
	s, err := store.Open(t.Context(), "sqlite:"+file, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	other, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = other.Close() })
	holder, err := other.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := holder.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	save := func() error {
		return s.Write(t.Context(), func(ctx context.Context, l shop.Ledger) error {
			return l.SaveOrder(ctx, plainOrder("a"))
		})
	}
	if err := save(); shop.ErrorCode(err) != shop.Unavailable {
		t.Errorf("while the file is locked: %v", err)
	}
	if _, err := holder.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if err := save(); err != nil {
		t.Errorf("once it is free: %v", err)
	}
}
