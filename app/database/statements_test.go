package database_test

import (
	"context"
	"fmt"
	"testing"

	"till/app/database"
)

// TestMoreStatementsThanAreKept runs more texts than are kept compiled, the
// kept ones again, and one that does not compile in between.
func TestMoreStatementsThanAreKept(t *testing.T) {
	t.Parallel()
	db := open(t, t.TempDir()+"/rows.db")
	const many = 300
	for round := range 2 {
		for i := range many {
			err := db.Write(t.Context(), func(ctx context.Context, tx database.Tx) error {
				_, err := tx.ExecContext(ctx, fmt.Sprintf("INSERT INTO rows (name) VALUES ('%d-' || $1)", i), round)
				return err
			})
			if err != nil {
				t.Fatalf("round %d, statement %d: %v", round, i, err)
			}
		}
		if err := db.Write(t.Context(), func(ctx context.Context, tx database.Tx) error {
			_, err := tx.ExecContext(ctx, "INSERT INTO nowhere (name) VALUES ($1)", round)
			return err
		}); err == nil {
			t.Fatal("a statement that does not compile was written")
		}
	}
	if n := count(t, db); n != 2*many {
		t.Errorf("rows = %d, want %d", n, 2*many)
	}
}
