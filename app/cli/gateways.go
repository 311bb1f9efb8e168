package cli

import (
	"log/slog"
	"net/url"

	"till/app/coinbase/commerce"
	"till/app/config"
	"till/app/gateway"
	"till/app/shop"
)

// gateways speak to Coinbase or, while the sandbox is on, only to it. There is
// one for each account there is, since payments that were begun with another
// provider are still watched; the first takes new ones.
func (p *program) gateways(t *till, cfg config.Config) ([]shop.Gateway, error) {
	var all []shop.Gateway
	for _, provider := range providers(cfg) {
		build := p.commerceGateway
		if provider == shop.Business {
			build = p.businessGateway
		}
		g, err := build(t, cfg)
		if err != nil {
			return nil, err
		}
		all = append(all, newCounted(g, t.metrics))
	}
	return all, nil
}

// providers returns those there are accounts for, the chosen one first. The
// sandbox has both.
func providers(cfg config.Config) []shop.Provider {
	chosen, other, both := shop.Commerce, shop.Business, cfg.Business.Set()
	if opensBusiness(cfg) {
		chosen, other, both = shop.Business, shop.Commerce, cfg.Coinbase.Set()
	}
	if both || cfg.Sandbox.Enabled {
		return []shop.Provider{chosen, other}
	}
	return []shop.Provider{chosen}
}

func (p *program) commerceGateway(t *till, cfg config.Config) (shop.Gateway, error) {
	base, key, environment := cfg.Coinbase.BaseURL, cfg.Coinbase.APIKey, shop.Environment(cfg.Coinbase.BaseURL)
	secrets := reveal(cfg.Coinbase.WebhookSecrets)
	if cfg.Sandbox.Enabled {
		base, key, environment = t.box.local+"/commerce/", cfg.Sandbox.APIKey, shop.Sandbox
		secrets = []string{cfg.Sandbox.WebhookSecret.Reveal()}
	}
	client, err := p.client(base, key, t.log)
	if err != nil {
		return nil, err
	}
	return gateway.NewCommerce(gateway.CommerceConfig{Client: client, Environment: environment, Secrets: secrets})
}

func (p *program) businessGateway(t *till, cfg config.Config) (shop.Gateway, error) {
	api := businessAt(cfg, t.box.local)
	client, err := p.businessClient(cfg, api, t.log)
	if err != nil {
		return nil, err
	}
	return gateway.NewBusiness(gateway.BusinessConfig{
		Client: client, Environment: api.environment, Secrets: reveal(cfg.Business.WebhookSecrets), Now: p.host.Now,
	})
}

func (p *program) client(base string, key config.Secret, log *slog.Logger) (*commerce.Client, error) {
	return commerce.NewClient(commerce.Config{
		BaseURL: base, APIKey: key.Reveal(), Now: p.host.Now, Random: p.host.Random, Logger: log,
	})
}

func reveal(secrets []config.Secret) []string {
	plain := make([]string, len(secrets))
	for i, s := range secrets {
		plain[i] = s.Reveal()
	}
	return plain
}

// embed is where embedded checkouts of Commerce are: beside the API, but for
// Coinbase's own, which has a host for each.
func (t *till) embed(cfg config.Config) string {
	if cfg.Sandbox.Enabled {
		return t.box.public.String()
	}
	if hostOf(cfg.Coinbase.BaseURL) == "api.commerce.coinbase.com" {
		return "https://commerce.coinbase.com"
	}
	return originOf(cfg.Coinbase.BaseURL)
}

// hostOf and originOf read a URL that the configuration has checked.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
