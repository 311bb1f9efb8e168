// Package database opens Till's databases and writes to them: one writer that
// groups whatever waits into one commit, readers beside it, and the migrations.
// It knows no table.
//
// SQLite commits with synchronous=FULL, so what a returned [DB.Write] wrote
// survives a power cut. A commit costs an fsync; grouping shares it.
package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // registers the pure-Go driver, so that one static binary results
)

// Config says which database to open.
type Config struct {
	URL        string // "sqlite:PATH"
	Migrations fs.FS  // goose's .sql files, at its root
	Logger     *slog.Logger
}

// Queryer asks.
type Queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Tx asks and writes inside one unit of work.
type Tx interface {
	Queryer
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// DB is an open database. Close it when nothing writes any more.
type DB struct {
	readers *sql.DB
	read    *statements // on readers
	single  *sql.DB
	writer  *writer

	mover        *sql.DB
	checkpointer *checkpointer
}

const (
	scheme     = "sqlite:"
	maxReaders = 4
	// walPages is how many pages of 4 KB the log may have before the writer
	// itself clears it; the checkpointer leaves it little to do.
	walPages = 16000
)

// Open opens the database, makes its folder and file if they are absent, and
// brings its tables up to date.
func Open(ctx context.Context, cfg Config) (*DB, error) {
	path, ok := strings.CutPrefix(cfg.URL, scheme)
	if !ok || path == "" {
		return nil, fmt.Errorf("database URL %q: only sqlite:PATH is understood", redact(cfg.URL))
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the database's folder: %w", err)
	}
	single, err := connect(ctx, path, "rwc", 1)
	if err != nil {
		return nil, err
	}
	if err := migrate(ctx, single, cfg); err != nil {
		return nil, errors.Join(err, single.Close())
	}
	readers, err := connect(ctx, path, "ro", maxReaders)
	if err != nil {
		return nil, errors.Join(err, single.Close())
	}
	mover, err := connect(ctx, path, "rw", 1)
	if err != nil {
		return nil, errors.Join(err, single.Close(), readers.Close())
	}
	checkpointer := startCheckpointer(mover, cfg.Logger)
	w, err := startWriter(ctx, single, func() { checkpointer.written.Store(true) })
	if err != nil {
		checkpointer.stop()
		return nil, errors.Join(err, single.Close(), readers.Close(), mover.Close())
	}
	return &DB{
		readers: readers, read: newStatements(readers), single: single, writer: w,
		mover: mover, checkpointer: checkpointer,
	}, nil
}

// connect opens a pool of at most n connections to the file at path.
func connect(ctx context.Context, path, mode string, n int) (*sql.DB, error) {
	q := url.Values{"mode": {mode}, "_txlock": {"immediate"}, "_pragma": {
		"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)",
		"foreign_keys(ON)", "temp_store(MEMORY)", "cache_size(-16000)",
		fmt.Sprintf("wal_autocheckpoint(%d)", walPages),
	}}
	if mode == "ro" {
		q["_pragma"] = []string{"busy_timeout(5000)", "query_only(ON)", "temp_store(MEMORY)"}
	}
	dsn := (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String()
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", path, err), db.Close())
	}
	return db, nil
}

// migrate runs the migrations that have not run yet.
func migrate(ctx context.Context, db *sql.DB, cfg Config) error {
	p, err := goose.NewProvider(goose.DialectSQLite3, db, cfg.Migrations)
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	done, err := p.Up(ctx)
	if err != nil {
		return fmt.Errorf("bring the tables up to date: %w", err)
	}
	for _, m := range done {
		cfg.Logger.InfoContext(ctx, "migrated", "migration", m.Source.Path, "took", m.Duration)
	}
	return nil
}

// Read returns the readers. They see what was committed, nothing else.
func (db *DB) Read() Queryer { return db.read }

// Write runs unit in a savepoint of the one writer's next commit. When it
// returns nil, what unit wrote is on disk. When unit fails, its writes alone are
// undone; when the commit fails, all that waited for it get that error. unit
// may run a second time, asks only through its Tx, and must not wait for
// anything else: everybody who writes waits with it.
func (db *DB) Write(ctx context.Context, unit func(ctx context.Context, tx Tx) error) error {
	return db.writer.write(ctx, unit)
}

// Ping asks the database for a sign of life.
func (db *DB) Ping(ctx context.Context) error {
	var one int
	if err := db.readers.QueryRowContext(ctx, "SELECT 1").Scan(&one); err != nil {
		return fmt.Errorf("ping the database: %w", err)
	}
	return nil
}

// Close finishes what waits to be written and closes the file.
func (db *DB) Close() error {
	db.writer.stop()
	db.checkpointer.stop()
	db.read.forget()
	return errors.Join(db.mover.Close(), db.readers.Close(), db.single.Close())
}

// redact keeps a password in a URL out of errors and logs.
func redact(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return "(unreadable)"
	}
	return u.Redacted()
}
