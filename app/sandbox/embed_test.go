package sandbox_test

import (
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"till/app/sandbox"
)

const (
	shopOrigin = "http://shop.example:8000"
	buttonID   = "5d0c2c55-6d6a-4a0a-9f52-6f4f0f6a7b11"
)

// embedQuery are the parameters that the provider's own script sends.
func embedQuery(more ...string) string {
	q := url.Values{"origin": {shopOrigin + "/"}, "version": {"201807"}, "buttonId": {buttonID}, "cacheDisabled": {"true"}}
	for i := 0; i < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return "?" + q.Encode()
}

func TestWhoMayFrame(t *testing.T) {
	t.Parallel()
	r := start(t)
	made, c := r.offer(), r.create()
	listed := start(t)
	listed.want(listed.send("POST", "/control/settings", `{"embed_origins":["`+shopOrigin+`","https://other.example:443/"]}`), http.StatusOK)
	there := listed.offer()
	for name, tc := range map[string]struct {
		rig          *rig
		path, origin string
		status       int
		ancestors    string // "" = nobody
	}{
		"a checkout":                {r, "/embed/checkout/" + made.ID, "http://shop.example:8000/", 200, "http://shop.example:8000"},
		"a charge by its code":      {r, "/embed/charges/" + c.Code, "http://127.0.0.1:8000/", 200, "http://127.0.0.1:8000"},
		"a charge by its id":        {r, "/embed/charges/" + c.ID, "http://127.0.0.1:8000/", 404, ""},
		"its id in capitals":        {r, "/Embed/Charges/" + strings.ToUpper(c.ID), "http://127.0.0.1:8000/", 404, ""},
		"no slash at the end":       {r, "/embed/checkout/" + made.ID, "https://shop.example", 200, "https://shop.example"},
		"the usual port":            {r, "/embed/checkout/" + made.ID, "https://Shop.Example:443/", 200, "https://shop.example"},
		"an unknown checkout":       {r, "/embed/checkout/nothing", "https://shop.example/", 404, "https://shop.example"},
		"an unknown charge":         {r, "/embed/charges/NOTTHERE", "https://shop.example/", 404, "https://shop.example"},
		"no origin":                 {r, "/embed/checkout/" + made.ID, "", 200, ""},
		"an opaque origin":          {r, "/embed/checkout/" + made.ID, "null", 200, ""},
		"everybody":                 {r, "/embed/checkout/" + made.ID, "https://*", 200, ""},
		"another policy smuggled":   {r, "/embed/checkout/" + made.ID, "https://shop.example; script-src *", 200, ""},
		"two origins":               {r, "/embed/checkout/" + made.ID, "https://shop.example https://evil.example", 200, ""},
		"a path":                    {r, "/embed/checkout/" + made.ID, "https://shop.example/x", 200, ""},
		"a query":                   {r, "/embed/checkout/" + made.ID, "https://shop.example?x", 200, ""},
		"a user":                    {r, "/embed/checkout/" + made.ID, "https://a@shop.example/", 200, ""},
		"a script":                  {r, "/embed/checkout/" + made.ID, "javascript://shop.example/", 200, ""},
		"one of the listed":         {listed, "/embed/checkout/" + there.ID, shopOrigin + "/", 200, shopOrigin},
		"another of the listed":     {listed, "/embed/checkout/" + there.ID, "https://other.example", 200, "https://other.example"},
		"one that is not listed":    {listed, "/embed/checkout/" + there.ID, "https://evil.example/", 200, ""},
		"a listed one's other port": {listed, "/embed/checkout/" + there.ID, "http://shop.example:8001/", 200, ""},
		"the hosted page, never":    {r, "/checkout/" + made.ID, "https://shop.example/", 200, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := tc.rig.in(t)
			a := r.want(r.send("GET", tc.path+embedQuery("origin", tc.origin), ""), tc.status)
			wantFrame, wantAncestors := "", tc.ancestors
			if tc.ancestors == "" {
				wantFrame, wantAncestors = "deny", "'none'"
			}
			if got := a.Header.Values("X-Frame-Options"); !strings.EqualFold(strings.Join(got, ","), wantFrame) {
				t.Errorf("X-Frame-Options %q, want %q", got, wantFrame)
			}
			policy := a.Header.Get("Content-Security-Policy")
			if want := "; frame-ancestors " + wantAncestors + "; "; !strings.Contains(policy, want) || strings.Contains(policy, "unsafe") {
				t.Errorf("policy %q, want %q", policy, want)
			}
			told := strings.Contains(a.body, `data-origin="`+tc.ancestors+`"`)
			if !told && strings.HasPrefix(strings.ToLower(tc.path), "/embed") {
				t.Errorf("the page would not speak to %q alone: %s", tc.ancestors, a.body)
			}
			if strings.Contains(a.body, "Set-Cookie") || len(a.Cookies()) > 0 {
				t.Errorf("cookies %v", a.Cookies())
			}
		})
	}
}

// begin presses the embedded checkout's button and returns where it leads.
func (r *rig) begin(page answer) string {
	r.t.Helper()
	_, after, found := strings.Cut(page.body, `method="post" action="`)
	action, _, ended := strings.Cut(after, `"`)
	if !found || !ended {
		r.t.Fatalf("no button in %s", page.body)
	}
	action = html.UnescapeString(action)
	return r.want(r.send("POST", action, "", "Content-Type: application/x-www-form-urlencoded", "Sec-Fetch-Site: same-origin"), http.StatusSeeOther).Header.Get("Location")
}

func TestEmbeddedCheckoutCarriesTheCustomTextVerbatim(t *testing.T) {
	t.Parallel()
	r := start(t)
	made := r.offer()
	path := "/embed/checkout/" + made.ID
	for name, custom := range map[string]string{
		"plain":             "order 42",
		"empty":             "",
		"HTML":              `"><script>alert(1)</script>&amp;'`,
		"a template":        "{{.}} ${1} %00 %s",
		"lines and tabs":    "a\r\nb\n\tc ",
		"other characters":  "Café ₿ 😀 \u202e\u0000",
		"as long as may be": strings.Repeat("€", 4096),
		"a plus":            "1+1=2&x=y;z#",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := r.in(t)
			page := r.want(r.send("GET", path+embedQuery("custom", custom), ""), http.StatusOK)
			if strings.Contains(page.body, "<script>alert") {
				t.Errorf("the page runs it: %s", page.body)
			}
			where := r.begin(page)
			code := strings.TrimPrefix(strings.Split(where, "?")[0], "/embed/charges/")
			c := r.show(code)
			if got, there := c.Metadata["custom"]; got != custom || !there || len(c.Metadata) != 1 {
				t.Errorf("metadata %q, want custom %q", c.Metadata, custom)
			}
			if c.Checkout == nil || c.Checkout.ID != made.ID || c.Pricing["local"].Amount != "14.00" {
				t.Errorf("charge %+v", c)
			}
		})
	}
}

func TestEmbeddedCheckoutWithoutOrWithTooMuchCustomText(t *testing.T) {
	t.Parallel()
	r := start(t)
	path := "/embed/checkout/" + r.offer().ID
	for name, custom := range map[string]string{"too long": strings.Repeat("x", 4097), "no text": "\xff\xfe"} {
		for _, method := range []string{"GET", "POST"} {
			a := r.want(r.send(method, path+embedQuery("custom", custom), ""), http.StatusBadRequest)
			if strings.Contains(a.body, "error_not_found") || a.Header.Get("X-Frame-Options") != "" {
				t.Errorf("%s, %s: %s", name, method, a.body)
			}
		}
	}
	if got := r.list("").Pagination.Total; got != 0 {
		t.Fatalf("opening made %d charges", got)
	}
	r.begin(r.want(r.send("GET", path+embedQuery(), ""), http.StatusOK))
	if got := r.list("").Data; len(got) != 1 || got[0].Metadata == nil || len(got[0].Metadata) != 0 {
		t.Errorf("charges %+v, want one without metadata", got)
	}
}

func TestControlShowsWhatAnEmbedMade(t *testing.T) {
	t.Parallel()
	r := start(t)
	made := r.offer()
	r.begin(r.send("GET", "/embed/checkout/"+made.ID+embedQuery("custom", "pay_42"), ""))
	got := decode[listing](t, r.want(r.send("GET", "/control/charges", ""), http.StatusOK)).Data
	if len(got) != 1 || got[0].Metadata["custom"] != "pay_42" || got[0].Checkout == nil || got[0].Checkout.ID != made.ID || got[0].Status != "NEW" {
		t.Errorf("charges %+v", got)
	}
}

func TestBuyerPaysInTheFrame(t *testing.T) {
	t.Parallel()
	for _, shape := range []string{"2018", "onchain"} {
		t.Run(shape, func(t *testing.T) {
			t.Parallel()
			r := start(t, func(cfg *sandbox.Config) { cfg.Shape = shape })
			where := r.begin(r.send("GET", "/embed/checkout/"+r.offer().ID+embedQuery("custom", "x"), ""))
			path, query, _ := strings.Cut(where, "?")
			kept, err := url.ParseQuery(query)
			if err != nil || kept.Get("origin") != shopOrigin+"/" || kept.Get("buttonId") != buttonID {
				t.Fatalf("leads to %s", where)
			}
			page := r.want(r.send("GET", where, ""), http.StatusOK)
			for _, part := range []string{"Beans", "14.00", `action="` + path + "/pay?buttonId=" + buttonID, `hx-get="` + path + "/status?buttonId=", `data-button-id="` + buttonID + `"`, "no money moves"} {
				if !strings.Contains(page.body, part) {
					t.Errorf("%s is missing in %s", part, page.body)
				}
			}
			if strings.Contains(page.body, path+"/cancel") != (shape == "2018") {
				t.Errorf("a button to cancel, in the shape %s: %s", shape, page.body)
			}
			r.want(r.send("GET", path+"/status?v=1.0&"+query, ""), http.StatusNoContent)
			paid := r.want(r.send("POST", path+"/pay?"+query, "", "Content-Type: application/x-www-form-urlencoded"), http.StatusSeeOther)
			if got := paid.Header.Get("Location"); got != where {
				t.Errorf("after paying to %s, want %s", got, where)
			}
			if policy := paid.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-ancestors "+shopOrigin+";") {
				t.Errorf("after paying the policy is %s", policy)
			}
			status := r.want(r.send("GET", path+"/status?v=1.0&"+query, ""), http.StatusOK)
			if !strings.Contains(status.body, "Payment seen") || !strings.Contains(status.body, `data-events="payment_detected"`) {
				t.Errorf("fragment %s", status.body)
			}
			r.want(r.send("GET", path+"/nothing?"+query, ""), http.StatusNotFound)
		})
	}
}

func TestEmbeddedChargeLeadsNowhere(t *testing.T) {
	t.Parallel()
	r := start(t)
	c := r.create()
	r.want(r.send("POST", "/embed/charges/"+c.Code+"/cancel"+embedQuery(), ""), http.StatusSeeOther)
	page := r.want(r.send("GET", "/embed/charges/"+c.Code+embedQuery(), ""), http.StatusOK)
	if !strings.Contains(page.body, "Payment canceled") || strings.Contains(page.body, "127.0.0.1:9") {
		t.Errorf("page %s", page.body)
	}
	r.want(r.send("POST", "/embed/charges/"+r.create().ID+"/pay"+embedQuery(), ""), http.StatusNotFound)
	r.want(r.send("POST", "/embed/charges/"+c.Code+"/pay"+embedQuery(), "", "Sec-Fetch-Site: cross-site"), http.StatusForbidden)
}

func TestWhatTheFrameTells(t *testing.T) {
	t.Parallel()
	r, silent := start(t), start(t)
	silent.want(silent.send("POST", "/control/settings", `{"embed_messages":false}`), http.StatusOK)
	for actions, want := range map[string]string{
		"":                 "",
		"detect":           "payment_detected",
		"pay":              "payment_detected charge_confirmed",
		"underpay":         "payment_detected charge_failed",
		"underpay resolve": "payment_detected charge_confirmed",
		"expire":           "charge_failed",
		"expire pay":       "payment_detected charge_failed",
		"fail":             "charge_failed",
		"cancel":           "",
	} {
		t.Run("after "+actions, func(t *testing.T) {
			t.Parallel()
			for _, r := range []*rig{r.in(t), silent.in(t)} {
				c := r.create()
				for _, action := range strings.Fields(actions) {
					r.do(c.Code, action)
				}
				page := r.want(r.send("GET", "/embed/charges/"+c.Code+embedQuery(), ""), http.StatusOK)
				wanted := want
				if r.url == silent.url {
					wanted = ""
				}
				_, after, _ := strings.Cut(page.body, `data-events="`)
				if got, _, _ := strings.Cut(after, `"`); got != wanted {
					t.Errorf("tells %q, want %q", got, wanted)
				}
			}
		})
	}
	missing := silent.want(silent.send("GET", "/embed/charges/NOTTHERE"+embedQuery(), ""), http.StatusNotFound)
	if !strings.Contains(missing.body, `data-code="NOTTHERE" data-events="error_not_found"`) {
		t.Errorf("page %s", missing.body)
	}
}

func TestSettingsChangeOnlyWhatIsNamed(t *testing.T) {
	t.Parallel()
	r := start(t)
	type settings struct {
		Data struct {
			ConfirmAfter  string   `json:"confirm_after"`
			EmbedMessages bool     `json:"embed_messages"`
			EmbedOrigins  []string `json:"embed_origins"`
		}
	}
	for _, tc := range []struct{ body, want string }{
		{`{"embed_messages":false}`, `1h0m0s false []`},
		{`{"embed_origins":["http://b.example/","http://a.example","http://a.example"]}`, `1h0m0s false ["http://a.example","http://b.example"]`},
		{`{"confirm_after":"5ms"}`, `5ms false ["http://a.example","http://b.example"]`},
		{`{"embed_messages":true,"embed_origins":[]}`, `5ms true []`},
	} {
		got := decode[settings](t, r.want(r.send("POST", "/control/settings", tc.body), http.StatusOK)).Data
		origins, err := json.Marshal(got.EmbedOrigins)
		if err != nil {
			t.Fatal(err)
		}
		line := got.ConfirmAfter + map[bool]string{true: " true ", false: " false "}[got.EmbedMessages] + string(origins)
		if line != tc.want {
			t.Errorf("after %s: %s, want %s", tc.body, line, tc.want)
		}
	}
	r.want(r.send("POST", "/control/settings", `{"confirm_after":"1h","embed_origins":["x"]}`), http.StatusBadRequest)
	if got := decode[settings](t, r.send("GET", "/control/settings", "")).Data; got.ConfirmAfter != "5ms" {
		t.Errorf("a refused request set %+v", got)
	}
}

// TestSettingOnePinsNoOther restarts with another configuration.
func TestSettingOnePinsNoOther(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.want(r.send("POST", "/control/settings", `{"embed_messages":false}`), http.StatusOK)
	r.stop()
	r.cfg.ConfirmAfter = 0
	r.serve()
	if got := r.send("GET", "/control/settings", "").body; !strings.Contains(got, `"confirm_after":"0s","embed_messages":false`) {
		t.Errorf("settings %s", got)
	}
}

func TestScriptForOtherSites(t *testing.T) {
	t.Parallel()
	r := start(t)
	a := r.want(r.send("GET", "/v1/checkout.js?version=201807", "", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Dest: script"), http.StatusOK)
	for name, want := range map[string]string{
		"Content-Type": "text/javascript; charset=utf-8", "Cross-Origin-Resource-Policy": "cross-origin",
		"Cache-Control": "no-cache", "Access-Control-Allow-Origin": "", "X-Content-Type-Options": "nosniff",
	} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if !strings.Contains(a.body, "BuyWithCrypto") || strings.Contains(a.body, "eval") || strings.Contains(a.body, "innerHTML") {
		t.Errorf("script %s", a.body)
	}
	r.want(r.send("GET", "/v1/checkout.js", "", "If-None-Match: "+a.Header.Get("ETag")), http.StatusNotModified)
	if got := r.send("GET", "/assets/js/sandbox-embed.js", "").Header.Get("Cross-Origin-Resource-Policy"); got != "same-origin" {
		t.Errorf("other scripts may be used by other sites: %q", got)
	}
}
