package main

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"till/app/coinbase/commerce"
)

// order is one order of the shop and its charge.
type order struct {
	path   string // /orders/{id}
	charge commerce.Charge
}

// buy makes n orders, from several buyers at once.
func buy(ctx context.Context, t *till, pretend *provider, n int) ([]order, error) {
	const buyers = 32
	orders := make([]order, n)
	next := atomic.Int64{}
	group, ctx := errgroup.WithContext(ctx)
	for range buyers {
		group.Go(func() error {
			c, err := dial(ctx, t.address)
			if err != nil {
				return err
			}
			defer c.close()
			for i := next.Add(1) - 1; i < int64(n) && ctx.Err() == nil; i = next.Add(1) - 1 {
				if orders[i], err = buyOne(c, pretend); err != nil {
					return err
				}
			}
			return ctx.Err()
		})
	}
	return orders, group.Wait()
}

func buyOne(c *client, pretend *provider) (order, error) {
	path, err := c.order()
	if err != nil {
		return order{}, err
	}
	charge, ok := pretend.of(strings.TrimPrefix(path, "/orders/"))
	if !ok {
		return order{}, fmt.Errorf("the till asked for no charge for %q", path)
	}
	return order{path: path, charge: charge}, nil
}
