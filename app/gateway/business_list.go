package gateway

import (
	"context"
	"time"

	"till/app/coinbase/business"
	"till/app/shop"
)

// List returns every checkout made since then, and perhaps a few that are a
// little older. What it cannot read whole it does not return: whoever takes a
// checkout for missing must be able to rely on the list.
func (g *Business) List(ctx context.Context, since time.Time) (shop.Listed, error) {
	return g.list(ctx, since)
}

// ListRefunded is [Business.List] of those that were sent back, in full or in
// part. A refund that is on its way, or has failed, need not show in a status.
func (g *Business) ListRefunded(ctx context.Context, since time.Time) (shop.Listed, error) {
	return g.list(ctx, since, business.StatusRefunded, business.StatusPartiallyRefunded)
}

func (g *Business) list(ctx context.Context, since time.Time, statuses ...string) (shop.Listed, error) {
	known := g.client.SkewKnown()
	list, err := g.client.ListCheckouts(ctx, g.theirs(since), statuses...)
	calls := list.Calls
	if err == nil && !known && g.client.Skew() < 0 {
		// Only now we know that its clock is behind: that list began too late.
		list, err = g.client.ListCheckouts(ctx, g.theirs(since), statuses...)
		calls += list.Calls
	}
	if err != nil {
		return shop.Listed{}, brokenOff(businessError(err), calls-1)
	}
	all, err := g.readList(list.Checkouts, g.theirs(since))
	if err != nil {
		return shop.Listed{}, brokenOff(err, calls-1)
	}
	return shop.Listed{All: all, Pages: calls - 1}, nil
}

// theirs is a time of our clock on the provider's, or a little earlier.
func (g *Business) theirs(t time.Time) time.Time { return t.Add(g.client.Skew()).Add(-clockMargin) }

func (g *Business) readList(checkouts []business.Checkout, since time.Time) ([]shop.Evidence, error) {
	all := make([]shop.Evidence, 0, len(checkouts))
	for _, c := range checkouts {
		switch {
		case c.Known():
			all = append(all, g.evidence(c))
		case g.maybeOurs(c, since):
			return nil, incomplete("an entry has no id")
		}
	}
	return all, nil
}

// maybeOurs reports whether an entry that has no id may be the one that is looked
// for. One with the metadata of some other program, or of an older time, is not:
// a stranger's odd checkout shall hold up nobody who comes after it.
func (g *Business) maybeOurs(c business.Checkout, since time.Time) bool {
	if !c.CreatedAt.IsZero() && c.CreatedAt.Before(since) {
		return false
	}
	return len(c.Metadata) == 0 || g.evidence(c).PaymentID != ""
}
