package cli

import (
	"context"
	"errors"
	"time"

	"till/app/shop"
)

// counted is a gateway whose failed calls are counted.
type counted struct {
	shop.Gateway
	m metrics
}

// countedRefunds is one whose provider lists what was sent back.
type countedRefunds struct {
	counted

	lister shop.RefundLister
}

// newCounted counts the failed calls of a gateway.
func newCounted(g shop.Gateway, m metrics) shop.Gateway {
	c := counted{Gateway: g, m: m}
	if lister, ok := g.(shop.RefundLister); ok {
		return countedRefunds{counted: c, lister: lister}
	}
	return c
}

// note counts a failure by its kind. A caller who lost patience is no failure
// of the provider.
func (g counted) note(err error) {
	if err == nil || errors.Is(err, context.Canceled) {
		return
	}
	var e *shop.ProviderError
	if errors.As(err, &e) && !e.NotFound {
		g.m.provider.WithLabelValues(string(e.Problem)).Inc()
	}
}

// Open implements [shop.Gateway].
func (g counted) Open(ctx context.Context, req shop.OpenRequest) (shop.Evidence, error) {
	ev, err := g.Gateway.Open(ctx, req)
	g.note(err)
	return ev, err
}

// Find implements [shop.Gateway].
func (g counted) Find(ctx context.Context, ref shop.Ref) (shop.Evidence, error) {
	ev, err := g.Gateway.Find(ctx, ref)
	g.note(err)
	return ev, err
}

// List implements [shop.Gateway].
func (g counted) List(ctx context.Context, since time.Time) (shop.Listed, error) {
	all, err := g.Gateway.List(ctx, since)
	g.note(err)
	return all, err
}

// ListRefunded implements [shop.RefundLister].
func (g countedRefunds) ListRefunded(ctx context.Context, since time.Time) (shop.Listed, error) {
	all, err := g.lister.ListRefunded(ctx, since)
	g.note(err)
	return all, err
}

// Cancel implements [shop.Gateway].
func (g counted) Cancel(ctx context.Context, ref shop.Ref) (shop.Evidence, error) {
	ev, err := g.Gateway.Cancel(ctx, ref)
	g.note(err)
	return ev, err
}

// FindCheckout implements [shop.Gateway].
func (g counted) FindCheckout(ctx context.Context, id string) (shop.Checkout, error) {
	found, err := g.Gateway.FindCheckout(ctx, id)
	g.note(err)
	return found, err
}
