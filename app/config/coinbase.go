package config

import "strings"

func (s *settings) coinbase() Coinbase {
	at := func(key string) place { return place{"coinbase", key} }
	c := Coinbase{
		APIKey:         s.secret(at("api_key")),
		WebhookSecrets: s.secrets(at("webhook_secrets")),
		BaseURL:        s.baseURL(at("base_url")),
		CallsPerMinute: s.number(at("calls_per_minute"), 1, mostLimit),
	}
	if s.text(at("provider")) == "business" {
		s.wrong(at("provider"), "Coinbase Business comes later; write %s for now", commerce)
		return c
	}
	c.Provider = s.choice(at("provider"), commerce)
	return c
}

// credentials demands what real money needs. A webhook without a secret to
// check it could be sent by anybody, so there is no way to go without one.
func (s *settings) credentials() {
	s.demand(place{"coinbase", "api_key"}, "the API key")
	s.demand(place{"coinbase", "webhook_secrets"}, "the webhook's shared secret")
}

func (s *settings) demand(p place, what string) {
	if strings.Trim(s.text(p), ", ") != "" {
		return
	}
	s.wrong(p, "is missing; copy %s from the settings of your Coinbase Commerce account into the environment as %s. "+
		"To try Till without an account, write enabled = true in [sandbox]", what, p.variable())
}
