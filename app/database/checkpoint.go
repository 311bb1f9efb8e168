package database

import (
	"context"
	"database/sql"
	"log/slog"
	"sync/atomic"
	"time"
)

// checkpointEvery is how often what was committed is moved from the log into
// the database file.
const checkpointEvery = time.Second

// checkpointer moves commits from SQLite's write-ahead log to their place in
// the file. Done by the writer, as SQLite does by itself, this makes everybody
// who writes wait for many pages and two fsyncs, several times a second; beside
// the writer nobody waits. What is in the log is on disk already.
type checkpointer struct {
	db      *sql.DB
	log     *slog.Logger
	written atomic.Bool // something was committed since the last time
	quit    context.CancelFunc
	done    chan struct{}
}

func startCheckpointer(db *sql.DB, log *slog.Logger) *checkpointer {
	ctx, quit := context.WithCancel(context.Background())
	c := &checkpointer{db: db, log: log, quit: quit, done: make(chan struct{})}
	go c.loop(ctx)
	return c
}

func (c *checkpointer) loop(ctx context.Context) {
	defer close(c.done)
	tick := time.NewTicker(checkpointEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			c.once(ctx)
		}
	}
}

// once moves what it can without waiting for anybody. What it leaves, the next
// time moves; a log that grows nevertheless is the writer's, see walPages.
func (c *checkpointer) once(ctx context.Context) {
	if !c.written.Swap(false) {
		return
	}
	if _, err := c.db.ExecContext(context.WithoutCancel(ctx), "PRAGMA wal_checkpoint(PASSIVE)"); err != nil {
		c.written.Store(true)
		c.log.WarnContext(ctx, "moving commits into the database file failed; they are safe in its log", "error", err)
	}
}

// stop returns when nothing is being moved any more.
func (c *checkpointer) stop() {
	c.quit()
	<-c.done
}
