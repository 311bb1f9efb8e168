package config

import (
	"regexp"
	"strings"
)

// business reads the account at Coinbase Business. Whether the key is one is
// found out by who uses it.
func (s *settings) business() Business {
	at := func(key string) place { return place{"business", key} }
	return Business{
		KeyID:            s.text(at("key_id")),
		KeySecret:        Secret(s.text(at("key_secret"))), // PEM has blanks in it
		WebhookSecrets:   s.secrets(at("webhook_secrets")),
		BaseURL:          s.baseURL(at("base_url")),
		APIPath:          s.apiPath(at("api_path")),
		SubscriptionsURL: s.baseURL(at("subscriptions_url")),
	}
}

// apiPath reads the path of an API below its base URL.
func (s *settings) apiPath(p place) string {
	value := strings.TrimRight(s.text(p), "/")
	if !regexp.MustCompile(`^(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+$`).MatchString(value) {
		s.wrong(p, "%s is no path; write /api/v1, or /sandbox/api/v1 for Coinbase's own sandbox", quoted(value))
		return ""
	}
	return s.settle(p, value)
}
