package sandbox_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"till/app/sandbox"
)

func TestControlDoors(t *testing.T) {
	t.Parallel()
	r := start(t)
	for name, tc := range map[string]struct {
		method, path, body string
		header             []string
		want               int
	}{
		"this machine needs no key":   {"GET", "/control/charges", "", []string{"X-CC-Api-Key: "}, 200},
		"a proxy's client needs one":  {"GET", "/control/charges", "", []string{"X-CC-Api-Key: ", "X-Forwarded-For: 203.0.113.9"}, 401},
		"with the key it may":         {"GET", "/control/charges", "", []string{"X-Forwarded-For: 203.0.113.9"}, 200},
		"a foreign origin":            {"POST", "/control/clock", `{"advance":"1s"}`, []string{"Origin: https://evil.example"}, 403},
		"a foreign origin that reads": {"GET", "/control/charges", "", []string{"Origin: https://evil.example"}, 403},
		"an opaque origin":            {"POST", "/control/clock", `{"advance":"1s"}`, []string{"Origin: null"}, 403},
		"a cross-site fetch":          {"POST", "/control/clock", `{"advance":"1s"}`, []string{"Sec-Fetch-Site: cross-site"}, 403},
		"its own origin":              {"POST", "/control/clock", `{"advance":"1s"}`, []string{"Origin: " + r.url, "Sec-Fetch-Site: same-origin"}, 200},
		"a foreign host":              {"GET", "/control/charges", "", []string{"Host: evil.example"}, 421},
		"localhost":                   {"GET", "/control/charges", "", []string{"Host: localhost"}, 200},
		"a form":                      {"POST", "/control/clock", "advance=1s", []string{"Content-Type: application/x-www-form-urlencoded"}, 415},
		"a body of no type":           {"POST", "/control/clock", `{"advance":"1s"}`, []string{"Content-Type: "}, 415},
		"a charset":                   {"POST", "/control/clock", `{"advance":"1s"}`, []string{"Content-Type: application/json; charset=utf-8"}, 200},
		"no JSON":                     {"POST", "/control/clock", `1s`, nil, 400},
		"a clock that goes back":      {"POST", "/control/clock", `{"advance":"-1s"}`, nil, 400},
		"a clock that goes too far":   {"POST", "/control/clock", `{"advance":"2000000h"}`, nil, 400},
		"a time below zero":           {"POST", "/control/settings", `{"confirm_after":"-1s"}`, nil, 400},
		"a setting that is none":      {"POST", "/control/settings", `{"confirm":"1s"}`, nil, 400},
		"an origin that is none":      {"POST", "/control/settings", `{"embed_origins":["shop.example"]}`, nil, 400},
		"settings in part":            {"POST", "/control/settings", `{"embed_messages":true}`, nil, 200},
		"an unknown charge":           {"POST", "/control/charges/NOTTHERE/pay", "", nil, 404},
		"an unknown path":             {"GET", "/control/nothing", "", nil, 404},
		"a wrong method":              {"DELETE", "/control/clock", "", nil, 405},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := r.in(t).send(tc.method, tc.path, tc.body, tc.header...)
			if a.StatusCode != tc.want || !strings.HasPrefix(a.Header.Get("Content-Type"), "application/json") {
				t.Errorf("%d %s %s, want %d", a.StatusCode, a.Header.Get("Content-Type"), a.body, tc.want)
			}
			if said := strings.Contains(a.body, `"error":{"type":`); said != (tc.want >= 400) {
				t.Errorf("status %d with %s", a.StatusCode, a.body)
			}
		})
	}
}

func TestControlActions(t *testing.T) {
	t.Parallel()
	r := start(t)
	for name, tc := range map[string]struct {
		actions string
		steps   string
		then    string // what is refused after that
	}{
		"pay":           {"pay", "NEW PENDING COMPLETED", "pay"},
		"in two steps":  {"detect confirm", "NEW PENDING COMPLETED", "confirm"},
		"underpay":      {"underpay", "NEW PENDING UNRESOLVED/UNDERPAID", "cancel"},
		"overpay":       {"overpay resolve", "NEW PENDING UNRESOLVED/OVERPAID RESOLVED", "resolve"},
		"expire":        {"expire", "NEW EXPIRED", "expire"},
		"pay late":      {"expire pay", "NEW EXPIRED UNRESOLVED/DELAYED", "fail"},
		"late, in two":  {"expire detect confirm resolve", "NEW EXPIRED UNRESOLVED/DELAYED RESOLVED", "detect"},
		"cancel":        {"cancel", "NEW CANCELED", "pay"},
		"fail":          {"fail", "NEW FAILED", "expire"},
		"fail detected": {"detect fail", "NEW PENDING FAILED", "confirm"},
		"confirm first": {"", "NEW", "confirm"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := r.in(t)
			c := r.create()
			for _, action := range strings.Fields(tc.actions) {
				r.do(c.Code, action)
			}
			refused := r.want(r.send("POST", "/control/charges/"+c.Code+"/"+tc.then, ""), http.StatusConflict)
			if !strings.Contains(refused.body, c.Code) || !strings.Contains(refused.body, "only") {
				t.Errorf("refused without a sentence: %s", refused.body)
			}
			if got := r.show(c.Code).steps(); got != tc.steps {
				t.Errorf("steps %s, want %s", got, tc.steps)
			}
		})
	}
	r.want(r.send("POST", "/control/charges/"+r.create().Code+"/dance", ""), http.StatusNotFound)
}

// TestControlSaysHowToPay pays with a body; "" is none.
func TestControlSaysHowToPay(t *testing.T) {
	t.Parallel()
	r := start(t)
	for name, tc := range map[string]struct {
		before, action, body string
		status               int
		has                  string
	}{
		"no body":                   {"", "pay", "", 200, `"currency":"BTC"`},
		"an empty one":              {"", "pay", "{}", 200, `"status":"COMPLETED"`},
		"a coin":                    {"", "pay", `{"coin":"ethereum"}`, 200, `"network":"ethereum"`},
		"another coin for the rest": {"underpay", "pay", `{"coin":"dai","sum":"rest"}`, 200, `"context":"DELAYED"`},
		"never confirmed":           {"", "pay", `{"never":true}`, 200, `"status":"PENDING","name"`},
		"confirmed nevertheless":    {"detect", "confirm", "", 200, `"status":"COMPLETED"`},
		"twice in a coin":           {"", "twice", `{"coin":"litecoin"}`, 200, `"context":"MULTIPLE"`},
		"a coin that is none":       {"", "pay", `{"coin":"gold"}`, 409, "bitcoin, ethereum"},
		"a sum that is none":        {"", "detect", `{"sum":"triple"}`, 400, "under_slightly"},
		"no JSON":                   {"", "pay", "exact", 400, "JSON"},
		"a paid charge, once more":  {"pay", "pay", "", 409, "only"},
		"a paid charge, by a sum":   {"pay", "pay", `{"sum":"exact"}`, 409, "only"},
		"an UNDERPAID one, no sum":  {"underpay", "pay", "", 409, "only"},
		"an action there is not":    {"", "dance", "", 404, "twice"},
		"resolve asks for no sum":   {"underpay", "resolve", `{}`, 200, `"status":"RESOLVED"`},
		"too little":                {"", "detect", `{"sum":"under"}`, 200, `"amount":"2.25"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := r.in(t)
			c := r.create()
			if tc.before != "" {
				r.do(c.Code, tc.before)
			}
			a := r.want(r.send("POST", "/control/charges/"+c.Code+"/"+tc.action, tc.body), tc.status)
			if !strings.Contains(a.body, tc.has) {
				t.Errorf("%s is missing in %s", tc.has, a.body)
			}
		})
	}
}

func TestControlListsChargesWithTheirStatus(t *testing.T) {
	t.Parallel()
	r := start(t)
	first, second := r.create(), r.create()
	if got := r.do(first.Code, "pay"); got.Status != "COMPLETED" {
		t.Errorf("the action answers status %q", got.Status)
	}
	got := decode[listing](t, r.want(r.send("GET", "/control/charges", ""), http.StatusOK)).Data
	if len(got) != 2 || got[0].Code != second.Code || got[0].Status != "NEW" || got[1].Status != "COMPLETED" {
		t.Errorf("charges %+v", got)
	}
}

func TestControlClock(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	r := start(t, func(cfg *sandbox.Config) { cfg.Now = func() time.Time { return now } })
	r.advance("61m")
	r.advance("1s")
	if got, want := r.send("GET", "/control/clock", "").body, `{"data":{"now":"2026-03-01T13:01:01Z","offset":"1h1m1s"}}`; got != want {
		t.Errorf("clock %s, want %s", got, want)
	}
	if got := r.send("GET", "/", "").Header.Get("Date"); got != "Sun, 01 Mar 2026 13:01:01 GMT" {
		t.Errorf("Date %s", got)
	}
}
