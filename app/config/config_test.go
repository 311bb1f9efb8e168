package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/shopspring/decimal"

	"till/app/config"
)

const product = `
[product coffee]
name = Coffee
description = Black.
price = 4.50
currency = USD
`

const sandboxOn = "[sandbox]\nenabled = true\n"

// write keeps text as a config.ini in a folder of its own.
func write(t testing.TB, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config.ini")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func load(t *testing.T, text string, environ ...string) config.Config {
	t.Helper()
	c, err := config.Load(write(t, text), environ)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	return c
}

func TestLoad_Defaults(t *testing.T) {
	t.Parallel()
	file := write(t, sandboxOn+product)
	got, err := config.Load(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(file)
	want := config.Config{
		File: file,
		Dir:  dir,
		Server: config.Server{
			Listen: "127.0.0.1:8000", LimitOrders: 120, LimitSockets: 200,
			LimitAsks: 120, LimitOrderSockets: 20, MaxBody: 1 << 20, MaxHead: 16 << 10, FirstByte: 5 * time.Second, Idle: 75 * time.Second,
			RetryPrice: "order",
		},
		Store:    config.Store{URL: "sqlite:" + dir + "/data/till.db"},
		Coinbase: config.Coinbase{Provider: "commerce", BaseURL: "https://api.commerce.coinbase.com", CallsPerMinute: 300},
		Business: businessDefaults(),
		Sandbox: config.Sandbox{
			Enabled: true, Listen: "127.0.0.1:8402", Shape: "2018", ConfirmAfter: 8 * time.Second,
			Store: "sqlite:" + dir + "/data/sandbox.db",
		},
		Products: []config.Product{{
			Slug: "coffee", Name: "Coffee", Description: "Black.",
			Price: decimal.RequireFromString("4.50"), Currency: "USD", Method: "charge",
		}},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(config.Config{})); diff != "" {
		t.Error(diff)
	}
}

func businessDefaults() config.Business {
	return config.Business{
		BaseURL: "https://business.coinbase.com", APIPath: "/api/v1",
		SubscriptionsURL: "https://api.cdp.coinbase.com/platform/v2/data/webhooks/subscriptions",
	}
}

func TestLoad_EveryKey(t *testing.T) {
	t.Parallel()
	got := load(t, `
[server]
listen = 0.0.0.0:80
public_url = HTTPS://Shop.Example.com:443/
allowed_hosts = www.example.com , Kiosk
trusted_proxies = 10.0.0.7, fd00::/8
metrics_token = m
limit_orders = 0
limit_sockets = 7
limit_asks = 8
limit_order_sockets = 9
limit_webhooks = 10
max_body = 65536
max_head = 4096
first_byte = 1500ms
idle = 2m
retry_price = today
[store]
url = sqlite:/var/lib/till/../till.db
[coinbase]
provider = commerce
api_key = k
webhook_secrets = new, old
base_url = http://localhost:9/commerce/
calls_per_minute = 30
[business]
key_id = organizations/o/apiKeys/k
key_secret = -----BEGIN EC PRIVATE KEY-----\nMHcC=\n-----END EC PRIVATE KEY-----
webhook_secrets = fresh, stale
base_url = http://localhost:9/business/
api_path = /sandbox/api/v1/
subscriptions_url = http://localhost:9/subscriptions
[sandbox]
enabled = off
shape = unused
[product b]
name = B 1
description: With a colon = and an equals sign
price = 0.01
currency = USDC
image = b.webp
[product a]
name = A
description = Blend #3, 100%
price = 999999.99
currency = EUR
method = charge
`[1:], "TILL_PRODUCT_B_NAME= B [2] ", "HOME=/root", "TILL_SERVER_LISTEN=")
	want := config.Config{
		File: got.File,
		Dir:  got.Dir,
		Server: config.Server{
			Listen: "127.0.0.1:8000", PublicURL: "https://shop.example.com",
			AllowedHosts: []string{"www.example.com", "kiosk"}, TrustedProxies: []string{"10.0.0.7", "fd00::/8"},
			MetricsToken: "m", LimitSockets: 7, LimitAsks: 8, LimitOrderSockets: 9, LimitWebhooks: 10,
			MaxBody: 64 << 10, MaxHead: 4 << 10, FirstByte: 1500 * time.Millisecond, Idle: 2 * time.Minute, RetryPrice: "today",
		},
		Store: config.Store{URL: "sqlite:/var/lib/till.db"},
		Coinbase: config.Coinbase{
			Provider: "commerce", APIKey: "k", WebhookSecrets: []config.Secret{"new", "old"},
			BaseURL: "http://localhost:9/commerce", CallsPerMinute: 30,
		},
		Business: config.Business{
			KeyID: "organizations/o/apiKeys/k", KeySecret: `-----BEGIN EC PRIVATE KEY-----\nMHcC=\n-----END EC PRIVATE KEY-----`,
			WebhookSecrets: []config.Secret{"fresh", "stale"}, BaseURL: "http://localhost:9/business",
			APIPath: "/sandbox/api/v1", SubscriptionsURL: "http://localhost:9/subscriptions",
		},
		Products: []config.Product{
			{
				Slug: "b", Name: "B [2]", Description: "With a colon = and an equals sign",
				Price: decimal.RequireFromString("0.01"), Currency: "USDC", Method: "charge", Image: "b.webp",
			},
			{
				Slug: "a", Name: "A", Description: "Blend #3, 100%",
				Price: decimal.RequireFromString("999999.99"), Currency: "EUR", Method: "charge",
			},
		},
	}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(config.Config{})); diff != "" {
		t.Error(diff)
	}
}

func TestLoad_EnvironmentWins(t *testing.T) {
	t.Parallel()
	text := sandboxOn + "confirm_after = 1h\n" + product + strings.ReplaceAll(product, "coffee", "coffee-bean")
	got := load(t, text,
		"TILL_PRODUCT_COFFEE_BEAN_PRICE=12",
		"TILL_SANDBOX_CONFIRM_AFTER=5ms",
		"TILL_SANDBOX_CONFIRM_AFTER=6ms", // a later one replaces an earlier one
		"TILL_SERVER_LISTEN=[::1]:0",
	)
	if got.Products[1].Price.String() != "12" || got.Products[0].Price.String() != "4.5" {
		t.Errorf("prices are %s and %s", got.Products[0].Price, got.Products[1].Price)
	}
	if got.Sandbox.ConfirmAfter != 6*time.Millisecond {
		t.Errorf("ConfirmAfter is %s", got.Sandbox.ConfirmAfter)
	}
	if got.Server.Listen != "[::1]:0" {
		t.Errorf("Listen is %s", got.Server.Listen)
	}
}

func TestLoad_Listen(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"127.0.0.1:8000": "127.0.0.1:8000",
		"localhost:0":    "localhost:0",
		"::1:8080":       "[::1]:8080",
		":::8080":        "[::]:8080",
	} {
		if got := load(t, "[server]\nlisten = "+in+"\n"+sandboxOn+product); got.Server.Listen != want {
			t.Errorf("listen = %s gives %s, want %s", in, got.Server.Listen, want)
		}
	}
}

func TestLoad_NoSuchFile(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, file := range map[string]string{"missing": filepath.Join(folder, "config.ini"), "a folder": folder} {
		for _, read := range []func(string, []string) (config.Config, error){config.Load, config.LoadSandbox} {
			_, err := read(file, nil)
			if err == nil || !strings.Contains(err.Error(), file) || !strings.Contains(err.Error(), "--config FILE") {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

func TestLoadSandbox(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		text, want, business string
		environ              []string
	}{
		"an empty file is enough":        {"", "http://127.0.0.1:8000/webhooks/commerce", "http://127.0.0.1:8000/webhooks/business", nil},
		"other values are not looked at": {"[store]\nurl = x\n[product a]\n[sandbox]\nenabled = maybe\n", "http://127.0.0.1:8000/webhooks/commerce", "http://127.0.0.1:8000/webhooks/business", nil},
		"its own webhook_url":            {"[server]\nlisten = x\n[sandbox]\nwebhook_url = http://shop:80/hook\n", "http://shop/hook", "", nil},
		"its own Business URL":           {"[sandbox]\nwebhook_url = http://shop/hook\nbusiness_webhook_url = http://b/hook\n", "http://shop/hook", "http://b/hook", nil},
		"one of its own URLs":            {"[sandbox]\nwebhook_url = http://shop/hook\n", "http://shop/hook", "http://127.0.0.1:8000/webhooks/business", nil},
		"a shop on every network":        {"[server]\nlisten = 0.0.0.0:81\n", "http://127.0.0.1:81/webhooks/commerce", "http://127.0.0.1:81/webhooks/business", nil},
		"a shop on IPv6":                 {"[server]\nlisten = ::1:81\n", "http://[::1]:81/webhooks/commerce", "http://[::1]:81/webhooks/business", nil},
		"a shop with a public_url":       {"", "https://shop.example/webhooks/commerce", "https://shop.example/webhooks/business", []string{"TILL_SERVER_PUBLIC_URL=https://shop.example"}},
		"a receiver behind a query":      {"[sandbox]\nwebhook_url = HTTP://Shop:80/?wc-api=WC_Gateway_Coinbase&b=%20\nbusiness_webhook_url = http://b/?c=d\n", "http://shop/?wc-api=WC_Gateway_Coinbase&b=%20", "http://b/?c=d", nil},
		"a receiver with a slash":        {"[sandbox]\nwebhook_url = http://shop/hook/\nbusiness_webhook_url = http://b/hook/\n", "http://shop/hook/", "http://b/hook/", nil},
		"a name among containers":        {"", "http://127.0.0.1:8000/webhooks/commerce", "http://127.0.0.1:8000/webhooks/business", []string{"TILL_SANDBOX_PUBLIC_URL=http://sandbox:8402", "TILL_SANDBOX_LISTEN=0.0.0.0:8402"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := config.LoadSandbox(write(t, tc.text), tc.environ)
			if err != nil {
				t.Fatal(err)
			}
			if !got.Sandbox.Enabled || got.Sandbox.WebhookURL != tc.want {
				t.Errorf("Enabled %v, WebhookURL %s, want %s", got.Sandbox.Enabled, got.Sandbox.WebhookURL, tc.want)
			}
			if got.Sandbox.BusinessWebhookURL != tc.business {
				t.Errorf("BusinessWebhookURL %s, want %s", got.Sandbox.BusinessWebhookURL, tc.business)
			}
		})
	}
}
