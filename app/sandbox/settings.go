package sandbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"till/app/database"
)

// What control can set, and what survives a restart.
const (
	settingOffset       = "clock_offset"
	settingConfirmAfter = "confirm_after"
)

// findSetting reads a duration that control has set, or returns otherwise.
func findSetting(ctx context.Context, q database.Queryer, name string, otherwise time.Duration) (time.Duration, error) {
	var us int64
	err := q.QueryRowContext(ctx, `SELECT value FROM settings WHERE name = $1`, name).Scan(&us)
	if errors.Is(err, sql.ErrNoRows) {
		return otherwise, nil
	}
	if err != nil {
		return 0, fmt.Errorf("find setting %s: %w", name, err)
	}
	return time.Duration(us) * time.Microsecond, nil
}

func saveSetting(ctx context.Context, db *database.DB, name string, d time.Duration) error {
	return db.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		_, err := tx.ExecContext(ctx,
			`INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
			name, d.Microseconds())
		if err != nil {
			return fmt.Errorf("save setting %s: %w", name, err)
		}
		return nil
	})
}

// advance moves the business time forward and lets happen what is due by then.
func (s *Sandbox) advance(ctx context.Context, d time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	offset := s.clock.Offset() + d
	if err := saveSetting(ctx, s.db, settingOffset, offset); err != nil {
		return err
	}
	s.clock.SetOffset(offset)
	return s.catchUp(ctx)
}

// setConfirmAfter changes how long payments detected from now on take.
func (s *Sandbox) setConfirmAfter(ctx context.Context, d time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := saveSetting(ctx, s.db, settingConfirmAfter, d); err != nil {
		return err
	}
	s.confirmAfter = d
	return nil
}

// speed is how long a payment detected now takes.
func (s *Sandbox) speed() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.confirmAfter
}
