package sandbox

import (
	"context"
	"errors"
	"time"

	"till/app/database"
	"till/app/sandbox/ledger"
)

const (
	tooFar = 10 * 365 * 24 * time.Hour // that the clock can be ahead in all, and more than any setting needs
	stride = time.Second               // of business time: what is due within it is one step

	hurry  = 10 * time.Second     // of real time, for the whole way; what is left of it then is one leap
	linger = 2 * time.Second      // of real time at one step, for answers to its webhooks
	look   = 2 * time.Millisecond // of real time between two looks for them
)

// advance moves the business time forward by a duration, written as "61m". On
// the way it stops wherever something is due, so that charges change and
// webhooks are tried again as often as if so long had passed. It returns a
// [*problem] for what is no duration forward.
func (s *Sandbox) advance(ctx context.Context, by string) error {
	s.moving.Lock()
	defer s.moving.Unlock()
	goal, err := s.goal(by)
	if err != nil {
		return err
	}
	err = s.db.Write(ctx, func(ctx context.Context, tx database.Tx) error {
		return saveNumber(ctx, tx, settingOffset, goal.Microseconds())
	})
	if err != nil {
		return err
	}
	err = s.walk(ctx, goal)
	s.clock.SetOffset(goal)
	return errors.Join(err, s.catchUp(ctx))
}

// goal is the clock's offset when it has moved. s.moving is held.
func (s *Sandbox) goal(by string) (time.Duration, error) {
	offset := s.clock.Offset()
	d, err := time.ParseDuration(by)
	if err != nil || d < 0 || d > tooFar-offset { // a sum could overflow
		return 0, invalid(`Forward by a duration such as "90s", "61m" or "72h", ten years in all at most.`)
	}
	return offset + d, nil
}

// walk moves the clock from one thing that is due to the next, as long as they
// are before goal. s.moving is held.
func (s *Sandbox) walk(ctx context.Context, goal time.Duration) error {
	var before time.Time
	for begun := time.Now(); time.Since(begun) < hurry; {
		now := s.clock.Now()
		if err := s.linger(ctx, before, now); err != nil {
			return err
		}
		before = now
		next, err := s.nextDue(ctx, now)
		if err != nil || next.IsZero() {
			return err
		}
		offset := s.clock.Offset()
		step := max(offset, offset+next.Sub(s.clock.Now())+stride)
		if step >= goal {
			return nil
		}
		s.clock.SetOffset(step)
		if err := s.catchUp(ctx); err != nil {
			return err
		}
	}
	return nil
}

// nextDue is when something is next to happen after a time, zero for never.
func (s *Sandbox) nextDue(ctx context.Context, after time.Time) (time.Time, error) {
	charge, err := ledger.NextDue(ctx, s.db.Read())
	if err != nil {
		return time.Time{}, err
	}
	webhook, err := s.queue.Next(ctx, after)
	if charge.IsZero() || (!webhook.IsZero() && webhook.Before(charge)) {
		return webhook, err
	}
	return charge, err
}

// linger waits until the webhooks that were due between after and now have been
// tried; those that hang are not waited for long, and only once.
func (s *Sandbox) linger(ctx context.Context, after, now time.Time) error {
	over := time.NewTimer(linger)
	defer over.Stop()
	pause := time.NewTicker(look)
	defer pause.Stop()
	for {
		next, err := s.queue.Next(ctx, after)
		if err != nil || next.IsZero() || next.After(now) {
			return err
		}
		select {
		case <-pause.C:
		case <-over.C:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
