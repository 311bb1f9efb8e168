package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"till/app/shop"
	"till/app/store"
)

func (p *program) reconcileCommand() *cobra.Command {
	var once bool
	c := run("reconcile", "Have Coinbase asked about every open payment",
		"Make every payment that Coinbase may still change due to be asked about, and wait a little for what comes of it.\n"+
			"It is the running till that asks, within [coinbase] calls_per_minute; without one it asks at its next start.\nA running till asks by itself, ever more rarely the older a payment is.\n"+
			"Of payments at Coinbase Business that were made in the last 30 days, the command also asks which were refunded, and\n"+
			"makes those due that this shop has not heard of. A running till does so by itself every hour.",
		func(ctx context.Context) error {
			if !once {
				return errors.New("a running till asks by itself; `till reconcile --once` has it ask about all open payments now")
			}
			return p.withStore(ctx, func(s *store.Store) error { return p.reconcile(ctx, s) })
		})
	c.Flags().BoolVar(&once, "once", false, "ask about all open payments now")
	return c
}

func (p *program) reconcile(ctx context.Context, s *store.Store) error {
	now := p.host.Now()
	refunded, err := p.recall(ctx, s)
	if err != nil {
		return err
	}
	all, err := s.AskAll(ctx, now)
	if err != nil {
		return err
	}
	all = max(all, refunded) // the running till may have been quick
	if all == 0 {
		_, err := fmt.Fprintln(p.stdout, "No payment is open: there is nothing to ask about.")
		return err
	}
	if _, err := fmt.Fprintf(p.stdout, "%s due to be asked about.\n", count(all, "payment is", "payments are")); err != nil {
		return err
	}
	var left, changed int
	end, err := await(ctx, all, func(ctx context.Context) (int, error) {
		left, changed, err = s.CountAsked(ctx, now)
		return left, err
	})
	if err != nil {
		return err
	}
	switch end {
	case noneDone:
		_, err = fmt.Fprintln(p.stdout, "Nobody took them up: no till is running on this store, or Coinbase does not answer it. They are asked about as soon as both are there.")
	case someDone:
		_, err = fmt.Fprintf(p.stdout, "%d had their turn so far; the running till goes on with %d. %s since.\n",
			all-left, left, count(changed, "order has changed", "orders have changed"))
	default:
		_, err = fmt.Fprintf(p.stdout, "All had their turn. %s since. What Coinbase did not answer is asked about again; the till's log tells of it.\n", count(changed, "order has changed", "orders have changed"))
	}
	return err
}

// recall makes the payments due that were refunded without our having heard of
// it, and returns how many those are. Where Coinbase does not tell, all else is
// asked about nevertheless.
func (p *program) recall(ctx context.Context, s *store.Store) (int, error) {
	cfg, err := p.load()
	if err != nil {
		return 0, err
	}
	api := businessAt(cfg, elsewhere(cfg))
	gateways, err := p.refunders(cfg, api)
	if err != nil {
		return 0, err
	}
	desk := shop.NewRefunds(shop.RefundsConfig{Store: s, Gateways: gateways, Now: p.host.Now, Random: p.host.Random})
	refunded, err := desk.Recall(ctx)
	var failure *shop.ProviderError
	switch {
	case ctx.Err() != nil:
		return 0, ctx.Err()
	case err != nil && !errors.As(err, &failure): // the store's
		return 0, err
	case err != nil:
		_, err = fmt.Fprintf(p.stdout, "Which payments were refunded is not known: %s\nA running till asks for them every hour.\n", explainBusinessCall(cfg, api.base, err))
	case refunded > 0:
		_, err = fmt.Fprintf(p.stdout, "%s refunded, and this shop has not heard of it.\n", count(refunded, "payment was", "payments were"))
	}
	return refunded, err
}

// count writes a number and what it counts.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
