package cli

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/spf13/cobra"

	"till/app/coinbase/business"
	"till/app/config"
	"till/app/sandbox"
)

const sandboxHelp = `Run the imitation of Coinbase Commerce and of its successor Coinbase Business alone,
for a shop that runs elsewhere.

No file is needed: without a config.ini the defaults hold, and ./data keeps the
charges and the keys it makes up. With one, it reads only the [sandbox] section,
and [server] to know where webhooks go. Flags win over the environment, and that
over the file.

A secret on a command line is seen by everybody on the machine. The environment
is the better place: TILL_SANDBOX_API_KEY and TILL_SANDBOX_WEBHOOK_SECRET. Every
key of the section can stand there, such as TILL_SANDBOX_CONFIRM_AFTER=2s.

A client of Business signs its requests: the sandbox wants the public half of its
key, in PEM, as TILL_SANDBOX_BUSINESS_PUBLIC_KEY, and lets any id of it pass.
Without one it makes a pair, and keeps it in data/sandbox.keys for whoever is to
be let in: with that id and no other, as at Coinbase.

The commands below speak to a sandbox that runs.`

func (p *program) sandboxCommand() *cobra.Command {
	c := &cobra.Command{Use: "sandbox", Short: "Run the sandbox alone, or steer one that runs", Long: sandboxHelp, Args: cobra.NoArgs}
	typed := addBoxFlags(c)
	c.RunE = func(cmd *cobra.Command, _ []string) error { return p.runSandbox(cmd.Context(), typed(p.env)) }
	c.AddCommand(p.clockCommand(), p.troubleCommand(), p.endpointCommand(), p.deliveriesCommand(), p.resendCommand())
	return c
}

func (p *program) runSandbox(ctx context.Context, env []string) error {
	cfg, err := p.loadSandbox(env)
	if err != nil {
		return err
	}
	keys := "as given"
	if cfg.Sandbox.APIKey == "" || cfg.Sandbox.WebhookSecret == "" {
		keys = "data/sandbox.keys"
	}
	if err := cfg.GenerateSandboxKeys(p.host.Random, business.GenerateKey); err != nil {
		return err
	}
	l, err := listen(ctx, "[sandbox] listen", cfg.Sandbox.Listen, cfg.Sandbox.PublicURL)
	if err != nil {
		return err
	}
	log := p.logger()
	box, err := p.newSandbox(ctx, cfg, l, cfg.Sandbox.WebhookURL, log)
	if err != nil {
		return err
	}
	log.Info("the sandbox is ready", "base_url", l.public.String()+"/commerce/",
		"business_base_url", l.public.String()+"/business", "webhooks_to", cfg.Sandbox.WebhookURL, "keys", keys)
	if _, err := fmt.Fprintf(p.stdout, "sandbox=%s\n", l.public); err != nil {
		return err
	}
	return box.Serve(ctx, l)
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

		BusinessPublicKey:     cfg.Sandbox.BusinessPublicKey,
		BusinessKeyID:         keyID(cfg),
		BusinessWebhookSecret: cfg.Sandbox.BusinessWebhookSecret.Reveal(),
		BusinessWebhookURL:    cfg.Sandbox.BusinessWebhookURL,
	})
}

// keyID is the name of the key whose public half the sandbox has: the one that
// was made with it, or that of the shop beside it. A sandbox alone that was
// given a public half knows none, "".
func keyID(cfg config.Config) string {
	key, err := businessKey(cfg)
	if err != nil {
		return ""
	}
	return key.ID()
}

// seeds are the checkouts the products are sold by: with the sandbox they exist
// from the first start.
func seeds(products []config.Product) []sandbox.CheckoutSeed {
	var all []sandbox.CheckoutSeed
	for _, p := range products {
		if p.CheckoutID != "" {
			all = append(all, sandbox.CheckoutSeed{
				ID: p.CheckoutID, Name: p.Name, Description: p.Description,
				Amount: p.Price.StringFixed(2), Currency: p.Currency,
			})
		}
	}
	return all
}
