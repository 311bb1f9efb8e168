package sandbox_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"till/app/coinbase/commerce"
	"till/app/sandbox"
	"till/app/sandbox/trouble"
)

func TestControlTroubles(t *testing.T) {
	t.Parallel()
	r := start(t)
	if got, want := r.want(r.send("POST", "/control/troubles", `{"kind":"delay","code":"AAAAAAAA","delay":"5s","times":3}`), 200).body,
		`{"data":{"id":"1","kind":"delay","code":"AAAAAAAA","delay":"5s","times":3}}`; got != want {
		t.Errorf("added %s, want %s", got, want)
	}
	r.trouble(`{"kind":"reset","api":"charges","after":true}`)
	list := r.send("GET", "/control/troubles", "").body
	if !strings.HasPrefix(list, `{"data":[{"id":"1",`) || !strings.Contains(list, `{"id":"2","kind":"reset","api":"charges","after":true}`) ||
		!strings.Contains(list, `"kinds":[{"kind":"duplicate","where":"webhook","explain":"`) {
		t.Errorf("list %s", list)
	}
	r.want(r.send("DELETE", "/control/troubles/1", ""), http.StatusOK)
	r.want(r.send("DELETE", "/control/troubles/1", ""), http.StatusNotFound)
	r.want(r.send("DELETE", "/control/troubles", ""), http.StatusOK)
	if list := r.send("GET", "/control/troubles", "").body; !strings.HasPrefix(list, `{"data":[],`) {
		t.Errorf("after all were removed: %s", list)
	}
}

func TestControlRefusesTroublesInWords(t *testing.T) {
	t.Parallel()
	r := start(t)
	for body, says := range map[string]string{
		`{}`:                                "There is no trouble",
		`{"kind":"drop","delay":"5s"}`:      "no delay",
		`{"kind":"delay","delay":"soon"}`:   "duration",
		`{"kind":"delay","delay":"-1s"}`:    "duration",
		`{"kind":"drop","times":0}`:         "times must be",
		`{"kind":"drop","api":"charges"}`:   "trouble of webhooks",
		`{"kind":"reset","endpoint":"one"}`: "trouble of the API",
		`{"kind":"drop","endpoint":"one"}`:  `There is no endpoint \"one\"`,
		`{"kind":"latency","delay":"61s"}`:  "a minute at most",
		`[]`:                                "not a JSON object",
	} {
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			if a := r.in(t).send("POST", "/control/troubles", body); a.StatusCode != http.StatusBadRequest || !strings.Contains(a.body, says) {
				t.Errorf("%d %s", a.StatusCode, a.body)
			}
		})
	}
}

func TestTroubleDoors(t *testing.T) {
	t.Parallel()
	r := start(t)
	for name, tc := range map[string]struct {
		header []string
		want   int
	}{
		"from here":           {nil, 200},
		"a foreign origin":    {[]string{"Origin: https://evil.example"}, 403},
		"a cross-site fetch":  {[]string{"Sec-Fetch-Site: cross-site"}, 403},
		"a foreign host":      {[]string{"Host: evil.example"}, 421},
		"a stranger's client": {[]string{"X-CC-Api-Key: ", "X-Forwarded-For: 203.0.113.9"}, 401},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := r.in(t)
			r.want(r.send("DELETE", "/control/troubles", "", tc.header...), tc.want)
		})
	}
}

// TestWebhookTroublesOverHTTP lets every trouble hit a charge of one order; what
// reaches the merchant is told by what our own reader makes of it.
func TestWebhookTroublesOverHTTP(t *testing.T) {
	t.Parallel()
	for kind, tc := range map[string]struct {
		signed bool
		has    string
	}{
		trouble.Duplicate:      {true, `"type":"charge:created"`},
		trouble.WrongSignature: {false, `"type":"charge:created"`},
		trouble.AlteredBody:    {false, `"event"`},
		trouble.ContextOther:   {true, `"context":"OTHER"`},
		trouble.NoResource:     {true, `"api_version"`},
		trouble.IntegerID:      {true, `"event"`},
		trouble.ExtraFields:    {true, "sandbox_extra"},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			came := make(chan webhook, 10)
			server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				came <- webhook{body: body, header: r.Header}
			}))
			t.Cleanup(server.Close)
			r := start(t, func(cfg *sandbox.Config) { cfg.WebhookURL = server.URL })
			r.trouble(`{"kind":"` + kind + `","order":"o1"}`)
			r.create()
			got := <-came
			if commerce.Verify([]string{testSecret}, got.body, got.header.Get(commerce.SignatureHeader)) != tc.signed {
				t.Errorf("signed: want %v", tc.signed)
			}
			if !strings.Contains(string(got.body), tc.has) {
				t.Errorf("%s lacks %s", got.body, tc.has)
			}
			until(t, "the log", func() bool {
				tries := r.tries(r.deliveries()[0].ID)
				return len(tries) > 0 && slices.Contains(tries[len(tries)-1].Troubles, kind)
			})
		})
	}
}
