package shop

import (
	"context"
	"errors"
	"time"
)

// heard is a gateway that tells the pace how each call went: a buyer's call
// shows as well as a question how the provider is.
type heard struct {
	Gateway

	pace *pace
	now  func() time.Time
}

// Open is [Gateway.Open].
func (g heard) Open(ctx context.Context, req OpenRequest) (Evidence, error) {
	began := g.now()
	ev, err := g.Gateway.Open(ctx, req)
	g.pace.overheard(began, g.now(), err)
	return ev, err
}

// Find is [Gateway.Find].
func (g heard) Find(ctx context.Context, ref Ref) (Evidence, error) {
	began := g.now()
	ev, err := g.Gateway.Find(ctx, ref)
	g.question(ctx, began, err)
	return ev, err
}

// List is [Gateway.List].
func (g heard) List(ctx context.Context, since time.Time) (Listed, error) {
	began := g.now()
	all, err := g.Gateway.List(ctx, since)
	g.question(ctx, began, err)
	return all, err
}

// heardRefunds is heard where the provider lists what was sent back.
type heardRefunds struct {
	heard

	lister RefundLister
}

// ListRefunded is [RefundLister.ListRefunded].
func (g heardRefunds) ListRefunded(ctx context.Context, since time.Time) (Listed, error) {
	began := g.now()
	all, err := g.lister.ListRefunded(ctx, since)
	g.question(ctx, began, err)
	return all, err
}

// fairTime is how long a provider may take to answer.
const fairTime = 8 * time.Second

// question tells how a question went. That our own time ran out says nothing of
// a provider that had little of it, or that answered page by page.
func (g heard) question(ctx context.Context, began time.Time, err error) {
	now := g.now()
	var failure *ProviderError
	answering := errors.As(err, &failure) && failure.Pages > 0
	if ctx.Err() != nil && (answering || now.Sub(began) < fairTime) {
		return
	}
	g.pace.heard(began, now, err)
}

// Cancel is [Gateway.Cancel].
func (g heard) Cancel(ctx context.Context, ref Ref) (Evidence, error) {
	began := g.now()
	ev, err := g.Gateway.Cancel(ctx, ref)
	g.pace.overheard(began, g.now(), err)
	return ev, err
}
