package cli

import "log/slog"

// logger writes structured lines to stderr.
func (p *program) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(p.stderr, nil))
}
