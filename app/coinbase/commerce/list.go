package commerce

import (
	"context"
	"net/url"
	"strconv"
)

// The orders of a list, by time of creation.
const (
	NewestFirst = "desc"
	OldestFirst = "asc"
)

// ListOptions choose a page of a list; zero values leave it to the provider
// (25 to a page, the newest first).
type ListOptions struct {
	Limit         int // at most 100
	Order         string
	StartingAfter string // an id: the page begins after it
	EndingBefore  string // an id: the page ends before it
}

// ChargePage is one page of charges.
type ChargePage struct {
	Charges    []Charge
	Pagination Pagination
}

// Next returns the cursor to start the next page after, and whether there can
// be one. It believes in an end only when the page is empty, or is short and
// has no next_uri: a needless question costs less than a charge not seen.
func (p ChargePage) Next(limit int) (string, bool) {
	n := len(p.Charges)
	if n == 0 {
		return "", false
	}
	return p.Pagination.after(n, p.Charges[n-1].ID, limit)
}

// after is the cursor behind a page of n entries, the last of which has that id.
func (p Pagination) after(n int, last string, limit int) (string, bool) {
	if n < limit && p.NextURI == nil {
		return "", false
	}
	if ids := p.CursorRange; len(ids) > 0 && ids[len(ids)-1] != "" {
		return ids[len(ids)-1], true
	}
	return last, true
}

// ListCharges asks for one page of charges.
func (c *Client) ListCharges(ctx context.Context, opts ListOptions) (ChargePage, error) {
	charges, pagination, err := many[Charge](ctx, c, "/charges", opts)
	return ChargePage{Charges: charges, Pagination: pagination}, err
}

// CheckoutPage is one page of checkouts.
type CheckoutPage struct {
	Checkouts  []Checkout
	Pagination Pagination
}

// Next is [ChargePage.Next] for checkouts.
func (p CheckoutPage) Next(limit int) (string, bool) {
	n := len(p.Checkouts)
	if n == 0 {
		return "", false
	}
	return p.Pagination.after(n, p.Checkouts[n-1].ID, limit)
}

// ListCheckouts asks for one page of checkouts.
func (c *Client) ListCheckouts(ctx context.Context, opts ListOptions) (CheckoutPage, error) {
	checkouts, pagination, err := many[Checkout](ctx, c, "/checkouts", opts)
	return CheckoutPage{Checkouts: checkouts, Pagination: pagination}, err
}

func (o ListOptions) query() string {
	q := url.Values{}
	if o.Limit > 0 {
		q.Set("limit", strconv.Itoa(o.Limit))
	}
	for key, value := range map[string]string{
		"order": o.Order, "starting_after": o.StartingAfter, "ending_before": o.EndingBefore,
	} {
		if value != "" {
			q.Set(key, value)
		}
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}
