package business

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"till/app/coinbase/rest"
)

const (
	pageSize = 100 // the most there can be
	maxPages = 100 // that one list is followed for
)

// Page is one page of checkouts. The token of the next one is "" at the end.
type Page struct {
	Checkouts     []Checkout `json:"checkouts"`
	NextPageToken string     `json:"nextPageToken"`
}

// ListCheckouts asks for all checkouts made since then, page by page; the zero
// time asks for all there are. With an error it returns those it has got, and
// the list is not complete. A list of more than 10,000 is given up.
func (c *Client) ListCheckouts(ctx context.Context, since time.Time) ([]Checkout, error) {
	q := url.Values{"pageSize": {strconv.Itoa(pageSize)}}
	if !since.IsZero() {
		q.Set("startTime", At(since).String())
	}
	var all []Checkout
	for range maxPages {
		page, err := c.page(ctx, q)
		if err != nil {
			return all, err
		}
		all = append(all, page.Checkouts...)
		if page.NextPageToken == "" {
			return all, nil
		}
		q.Set("pageToken", page.NextPageToken)
	}
	return all, unsent("the list of checkouts goes on after %d pages: ask for a shorter time", maxPages)
}

func (c *Client) page(ctx context.Context, q url.Values) (Page, error) {
	var page Page
	err := c.api.Call(ctx, rest.Request{Method: http.MethodGet, Path: "/checkouts?" + q.Encode(), Read: func(answer []byte) error {
		list, next, err := readPage(answer, "checkouts")
		if err != nil {
			return err
		}
		page = Page{NextPageToken: next}
		err = rest.Decode(list, &page.Checkouts)
		page.Checkouts = slices.DeleteFunc(page.Checkouts, func(c Checkout) bool { return !c.Known() })
		return err
	}})
	return page, err
}

// readPage returns the list of that name, and the token of the next page. An
// answer that has no list is no empty one: much may be concluded from that.
func readPage(answer []byte, list string) (entries json.RawMessage, next string, err error) {
	var reply map[string]json.RawMessage
	if err := rest.Decode(answer, &reply); err != nil {
		return nil, "", err
	}
	entries = reply[list]
	if len(entries) == 0 || (entries[0] != '[' && string(entries) != "null") {
		return nil, "", errors.New("it holds no list")
	}
	return entries, rest.Text(reply["nextPageToken"]), nil
}
