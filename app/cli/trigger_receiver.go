package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
	"unicode"
)

// receiver is whoever gets a composed webhook.
type receiver struct {
	url, secret string
	http        *http.Client
}

func newReceiver(url, secret string) receiver {
	return receiver{url: url, secret: secret, http: &http.Client{
		Timeout:       30 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // it is no 2xx
	}}
}

// post sends a webhook, and returns the answer's status and the beginning of
// what it says.
func (r receiver) post(ctx context.Context, l letter) (status int, said string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url, bytes.NewReader(l.body))
	if err != nil {
		return 0, "", fmt.Errorf("make the request: %w", err)
	}
	req.Header = l.head
	resp, err := r.http.Do(req)
	if err != nil {
		return 0, "", fmt.Errorf("the receiver does not answer: start it, or check --url: %w", err)
	}
	defer func() { _ = resp.Body.Close() }() // it was only read
	const most = 1 << 10
	raw, err := io.ReadAll(io.LimitReader(resp.Body, most))
	if err != nil {
		return 0, "", fmt.Errorf("the receiver's answer breaks off: %w", err)
	}
	return resp.StatusCode, printable(string(raw)), nil
}

// accepted reports whether a webhook that was so answered has arrived.
func accepted(status int) bool { return status >= 200 && status <= 299 }

// printable makes a stranger's text fit for a terminal: one line of it.
func printable(text string) string {
	return oneLine(strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, text))
}
