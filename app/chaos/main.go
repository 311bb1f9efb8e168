// Command chaos torments a real till from outside: buyers by the hundred, and a
// storm that kills the shop and its provider, locks the database, takes its
// space, troubles webhooks and calls, and moves the provider's clock. Then comes
// a calm, and the shop is held against the provider's truth: nothing may be
// lost, invented or paid twice, and no page may be left wrong. The storm is a
// function of its seed; when exactly it meets the till is not.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

// settings are the flags.
type settings struct {
	till     string
	provider provider
	seed     uint64
	seeds    int
	length   time.Duration
	payments int
}

func main() {
	var s settings
	flag.StringVar(&s.till, "till", "bin/till", "the program to torment")
	flag.StringVar((*string)(&s.provider), "provider", string(providerCommerce), "commerce, or business: a shop that moves there in the storm")
	flag.Uint64Var(&s.seed, "seed", 1, "the storm to begin with")
	flag.IntVar(&s.seeds, "seeds", 0, "how many storms, one after another; 0 is one, told at length")
	flag.DurationVar(&s.length, "time", unit, "how long a storm lasts")
	flag.IntVar(&s.payments, "payments", 1000, "how many people buy in a storm")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := s.run(ctx, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "chaos: %v\n", err)
		os.Exit(1)
	}
}

// errBroken is a storm that broke a promise.
var errBroken = errors.New("a promise was broken")

func (s settings) run(ctx context.Context, out io.Writer) error {
	if err := s.provider.check(); err != nil {
		return err
	}
	till, err := filepath.Abs(s.till)
	if err != nil {
		return fmt.Errorf("find the till: %w", err)
	}
	if _, err := os.Stat(till); err != nil {
		return fmt.Errorf("%w: build it with make build", err)
	}
	if s.seeds == 0 {
		return s.storm(ctx, out, till, s.seed, func(l *ledger) error { return l.print(out) })
	}
	if err := printLine(out, summaryHead); err != nil {
		return err
	}
	for n := range uint64(s.seeds) {
		err := s.storm(ctx, out, till, s.seed+n, func(l *ledger) error {
			return errors.Join(printLine(out, l.summary()), l.printEvidence(out))
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// storm runs one and has its ledger told. Its folder stays when something is
// wrong.
func (s settings) storm(ctx context.Context, out io.Writer, till string, seed uint64, tell func(*ledger) error) error {
	dir, err := os.MkdirTemp("", "till-chaos-")
	if err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	l, err := run(ctx, till, dir, newPlan(s.provider, seed, s.length, s.payments))
	if err == nil {
		err = tell(l)
	}
	if err == nil && len(l.wrongs) == 0 {
		return os.RemoveAll(dir)
	}
	if err == nil {
		err = errBroken
	}
	_, _ = fmt.Fprintf(out, "\nDatabases and logs: %s\nOnce more: make chaos PROVIDER=%s SEED=%d TIME=%s PAYMENTS=%d\n", dir, s.provider, seed, s.length, s.payments) // err tells
	return err
}
