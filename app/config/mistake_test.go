package config_test

import (
	"strings"
	"testing"

	"till/app/config"
)

// mistake is a configuration with one thing wrong and what its sentence says.
type mistake struct {
	name    string
	text    string // in front of a good product
	environ []string
	want    []string // place, problem, remedy
}

// base64Secret has the shape of an Ed25519 key.
const base64Secret = "c2VjcmV0NlY3JldHNlY3JldHNlY3JldHNlY3JldHNlY3JldHNlY3JldHNlY3JldHNlY3JldHNlY3JldHNlY3Jl=="

// in is a section with such lines, below a sandbox that is on.
func in(section, lines string) string {
	if section == "sandbox" {
		return sandboxOn + lines + "\n"
	}
	return sandboxOn + "[" + section + "]\n" + lines + "\n"
}

func syntaxMistakes() []mistake {
	long := "#" + strings.Repeat("x", 5000)
	return []mistake{
		{"byte order mark", "\ufeff" + sandboxOn, nil, []string{"config.ini line 1", "byte order mark", "save the file as UTF-8"}},
		{"not UTF-8", in("server", "listen = caf\xe9"), nil, []string{"line 4, in [server]", "not UTF-8", "save the file"}},
		{"control character", in("server", "listen = a\x00b"), nil, []string{"line 4, in [server]", "control character", "type the line anew"}},
		{"line too long", in("server", long), nil, []string{"line 4, in [server]", "longer than 4000", "shorten"}},
		{"semicolon comment", in("server", "; listen = x"), nil, []string{"line 4, in [server]", "semicolon", "begins with #"}},
		{"line without =", in("coinbase", "api_key sk-secret"), nil, []string{"line 4, in [coinbase]", "neither", "key = value"}},
		{"line without key", in("server", "= x"), nil, []string{"line 4, in [server]", "key = value"}},
		{"key before any section", "listen = x\n" + sandboxOn, nil, []string{"line 1", `"listen"`, "below its header"}},
		{"a secret on a line of its own", in("business", "key_id = k\n"+base64Secret), nil, []string{"line 5, in [business]", "does not begin with the name of a key", "on the line of its key"}},
		{"a secret before any section", base64Secret + "\n" + sandboxOn, nil, []string{"line 1, before the first section", "on the line of its key"}},
		{"a line of PEM", in("business", "key_id = k\nc2VjcmV0QgAE9Zk="), nil, []string{"line 5, in [business]", "small letters and _ only", "PEM in one line"}},
		{"header not closed", in("server", "[store\nurl = x"), nil, []string{"line 4, in [server]", "no section header", "such as [server]"}},
		{"comment after a header", in("server", "[store] # where"), nil, []string{"line 4", "no section header", "alone on its line"}},
		{"empty header", in("server", "[]"), nil, []string{"line 4", "no section header"}},
		{"section twice", in("server", "[sandbox]\nshape = 2018"), nil, []string{"line 4", "[sandbox] stands here a second time, first in line 1", "move its keys"}},
		{"key twice", in("server", "limit_orders = 1\nlimit_orders = 2"), nil, []string{"line 5", "[server] limit_orders", "first in line 4", "delete one"}},
		{"IPv6 in brackets", in("server", "listen = [::1]:8080"), nil, []string{"line 4", "[server] listen", "::1:8000", "TILL_SERVER_LISTEN"}},
		{"brackets in a text", in("product x", "name = Tea [new]\ndescription = d\nprice = 1\ncurrency = USD"), nil, []string{"[product x] name", "round ones", "TILL_PRODUCT_X_NAME"}},
		{"comment after a value", in("server", "limit_orders = 5 # few"), nil, []string{"[server] limit_orders", "line of its own"}},
		{"interpolation", in("store", "url = sqlite:%(dir)s/x"), nil, []string{"[store] url", "%(name)s", "write the value itself"}},
	}
}

func nameMistakes() []mistake {
	return []mistake{
		{"unknown section", "[servr]\nlisten = x\n" + sandboxOn, nil, []string{"line 1", "no section [servr]", "nearest known one is [server]"}},
		{"section for later", in("merchant", "webhook_url = x"), nil, []string{"no section [merchant]", "nearest known one is ["}},
		{"default section", in("DEFAULT", "listen = x"), nil, []string{"no section [DEFAULT]"}},
		{"product without slug", in("product", "name = x"), nil, []string{"no section [product]", "nearest known one is [product SLUG]"}},
		{"unknown key", in("server", "lisen = x"), nil, []string{"line 4", `[server] has no key "lisen"`, `nearest known one is "listen"`}},
		{"key in capitals", in("server", "Listen = x"), nil, []string{`no key "Listen"`, `"listen"`}},
		{"key with a dash", in("server", "public-url = x"), nil, []string{`no key "public-url"`, `"public_url"`}},
		{"key with a dot", in("server", "limit.orders = 1"), nil, []string{`no key "limit.orders"`, `"limit_orders"`}},
		{"key in camel case", in("server", "publicUrl = x"), nil, []string{`no key "publicUrl"`, `"public_url"`}},
		{"a variable's name in the file", in("sandbox", "TILL_SANDBOX_BUSINESS_WEBHOOK_SECRET = sk-secret"), nil, []string{`no key "TILL_SANDBOX_BUSINESS_WEBHOOK_SECRET"`}},
		{"unknown key while the sandbox is off", "[sandbox]\nwebhok_url = x\n", []string{"TILL_COINBASE_API_KEY=k", "TILL_COINBASE_WEBHOOK_SECRETS=s"}, []string{"[sandbox]", `"webhok_url"`, `"webhook_url"`}},
		{"unknown variable", sandboxOn, []string{"TILL_SERVER_LISEN=x"}, []string{"TILL_SERVER_LISEN", "nearest known one is TILL_SERVER_LISTEN", "unset it"}},
		{"variable of no product", sandboxOn, []string{"TILL_PRODUCT_TEA_PRICE=1"}, []string{"TILL_PRODUCT_TEA_PRICE", "[product SLUG] in config.ini", "in the file only"}},
		{"line break in a variable", sandboxOn, []string{"TILL_SERVER_METRICS_TOKEN=a\nb"}, []string{"TILL_SERVER_METRICS_TOKEN", "[server] metrics_token", "one line of text"}},
	}
}

func serverMistakes() []mistake {
	return []mistake{
		{"no port", in("server", "listen = localhost"), nil, []string{"line 4: [server] listen", `"localhost" has no port`, "127.0.0.1:8000"}},
		{"no host", in("server", "listen = :8000"), nil, []string{"[server] listen", "names no host", "0.0.0.0:8000"}},
		{"no such port", in("server", "listen = localhost:65536"), nil, []string{"[server] listen", "port", "from 1 to 65535"}},
		{"mistyped address", in("server", "listen = 127.0.0.1000:80"), nil, []string{"[server] listen", "does not begin with a host", "127.0.0.1:8000"}},
		{"open without public_url", in("server", "listen = 192.168.1.5:80"), nil, []string{"[server] public_url", "is missing", "https://"}},
		{"public_url with path", in("server", "public_url = https://a.example/shop/"), nil, []string{"[server] public_url", "has a path", "write only https://a.example"}},
		{"public_url with query", in("server", "public_url = https://a.example?b"), nil, []string{"[server] public_url", "no ?", "write only"}},
		{"sandbox not encrypted beside the shop", in("sandbox", "public_url = http://box"), nil, []string{"[sandbox] public_url", "not encrypted"}},
		{"public_url not encrypted", in("server", "public_url = http://a.example"), nil, []string{"[server] public_url", "not encrypted", "https://"}},
		{"public_url without scheme", in("server", "public_url = a.example"), nil, []string{"[server] public_url", "no web address", "https://shop.example.com"}},
		{"host with scheme", in("server", "allowed_hosts = a.example, https://b.example"), nil, []string{"[server] allowed_hosts", `"https://b.example"`, "without https://"}},
		{"host with port", in("server", "allowed_hosts = a.example:80"), nil, []string{"[server] allowed_hosts", "port"}},
		{"empty item", in("server", "allowed_hosts = a.example,,"), nil, []string{"[server] allowed_hosts", "empty item", "comma too many"}},
		{"no network", in("server", "trusted_proxies = proxy"), nil, []string{"[server] trusted_proxies", `"proxy"`, "10.0.0.0/8"}},
		{"everybody a proxy", in("server", "trusted_proxies = 0.0.0.0/0"), nil, []string{"[server] trusted_proxies", "everybody", "your own proxies"}},
		{"token with blank", in("server", "metrics_token = to ken"), nil, []string{"[server] metrics_token", "contains a blank", "TILL_SERVER_METRICS_TOKEN"}},
		{"negative limit", in("server", "limit_orders = -1"), nil, []string{"[server] limit_orders", `"-1"`, "0 (no limit)"}},
		{"limit from the environment", sandboxOn, []string{"TILL_SERVER_LIMIT_SOCKETS=many"}, []string{"environment TILL_SERVER_LIMIT_SOCKETS: [server] limit_sockets", `"many"`, "whole number"}},
		{"a body without end", in("server", "max_body = 0"), nil, []string{"[server] max_body", `"0"`, "from 16384 to 67108864"}},
		{"a head too small for a browser", in("server", "max_head = 512"), nil, []string{"[server] max_head", `"512"`, "from 2048 to 1048576"}},
		{"a head that never ends", in("server", "first_byte = 0s"), nil, []string{"[server] first_byte", "above zero", "8s"}},
		{"idle without a unit", in("server", "idle = 75"), nil, []string{"[server] idle", `"75"`, "unit"}},
		{"a price of tomorrow", in("server", "retry_price = tomorrow"), nil, []string{"[server] retry_price", `"tomorrow"`, "order or today"}},
		{"no question at all", in("coinbase", "calls_per_minute = 0"), nil, []string{"[coinbase] calls_per_minute", `"0"`, "from 1 to"}},
		{"postgres", in("store", "url = postgres://till:sk-secret@db/till"), nil, []string{"[store] url", "PostgreSQL comes later", "sqlite:data/till.db"}},
		{"store without scheme", in("store", "url = data/till.db"), nil, []string{"[store] url", "no SQLite file", "sqlite:data/till.db"}},
		{"store in memory", in("store", "url = sqlite::memory:"), nil, []string{"[store] url", "no SQLite file"}},
		{"store is a folder", in("store", "url = sqlite:data/"), nil, []string{"[store] url", "no SQLite file"}},
	}
}

func providerMistakes() []mistake {
	off := "[sandbox]\nenabled = false\n"
	key, secret := "TILL_COINBASE_API_KEY=k", "TILL_COINBASE_WEBHOOK_SECRETS=s"
	return []mistake{
		{"other provider", in("coinbase", "provider = stripe"), nil, []string{"[coinbase] provider", `"stripe"`, "write commerce or business"}},
		{"base_url not encrypted", in("coinbase", "base_url = http://api.example"), nil, []string{"[coinbase] base_url", "not encrypted", "https://"}},
		{"base_url with user", in("coinbase", "base_url = https://u:sk-secret@api.example"), nil, []string{"[coinbase] base_url", "no user", "only https://"}},
		{"secret with blank", in("coinbase", "webhook_secrets = sk-secret b, c"), nil, []string{"[coinbase] webhook_secrets", "blank", "by commas"}},
		{"no API key", off, []string{secret}, []string{"[coinbase] api_key", "is missing", "TILL_COINBASE_API_KEY", "enabled = true in [sandbox]"}},
		{"no webhook secret", "", []string{key}, []string{"[coinbase] webhook_secrets", "is missing", "TILL_COINBASE_WEBHOOK_SECRETS", "enabled = true in [sandbox]"}},
		{"neither yes nor no", "[sandbox]\nenabled = maybe\n", []string{key, secret}, []string{"[sandbox] enabled", `"maybe"`, "true or false"}},
		{"sandbox in public", in("server", "public_url = https://a.example"), nil, []string{"[server] public_url", "nobody pays", "enabled = false", "allow_public = true"}},
		{"sandbox itself in public", in("sandbox", "public_url = https://a.example"), nil, []string{"[sandbox] public_url", "nobody pays", "allow_public = true"}},
		{"shape", in("sandbox", "shape = round"), nil, []string{"[sandbox] shape", `"round"`, "2018 or onchain"}},
		{"no duration", in("sandbox", "confirm_after = 8"), nil, []string{"[sandbox] confirm_after", `"8"`, "500ms"}},
		{"no time at all", in("sandbox", "confirm_after = 0s"), nil, []string{"[sandbox] confirm_after", "above zero", "8s"}},
		{"webhook_url with a password", in("sandbox", "webhook_url = https://u:sk-secret@a.example/?b=c"), nil, []string{"[sandbox] webhook_url", "no user"}},
		{"webhook_url with a fragment", in("sandbox", "webhook_url = https://a.example/?b=c#d"), nil, []string{"[sandbox] webhook_url", "no #"}},
		{"webhook_url", in("sandbox", "webhook_url = /hook"), nil, []string{"[sandbox] webhook_url", "no web address", "https://"}},
		{"sandbox in PostgreSQL", in("sandbox", "store = postgresql://db"), nil, []string{"[sandbox] store", "PostgreSQL comes later", "sqlite:"}},
		{"one address for both", in("sandbox", "listen = 127.0.0.1:8000"), nil, []string{"[sandbox] listen", "[server] listen", "another port"}},
		{"one file for both", in("sandbox", "store = sqlite:./data/till.db"), nil, []string{"[sandbox] store", "[store] url", "sqlite:data/sandbox.db"}},
	}
}

func businessMistakes() []mistake {
	const chosen = "[coinbase]\nprovider = business\n"
	commerce := []string{"TILL_COINBASE_API_KEY=k", "TILL_COINBASE_WEBHOOK_SECRETS=s"}
	key := []string{"TILL_BUSINESS_KEY_ID=i", "TILL_BUSINESS_KEY_SECRET=sk-secret", "TILL_BUSINESS_WEBHOOK_SECRETS=s"}
	return []mistake{
		{"no key id", chosen, key[1:], []string{"[business] key_id", "is missing", "Coinbase Developer Platform", "TILL_BUSINESS_KEY_ID", "enabled = true in [sandbox]"}},
		{"no key secret", chosen, []string{key[0], key[2]}, []string{"[business] key_secret", "is missing", "TILL_BUSINESS_KEY_SECRET"}},
		{"no webhook secret", chosen, key[:2], []string{"[business] webhook_secrets", "is missing", "`till webhook subscribe`", "TILL_BUSINESS_WEBHOOK_SECRETS"}},
		{"half of a key beside Commerce", "", append(commerce, key[0], key[2]), []string{"[business] key_secret", "is missing", "leave out what else is set of key_id, key_secret, webhook_secrets"}},
		{"half of Commerce beside it", chosen, append(key, commerce[0]), []string{"[coinbase] webhook_secrets", "is missing", "leave out what else is set of api_key, webhook_secrets"}},
		{"base_url not encrypted", in("business", "base_url = http://b.example"), nil, []string{"[business] base_url", "not encrypted", "https://"}},
		{"subscriptions_url not encrypted", in("business", "subscriptions_url = http://b.example"), nil, []string{"[business] subscriptions_url", "not encrypted"}},
		{"no path", in("business", "api_path = api/v1"), nil, []string{"[business] api_path", `"api/v1"`, "/sandbox/api/v1"}},
		{"a path that leads up", in("business", "api_path = /api/../v1"), nil, []string{"[business] api_path", "no path"}},
		{"a path with a query", in("business", "api_path = /api/v1?x"), nil, []string{"[business] api_path", "no path"}},
		{"secret with blank", in("business", "webhook_secrets = sk-secret b"), nil, []string{"[business] webhook_secrets", "blank"}},
		{"a public half alone", in("sandbox", "business_public_key = x"), nil, []string{"[sandbox] business_public_key", "[business] key_id and key_secret", "leave this out"}},
		{"a tab in a key", sandboxOn, []string{"TILL_BUSINESS_KEY_SECRET=sk-secret\x00"}, []string{"TILL_BUSINESS_KEY_SECRET", "one line of text"}},
		{"a key id of two lines", sandboxOn, []string{"TILL_BUSINESS_KEY_ID=a\nb"}, []string{"TILL_BUSINESS_KEY_ID", "one line of text"}},
		{"a checkout without a name", in("coinbase", "provider = business\n[product x]\nmethod = checkout\ndescription = d\nprice = 1\ncurrency = USD"), nil, []string{"[product x] name", "is missing"}},
		{"a checkout without a price", in("coinbase", "provider = business\n[product x]\nmethod = checkout\nname = n\ndescription = d\ncurrency = USD"), nil, []string{"[product x] price", "no price"}},
	}
}

func productMistakes() []mistake {
	with := func(lines string) string {
		keys := "name = X\ndescription = Y\nprice = 1\ncurrency = USD\n"
		for line := range strings.Lines(lines + "\n") {
			key, _, _ := strings.Cut(line, " ")
			before, after, found := strings.Cut(keys, key+" =")
			if found {
				keys = before + after[strings.IndexByte(after, '\n')+1:]
			}
			keys += line
		}
		return in("product x", keys)
	}
	all := "\nname = X\ndescription = Y\nprice = 1\ncurrency = USD\n"
	return []mistake{
		{"slug", sandboxOn + "[product Big Mug]" + all, nil, []string{"[product Big Mug]", "lower-case letters", "such as [product coffee-beans]"}},
		{"slug with two dashes", sandboxOn + "[product a--b]" + all, nil, []string{"[product a--b]", "single dashes"}},
		{"no name", with("name ="), nil, []string{"[product x] name", "is missing", "at most 100"}},
		{"long name", with("name = " + strings.Repeat("é", 101)), nil, []string{"[product x] name", "101", "shorten"}},
		{"no description", with("description ="), nil, []string{"[product x] description", "is missing", "at most 200"}},
		{"long description", with("description = " + strings.Repeat("é", 201)), nil, []string{"[product x] description", "201", "shorten"}},
		{"no price", with("price ="), nil, []string{"[product x] price", "an empty value is no price", "such as 4.50"}},
		{"price with comma", with("price = 4,50"), nil, []string{"[product x] price", `"4,50"`, "a point"}},
		{"price of zero", with("price = 0.00"), nil, []string{"[product x] price", "above 0"}},
		{"price below zero", with("price = -1"), nil, []string{"[product x] price", `"-1"`}},
		{"three places", with("price = 1.001"), nil, []string{"[product x] price", `"1.001"`}},
		{"price in powers", with("price = 1e999999999"), nil, []string{"[product x] price", "digits"}},
		{"price of a house", with("price = 1000000"), nil, []string{"[product x] price", "at most 999999.99"}},
		{"no currency", with("currency ="), nil, []string{"[product x] currency", "capital letters", "USD"}},
		{"currency in small letters", with("currency = usd"), nil, []string{"[product x] currency", `"usd"`, "capital letters"}},
		{"checkout without id", with("method = checkout"), nil, []string{"[product x] checkout_id", "is missing", "till checkout create", "method = charge"}},
		{"checkout_id of another form", with("method = checkout\ncheckout_id = 17"), nil, []string{"[product x] checkout_id", `"17"`, "copy it again", "https://commerce.coinbase.com/checkout/"}},
		{"checkout_id with a charge", with("method = charge\ncheckout_id = 3c1f0a52-7d64-4b8e-9a2f-6e5d8b7c4f10"), nil, []string{"[product x] checkout_id", "only for method = checkout", "leave the line out"}},
		{"checkout_id with a password", with("method = checkout\ncheckout_id = https://u:sk-secret@a/checkout/x"), nil, []string{"[product x] checkout_id", "the value is neither"}},
		{"checkout with a bad price", with("method = checkout\ncheckout_id = 3c1f0a52-7d64-4b8e-9a2f-6e5d8b7c4f10\nprice = 1,50"), nil, []string{"[product x] price", `"1,50"`, "a point"}},
		{"a novel for a price", with("price = " + strings.Repeat("9", 99)), nil, []string{"[product x] price", `"` + strings.Repeat("9", 60) + `…"`}},
		{"other method", with("method = cash"), nil, []string{"[product x] method", `"cash"`, "write charge or checkout"}},
		{"other method, with a checkout_id", with("method = cash\ncheckout_id = 3c1f0a52-7d64-4b8e-9a2f-6e5d8b7c4f10"), nil, []string{"[product x] method", `"cash"`}},
		{"checkout_id", with("checkout_id = 1"), nil, []string{"[product x] checkout_id", "method = checkout", "leave the line out"}},
		{"image with path", with("image = ../x.svg"), nil, []string{"[product x] image", `"../x.svg"`, "public/img"}},
		{"image from elsewhere", with("image = https://a/x.svg"), nil, []string{"[product x] image", "plain file name"}},
	}
}

func TestLoad_Mistakes(t *testing.T) {
	t.Parallel()
	for group, cases := range map[string][]mistake{
		"syntax": syntaxMistakes(), "name": nameMistakes(), "server": serverMistakes(),
		"provider": providerMistakes(), "business": businessMistakes(), "product": productMistakes(),
	} {
		for _, tc := range cases {
			t.Run(group+"/"+tc.name, func(t *testing.T) {
				t.Parallel()
				_, err := config.Load(write(t, tc.text+product), tc.environ)
				expect(t, err, 1, tc.want)
			})
		}
	}
}

// expect asserts that the error is so many sentences and says all that.
func expect(t *testing.T, err error, sentences int, want []string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	text := err.Error()
	if n := strings.Count(text, "\n") + 1; n != sentences {
		t.Errorf("%d sentences, want %d", n, sentences)
	}
	for _, part := range want {
		if !strings.Contains(text, part) {
			t.Errorf("does not say %q", part)
		}
	}
	if strings.Contains(text, "sk-secret") || strings.Contains(text, base64Secret[:8]) {
		t.Error("tells a secret")
	}
	if t.Failed() {
		t.Log(text)
	}
}

func TestLoad_TellsAllMistakes(t *testing.T) {
	t.Parallel()
	text := `
[server]
listen = nowhere
garbage
[servr]
limit_orders = 5
[sandbox]
enabled = true
shape = round
[product coffee]
price = 4,50
`[1:]
	_, err := config.Load(write(t, text), []string{"TILL_X=1", "TILL_STORE_URL=postgres://x"})
	expect(t, err, 10, []string{
		"line 3, in [server]", "line 4: there is no section [servr]", "TILL_X", "line 2: [server] listen",
		"TILL_STORE_URL: [store] url", "line 8: [sandbox] shape", "config.ini: [product coffee] name",
		"config.ini: [product coffee] description", "line 10: [product coffee] price", "config.ini: [product coffee] currency",
	})
}

func TestLoad_NothingToSell(t *testing.T) {
	t.Parallel()
	_, err := config.Load(write(t, sandboxOn), nil)
	expect(t, err, 1, []string{"[product SLUG]", "nothing to sell", "such as [product coffee]"})
}

func TestLoad_CollidingProducts(t *testing.T) {
	t.Parallel()
	text := sandboxOn + strings.ReplaceAll(product, "coffee", "a-b") + strings.ReplaceAll(product, "coffee", "a_b")
	_, err := config.Load(write(t, text), nil)
	expect(t, err, 8, []string{"[product a-b] price and [product a_b] price are both TILL_PRODUCT_A_B_PRICE", "another slug"})
}

func TestLoad_PublicSandboxOnPurpose(t *testing.T) {
	t.Parallel()
	got := load(t, sandboxOn+"allow_public = true\npublic_url = https://box.example\n[server]\npublic_url = https://a.example\n"+product)
	if got.Server.PublicURL != "https://a.example" || got.Sandbox.PublicURL != "https://box.example" {
		t.Errorf("public_url is %s and %s", got.Server.PublicURL, got.Sandbox.PublicURL)
	}
}

func TestLoadSandbox_Mistakes(t *testing.T) {
	t.Parallel()
	for _, tc := range []mistake{
		{"its own value", "[sandbox]\nshape = round\n", nil, []string{"[sandbox] shape", "2018 or onchain"}},
		{"a name anywhere", "[store]\nfile = x\n", nil, []string{"[store]", `"file"`, `nearest known one is "url"`}},
		{"a shop on any port", "[server]\nlisten = 127.0.0.1:0\n", nil, []string{"[sandbox] webhook_url", "cannot be derived from [server]", "http://127.0.0.1:8000/webhooks/commerce"}},
		{"a shop nowhere", "[server]\nlisten = x\n", nil, []string{"[server] listen", "has no port"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := config.LoadSandbox(write(t, tc.text), tc.environ)
			expect(t, err, 1, tc.want)
		})
	}
}
