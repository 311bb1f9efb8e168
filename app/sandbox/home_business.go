package sandbox

import (
	"strings"

	"till/app/sandbox/delivery"
)

// homeBusiness says how a program for Commerce's successor is pointed here.
type homeBusiness struct {
	BaseURL       string
	Paths         []string
	Subscriptions string
	PublicKey     string // "" = none is known, so nobody is let in
	SecretHint    string
	Secret        string   // whole, for who is on this machine
	Webhooks      []string // where they go, in words
}

func (s *Sandbox) homeBusiness(endpoints []delivery.Endpoint, here bool) homeBusiness {
	home := homeBusiness{
		BaseURL: s.cfg.PublicURL + businessPath, Paths: versions(), Subscriptions: s.cfg.PublicURL + subscriptionsPath,
		PublicKey: strings.TrimSpace(strings.ReplaceAll(s.cfg.BusinessPublicKey, `\n`, "\n")),
		Webhooks:  destinations(endpoints, delivery.Business, here),
	}
	if s.cfg.BusinessWebhookSecret != "" {
		home.SecretHint = hint(s.cfg.BusinessWebhookSecret)
	}
	if here {
		home.Secret = s.cfg.BusinessWebhookSecret
	}
	return home
}
