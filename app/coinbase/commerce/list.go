package commerce

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
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
	if n == 0 || (n < limit && p.Pagination.NextURI == nil) {
		return "", false
	}
	if ids := p.Pagination.CursorRange; len(ids) > 0 && ids[len(ids)-1] != "" {
		return ids[len(ids)-1], true
	}
	return p.Charges[n-1].ID, true
}

// ListCharges asks for one page of charges.
func (c *Client) ListCharges(ctx context.Context, opts ListOptions) (ChargePage, error) {
	var page ChargePage
	err := c.call(ctx, request{method: http.MethodGet, path: "/charges" + opts.query(), read: func(answer []byte) error {
		var reply Reply[json.RawMessage]
		if err := decode(answer, &reply); err != nil {
			return err
		}
		if len(reply.Data) == 0 || reply.Data[0] != '[' {
			return errors.New("it holds no list")
		}
		page = ChargePage{}
		if reply.Pagination != nil {
			page.Pagination = *reply.Pagination
		}
		return decode(reply.Data, &page.Charges)
	}})
	return page, err
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
