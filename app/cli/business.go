package cli

import (
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"till/app/coinbase/business"
	"till/app/config"
	"till/app/shop"
)

// businessAPI is where the Business API is: Coinbase's, or while the sandbox is
// on that of the sandbox, which is reached at box.
type businessAPI struct {
	base          string
	path          string
	subscriptions string
	environment   shop.Environment
}

// businessAt finds the Business API; box is where this process reaches the
// sandbox, if that is on.
func businessAt(cfg config.Config, box string) businessAPI {
	b := cfg.Business
	if cfg.Sandbox.Enabled {
		return businessAPI{
			base: box + "/business", path: b.APIPath, environment: shop.Sandbox,
			subscriptions: box + "/platform/v2/data/webhooks/subscriptions",
		}
	}
	return businessAPI{
		base: b.BaseURL, path: b.APIPath, subscriptions: b.SubscriptionsURL,
		environment: shop.Environment(business.Environment(b.BaseURL, b.APIPath)),
	}
}

// elsewhere is where commands find a sandbox that another process runs.
func elsewhere(cfg config.Config) string { return "http://" + cfg.Sandbox.Listen }

// businessKey reads the key that signs our requests.
func businessKey(cfg config.Config) (*business.Key, error) {
	key, err := business.ParseKey(cfg.Business.KeyID, cfg.Business.KeySecret.Reveal())
	if err != nil {
		return nil, fmt.Errorf("[business] key_id and key_secret (TILL_BUSINESS_KEY_ID, TILL_BUSINESS_KEY_SECRET): %w", err)
	}
	return key, nil
}

// businessClient speaks to the Business API with the configured key.
func (p *program) businessClient(cfg config.Config, api businessAPI, log *slog.Logger) (*business.Client, error) {
	key, err := businessKey(cfg)
	if err != nil {
		return nil, err
	}
	return business.NewClient(business.Config{
		BaseURL: api.base, Path: api.path, Key: key, Now: p.host.Now, Random: p.host.Random, Logger: log,
	})
}

// checkBusiness finds what is wrong with the keys and the prices before
// anything starts: only this room can tell a key from something else.
func checkBusiness(cfg config.Config) error {
	if !slices.Contains(providers(cfg), shop.Business) {
		return nil
	}
	_, err := businessKey(cfg)
	return errors.Join(err, checkPublicKey(cfg), checkCurrencies(cfg))
}

// checkPublicKey refuses a key by which the sandbox could verify nobody.
func checkPublicKey(cfg config.Config) error {
	if !cfg.Sandbox.Enabled {
		return nil
	}
	if _, err := business.ParsePublicKey(cfg.Sandbox.BusinessPublicKey); err != nil {
		return fmt.Errorf("[sandbox] business_public_key: %w", err)
	}
	return nil
}

// hostedOrigins are where the pages are that Business takes payments on: beside
// the API, but for Coinbase's own, which has hosts for them.
func (t *till) hostedOrigins(cfg config.Config) []string {
	switch {
	case cfg.Sandbox.Enabled:
		return []string{t.box.public.String()}
	case strings.HasSuffix(hostOf(cfg.Business.BaseURL), ".coinbase.com"):
		return []string{"https://payments.coinbase.com", "https://pay.coinbase.com"}
	default:
		return []string{originOf(cfg.Business.BaseURL)}
	}
}
