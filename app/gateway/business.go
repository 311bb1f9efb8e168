package gateway

import (
	"errors"
	"slices"
	"time"

	"till/app/coinbase/business"
	"till/app/shop"
)

// BusinessConfig is what a [Business] gateway needs.
type BusinessConfig struct {
	Client      *business.Client
	Environment shop.Environment
	Secrets     []string         // of the webhooks; two while one is being replaced
	Now         func() time.Time // a webhook's signature holds for minutes only
}

// Business is the shop's gateway to Coinbase Business, in one environment. What
// the shop calls a payment is a checkout there: it can be paid once.
type Business struct {
	client      *business.Client
	environment shop.Environment
	secrets     []string
	now         func() time.Time
}

var (
	_ shop.Gateway      = (*Business)(nil)
	_ shop.Refunder     = (*Business)(nil)
	_ shop.RefundLister = (*Business)(nil)
)

// NewBusiness returns a gateway ready to use. Without a webhook secret it
// fails: an unsigned webhook is never believed.
func NewBusiness(cfg BusinessConfig) (*Business, error) {
	secrets := slices.DeleteFunc(slices.Clone(cfg.Secrets), func(s string) bool { return s == "" })
	switch {
	case cfg.Client == nil:
		return nil, errors.New("gateway: BusinessConfig.Client is missing")
	case cfg.Environment == "":
		return nil, errors.New("gateway: BusinessConfig.Environment is missing")
	case cfg.Now == nil:
		return nil, errors.New("gateway: BusinessConfig.Now is missing")
	case len(secrets) == 0:
		return nil, errors.New("gateway: no webhook secret is set for Coinbase Business, so no webhook could be believed: `till webhook subscribe` makes one")
	}
	return &Business{client: cfg.Client, environment: cfg.Environment, secrets: secrets, now: cfg.Now}, nil
}

// Provider returns [shop.Business].
func (g *Business) Provider() shop.Provider { return shop.Business }

// Environment returns the environment that this gateway was made for.
func (g *Business) Environment() shop.Environment { return g.environment }
