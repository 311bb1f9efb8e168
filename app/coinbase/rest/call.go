package rest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/cenkalti/backoff/v5"
)

// MaxTries bounds the patience with a provider that fails fast: somebody waits
// for a page meanwhile.
const MaxTries = 4

// Request is one thing asked of the provider.
type Request struct {
	Method string
	Path   string            // below the base URL, with its query
	Header map[string]string // beside what every request has
	Body   []byte            // JSON, or nil
	Keyed  bool              // it carries an idempotency key: asking twice comes to the same as asking once
	Silent bool              // an answer without a body is fine
	Read   func(answer []byte) error
}

// idempotent reports whether asking twice comes to the same as asking once.
func (r Request) idempotent() bool {
	return r.Keyed || r.Method == http.MethodGet || r.Method == http.MethodPut || r.Method == http.MethodDelete
}

// Call asks until there is an answer, or asking again is unsafe, pointless or
// too late. Its error is an [*Error].
func (c *Client) Call(ctx context.Context, r Request) error {
	ctx, cancel := context.WithTimeoutCause(ctx, c.timeout, c.late)
	defer cancel()
	var last *Error
	turned := false // the clock; more than once is no use
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		heard := last != nil && (last.heard || last.ambiguous())
		last = c.attempt(ctx, r)
		if last == nil {
			return struct{}{}, nil
		}
		last.who, last.heard, last.Sent = c.name, heard, last.Sent || heard
		c.report(ctx, r, last)
		if last.repeatable(r) || (last.untimely && !turned) {
			turned = turned || last.untimely
			return struct{}{}, last
		}
		return struct{}{}, backoff.Permanent(last)
	},
		backoff.WithBackOff(&pause{ctx: ctx, client: c, last: &last}),
		backoff.WithMaxTries(MaxTries),
		backoff.WithMaxElapsedTime(0)) // the context ends it
	if err == nil {
		return nil
	}
	return last.interrupted(ctx)
}

// interrupted adds why there was no further try, if that was the context. The
// last answer stays: it says more.
func (e *Error) interrupted(ctx context.Context) *Error {
	cause := context.Cause(ctx)
	switch {
	case cause == nil, errors.Is(e.Err, cause):
	case e.Err == nil:
		e.Err = cause
	default:
		e.Err = fmt.Errorf("%w: %w", cause, e.Err)
	}
	return e
}

func (c *Client) report(ctx context.Context, r Request, e *Error) {
	attrs := []slog.Attr{
		slog.String("api", c.name),
		slog.String("method", r.Method),
		slog.String("path", r.Path),
		slog.Int("status", e.Status),
		slog.String("type", e.Type),
		slog.String("message", e.Message),
		slog.String("request_id", e.RequestID),
		slog.Bool("sent", e.Sent),
	}
	if e.Link != "" {
		attrs = append(attrs, slog.String("link", e.Link))
	}
	if e.RetryAfter > 0 {
		attrs = append(attrs, slog.Duration("retry_after", e.RetryAfter))
	}
	if e.Err != nil {
		attrs = append(attrs, slog.String("error", e.Err.Error()))
	}
	c.logger.LogAttrs(ctx, slog.LevelWarn, "Coinbase did not answer as hoped", attrs...)
}
