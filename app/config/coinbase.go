package config

import "strings"

func (s *settings) coinbase() Coinbase {
	at := func(key string) place { return place{"coinbase", key} }
	return Coinbase{
		Provider:       s.choice(at("provider"), commerce, business),
		APIKey:         s.secret(at("api_key")),
		WebhookSecrets: s.secrets(at("webhook_secrets")),
		BaseURL:        s.baseURL(at("base_url")),
		CallsPerMinute: s.number(at("calls_per_minute"), 1, mostLimit),
	}
}

// account is what a till needs to be paid at a provider.
type account struct {
	section, owner string
	keys           []string
	from           map[string]string // where each of them is found
}

func commerceAccount() account {
	return account{
		section: "coinbase", owner: commerce, keys: []string{"api_key", "webhook_secrets"},
		from: map[string]string{
			"api_key":         "copy the API key from the settings of your Coinbase Commerce account",
			"webhook_secrets": "copy the webhook's shared secret from the settings of your Coinbase Commerce account",
		},
	}
}

func businessAccount() account {
	return account{
		section: "business", owner: business, keys: []string{"key_id", "key_secret", "webhook_secrets"},
		from: map[string]string{
			"key_id":          "copy the API key's id from the Coinbase Developer Platform",
			"key_secret":      "copy the API key's secret from the Coinbase Developer Platform",
			"webhook_secrets": "run `till webhook subscribe` and copy the secret it shows",
		},
	}
}

// credentials demands what real money needs. A webhook without a secret to
// check it could be sent by anybody, so there is no way to go without one. An
// account beside the provider's is whole or not there.
func (s *settings) credentials(c Config) {
	for _, a := range []account{commerceAccount(), businessAccount()} {
		wanted := c.Coinbase.Provider == a.owner
		for _, key := range a.keys {
			if !s.given(a, key) && (wanted || s.begun(a)) {
				s.demand(a, key, wanted)
			}
		}
	}
}

func (s *settings) given(a account, key string) bool {
	return strings.Trim(s.text(place{a.section, key}), ", ") != ""
}

// begun reports whether any part of the account is there.
func (s *settings) begun(a account) bool {
	for _, key := range a.keys {
		if s.given(a, key) {
			return true
		}
	}
	return false
}

func (s *settings) demand(a account, key string, wanted bool) {
	p, instead := place{a.section, key}, "To try Till without an account, write enabled = true in [sandbox]"
	if !wanted {
		instead = "Without an account there, leave out what else is set of " + strings.Join(a.keys, ", ")
	}
	s.wrong(p, "is missing; %s into the environment as %s. %s", a.from[key], p.variable(), instead)
}
