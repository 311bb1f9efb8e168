package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"sync"
	"time"

	_ "modernc.org/sqlite" // to hold a lock on the shop's database from outside
)

// crowd are goroutines that end together.
type crowd struct {
	ctx  context.Context //nolint:containedctx // what joins later ends with the others
	wait sync.WaitGroup
}

func (c *crowd) join(do func(context.Context)) { c.wait.Go(func() { do(c.ctx) }) }

// storm lets the faults of a plan loose.
type storm struct {
	shop, provider *process
	box            *box
	database       string   // the shop's file
	after          []string // the shop's environment once it has moved
	moved          error    // why it has not
	log            io.Writer
	mu             sync.Mutex // guards log
	done, undone   *tally
	began          time.Time
}

// rage does all faults, each at its time, and returns when the last is over.
func (s *storm) rage(ctx context.Context, faults []fault) {
	var all sync.WaitGroup
	s.began = time.Now()
	for _, f := range faults {
		all.Go(func() {
			if pause(ctx, f.At) != nil {
				return
			}
			s.tell(f, "begins", nil)
			err := s.strike(ctx, f)
			s.tell(f, "is over", err)
			if err != nil {
				s.undone.add(string(f.Kind))
				return
			}
			s.done.add(string(f.Kind))
		})
	}
	all.Wait()
}

func (s *storm) tell(f fault, what string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, _ = fmt.Fprintf(s.log, "%6.2fs %s %s, for %s %+v %s: %v\n", // evidence for people; the ledger counts by itself
		time.Since(s.began).Seconds(), f.Kind, what, f.For, f.Trouble, f.Leap, err)
}

func (s *storm) strike(ctx context.Context, f fault) error {
	switch f.Kind {
	case faultKill:
		return s.try(ctx, func() error { return s.shop.kill(f.For) })
	case faultKillBox:
		return s.try(ctx, func() error { return s.provider.kill(f.For) })
	case faultLock, faultLongLock:
		return s.lock(ctx, f.For)
	case faultFull:
		return s.fill(ctx, f.For)
	case faultMove:
		s.moved = s.move(ctx, f.Trouble)
		return s.moved
	case faultClock:
		return s.try(ctx, func() error { return s.box.advance(ctx, f.Leap) })
	default:
		return s.trouble(ctx, f)
	}
}

// lock holds the shop's database for a while, as a backup or a person might.
func (s *storm) lock(ctx context.Context, while time.Duration) error {
	db, err := sql.Open("sqlite", "file:"+s.database+"?mode=rw&_pragma=busy_timeout(3000)")
	if err != nil {
		return fmt.Errorf("open the shop's database: %w", err)
	}
	defer func() { _ = db.Close() }() // nothing was written
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("open the shop's database: %w", err)
	}
	defer func() { _ = conn.Close() }() // gives up the lock, too
	if _, err := conn.ExecContext(ctx, "BEGIN EXCLUSIVE"); err != nil {
		return fmt.Errorf("lock the shop's database: %w", err)
	}
	_ = pause(ctx, while) // the lock goes in any case
	_, err = conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
	return err
}

// fill takes the shop's space away for a while. A restart gives it back early.
func (s *storm) fill(ctx context.Context, while time.Duration) error {
	const almostNothing = 4096
	if err := s.try(ctx, func() error { return s.shop.squeeze(almostNothing) }); err != nil {
		return err
	}
	_ = pause(ctx, while)         // the space comes back in any case
	_ = s.shop.squeeze(unlimited) // one that was killed has it back
	return nil
}

// trouble makes the provider misbehave for a while.
func (s *storm) trouble(ctx context.Context, f fault) error {
	var id string
	err := s.try(ctx, func() (err error) {
		id, err = s.box.bring(ctx, f.Trouble)
		return err
	})
	if err != nil {
		return err
	}
	_ = pause(ctx, f.For)   // all troubles go when the calm begins
	_ = s.box.take(ctx, id) // the provider may be down, or have counted it down
	return nil
}

// try does what cannot be done while a process is down, which is over soon.
func (s *storm) try(ctx context.Context, do func() error) error {
	const tries = 10
	var err error
	for range tries {
		if err = do(); err == nil || isRefusal(err) {
			return err
		}
		if pause(ctx, again) != nil {
			break
		}
	}
	return err
}
