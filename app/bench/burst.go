package main

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"till/app/coinbase/commerce"
)

// measureBurst sends webhooks of foreign charges as fast as they are answered.
// The till works them off at the same time.
func measureBurst(ctx context.Context, t *till, r *result) error {
	senders, err := dialAll(ctx, t.address, clients)
	defer closeAll(senders)
	if err != nil {
		return err
	}
	var mu sync.Mutex
	started := time.Now()
	group, ctx := errgroup.WithContext(ctx)
	for i, c := range senders {
		group.Go(func() error {
			took, err := fire(ctx, c, i, started.Add(burst))
			mu.Lock()
			defer mu.Unlock()
			r.answers = append(r.answers, took...)
			return err
		})
	}
	err = group.Wait()
	r.accepted = float64(len(r.answers)) / time.Since(started).Seconds()
	return err
}

// fire sends one webhook after the other until the end, each with an id of its
// own written over the last one's.
func fire(ctx context.Context, c *client, n int, end time.Time) ([]time.Duration, error) {
	price := commerce.CreateCharge{LocalPrice: &commerce.Money{Amount: "4.50", Currency: "USD"}}
	body, err := webhook(newCharge(sockets+n, price), steps)
	if err != nil {
		return nil, err
	}
	id := fmt.Appendf(nil, "-%010d", steps)
	at := bytes.Index(body, id)
	var took []time.Duration
	for time.Now().Before(end) && ctx.Err() == nil {
		copy(body[at:], fmt.Appendf(id[:0], "-%010d", steps+1+len(took)))
		started := time.Now()
		if err := c.webhook(body); err != nil {
			return took, err
		}
		took = append(took, time.Since(started))
	}
	return took, ctx.Err()
}
