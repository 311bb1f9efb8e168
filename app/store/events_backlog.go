package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Backlog returns how many events still ask for work and when the oldest of
// them was received; a zero time when there are none.
func (s *Store) Backlog(ctx context.Context) (count int, oldest time.Time, err error) {
	var received sql.NullInt64
	err = s.db.Read().QueryRowContext(ctx,
		`SELECT COUNT(*), MIN(received_at) FROM events WHERE work_at IS NOT NULL`).Scan(&count, &received)
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("count the events to work off: %w", err)
	}
	return count, timeOf(received), nil
}
