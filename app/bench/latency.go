package main

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	lanes = 32               // connections that share the rate
	grace = 20 * time.Second // after the last webhook; what is not shown then is lost
)

// plan is which page's payment takes a step when: all pages in turn, at the
// steady rate.
type plan struct {
	pages []*page
	first []int64     // version of each page's order before
	sent  []time.Time // by number; the n-th is for page n modulo their number
	acked []time.Time // when it was answered, which means on disk
}

func (p plan) page(n int) *page        { return p.pages[n%len(p.pages)] }
func (p plan) step(n int) int          { return n/len(p.pages) + 1 }
func (p plan) version(n int) int64     { return p.first[n%len(p.pages)] + int64(p.step(n)) }
func (p plan) due(n int) time.Duration { return time.Duration(n) * time.Second / rate }

// measureLatency sends each page its payment's webhooks and compares when each
// was sent with when it was shown.
func measureLatency(ctx context.Context, t *till, pages []*page, r *result) error {
	senders, err := dialAll(ctx, t.address, lanes)
	defer closeAll(senders)
	if err != nil {
		return err
	}
	all := len(pages) * steps
	p := plan{pages: pages, first: make([]int64, len(pages)), sent: make([]time.Time, all), acked: make([]time.Time, all)}
	for i, page := range pages {
		p.first[i] = page.latest()
	}
	started := time.Now()
	group, sending := errgroup.WithContext(ctx)
	for lane, c := range senders {
		group.Go(func() error { return p.send(sending, c, lane, started) })
	}
	if err := group.Wait(); err != nil {
		return fmt.Errorf("send webhooks at a steady rate: %w", err)
	}
	r.rate = float64(len(p.sent)) / time.Since(started).Seconds()
	return p.compare(ctx, r)
}

// send sends one lane's part.
func (p plan) send(ctx context.Context, c *client, lane int, started time.Time) error {
	for n := lane; n < len(p.sent); n += lanes {
		body, err := webhook(p.page(n).order.charge, p.step(n))
		if err != nil {
			return err
		}
		if err := pause(ctx, time.Until(started.Add(p.due(n)))); err != nil {
			return err
		}
		p.sent[n] = time.Now()
		if err := c.webhook(body); err != nil {
			return err
		}
		p.acked[n] = time.Now()
	}
	return nil
}

// compare waits for what is still to be shown, and counts what is not.
func (p plan) compare(ctx context.Context, r *result) error {
	patience, cancel := context.WithTimeout(ctx, grace)
	defer cancel()
	for n, at := range p.sent {
		r.acked = append(r.acked, p.acked[n].Sub(at))
		if _, err := p.page(n).wait(patience, p.version(n)-1); err != nil {
			r.lost++
			continue
		}
		r.latency = append(r.latency, p.page(n).shown(p.version(n)).Sub(at))
	}
	return ctx.Err()
}
