package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
)

// maxGroup bounds how many units share a commit, and so how long the first of
// them waits for the last.
const maxGroup = 256

// ErrClosed is returned for what is written after [DB.Close].
var ErrClosed = errors.New("database is closed")

// errBroken marks a failure after which the whole transaction is gone: on a
// full disk SQLite rolls it back by itself, savepoints and all, and going on
// would write the rest of the group outside of any transaction.
var errBroken = errors.New("the transaction is broken")

// unit is one piece of work that waits for the writer.
type unit struct {
	ctx  context.Context //nolint:containedctx // the unit runs on the writer's goroutine, under its caller's context
	run  func(ctx context.Context, tx Tx) error
	done chan error
}

// writer owns the one connection that writes. Whatever waits when a commit
// ends goes into the next one.
type writer struct {
	conn  *sql.Conn
	tx    *statements // on conn
	wrote func()      // called after a commit
	units chan *unit

	mu     sync.RWMutex // held for reading while sending, for writing to close
	closed bool
	idle   chan struct{}
}

func startWriter(ctx context.Context, db *sql.DB, wrote func()) (*writer, error) {
	conn, err := db.Conn(context.WithoutCancel(ctx))
	if err != nil {
		return nil, fmt.Errorf("take the writing connection: %w", err)
	}
	w := &writer{conn: conn, tx: newStatements(conn), wrote: wrote, units: make(chan *unit, maxGroup), idle: make(chan struct{})}
	go w.loop()
	return w, nil
}

func (w *writer) write(ctx context.Context, run func(context.Context, Tx) error) error {
	u := &unit{ctx: ctx, run: run, done: make(chan error, 1)}
	if err := w.send(ctx, u); err != nil {
		return err
	}
	// Not cut short by ctx: once taken, only the commit can say what happened.
	return passing(<-u.done)
}

func (w *writer) send(ctx context.Context, u *unit) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return ErrClosed
	}
	select {
	case w.units <- u:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for the database's writer: %w", ctx.Err())
	}
}

// stop takes no more units, works off those that wait, and returns.
func (w *writer) stop() {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.units)
	}
	w.mu.Unlock()
	<-w.idle
}

func (w *writer) loop() {
	defer close(w.idle)
	defer func() { _ = w.conn.Close() }() // the pool closes next and reports what matters
	defer w.tx.forget()
	group := make([]*unit, 0, maxGroup)
	for first := range w.units {
		group = append(group[:0], first)
		for len(group) < maxGroup {
			select {
			case u, ok := <-w.units:
				if !ok {
					w.commit(group)
					return
				}
				group = append(group, u)
				continue
			default:
			}
			break
		}
		w.commit(group)
	}
}

// commit runs the group in one transaction and answers each unit.
func (w *writer) commit(group []*unit) {
	ctx := context.Background() //nolint:contextcheck // the commit belongs to many callers, none may cancel it for the others
	if _, err := w.tx.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		answer(group, nil, fmt.Errorf("begin: %w", err))
		return
	}
	results := make([]error, len(group))
	for i, u := range group {
		results[i] = w.run(ctx, u)
		if errors.Is(results[i], errBroken) {
			_, _ = w.conn.ExecContext(ctx, "ROLLBACK") // usually rolled back already
			answer(group, nil, results[i])
			return
		}
	}
	if _, err := w.tx.ExecContext(ctx, "COMMIT"); err != nil {
		_, _ = w.conn.ExecContext(ctx, "ROLLBACK") // some failures have rolled back already
		answer(group, results, fmt.Errorf("commit: %w", err))
		return
	}
	w.wrote()
	answer(group, results, nil)
}

// run runs one unit in a savepoint, so that a failing one rolls back alone.
func (w *writer) run(ctx context.Context, u *unit) error {
	if err := u.ctx.Err(); err != nil {
		return fmt.Errorf("not written: %w", err)
	}
	if _, err := w.tx.ExecContext(ctx, "SAVEPOINT unit"); err != nil {
		return errors.Join(errBroken, err)
	}
	if err := protect(u, w.tx); err != nil {
		if _, undo := w.conn.ExecContext(ctx, "ROLLBACK TO unit; RELEASE unit"); undo != nil {
			return errors.Join(errBroken, err, undo)
		}
		return err
	}
	if _, err := w.tx.ExecContext(ctx, "RELEASE unit"); err != nil {
		return errors.Join(errBroken, err)
	}
	return nil
}

// protect turns a unit's panic into its error: the writer serves others too.
func protect(u *unit, tx Tx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("unit of work panicked: %v\n%s", r, debug.Stack())
		}
	}()
	return u.run(context.WithoutCancel(u.ctx), tx)
}

// answer tells each unit its own error, else the group's.
func answer(group []*unit, results []error, err error) {
	for i, u := range group {
		if results != nil && results[i] != nil {
			u.done <- results[i]
			continue
		}
		u.done <- err
	}
}
