package database_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestCommitsMoveIntoTheFile watches the database file alone grow while the
// database stays open and its log is far from full.
func TestCommitsMoveIntoTheFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "rows.db")
	db := open(t, path)
	size := func() int64 {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Size()
	}
	before := size()
	for _, name := range []string{"one", "two", "three"} {
		if err := db.Write(t.Context(), insert(name+string(make([]byte, 20_000)))); err != nil {
			t.Fatal(err)
		}
	}
	deadline := time.NewTimer(20 * time.Second)
	defer deadline.Stop()
	poll := time.NewTicker(20 * time.Millisecond)
	defer poll.Stop()
	for size() < before+60_000 {
		select {
		case <-deadline.C:
			t.Fatalf("the file has %d bytes, had %d", size(), before)
		case <-poll.C:
		}
	}
}
