package gateway

import (
	"context"
	"errors"
	"time"

	"till/app/coinbase/commerce"
	"till/app/shop"
)

const (
	pageSize = 100
	maxPages = 1000 // a list without end must not be read without end
	// clockMargin is how far the corrected times may still be wrong.
	clockMargin = 5 * time.Minute
)

// List returns every charge made since then, and perhaps a few that are a
// little older. What it cannot read to the end it does not return: whoever
// takes a charge for missing must be able to rely on the list.
func (g *Commerce) List(ctx context.Context, since time.Time) (shop.Listed, error) {
	var found []shop.Evidence
	opts := commerce.ListOptions{Limit: pageSize, Order: commerce.NewestFirst}
	asked := map[string]bool{}
	for n := range maxPages {
		page, err := g.client.ListCharges(ctx, opts)
		if err != nil {
			return shop.Listed{}, brokenOff(providerError(err), n)
		}
		part, err := g.readPage(page.Charges)
		if err != nil {
			return shop.Listed{}, brokenOff(err, n)
		}
		found = append(found, part...)
		next, more := page.Next(pageSize)
		if !more || reaches(part, since.Add(-clockMargin)) {
			return shop.Listed{All: found, Pages: n}, nil
		}
		if next == "" || asked[next] {
			return shop.Listed{}, brokenOff(incomplete("its pages lead in a circle"), n)
		}
		asked[next] = true
		opts.StartingAfter = next
	}
	return shop.Listed{}, brokenOff(incomplete("it does not end"), maxPages-1)
}

// brokenOff notes how many further pages were read all the same.
func brokenOff(err error, pages int) error {
	var failure *shop.ProviderError
	if errors.As(err, &failure) {
		failure.Pages = pages
	}
	return err
}

func (g *Commerce) readPage(charges []commerce.Charge) ([]shop.Evidence, error) {
	part := make([]shop.Evidence, 0, len(charges))
	for _, c := range charges {
		if !c.Known() {
			return nil, incomplete("an entry has neither id nor code")
		}
		part = append(part, g.evidence(c))
	}
	return part, nil
}

// reaches reports whether a page, the newest first, goes back past a time. A
// page in another order, or without times, never does.
func reaches(part []shop.Evidence, oldest time.Time) bool {
	last := part[0].CreatedAt
	for _, ev := range part {
		if ev.CreatedAt.IsZero() || ev.CreatedAt.After(last) {
			return false
		}
		last = ev.CreatedAt
	}
	return last.Before(oldest)
}

func incomplete(why string) error {
	return &shop.ProviderError{Problem: shop.Unanswered, Err: errors.New("the list cannot be read whole: " + why)}
}
