package sandbox

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"till/app/database"
	"till/app/sandbox/ledger"
)

// settings is what control can set besides the clock, and what survives a
// restart.
type settings struct {
	ConfirmAfter  time.Duration // of payments detected from now on
	EmbedMessages bool          // the embedded page tells the page around it of payments
	Shape         ledger.Shape  // of new charges that do not name their own
	EmbedOrigins  []string      // the sites that may frame it; none = every site may
}

const (
	settingOffset       = "clock_offset"
	settingConfirmAfter = "confirm_after"
	settingMessages     = "embed_messages"
	settingOnchain      = "onchain"
)

// findSettings reads what control has set over what holds otherwise.
func findSettings(ctx context.Context, q database.Queryer, otherwise settings) (settings, error) {
	after, err := findDuration(ctx, q, settingConfirmAfter, otherwise.ConfirmAfter)
	if err != nil {
		return settings{}, err
	}
	messages, err := findNumber(ctx, q, settingMessages, numberOf(otherwise.EmbedMessages))
	if err != nil {
		return settings{}, err
	}
	onchain, err := findNumber(ctx, q, settingOnchain, numberOf(otherwise.Shape == ledger.Onchain))
	if err != nil {
		return settings{}, err
	}
	origins, err := listOrigins(ctx, q)
	return settings{ConfirmAfter: after, EmbedMessages: messages != 0, Shape: shapeOfNumber(onchain), EmbedOrigins: origins}, err
}

// findDuration reads a duration that control has set, or returns otherwise.
func findDuration(ctx context.Context, q database.Queryer, name string, otherwise time.Duration) (time.Duration, error) {
	us, err := findNumber(ctx, q, name, otherwise.Microseconds())
	return time.Duration(us) * time.Microsecond, err
}

func findNumber(ctx context.Context, q database.Queryer, name string, otherwise int64) (int64, error) {
	var n int64
	err := q.QueryRowContext(ctx, `SELECT value FROM settings WHERE name = $1`, name).Scan(&n)
	if errors.Is(err, sql.ErrNoRows) {
		return otherwise, nil
	}
	if err != nil {
		return 0, fmt.Errorf("find setting %s: %w", name, err)
	}
	return n, nil
}

func listOrigins(ctx context.Context, q database.Queryer) ([]string, error) {
	rows, err := q.QueryContext(ctx, `SELECT origin FROM embed_origins ORDER BY origin`)
	if err != nil {
		return nil, fmt.Errorf("list the origins of embeds: %w", err)
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what matters
	origins := []string{}
	for rows.Next() {
		var origin string
		if err := rows.Scan(&origin); err != nil {
			return nil, fmt.Errorf("list the origins of embeds: %w", err)
		}
		origins = append(origins, origin)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list the origins of embeds: %w", err)
	}
	return origins, nil
}

func saveNumber(ctx context.Context, tx database.Tx, name string, n int64) error {
	_, err := tx.ExecContext(ctx,
		`INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, n)
	if err != nil {
		return fmt.Errorf("save setting %s: %w", name, err)
	}
	return nil
}

func saveOrigins(ctx context.Context, tx database.Tx, origins []string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM embed_origins`); err != nil {
		return fmt.Errorf("forget the origins of embeds: %w", err)
	}
	for _, origin := range origins {
		if _, err := tx.ExecContext(ctx, `INSERT INTO embed_origins (origin) VALUES ($1)`, origin); err != nil {
			return fmt.Errorf("save an origin of embeds: %w", err)
		}
	}
	return nil
}

// set writes the settings that r names, all or none, and holds to them.
func (s *Sandbox) set(ctx context.Context, r settingsRequest) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	next, err := r.over(s.settings)
	if err != nil {
		return err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		return r.save(ctx, tx, next)
	})
	if err == nil {
		s.settings = next
	}
	return err
}

// current is what is set now.
func (s *Sandbox) current() settings {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.settings
	now.EmbedOrigins = slices.Clone(now.EmbedOrigins)
	return now
}

// speed is how long a payment detected now takes.
func (s *Sandbox) speed() time.Duration { return s.current().ConfirmAfter }

// shapeOfNumber is how a shape is read back.
func shapeOfNumber(onchain int64) ledger.Shape {
	if onchain != 0 {
		return ledger.Onchain
	}
	return ledger.Classic
}

// numberOf is how a yes or no is stored.
func numberOf(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}
