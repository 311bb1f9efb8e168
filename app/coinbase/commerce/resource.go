package commerce

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"till/app/coinbase/rest"
)

// resource is what the API has many of and gives one by one or page by page.
type resource interface{ Known() bool }

// one asks for something that is answered with one resource; what names it for
// people.
func one[T resource](ctx context.Context, c *Client, what string, r rest.Request) (T, error) {
	var found T
	r.Read = func(answer []byte) error {
		var reply Reply[T]
		if err := rest.Decode(answer, &reply); err != nil {
			return err
		}
		if !reply.Data.Known() {
			return errors.New("it holds no " + what)
		}
		found = reply.Data
		return nil
	}
	err := c.api.Call(ctx, r)
	return found, err
}

// many asks for one page of a list.
func many[T resource](ctx context.Context, c *Client, path string, opts ListOptions) ([]T, Pagination, error) {
	var found []T
	var pagination Pagination
	err := c.api.Call(ctx, rest.Request{Method: http.MethodGet, Path: path + opts.query(), Read: func(answer []byte) error {
		var reply Reply[json.RawMessage]
		if err := rest.Decode(answer, &reply); err != nil {
			return err
		}
		if len(reply.Data) == 0 || reply.Data[0] != '[' {
			return errors.New("it holds no list")
		}
		found, pagination = nil, Pagination{}
		if reply.Pagination != nil {
			pagination = *reply.Pagination
		}
		return rest.Decode(reply.Data, &found)
	}})
	return found, pagination, err
}

// ValidKey reports whether a text can be the code or id of a resource, so that
// it may stand in a path without leading elsewhere.
func ValidKey(codeOrID string) bool {
	const most = 128
	rest := strings.Trim(codeOrID, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
	return codeOrID != "" && rest == "" && len(codeOrID) <= most
}
