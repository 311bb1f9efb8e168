package commerce

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/cenkalti/backoff/v5"
)

// maxTries bounds the patience with a provider that fails fast: somebody waits
// for a page meanwhile.
const maxTries = 4

// request is one thing asked of the provider.
type request struct {
	method string
	path   string // below the base URL, with its query
	body   []byte // JSON, or nil
	silent bool   // an answer without a body is fine
	read   func(answer []byte) error
}

// call asks until there is an answer, or asking again is unsafe, pointless or
// too late.
func (c *Client) call(ctx context.Context, r request) error {
	ctx, cancel := context.WithTimeoutCause(ctx, c.timeout, c.late)
	defer cancel()
	var last *Error
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		heard := last != nil && (last.heard || last.ambiguous())
		last = c.attempt(ctx, r)
		if last == nil {
			return struct{}{}, nil
		}
		last.heard = heard
		c.report(ctx, r, last)
		if !last.repeatable(r.method) {
			return struct{}{}, backoff.Permanent(last)
		}
		return struct{}{}, last
	},
		backoff.WithBackOff(&pause{ctx: ctx, client: c, last: &last}),
		backoff.WithMaxTries(maxTries),
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

func (c *Client) report(ctx context.Context, r request, e *Error) {
	attrs := []slog.Attr{
		slog.String("method", r.method),
		slog.String("path", r.path),
		slog.Int("status", e.Status),
		slog.String("type", e.Type),
		slog.String("message", e.Message),
		slog.String("request_id", e.RequestID),
		slog.Bool("sent", e.Sent),
	}
	if e.RetryAfter > 0 {
		attrs = append(attrs, slog.Duration("retry_after", e.RetryAfter))
	}
	if e.Err != nil {
		attrs = append(attrs, slog.String("error", e.Err.Error()))
	}
	c.logger.LogAttrs(ctx, slog.LevelWarn, "Coinbase Commerce did not answer as hoped", attrs...)
}
