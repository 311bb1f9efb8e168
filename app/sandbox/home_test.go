package sandbox_test

import (
	"net/http"
	"strings"
	"testing"

	"till/app/sandbox"
)

func TestHomeShowsTheNewestCharges(t *testing.T) {
	t.Parallel()
	r := start(t)
	c := r.create()
	r.do(c.Code, "pay")
	home := r.want(r.send("GET", "/", ""), http.StatusOK)
	for _, part := range []string{r.url + "/commerce/", "no money moves", `href="/charges/` + c.Code + `"`, "COMPLETED", "…5555", `href="/controls"`, `href="/deliveries"`} {
		if !strings.Contains(home.body, part) {
			t.Errorf("%s is missing in %s", part, home.body)
		}
	}
}

func TestHomeExplainsHowToAimEachProgram(t *testing.T) {
	t.Parallel()
	r := start(t)
	home := strings.ReplaceAll(r.want(r.send("GET", "/", ""), http.StatusOK).body, "&#39;", "'")
	for _, part := range []string{
		"client.setBaseApiUrl('" + r.url + "/commerce/')",
		"base_api_uri='" + r.url + "/commerce/'",
		"ApiClient::init($key, '" + r.url + "/commerce/'",
		"api_url: '" + r.url + "/commerce/'",
		"curl " + r.url + "/commerce/charges",
		"What is imitated", "What is not",
	} {
		if !strings.Contains(home, part) {
			t.Errorf("%s is missing in %s", part, home)
		}
	}
}

func TestHomeSaysWhereWebhooksGo(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.want(r.send("POST", "/control/endpoints", `{"url":"http://127.0.0.1:9/second?shop=1"}`), http.StatusOK)
	r.want(r.send("POST", "/control/endpoints/configured", `{"enabled":false}`), http.StatusOK)
	for name, tc := range map[string]struct {
		header string
		has    []string
	}{
		"here":      {"", []string{r.hook.server.URL + "/hook (switched off)<", "http://127.0.0.1:9/second?shop=1<"}},
		"elsewhere": {"X-Forwarded-For: 203.0.113.9", []string{"endpoint 1 (switched off)<", "endpoint 2<"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			home := r.in(t).want(r.in(t).send("GET", "/", "", tc.header), http.StatusOK).body
			for _, part := range tc.has {
				if !strings.Contains(home, part) {
					t.Errorf("%s is missing in %s", part, home)
				}
			}
		})
	}
}

// TestAnOpenSandboxTrustsNoPeer answers as it does behind a proxy on its own
// machine that says nothing of itself.
func TestAnOpenSandboxTrustsNoPeer(t *testing.T) {
	t.Parallel()
	r := start(t, func(cfg *sandbox.Config) { cfg.PublicURL = "https://pay.example" })
	home := r.want(r.send("GET", "/", "", "Host: pay.example"), http.StatusOK).body
	if strings.Contains(home, testKey) || strings.Contains(home, testSecret) {
		t.Error("the home page tells the secrets")
	}
	for _, path := range []string{"/controls", "/deliveries"} {
		if a := r.want(r.send("GET", path, ""), http.StatusForbidden); !strings.Contains(a.body, "opens for nobody") {
			t.Errorf("%s says %s", path, a.body)
		}
	}
	r.want(r.send("GET", "/control/charges", "", "X-CC-Api-Key: "), http.StatusUnauthorized)
	r.want(r.send("GET", "/control/charges", ""), http.StatusOK)
}

func TestHomeTellsSecretsOnThisMachineAlone(t *testing.T) {
	t.Parallel()
	r := start(t)
	for name, tc := range map[string]struct {
		header string
		told   bool
	}{
		"a browser here":          {"", true},
		"through a proxy":         {"X-Forwarded-For: 203.0.113.9", false},
		"under a stranger's name": {"Host: rebound.example", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			home := r.in(t).want(r.in(t).send("GET", "/", "", tc.header), http.StatusOK).body
			for _, secret := range []string{testKey, testSecret} {
				if strings.Contains(home, secret) != tc.told {
					t.Errorf("the page tells %s: %v", secret, !tc.told)
				}
			}
			if !strings.Contains(home, "…5555") {
				t.Error("there is no hint at the key")
			}
		})
	}
}
