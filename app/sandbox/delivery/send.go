package delivery

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

const (
	maxHead = 16 << 10 // of an answer
	maxKept = 4 << 10  // of its body, for the log
	maxRead = 64 << 10 // of its body, so that the connection serves again
)

// answer is what the merchant said.
type answer struct {
	status int // 0 = nothing
	head   map[string]string
	body   []byte // the first of it
}

// post makes one request.
func (q *Queue) post(ctx context.Context, address string, head http.Header, body []byte) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return answer{}, fmt.Errorf("make the request: %w", err)
	}
	req.Header = head
	resp, err := q.client.Do(req)
	if err != nil {
		// What url.Error adds is in the log already: method and address.
		if outer := new(url.Error); errors.As(err, &outer) {
			err = outer.Err
		}
		return answer{}, fmt.Errorf("no answer: %w", err)
	}
	defer func() { _ = resp.Body.Close() }() // it was only read
	return answer{resp.StatusCode, linesOf(resp.Header), start(resp)}, nil
}

// start returns the first of an answer's body, and reads on so that the
// connection serves again.
func start(resp *http.Response) []byte {
	whole := io.LimitReader(resp.Body, maxRead)
	text := whole
	if resp.Header.Get("Content-Encoding") == "gzip" {
		if unzipped, err := gzip.NewReader(whole); err == nil {
			text = unzipped
		}
	}
	kept, _ := io.ReadAll(io.LimitReader(text, maxKept)) // what broke off is the status's answer all the same
	_, _ = io.Copy(io.Discard, whole)
	return kept
}

// linesOf writes a head with one line for each name. Cookies are not for a log.
func linesOf(h http.Header) map[string]string {
	lines := map[string]string{}
	for name, values := range h {
		if name != "Set-Cookie" {
			lines[name] = strings.Join(values, ", ")
		}
	}
	return lines
}
