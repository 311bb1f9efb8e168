package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/spf13/cobra"

	"till/app/coinbase/commerce"
	"till/app/config"
)

func (p *program) checkCommand() *cobra.Command {
	return run("check", "Try the configuration and the API key",
		"Read the configuration and list charges with its API key. What is wrong is said in words.\nWith the sandbox on, it is the sandbox that is asked; start it first with `till serve`.",
		p.check)
}

func (p *program) check(ctx context.Context) error {
	cfg, err := p.load()
	if err != nil {
		return err
	}
	base, client, err := p.coinbase(cfg)
	if err != nil {
		return err
	}
	page, err := client.ListCharges(ctx, commerce.ListOptions{Limit: 1})
	if err != nil {
		return explain(cfg, base, err)
	}
	_, err = fmt.Fprintf(p.stdout, "%s answers and accepts the API key. Charges so far: %d.\n", base, page.Pagination.Total)
	return err
}

// coinbase returns who a command asks, and a client for it: the sandbox that
// runs elsewhere while it is on, else Coinbase. The client logs nothing, since
// what fails is told by [explain], once.
func (p *program) coinbase(cfg config.Config) (base string, client *commerce.Client, err error) {
	base, key := cfg.Coinbase.BaseURL, cfg.Coinbase.APIKey
	if cfg.Sandbox.Enabled {
		base, key = "http://"+cfg.Sandbox.Listen+"/commerce/", cfg.Sandbox.APIKey
	}
	client, err = p.client(base, key, slog.New(slog.DiscardHandler))
	return base, client, err
}

// explain says in words what keeps us from Coinbase, and what to do.
func explain(cfg config.Config, base string, err error) error {
	var failure *commerce.Error
	if !errors.As(err, &failure) {
		return err
	}
	switch {
	case failure.Status == 401 || failure.Status == 403:
		return fmt.Errorf("%s does not accept the API key. Copy it again from your Coinbase settings into [coinbase] api_key or TILL_COINBASE_API_KEY: %w", base, err)
	case failure.Status == 429:
		return fmt.Errorf("%s asks us to slow down. Wait a minute and try again: %w", base, err)
	case failure.Status == 404 || failure.Status == 410:
		return fmt.Errorf("%s does not know Coinbase's API. Check [coinbase] base_url: %w", base, err)
	case failure.Status >= 500:
		return fmt.Errorf("%s has a problem of its own. Try again later: %w", base, err)
	case failure.Status == 0 && cfg.Sandbox.Enabled:
		return fmt.Errorf("the sandbox does not answer at %s. Start it with `till serve`, or set [sandbox] enabled = false to ask Coinbase: %w", base, err)
	case failure.Status == 0:
		return fmt.Errorf("%s cannot be reached. Check [coinbase] base_url and this machine's network: %w", base, err)
	default:
		return fmt.Errorf("%s did not answer as Coinbase does: %w", base, err)
	}
}
