package cli

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/spf13/cobra"

	"till/app/config"
	"till/app/sandbox"
)

func (p *program) sandboxCommand() *cobra.Command {
	return run("sandbox", "Run the sandbox alone",
		"Run the imitation of Coinbase Commerce alone, for a shop that runs elsewhere.\nIt reads only the [sandbox] section, and [server] to know where webhooks go.",
		func(ctx context.Context) error {
			cfg, err := config.LoadSandbox(p.file, p.env)
			if err != nil {
				return err
			}
			if err := cfg.GenerateSandboxKeys(p.host.Random); err != nil {
				return err
			}
			l, err := listen(ctx, "[sandbox] listen", cfg.Sandbox.Listen, cfg.Sandbox.PublicURL)
			if err != nil {
				return err
			}
			box, err := p.newSandbox(ctx, cfg.Sandbox, l, cfg.Sandbox.WebhookURL, p.logger())
			if err != nil {
				return err
			}
			if _, err := fmt.Fprintf(p.stdout, "sandbox=%s\n", l.public); err != nil {
				return err
			}
			return box.Serve(ctx, l)
		})
}

// newSandbox builds the sandbox behind a bound listener.
func (p *program) newSandbox(ctx context.Context, cfg config.Sandbox, l listener, webhooks string, log *slog.Logger) (*sandbox.Sandbox, error) {
	return sandbox.New(ctx, sandbox.Config{
		StoreURL:      cfg.Store,
		APIKey:        cfg.APIKey.Reveal(),
		WebhookSecret: cfg.WebhookSecret.Reveal(),
		WebhookURL:    webhooks,
		Shape:         cfg.Shape,
		ConfirmAfter:  cfg.ConfirmAfter,
		PublicURL:     l.public.String(),
		Now:           p.host.Now,
		Random:        p.host.Random,
		Logger:        log.With("room", "sandbox"),
	})
}
