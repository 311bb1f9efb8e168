package config

import "strings"

const (
	productPrefix  = "product "
	productSection = productPrefix + "SLUG" // how a sentence names the section of any product

	defaultAPI           = "https://api.commerce.coinbase.com"
	defaultBusiness      = "https://business.coinbase.com"
	defaultSubscriptions = "https://api.cdp.coinbase.com/platform/v2/data/webhooks/subscriptions"

	charge       = "charge"
	checkout     = "checkout"
	commerce     = "commerce"
	business     = "business"
	orderPrice   = "order"
	todayPrice   = "today"
	shape2018    = "2018"
	shapeOnchain = "onchain"
)

// section is one section of the file with all its keys, in the order in which
// they are documented and printed.
type section struct {
	name string
	keys []key
}

// key is one key with the value it has when nobody sets it; "" is none.
type key struct {
	name     string
	fallback string
	secret   bool
	lines    bool // PEM, whose lines the environment may have as they are; here each ends in \n
}

// sections is all that may stand in config.ini. Whatever is missing here is a
// mistake there.
func sections() []section {
	return []section{
		{"server", []key{
			{name: "listen", fallback: "127.0.0.1:8000"},
			{name: "public_url"},
			{name: "allowed_hosts"},
			{name: "trusted_proxies"},
			{name: "metrics_token", secret: true},
			{name: "limit_orders", fallback: "120"},
			{name: "limit_asks", fallback: "120"},
			{name: "limit_sockets", fallback: "200"},
			{name: "limit_order_sockets", fallback: "20"},
			{name: "limit_webhooks", fallback: "0"},
			{name: "max_body", fallback: "1048576"},
			{name: "max_head", fallback: "16384"},
			{name: "first_byte", fallback: "5s"},
			{name: "idle", fallback: "75s"},
			{name: "retry_price", fallback: orderPrice},
		}},
		{"store", []key{
			{name: "url", fallback: "sqlite:data/till.db"},
		}},
		{"coinbase", []key{
			{name: "provider", fallback: commerce},
			{name: "api_key", secret: true},
			{name: "webhook_secrets", secret: true},
			{name: "base_url", fallback: defaultAPI},
			{name: "calls_per_minute", fallback: "300"},
		}},
		{"business", []key{
			{name: "key_id"},
			{name: "key_secret", secret: true, lines: true},
			{name: "webhook_secrets", secret: true},
			{name: "base_url", fallback: defaultBusiness},
			{name: "api_path", fallback: "/api/v1"},
			{name: "subscriptions_url", fallback: defaultSubscriptions},
		}},
		{"sandbox", sandboxKeys()},
		{productSection, []key{
			{name: "name"},
			{name: "description"},
			{name: "price"},
			{name: "currency"},
			{name: "method", fallback: charge},
			{name: "checkout_id"},
			{name: "image"},
		}},
	}
}

func sandboxKeys() []key {
	return []key{
		{name: "enabled", fallback: "false"},
		{name: "allow_public", fallback: "false"},
		{name: "listen", fallback: "127.0.0.1:8402"},
		{name: "public_url"},
		{name: "api_key", secret: true},
		{name: "webhook_secret", secret: true},
		{name: "webhook_url"},
		{name: "business_webhook_secret", secret: true},
		{name: "business_webhook_url"},
		{name: "business_public_key", lines: true},
		{name: "shape", fallback: shape2018},
		{name: "confirm_after", fallback: "8s"},
		{name: "store", fallback: "sqlite:data/sandbox.db"},
	}
}

// keysOf returns the keys of a section as the file spells it, and whether
// there is such a section.
func keysOf(name string) ([]key, bool) {
	if strings.HasPrefix(name, productPrefix) {
		name = productSection
	}
	for _, s := range sections() {
		if s.name == name {
			return s.keys, true
		}
	}
	return nil, false
}

// keyAt returns the key of that place, and whether there is one.
func keyAt(p place) (key, bool) {
	keys, _ := keysOf(p.section)
	for _, k := range keys {
		if k.name == p.key {
			return k, true
		}
	}
	return key{}, false
}

// place names one setting: a section as the file spells it and a key in it.
type place struct{ section, key string }

// String writes the place as sentences do: "[server] listen".
func (p place) String() string { return "[" + p.section + "] " + p.key }

// variable is the name of the environment variable that overrides the place.
func (p place) variable() string {
	return variablePrefix + strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, p.section+"_"+p.key)
}
