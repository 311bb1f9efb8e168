package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"strconv"
	"text/tabwriter"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	strangers = 1000                   // connections that send drop by drop
	lasting   = 20                     // seconds they go on, if they are let
	honest    = 4                      // visitors beside them
	aimBeside = 100 * time.Millisecond // for 99 of a hundred honest requests
)

// attack is a way to be slow, as slowhttptest does it.
type attack struct {
	name string
	args []string // nil: nobody is slow
}

func attacks() []attack {
	return []attack{
		{"in quiet", nil},
		{"beside slow headers", []string{"-H"}},
		{"beside slow bodies", []string{"-B", "-t", "POST"}},
	}
}

// runSlow lets slowhttptest hold a till's connections in each way, while honest
// visitors look at a product and buy it, each time over a new connection.
func runSlow(ctx context.Context, to io.Writer) error {
	tool, err := exec.LookPath("slowhttptest")
	if err != nil {
		return fmt.Errorf("%w; on Debian, apt-get install slowhttptest", err)
	}
	return inFolder(ctx, func(dir string, _ *provider) error {
		t, err := startTill(ctx, dir)
		if err != nil {
			return err
		}
		missed, err := t.bearAll(ctx, tool, to)
		return errors.Join(t.stop(err), missed)
	})
}

// bearAll measures each attack, and says in an error of its own which aims are
// missed.
func (t *till) bearAll(ctx context.Context, tool string, to io.Writer) (missed, err error) {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintf(w, "%s\n\tp50\tp99\tmax\trequests\taim for p99\n", machine()) // Flush tells
	for _, a := range attacks() {
		took, err := t.bear(ctx, tool, a)
		if err != nil {
			return missed, fmt.Errorf("%s: %w", a.name, err)
		}
		most := share(0.99, took)
		_, _ = fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%s\n", a.name, ms(share(0.5, took)), ms(most), ms(share(1, took)), len(took),
			verdict("<= 100 ms", most <= aimBeside))
		if most > aimBeside {
			missed = errors.Join(missed, fmt.Errorf("%s, 99 of a hundred requests took up to %s", a.name, ms(most)))
		}
	}
	return missed, w.Flush()
}

// bear returns how long each honest request took during an attack.
func (t *till) bear(ctx context.Context, tool string, a attack) ([]time.Duration, error) {
	during, end := context.WithCancel(ctx)
	defer end()
	took := make([][]time.Duration, honest)
	visitors, visiting := errgroup.WithContext(ctx)
	for i := range took {
		visitors.Go(func() (err error) {
			for n := 0; during.Err() == nil && err == nil; n++ {
				began := time.Now()
				err = t.visit(visiting, n)
				took[i] = append(took[i], time.Since(began))
				_ = pause(during, 10*time.Millisecond) // cut short, it is the end
			}
			return err
		})
	}
	err := t.suffer(visiting, tool, a)
	end()
	err = errors.Join(visitors.Wait(), err)
	var all []time.Duration
	for _, some := range took {
		all = append(all, some...)
	}
	return all, err
}

// visit is one honest request over a connection of its own: each fourth buys.
func (t *till) visit(ctx context.Context, n int) error {
	c, err := dial(ctx, t.address)
	if err != nil {
		return err
	}
	defer c.close()
	if n%4 == 3 {
		_, err = c.order()
		return err
	}
	return c.product()
}

// suffer attacks until all strangers are gone, or their time is over.
func (t *till) suffer(ctx context.Context, tool string, a attack) error {
	if a.args == nil {
		return pause(ctx, lasting/2*time.Second)
	}
	args := append([]string{
		"-c", strconv.Itoa(strangers), "-r", strconv.Itoa(strangers / 2), "-i", "2", "-x", "8",
		"-l", strconv.Itoa(lasting), "-u", "http://" + t.address + "/orders",
	}, a.args...)
	out, err := exec.CommandContext(ctx, tool, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("slowhttptest: %w\n%s", err, out)
	}
	if n := connected(string(out)); n < strangers*9/10 {
		return fmt.Errorf("only %d of %d slow connections came about, so nothing is proved:\n%s", n, strangers, out)
	}
	return nil
}

// connected returns how many connections slowhttptest held at once, at most. It
// tells every few seconds, in color.
func connected(out string) int {
	most := 0
	for _, m := range regexp.MustCompile(`connected:\s+(?:\x1b\[[\d;]*m)?\s*(\d+)`).FindAllStringSubmatch(out, -1) {
		if n, err := strconv.Atoi(m[1]); err == nil {
			most = max(most, n)
		}
	}
	return most
}
