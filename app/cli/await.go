package cli

import (
	"context"
	"time"
)

const (
	// lookEvery is how often a command looks what became of the work it left.
	lookEvery = 100 * time.Millisecond
	// sign is how long it waits for a sign that a till is running, which finds
	// the work within a second unless its machine is very busy, and asks about
	// one payment every five seconds at most.
	sign = 7 * time.Second
	// stay is how long it waits for the end of work that has begun.
	stay = 15 * time.Second
)

// outcome is what became of the work a command left in the store.
type outcome int

const (
	allDone  outcome = iota
	someDone         // a till is at it
	noneDone         // nobody took it up
)

// await watches how much work is left, of all, until none is, nobody takes it
// up, or it takes long.
func await(ctx context.Context, all int, left func(context.Context) (int, error)) (outcome, error) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	began := time.Now()
	for {
		n, err := left(ctx)
		waited := time.Since(began)
		switch {
		case err != nil:
			return noneDone, err
		case n == 0:
			return allDone, nil
		case n == all && waited > sign:
			return noneDone, nil
		case waited > stay:
			return someDone, nil
		}
		select {
		case <-ctx.Done():
			return noneDone, ctx.Err()
		case <-tick.C:
		}
	}
}
