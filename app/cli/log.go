package cli

import (
	"context"
	"log/slog"

	"till/app/page"
)

// logger writes structured lines to stderr.
func (p *program) logger() *slog.Logger {
	return slog.New(requestHandler{slog.NewTextHandler(p.stderr, nil)})
}

// requestHandler adds to each line the id of the request it was written for, so
// that what a visitor was answered and what happened on the way is found
// together.
type requestHandler struct{ slog.Handler }

// Handle writes a line.
func (h requestHandler) Handle(ctx context.Context, r slog.Record) error {
	if id := page.RequestID(ctx); id != "" {
		r = r.Clone()
		r.AddAttrs(slog.String("request", id))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs returns a handler that adds the attributes.
func (h requestHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestHandler{h.Handler.WithAttrs(attrs)}
}

// WithGroup returns a handler that puts what follows into a group.
func (h requestHandler) WithGroup(name string) slog.Handler {
	return requestHandler{h.Handler.WithGroup(name)}
}
