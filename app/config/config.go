// Package config reads config.ini and the environment into one checked struct.
//
// The file is read by go-configparser, which is forgiving: it drops lines it
// cannot read and merges sections of the same name. A typing error in a till's
// configuration may cost money, so this package looks at every line first and
// turns whatever would be swallowed into a sentence that names section, key
// and remedy. Nothing starts while there is such a sentence.
package config

import (
	"time"

	"github.com/shopspring/decimal"
)

// Config is everything Till was told, checked and in its final form.
type Config struct {
	File     string // absolute path of the config.ini
	Dir      string // its folder: relative paths are relative to it
	Server   Server
	Store    Store
	Coinbase Coinbase
	Business Business
	Sandbox  Sandbox
	Products []Product // in file order

	shown []shown // what Print writes; holds no secret
}

// Server says where the shop listens and under which address people reach it.
type Server struct {
	Listen         string   // host:port, IPv6 in brackets; port 0 lets the system choose
	PublicURL      string   // scheme://host[:port] without a slash at the end; "" = derived from the bound listener
	AllowedHosts   []string // further names, lower case, without port
	TrustedProxies []string // addresses and networks whose X-Forwarded-For is believed
	MetricsToken   Secret   // bearer for /metrics; "" = only a direct loopback peer
	LimitOrders    int      // orders per minute and address; 0 = no limit
	LimitAsks      int      // visits per minute and address that make us ask the provider; 0 = no limit
	LimitSockets   int      // open sockets per address; 0 = no limit

	LimitOrderSockets int // open sockets per order; 0 = no limit
	LimitWebhooks     int // webhooks per second from everybody together; 0 = no limit

	MaxBody   int           // bytes of a request's body
	MaxHead   int           // bytes of a request's first line and headers together
	FirstByte time.Duration // from the first byte of a request to the end of its headers; its body may take twice as long
	Idle      time.Duration // between two requests on one connection

	RetryPrice string // "order" or "today": what a fresh payment of an old order costs
}

// Store says where orders are kept.
type Store struct {
	URL string // "sqlite:" and an absolute path
}

// Coinbase says who takes new payments, and is the account at Coinbase
// Commerce. Its API key and its secrets are both set or both empty; empty they
// are only while the sandbox is on or Business is the provider.
type Coinbase struct {
	Provider       string   // "commerce" or "business"
	APIKey         Secret   // see [Coinbase.Set]
	WebhookSecrets []Secret // two are valid while one is rotated
	BaseURL        string   // without a slash at the end
	CallsPerMinute int      // how many questions Coinbase is asked a minute, at least 1
}

// Set reports whether there is an account at Coinbase Commerce.
func (c Coinbase) Set() bool { return c.APIKey != "" && len(c.WebhookSecrets) > 0 }

// Business is the account at Coinbase Business. Its key and its secrets are all
// set or all empty; empty they are only while Commerce is the provider or the
// sandbox is on, whose key [Config.GenerateSandboxKeys] puts here.
type Business struct {
	KeyID            string
	KeySecret        Secret // PEM whose line ends are written as \n, or base64
	WebhookSecrets   []Secret
	BaseURL          string // without a slash at the end
	APIPath          string // of the API below BaseURL, such as /api/v1; no slash at the end
	SubscriptionsURL string // where webhooks are subscribed to
}

// Set reports whether there is an account at Coinbase Business.
func (b Business) Set() bool {
	return b.KeyID != "" && b.KeySecret != "" && len(b.WebhookSecrets) > 0
}

// Sandbox is the built-in imitation of the provider. Apart from Enabled it is
// empty when [Load] finds it switched off.
type Sandbox struct {
	Enabled               bool
	AllowPublic           bool
	Listen                string        // as Server.Listen
	PublicURL             string        // as Server.PublicURL
	APIKey                Secret        // "" until GenerateSandboxKeys
	WebhookSecret         Secret        // "" until GenerateSandboxKeys
	WebhookURL            string        // where events go; "" = the shop's receiver
	BusinessWebhookSecret Secret        // "" until GenerateSandboxKeys
	BusinessWebhookURL    string        // as WebhookURL
	BusinessPublicKey     string        // PEM whose line ends are written as \n; "" until GenerateSandboxKeys
	Shape                 string        // "2018" or "onchain": how charges look
	ConfirmAfter          time.Duration // from seen to confirmed
	Store                 string        // as Store.URL
}

// Product is one thing for sale. With method "checkout" at Coinbase Commerce the
// provider says what it is and costs: Name, Description, Price and Currency,
// made up where nobody wrote them, are only what the sandbox's checkout is
// filled with. Coinbase Business has no such checkouts: what stands here counts.
type Product struct {
	Slug        string // lower-case letters, digits and single dashes
	Name        string
	Description string
	Price       decimal.Decimal // more than zero, at most two places
	Currency    string          // upper-case code such as USD
	Method      string          // "charge" or "checkout"
	CheckoutID  string          // of a checkout at Commerce: a uuid in small letters; else it may be empty
	Image       string          // file name in public/img; "" = none
}
