package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// ErrClaimed is returned by [Claim] for a database that somebody else has.
var ErrClaimed = errors.New("the database is in use by another program")

// Claim keeps a database for the caller alone, as far as others claim it, too:
// until release, or the end of the process, however it ends. What is locked is
// a file of its own beside the database, so that readers are not in the way.
func Claim(ctx context.Context, rawURL string) (release func() error, err error) {
	path, ok := strings.CutPrefix(rawURL, scheme)
	if !ok || path == "" {
		return nil, fmt.Errorf("database URL %q: only sqlite:PATH is understood", redact(rawURL))
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the database's folder: %w", err)
	}
	dsn := (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path + ".lock"}).EscapedPath(), RawQuery: "mode=rwc"}).String()
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, fmt.Errorf("claim %s: %w", path, err)
	}
	conn, err := db.Conn(ctx)
	if err == nil {
		_, err = conn.ExecContext(ctx, "BEGIN EXCLUSIVE")
	}
	if err == nil {
		return func() error { return errors.Join(conn.Close(), db.Close()) }, nil
	}
	if failure := new(sqlite.Error); errors.As(err, &failure) && failure.Code()&0xff == sqlite3.SQLITE_BUSY {
		err = ErrClaimed
	}
	return nil, errors.Join(fmt.Errorf("claim %s: %w", path, err), db.Close())
}
