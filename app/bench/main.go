// Command bench measures a whole till from outside, over loopback: what an
// idle socket costs, how soon after its webhook a waiting page hears of it,
// and how many webhooks a second are on disk and answered. The till runs in a
// process of its own, so that its memory is its alone; the load comes from
// this one and shares the machine's cores. It ends by itself.
//
// With -slow it measures instead what honest visitors feel while slowhttptest
// holds a thousand connections, and fails if that is too much.
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"till/app/cli"
)

const (
	sockets = 10_000 // idle, each on an order of its own
	watched = 625    // of which get webhooks
	steps   = 8      // webhooks of one payment, from detected to confirmed
	rate    = 500    // webhooks a second, sent to watched orders
	clients = 64     // connections that send as fast as they are answered
	burst   = 5 * time.Second
	limit   = 4 * time.Minute // for everything
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	slow := slices.Equal(os.Args[1:], []string{"-slow"})
	if len(os.Args) > 1 && !slow { // the child: this program is the till, too
		host := cli.Host{Now: time.Now, Random: rand.Reader}
		os.Exit(cli.Run(ctx, host, os.Args[1:], os.Environ(), os.Stdin, os.Stdout, os.Stderr))
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	measureAll := run
	if slow {
		measureAll = runSlow
	}
	err := measureAll(ctx, os.Stdout)
	cancel()
	stop()
	if err != nil {
		fmt.Fprintf(os.Stderr, "bench: %v\n", err)
		os.Exit(1)
	}
}

// run measures everything.
func run(ctx context.Context, to io.Writer) error {
	if err := checkFiles(); err != nil {
		return err
	}
	return inFolder(ctx, func(dir string, pretend *provider) error {
		if _, err := fmt.Fprintln(to, machine()); err != nil {
			return fmt.Errorf("print: %w", err)
		}
		orders, err := makeOrders(ctx, dir, pretend)
		if err != nil {
			return err
		}
		r, err := measure(ctx, dir, orders)
		if err != nil {
			return err
		}
		return r.print(to)
	})
}

// inFolder measures with a till's configuration in a folder that is removed
// afterwards, and with a provider to ask.
func inFolder(ctx context.Context, do func(dir string, pretend *provider) error) error {
	dir, err := os.MkdirTemp("", "till-bench-")
	if err != nil {
		return fmt.Errorf("make a folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }() // what stays is in the system's temporary folder
	pretend, err := startProvider(ctx)
	if err != nil {
		return err
	}
	defer pretend.stop()
	if err := writeConfig(dir, pretend.url); err != nil {
		return err
	}
	return do(dir, pretend)
}

// makeOrders buys on a till that is stopped afterwards: the one to be measured
// shall not carry the garbage of ten thousand purchases.
func makeOrders(ctx context.Context, dir string, pretend *provider) ([]order, error) {
	t, err := startTill(ctx, dir)
	if err != nil {
		return nil, err
	}
	orders, err := buy(ctx, t, pretend, sockets)
	return orders, t.stop(err)
}

// measure opens the sockets, sends webhooks to some of their orders, and then
// as many as it can.
func measure(ctx context.Context, dir string, orders []order) (r result, err error) {
	t, err := startTill(ctx, dir)
	if err != nil {
		return r, err
	}
	defer func() { err = t.stop(err) }()
	pages, err := measureMemory(ctx, t, orders, &r)
	defer closeAll(pages)
	if err != nil {
		return r, err
	}
	if err := measureLatency(ctx, t, pages[:watched], &r); err != nil {
		return r, err
	}
	return r, measureBurst(ctx, t, &r)
}
