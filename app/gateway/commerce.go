package gateway

import (
	"errors"
	"slices"

	"till/app/coinbase/commerce"
	"till/app/shop"
)

// CommerceConfig is what a [Commerce] gateway needs.
type CommerceConfig struct {
	Client      *commerce.Client
	Environment shop.Environment
	Secrets     []string // of the webhooks; two while one is being replaced
}

// Commerce is the shop's gateway to Coinbase Commerce, in one environment.
type Commerce struct {
	client      *commerce.Client
	environment shop.Environment
	secrets     []string
}

var _ shop.Gateway = (*Commerce)(nil)

// NewCommerce returns a gateway ready to use. Without a webhook secret it
// fails: an unsigned webhook is never believed.
func NewCommerce(cfg CommerceConfig) (*Commerce, error) {
	secrets := slices.DeleteFunc(slices.Clone(cfg.Secrets), func(s string) bool { return s == "" })
	switch {
	case cfg.Client == nil:
		return nil, errors.New("gateway: CommerceConfig.Client is missing")
	case cfg.Environment == "":
		return nil, errors.New("gateway: CommerceConfig.Environment is missing")
	case len(secrets) == 0:
		return nil, errors.New("gateway: no webhook secret is set, so no webhook could be believed: copy the shared secret from the provider's webhook settings")
	}
	return &Commerce{client: cfg.Client, environment: cfg.Environment, secrets: secrets}, nil
}

// Provider returns [shop.Commerce].
func (g *Commerce) Provider() shop.Provider { return shop.Commerce }

// Environment returns the environment that this gateway was made for.
func (g *Commerce) Environment() shop.Environment { return g.environment }
