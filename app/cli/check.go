package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"till/app/coinbase/commerce"
	"till/app/config"
	"till/app/shop"
)

func (p *program) checkCommand() *cobra.Command {
	return run("check", "Try the configuration and the API keys",
		"Read the configuration and ask each provider that has a key, once. What is wrong is said in words.\n"+
			"With the sandbox on, it is the sandbox that is asked; start it first with `till serve`.",
		p.check)
}

// check asks every provider, also when one has failed.
func (p *program) check(ctx context.Context) error {
	cfg, err := p.load()
	if err != nil {
		return err
	}
	if err := checkBusiness(cfg); err != nil {
		return err
	}
	for i, provider := range providers(cfg) {
		ask := p.askCommerce
		if provider == shop.Business {
			ask = p.askBusiness
		}
		failure := ask(ctx, cfg)
		if i > 0 && isGone(failure) {
			failure = p.tellGone(provider)
		}
		err = errors.Join(err, failure)
	}
	return err
}

// isGone reports whether a provider says that it has no such API any more.
func isGone(err error) bool {
	var failure *commerce.Error
	return errors.As(err, &failure) && failure.Status == http.StatusGone
}

// tellGone says what that means of one that takes no new payments: nothing is to
// be mended.
func (p *program) tellGone(provider shop.Provider) error {
	_, err := fmt.Fprintf(p.stdout, "%s says that its API is gone for good. New payments do not need it; those that were begun there end by its webhooks, "+
		"or are marked unverified within eight days. Leave its key and secrets where they are until then.\n", provider)
	return err
}

func (p *program) askCommerce(ctx context.Context, cfg config.Config) error {
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

// askBusiness lists what the last minute brought: all there ever was may be
// many pages.
func (p *program) askBusiness(ctx context.Context, cfg config.Config) error {
	api := businessAt(cfg, elsewhere(cfg))
	client, err := p.businessClient(cfg, api, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	if _, err = client.ListCheckouts(ctx, p.host.Now().Add(-time.Minute)); err != nil {
		return explainBusiness(cfg, client.BaseURL(), err)
	}
	_, err = fmt.Fprintf(p.stdout, "%s answers and accepts the API key.\n", client.BaseURL())
	return err
}

// coinbase returns who a command asks, and a client for it: the sandbox that
// runs elsewhere while it is on, else Coinbase. The client logs nothing, since
// what fails is told by [explain], once.
func (p *program) coinbase(cfg config.Config) (base string, client *commerce.Client, err error) {
	base, key := cfg.Coinbase.BaseURL, cfg.Coinbase.APIKey
	if cfg.Sandbox.Enabled {
		base, key = elsewhere(cfg)+"/commerce/", cfg.Sandbox.APIKey
	}
	client, err = p.client(base, key, slog.New(slog.DiscardHandler))
	return base, client, err
}

// asked is a provider as its sentences name it.
type asked struct{ base, key, address string }

// explain says in words what keeps us from Coinbase Commerce, and what to do.
func explain(cfg config.Config, base string, err error) error {
	return asked{
		base: base, address: "[coinbase] base_url",
		key: "Copy it again from your Coinbase settings into [coinbase] api_key or TILL_COINBASE_API_KEY",
	}.explain(cfg, err)
}

// explainBusiness says in words what keeps us from Coinbase Business, and what
// to do. A key is refused, too, when this machine's clock is wrong.
func explainBusiness(cfg config.Config, base string, err error) error {
	return businessAsked(base, "[business] base_url and api_path").explain(cfg, err)
}

func businessAsked(base, address string) asked {
	return asked{
		base: base, address: address,
		key: "Copy it again from the Coinbase Developer Platform into [business] key_id and key_secret, or TILL_BUSINESS_KEY_ID and TILL_BUSINESS_KEY_SECRET; see that this machine's clock is right",
	}
}

func (a asked) explain(cfg config.Config, err error) error {
	var failure *commerce.Error
	if !errors.As(err, &failure) {
		return err
	}
	switch {
	case failure.Status == 401 || failure.Status == 403:
		return fmt.Errorf("%s does not accept the API key. %s: %w", a.base, a.key, err)
	case failure.Status == 429:
		return fmt.Errorf("%s asks us to slow down. Wait a minute and try again: %w", a.base, err)
	case failure.Status == 410:
		return fmt.Errorf("%s says that this API is gone for good. Check %s; if it is right, choose the other [coinbase] provider: %w", a.base, a.address, err)
	case failure.Status == 404:
		return fmt.Errorf("%s does not know Coinbase's API. Check %s: %w", a.base, a.address, err)
	case failure.Status >= 500:
		return fmt.Errorf("%s has a problem of its own. Try again later: %w", a.base, err)
	case failure.Status == 0 && cfg.Sandbox.Enabled:
		return fmt.Errorf("the sandbox does not answer at %s. Start it with `till serve`, or set [sandbox] enabled = false to ask Coinbase: %w", a.base, err)
	case failure.Status == 0:
		return fmt.Errorf("%s cannot be reached. Check %s and this machine's network: %w", a.base, a.address, err)
	default:
		return fmt.Errorf("%s did not answer as Coinbase does: %w", a.base, err)
	}
}
