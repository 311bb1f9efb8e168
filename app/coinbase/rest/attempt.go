package rest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
)

// MaxAnswer is how many bytes of an answer are read. It is far above the
// largest page of a list.
const MaxAnswer = 4 << 20

// attempt sends a request once. Nil means that its answer was read.
func (c *Client) attempt(ctx context.Context, r Request) *Error {
	if ctx.Err() != nil {
		return &Error{Err: context.Cause(ctx)}
	}
	var wire wire
	byTheirs := c.byTheirs.Load()
	req, secret, err := c.prepare(httptrace.WithClientTrace(ctx, wire.trace()), r, byTheirs)
	if err != nil {
		return &Error{Err: err}
	}
	res, err := c.http.Do(req)
	if err != nil {
		return &Error{Sent: wire.touched(), Err: failure(ctx, err), broken: true}
	}
	defer func() { _ = res.Body.Close() }() // read or given up: nothing is left to fail
	c.noteClock(res.Header)
	e := c.answer(ctx, res, r, secret)
	if e == nil {
		return nil
	}
	e.Status, e.Sent = res.StatusCode, true
	e.untimely = c.turnClock(e, byTheirs)
	if e.RequestID == "" {
		e.RequestID = secret.clean(res.Header.Get("X-Request-Id"))
	}
	e.RetryAfter = c.retryAfter(res.Header)
	return e
}

func (c *Client) prepare(ctx context.Context, r Request, byTheirs bool) (*http.Request, secret, error) {
	req, err := http.NewRequestWithContext(ctx, r.Method, c.base+r.Path, bytes.NewReader(r.Body))
	if err != nil {
		return nil, "", fmt.Errorf("prepare %s %s: %w", r.Method, r.Path, err)
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "till")
	if r.Method != http.MethodGet {
		req.Header.Set("Content-Type", "application/json")
	}
	for name, value := range r.Header {
		// net/http takes an idempotency key for leave to send again what it has sent,
		// with the same credentials and unseen by us. Whether to is ours to say, so the
		// key is spelt as net/http does not look for it; to a server that is the same.
		req.Header[strings.ToLower(name)] = []string{value}
	}
	hidden, err := c.authorize(req, c.clock(byTheirs), c.random)
	if err != nil {
		return nil, "", fmt.Errorf("authorize %s %s: %w", r.Method, r.Path, err)
	}
	return req, secret(hidden), nil
}

// answer reads what came back; the caller adds what the headers say.
func (c *Client) answer(ctx context.Context, res *http.Response, r Request, s secret) *Error {
	body, err := io.ReadAll(io.LimitReader(res.Body, MaxAnswer+1))
	good := res.StatusCode >= 200 && res.StatusCode < 300
	switch {
	case err != nil && good:
		return &Error{Err: fmt.Errorf("the answer broke off: %w", failure(ctx, err)), broken: true}
	case len(body) > MaxAnswer:
		return &Error{Err: fmt.Errorf("the answer is larger than %d bytes", MaxAnswer)}
	case !good:
		return c.refusal(res, body, s)
	case len(body) == 0 && !r.Silent:
		return &Error{Err: errors.New("the answer is empty")}
	}
	if err := r.Read(body); err != nil {
		return &Error{Err: fmt.Errorf("the answer (%s) cannot be used: %w", kind(res.Header, s), err)}
	}
	return nil
}

// refusal reads the provider's reasons, if it gave any.
func (c *Client) refusal(res *http.Response, body []byte, s secret) *Error {
	f := c.fault(body)
	e := &Error{Type: s.clean(f.Type), Message: s.clean(f.Message), RequestID: s.clean(f.RequestID), Link: s.clean(f.Link)}
	switch {
	case res.StatusCode >= 300 && res.StatusCode < 400:
		e.Err = errors.New("it redirects elsewhere, which is not followed: check the base URL")
	case e.Type == "" && e.Message == "":
		e.Err = fmt.Errorf("the answer (%s, %d bytes) gives no reason: check the base URL if this lasts", kind(res.Header, s), len(body))
	}
	return e
}

// kind names what sort of thing the answer is, for people.
func kind(h http.Header, s secret) string {
	kind, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil || kind == "" {
		return "of unknown kind"
	}
	return s.clean(kind)
}

// failure names what broke: the caller's patience, ours, or the connection.
// The URL that net/http puts in front is left out: the log has it already.
func failure(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// wire watches whether a request reached a connection. A request that must not
// be made twice gets another connection from net/http only when nothing was
// written to the first, or when HTTP/2 said there that it was not taken; see
// prepare.
type wire struct {
	asked atomic.Bool
	got   atomic.Bool
}

func (w *wire) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn: func(string) { w.got.Store(false); w.asked.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { w.got.Store(true) },
	}
}

// touched reports whether bytes may have left. A transport that tells nothing
// is taken to have sent them.
func (w *wire) touched() bool { return w.got.Load() || !w.asked.Load() }
