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
			box, err := p.newSandbox(ctx, cfg, l, cfg.Sandbox.WebhookURL, p.logger())
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
func (p *program) newSandbox(ctx context.Context, cfg config.Config, l listener, webhooks string, log *slog.Logger) (*sandbox.Sandbox, error) {
	return sandbox.New(ctx, sandbox.Config{
		StoreURL:      cfg.Sandbox.Store,
		APIKey:        cfg.Sandbox.APIKey.Reveal(),
		WebhookSecret: cfg.Sandbox.WebhookSecret.Reveal(),
		WebhookURL:    webhooks,
		Shape:         cfg.Sandbox.Shape,
		ConfirmAfter:  cfg.Sandbox.ConfirmAfter,
		Checkouts:     seeds(cfg.Products),
		PublicURL:     l.public.String(),
		Now:           p.host.Now,
		Random:        p.host.Random,
		Logger:        log.With("room", "sandbox"),
	})
}

// seeds are the checkouts the products are sold by: with the sandbox they exist
// from the first start.
func seeds(products []config.Product) []sandbox.CheckoutSeed {
	var all []sandbox.CheckoutSeed
	for _, p := range products {
		if p.Method == "checkout" {
			all = append(all, sandbox.CheckoutSeed{
				ID: p.CheckoutID, Name: p.Name, Description: p.Description,
				Amount: p.Price.StringFixed(2), Currency: p.Currency,
			})
		}
	}
	return all
}
