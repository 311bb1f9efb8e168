package cli_test

import (
	"bytes"
	"crypto/rand"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"till/app/cli"
	"till/app/coinbase/business"
	"till/app/coinbase/commerce"
)

const liveConfig = `[server]
listen = 127.0.0.1:0
[product coffee]
name = Coffee
description = Hot.
price = 4.50
currency = USD
`

// secrets are what nobody but their owner may read.
func secrets() map[string]string {
	return map[string]string{
		"TILL_COINBASE_API_KEY":         "sk-live-5f1c2f6e",
		"TILL_COINBASE_WEBHOOK_SECRETS": "whsec-new-3f0e3a52,whsec-old-6a1c4a57",
		"TILL_SERVER_METRICS_TOKEN":     "metrics-9f0c0d6b",
		"TILL_SANDBOX_API_KEY":          "sk-sandbox-77aa",
		"TILL_SANDBOX_WEBHOOK_SECRET":   "whsec-sandbox-88bb",
		"TILL_BUSINESS_WEBHOOK_SECRETS": "whsec-business-99cc",

		"TILL_SANDBOX_BUSINESS_WEBHOOK_SECRET": "whsec-sandbox-business-00dd",
	}
}

// businessKeys returns the environment of a key of Coinbase Business, and the
// part of it that is secret.
func businessKeys(t *testing.T) (environ []string, secret string) {
	t.Helper()
	id, private, _, err := business.GenerateKey(rand.Reader)
	must(t, err)
	return []string{"TILL_BUSINESS_KEY_ID=" + id, "TILL_BUSINESS_KEY_SECRET=" + private}, strings.Split(private, "\n")[1]
}

const password = "a-password-of-somebody-51"

// TestSecretsAreToldToNobody gives a till known secrets, lets go wrong what can,
// and looks for them on every page and in the log.
func TestSecretsAreToldToNobody(t *testing.T) {
	t.Parallel()
	// A provider that repeats the key it refuses, as some do.
	provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"error":{"type":"authentication_error","message":"No such API key: `+r.Header.Get("X-CC-Api-Key")+`"},"errorType":"unauthorized","errorMessage":"Not `+r.Header.Get("Authorization")+`"}`)
	}))
	defer provider.Close()
	for name, config := range map[string]string{
		"at Coinbase Commerce": liveConfig, "at Coinbase Business": liveConfig + "[coinbase]\nprovider = business\n", "in the sandbox": plainConfig,
	} {
		t.Run(name, func(t *testing.T) {
			environ, private := businessKeys(t)
			hidden := []string{private, "eyJ"} // which is how every token begins
			for key, value := range secrets() {
				environ = append(environ, key+"="+value)
				hidden = append(hidden, strings.Split(value, ",")...)
			}
			environ = append(environ, "TILL_COINBASE_BASE_URL="+provider.URL, "TILL_BUSINESS_BASE_URL="+provider.URL)
			r := serve(t, config, environ...)
			v := &visitor{t: t, running: r}
			v.jar, _ = cookiejar.New(nil) // it has no way to fail
			v.provoke()
			r.stop()
			hidden = append(hidden, password)
			base, err := url.Parse(r.shop)
			must(t, err)
			for _, c := range v.jar.Cookies(base) {
				hidden = append(hidden, c.Value)
			}
			if len(hidden) < 12 {
				t.Errorf("no session and browser cookie among %d secrets", len(hidden))
			}
			v.seen.WriteString(printConfig(t, r.dir, environ))
			for _, secret := range hidden {
				if strings.Contains(r.log.String(), secret) {
					t.Errorf("the log tells %q", secret)
				}
				if strings.Contains(v.seen.String(), secret) {
					t.Errorf("a page tells %q", secret)
				}
			}
			if !strings.Contains(r.log.String(), "level=WARN") || !strings.Contains(v.seen.String(), "Coffee") {
				t.Error("nothing went wrong, or nothing was seen: this test looks at nothing")
			}
		})
	}
}

// visitor keeps his cookies and all he sees.
type visitor struct {
	*running
	t    *testing.T
	jar  *cookiejar.Jar
	seen bytes.Buffer
}

func (v *visitor) do(method, address, body string, headers ...string) {
	v.t.Helper()
	req, err := http.NewRequestWithContext(v.t.Context(), method, address, strings.NewReader(body))
	must(v.t, err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	client := http.Client{Jar: v.jar, Timeout: 20 * time.Second}
	res, err := client.Do(req)
	must(v.t, err)
	defer func() { _ = res.Body.Close() }()
	for name := range res.Header {
		if name != "Set-Cookie" {
			v.seen.WriteString(res.Header.Get(name) + "\n")
		}
	}
	_, err = io.Copy(&v.seen, res.Body)
	must(v.t, err)
}

// provoke does what goes well and what does not.
func (v *visitor) provoke() {
	form := url.Values{"username": {"somebody"}, "email": {"a@b.example"}, "password": {password}, "repeat": {password}, "confirm": {password}}
	v.do(http.MethodPost, v.shop+"/register", form.Encode())
	v.do(http.MethodPost, v.shop+"/login", form.Encode())
	v.do(http.MethodPost, v.shop+"/login", url.Values{"username": {"nobody"}, "password": {password}}.Encode())
	v.do(http.MethodPost, v.shop+"/orders", "product=coffee")
	v.do(http.MethodPost, v.shop+"/orders", "product=none")
	signed := `{"event":{"id":"e1","type":"charge:confirmed","data":{"id":"x","code":"Y"}}}`
	for _, secret := range []string{"whsec-new-3f0e3a52", "whsec-old-6a1c4a57", "whsec-sandbox-88bb", "wrong"} {
		v.do(http.MethodPost, v.shop+"/webhooks/commerce", signed, commerce.SignatureHeader, commerce.Sign(secret, []byte(signed)))
		v.do(http.MethodPost, v.shop+"/webhooks/commerce", secret, commerce.SignatureHeader, secret)
	}
	for _, path := range []string{"/", "/account", "/account/orders", "/account/sessions", "/nowhere", "/livez", "/readyz", "/success"} {
		v.do(http.MethodGet, v.shop+path, "")
	}
	v.do(http.MethodGet, v.shop+"/metrics", "", "Authorization", "Bearer wrong")
	v.do(http.MethodGet, v.shop+"/metrics", "", "Authorization", "Bearer metrics-9f0c0d6b")
	if v.box != "" {
		// To this very machine the sandbox shows its keys, to nobody else.
		v.do(http.MethodGet, v.box+"/", "", "X-Forwarded-For", "203.0.113.9")
		v.do(http.MethodGet, v.box+"/control/deliveries", "")
		v.do(http.MethodGet, v.box+"/commerce/charges", "", "X-CC-Api-Key", "wrong")
	}
}

func printConfig(t *testing.T, dir string, environ []string) string {
	t.Helper()
	var out, errs bytes.Buffer
	host := cli.Host{Now: time.Now, Random: rand.Reader}
	status := cli.Run(t.Context(), host, []string{"config", "print", "--config", filepath.Join(dir, "config.ini")}, environ, strings.NewReader(""), &out, &errs)
	if status != 0 || !strings.Contains(out.String(), "api_key = (set)") {
		t.Errorf("config print: status %d, %s%s", status, out.String(), errs.String())
	}
	return out.String() + errs.String()
}

// TestALineNamesItsRequest follows one order's failure by the id that its
// answer carried.
func TestALineNamesItsRequest(t *testing.T) {
	t.Parallel()
	provider := httptest.NewServer(http.NotFoundHandler())
	defer provider.Close()
	r := serve(t, liveConfig, "TILL_COINBASE_API_KEY=k", "TILL_COINBASE_WEBHOOK_SECRETS=s", "TILL_COINBASE_BASE_URL="+provider.URL)
	for what, tc := range map[string]struct{ path, body, says string }{
		"the call to the provider": {"/orders", "product=coffee", "Coinbase did not answer as hoped"},
		"a refused webhook":        {"/webhooks/commerce", "{}", "a webhook was refused"},
		"the request itself":       {"/orders", "product=none", "msg=request"},
	} {
		res, _ := ask(t, http.MethodPost, r.shop+tc.path, tc.body)
		id := res.Header.Get("X-Request-Id")
		if len(id) < 20 {
			t.Fatalf("%s: the answer has the request id %q", what, id)
		}
		line := regexp.MustCompile(`(?m)^.*` + tc.says + `.* request=` + id + `$`)
		eventually(t, what+" is logged with the id of its request", func() bool { return line.MatchString(r.log.String()) })
	}
}
