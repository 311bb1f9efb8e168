// Package store keeps the shop's orders, payments and events in tables. One SQL
// serves every database: placeholders are $1, conflicts are ON CONFLICT.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"till/app/database"
	"till/app/shop"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Store implements [shop.Store] and what the rooms around it need.
type Store struct {
	db *database.DB
}

// Open opens the database at url, brings it up to date and returns its store.
func Open(ctx context.Context, url string, logger *slog.Logger) (*Store, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, fmt.Errorf("find the migrations: %w", err)
	}
	db, err := database.Open(ctx, database.Config{URL: url, Migrations: files, Logger: logger})
	if err != nil {
		return nil, err
	}
	return &Store{db: db}, nil
}

// Close writes what waits and closes the database.
func (s *Store) Close() error { return s.db.Close() }

// Ping asks the database for a sign of life.
func (s *Store) Ping(ctx context.Context) error { return s.db.Ping(ctx) }

// Write runs a unit of work; see [shop.Store]. While the database is locked or
// its disk is full it returns a [shop.Unavailable] error.
func (s *Store) Write(ctx context.Context, unit func(ctx context.Context, l shop.Ledger) error) error {
	err := s.db.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		return unit(ctx, ledger{tx: tx, stored: map[shop.PaymentID]shop.Payment{}})
	})
	if errors.Is(err, database.ErrUnavailable) {
		return fmt.Errorf("%w (%w)", shop.Errorf(shop.Unavailable, "We cannot write anything down right now. Nothing was changed. Please try again in a moment."), err)
	}
	return err
}

// ledger implements [shop.Ledger] inside a unit of work.
type ledger struct {
	tx database.Tx
	// stored is each payment as the unit read or wrote it.
	stored map[shop.PaymentID]shop.Payment
}

// micros writes a time for a column; a zero time is NULL.
func micros(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: t.UnixMicro(), Valid: !t.IsZero()}
}

// timeOf reads what micros wrote.
func timeOf(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return time.UnixMicro(n.Int64).UTC()
}

// missing turns an empty result into the shop's own error.
func missing(err error, format string, args ...any) error {
	if errors.Is(err, sql.ErrNoRows) {
		return shop.Errorf(shop.NotFound, format, args...)
	}
	return err
}
