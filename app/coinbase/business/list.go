package business

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
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

// Listed is what a list came to.
type Listed struct {
	// Checkouts are all its entries: also one that cannot be read, which is not
	// [Checkout.Known].
	Checkouts []Checkout
	Calls     int // how often the provider was asked for it, once a page
}

// ListCheckouts asks for all checkouts made since then, page by page, of those
// statuses or, without any, of each; the zero time asks for all there are. With
// an error it returns those it has got, and the list is not complete. A list of
// more than 10,000 is given up, and so is one that leads in a circle.
func (c *Client) ListCheckouts(ctx context.Context, since time.Time, statuses ...string) (Listed, error) {
	q := url.Values{"pageSize": {strconv.Itoa(pageSize)}}
	if len(statuses) > 0 {
		q["status"] = statuses
	}
	if !since.IsZero() {
		q.Set("startTime", At(since).String())
	}
	var all Listed
	followed := map[string]bool{}
	for range maxPages {
		all.Calls++
		page, err := c.page(ctx, q)
		if err != nil {
			return all, err
		}
		all.Checkouts = append(all.Checkouts, page.Checkouts...)
		switch {
		case page.NextPageToken == "":
			return all, nil
		case followed[page.NextPageToken]:
			return all, endless("leads in a circle")
		}
		followed[page.NextPageToken] = true
		q.Set("pageToken", page.NextPageToken)
	}
	return all, endless("goes on after %d pages: ask for a shorter time", maxPages)
}

// endless is the error of a list that every page was answered of.
func endless(format string, args ...any) error {
	e := rest.Unsent(name, fmt.Errorf("the list of checkouts "+format, args...))
	e.Sent = true
	return e
}

func (c *Client) page(ctx context.Context, q url.Values) (Page, error) {
	var page Page
	err := c.api.Call(ctx, rest.Request{Method: http.MethodGet, Path: "/checkouts?" + q.Encode(), Read: func(answer []byte) error {
		list, next, err := readPage(answer, "checkouts")
		if err != nil {
			return err
		}
		page = Page{NextPageToken: next}
		return rest.Decode(list, &page.Checkouts)
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
