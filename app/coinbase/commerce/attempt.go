package commerce

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
	"sync/atomic"
	"time"
)

// maxAnswer is far above the largest page of charges.
const maxAnswer = 4 << 20

// attempt sends a request once. Nil means that its answer was read.
func (c *Client) attempt(ctx context.Context, r request) *Error {
	if ctx.Err() != nil {
		return &Error{Err: context.Cause(ctx)}
	}
	var wire wire
	req, err := c.prepare(httptrace.WithClientTrace(ctx, wire.trace()), r)
	if err != nil {
		return &Error{Err: err}
	}
	res, err := c.http.Do(req)
	if err != nil {
		return &Error{Sent: wire.touched(), Err: c.failure(ctx, err), broken: true}
	}
	defer func() { _ = res.Body.Close() }() // read or given up: nothing is left to fail
	c.noteClock(res.Header)
	e := c.answer(ctx, res, r)
	if e == nil {
		return nil
	}
	e.Status, e.Sent = res.StatusCode, true
	e.RequestID = c.clean(res.Header.Get("X-Request-Id"))
	e.RetryAfter = c.retryAfter(res.Header)
	return e
}

func (c *Client) prepare(ctx context.Context, r request) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, r.method, c.base+r.path, bytes.NewReader(r.body))
	if err != nil {
		return nil, fmt.Errorf("prepare %s %s: %w", r.method, r.path, err)
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "till")
	req.Header.Set("X-CC-Api-Key", c.apiKey)
	req.Header.Set("X-CC-Version", APIVersion)
	if r.method != http.MethodGet {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

// answer reads what came back; the caller adds what the headers say.
func (c *Client) answer(ctx context.Context, res *http.Response, r request) *Error {
	body, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	good := res.StatusCode >= 200 && res.StatusCode < 300
	switch {
	case err != nil && good:
		return &Error{Err: fmt.Errorf("the answer broke off: %w", c.failure(ctx, err)), broken: true}
	case len(body) > maxAnswer:
		return &Error{Err: fmt.Errorf("the answer is larger than %d bytes", maxAnswer)}
	case !good:
		return c.refusal(res, body)
	case len(body) == 0 && !r.silent:
		return &Error{Err: errors.New("the answer is empty")}
	}
	if err := r.read(body); err != nil {
		return &Error{Err: fmt.Errorf("the answer (%s) cannot be used: %w", c.kind(res.Header), err)}
	}
	return nil
}

// refusal reads the provider's reasons, if it gave any.
func (c *Client) refusal(res *http.Response, body []byte) *Error {
	var reply ErrorReply
	err := decode(body, &reply)
	e := &Error{Type: c.clean(reply.Error.Type), Message: c.clean(reply.Error.Message)}
	switch {
	case res.StatusCode >= 300 && res.StatusCode < 400:
		e.Err = errors.New("it redirects elsewhere, which is not followed: check the base URL")
	case err != nil || (e.Type == "" && e.Message == ""):
		e.Err = fmt.Errorf("the answer (%s, %d bytes) gives no reason: check the base URL if this lasts", c.kind(res.Header), len(body))
	}
	return e
}

// kind names what sort of thing the answer is, for people.
func (c *Client) kind(h http.Header) string {
	kind, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil || kind == "" {
		return "of unknown kind"
	}
	return c.clean(kind)
}

// failure names what broke: the caller's patience, ours, or the connection.
// The URL that net/http puts in front is left out: the log has it already.
func (c *Client) failure(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// noteClock remembers by how much the provider's clock differs from ours.
func (c *Client) noteClock(h http.Header) {
	const whole, noise = time.Second, 2 * time.Second
	defer c.told.Store(true)
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return
	}
	skew := date.Add(whole / 2).Sub(c.now()) // a time cut to the second is half of one too early
	if skew.Abs() < noise {
		skew = 0
	}
	c.skew.Store(int64(skew))
}

// wire watches whether a request reached a connection. net/http asks for
// another connection only when nothing was written to the first.
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
