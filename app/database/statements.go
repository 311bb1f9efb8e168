package database

import (
	"context"
	"database/sql"
	"sync"
)

// maxStatements bounds the compiled statements. A program has a few dozen; one
// that writes values into its SQL fills the room and then gains nothing.
const maxStatements = 256

// preparer is a connection or a pool of them.
type preparer interface {
	Tx
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

// statements compiles each statement once for each connection, which costs as
// much as running it. On a single connection an answer is to be read to its end
// before the same question is asked again.
type statements struct {
	on preparer

	mu       sync.Mutex
	compiled map[string]*sql.Stmt
}

func newStatements(on preparer) *statements {
	return &statements{on: on, compiled: map[string]*sql.Stmt{}}
}

// ExecContext implements [Tx].
func (s *statements) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if stmt := s.find(ctx, query); stmt != nil {
		return stmt.ExecContext(ctx, args...)
	}
	return s.on.ExecContext(ctx, query, args...)
}

// QueryContext implements [Queryer].
func (s *statements) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if stmt := s.find(ctx, query); stmt != nil {
		return stmt.QueryContext(ctx, args...)
	}
	return s.on.QueryContext(ctx, query, args...)
}

// QueryRowContext implements [Queryer].
func (s *statements) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	if stmt := s.find(ctx, query); stmt != nil {
		return stmt.QueryRowContext(ctx, args...)
	}
	return s.on.QueryRowContext(ctx, query, args...)
}

// find returns the compiled statement. It returns nil when there is no room for
// it, or when it does not compile: run as it is, it fails in its own words.
func (s *statements) find(ctx context.Context, query string) *sql.Stmt {
	s.mu.Lock()
	defer s.mu.Unlock()
	if stmt, ok := s.compiled[query]; ok {
		return stmt
	}
	if len(s.compiled) >= maxStatements {
		return nil
	}
	stmt, err := s.on.PrepareContext(ctx, query)
	if err != nil {
		return nil
	}
	s.compiled[query] = stmt
	return stmt
}

// forget frees the statements.
func (s *statements) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, stmt := range s.compiled {
		_ = stmt.Close() // the connection's end frees what this does not
	}
	clear(s.compiled)
}
