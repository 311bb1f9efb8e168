package database_test

import (
	"errors"
	"path/filepath"
	"testing"

	"till/app/database"
)

func TestClaimIsForOneUntilItIsReleased(t *testing.T) {
	t.Parallel()
	url := "sqlite:" + filepath.Join(t.TempDir(), "new folder", "a#b?.db")
	release, err := database.Claim(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := database.Claim(t.Context(), url); !errors.Is(err, database.ErrClaimed) {
		t.Errorf("claimed twice: %v", err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	again, err := database.Claim(t.Context(), url)
	if err != nil {
		t.Fatalf("after the release: %v", err)
	}
	if err := again(); err != nil {
		t.Error(err)
	}
	if _, err := database.Claim(t.Context(), "postgres://user:secret@host/x"); err == nil || errors.Is(err, database.ErrClaimed) {
		t.Errorf("another kind of database: %v", err)
	}
}
