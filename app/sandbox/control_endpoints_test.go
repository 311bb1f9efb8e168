package sandbox_test

import (
	"net/http"
	"strings"
	"testing"

	"till/app/coinbase/commerce"
)

type endpoint struct {
	ID, URL, Secret string
	Events          []string
	Enabled         bool
}

// endpoint adds one.
func (r *rig) endpoint(body string) endpoint {
	r.t.Helper()
	a := r.want(r.send("POST", "/control/endpoints", body), http.StatusOK)
	return decode[struct{ Data endpoint }](r.t, a).Data
}

func TestControlEndpoints(t *testing.T) {
	t.Parallel()
	r, other := start(t), newHook(t)
	added := r.endpoint(`{"url":"` + other.server.URL + `","events":["charge:pending"]}`)
	if len(added.Secret) < 32 || !added.Enabled {
		t.Fatalf("added %+v", added)
	}
	c := r.create()
	r.do(c.Code, "detect")
	got := other.await(t, "charge:pending", 1)
	if !commerce.Verify([]string{added.Secret}, got.body, got.header.Get(commerce.SignatureHeader)) {
		t.Error("it is not signed with the secret that was told")
	}
	r.want(r.send("POST", "/control/endpoints/"+added.ID, `{"events":[],"secret":"of its own"}`), http.StatusOK)
	r.do(c.Code, "confirm")
	got = other.await(t, "charge:confirmed", 1)
	if !commerce.Verify([]string{"of its own"}, got.body, got.header.Get(commerce.SignatureHeader)) {
		t.Error("it is not signed with the new secret")
	}
	list := r.want(r.send("GET", "/control/endpoints", ""), http.StatusOK).body
	all := decode[struct{ Data []endpoint }](t, answer{body: list}).Data
	if len(all) != 2 || all[0].ID != "configured" || all[1].ID != added.ID || strings.Contains(list, "secret") {
		t.Errorf("list %s", list)
	}
	r.want(r.send("DELETE", "/control/endpoints/"+added.ID, ""), http.StatusOK)
	r.want(r.send("DELETE", "/control/endpoints/"+added.ID, ""), http.StatusNotFound)
	if len(other.all("charge:created")) != 0 {
		t.Error("it got what it does not want")
	}
}

func TestControlRefusesEndpointsInWords(t *testing.T) {
	t.Parallel()
	r := start(t)
	for name, tc := range map[string]struct {
		method, path, body string
		status             int
		says               string
	}{
		"no url":                 {"POST", "/control/endpoints", `{}`, 400, "url must be"},
		"an url that is none":    {"POST", "/control/endpoints", `{"url":"ftp://x"}`, 400, "url must be"},
		"an url with a password": {"POST", "/control/endpoints", `{"url":"http://a:b@x/"}`, 400, "password"},
		"an event that is none":  {"POST", "/control/endpoints", `{"url":"http://x","events":["charge:lost"]}`, 400, "charge:confirmed"},
		"nothing to change":      {"POST", "/control/endpoints/configured", `{}`, 400, "enabled"},
		"the configured url":     {"POST", "/control/endpoints/configured", `{"url":"http://x"}`, 409, "[sandbox] webhook_url"},
		"delete the configured":  {"DELETE", "/control/endpoints/configured", ``, 409, "switch it off"},
		"change nothing's":       {"POST", "/control/endpoints/nothing", `{"enabled":true}`, 404, "Not found"},
		"test nothing":           {"POST", "/control/endpoints/nothing/test", `{"type":"charge:failed"}`, 404, "Not found"},
		"test a type of none":    {"POST", "/control/endpoints/configured/test", `{"type":"x"}`, 400, "charge:confirmed"},
		"test without a body":    {"POST", "/control/endpoints/configured/test", ``, 400, "JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if a := r.in(t).send(tc.method, tc.path, tc.body); a.StatusCode != tc.status || !strings.Contains(a.body, tc.says) {
				t.Errorf("%d %s", a.StatusCode, a.body)
			}
		})
	}
}

func TestTestEventOfEveryType(t *testing.T) {
	t.Parallel()
	for _, shape := range []string{"2018", "onchain"} {
		t.Run(shape, func(t *testing.T) {
			t.Parallel()
			r := start(t)
			r.want(r.send("POST", "/control/settings", `{"shape":"`+shape+`"}`), http.StatusOK)
			for _, kind := range []string{
				"charge:created", "charge:pending", "charge:confirmed", "charge:failed", "charge:delayed", "charge:resolved",
			} {
				r.want(r.send("POST", "/control/endpoints/configured/test", `{"type":"`+kind+`"}`), http.StatusOK)
				got := r.hook.await(t, kind, 1).env.Event
				if len(got.ID) != 36 || len(got.Data.Metadata) != 0 || got.Data.Code == "" {
					t.Errorf("%s: %+v", kind, got)
				}
				r.want(r.send("GET", "/commerce/charges/"+got.Data.Code, ""), http.StatusNotFound)
			}
		})
	}
}

func TestShapeIsSetAndOutlivesARestart(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.want(r.send("POST", "/control/settings", `{"shape":"onchain"}`), http.StatusOK)
	r.stop()
	r.serve()
	if c := r.create(); !strings.Contains(c.HostedURL, "/pay/") {
		t.Errorf("hosted at %s", c.HostedURL)
	}
	if a := r.send("POST", "/control/settings", `{"shape":"2031"}`); a.StatusCode != http.StatusBadRequest || !strings.Contains(a.body, "onchain") {
		t.Errorf("%d %s", a.StatusCode, a.body)
	}
}
