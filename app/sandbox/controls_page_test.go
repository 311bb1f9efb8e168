package sandbox_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

func TestPagesAboutTheWholeSandboxAreForThisMachine(t *testing.T) {
	t.Parallel()
	r := start(t)
	for name, tc := range map[string]struct {
		header string
		status int
	}{
		"a browser here":                  {"", http.StatusOK},
		"by another name of this machine": {"Host: till.localhost:8402", http.StatusOK},
		"through a proxy":                 {"X-Forwarded-For: 203.0.113.9", http.StatusForbidden},
		"through a proxy of today":        {"Forwarded: for=203.0.113.9", http.StatusForbidden},
		"under a stranger's name":         {"Host: rebound.example", http.StatusForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := r.in(t)
			for _, path := range []string{"/controls", "/deliveries", "/controls/clock"} {
				a := r.send("GET", path, "", tc.header)
				if path == "/controls/clock" && a.StatusCode == http.StatusSeeOther && tc.status == http.StatusOK {
					continue // it takes forms only and leads back
				}
				if a.StatusCode != tc.status || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
					t.Errorf("%s: %d %s", path, a.StatusCode, a.Header.Get("Content-Type"))
				}
				if tc.status == http.StatusForbidden && !strings.Contains(a.body, "X-CC-Api-Key") {
					t.Errorf("%s does not say how to go on: %s", path, a.body)
				}
			}
		})
	}
}

func TestControlsPageChangesTheSandbox(t *testing.T) {
	t.Parallel()
	r := start(t)
	c := r.create()
	back := func(path, body string) {
		t.Helper()
		if got := r.want(r.form(path, body), http.StatusSeeOther).Header.Get("Location"); got != "/controls" {
			t.Errorf("%s leads to %q", path, got)
		}
	}
	back("/controls/clock", "advance=61m")
	if got := r.show(c.Code).steps(); got != "NEW EXPIRED" {
		t.Errorf("an hour later the charge is %s", got)
	}
	back("/controls/settings", "shape=onchain&confirm_after=7s")
	if got := r.create(); !strings.Contains(got.HostedURL, "/pay/") {
		t.Errorf("a new charge is at %s", got.HostedURL)
	}
	back("/controls/troubles", "kind=delay&delay=5s&times=2&code="+strings.ToLower(c.Code))
	page := r.want(r.send("GET", "/controls", ""), http.StatusOK).body
	for _, part := range []string{"1h1m0s ahead", `value="onchain" selected`, `value="7s"`, "charge " + c.Code + ", for 5s, 2 times more", r.hook.server.URL + "/hook"} {
		if !strings.Contains(page, part) {
			t.Errorf("%s is missing in %s", part, page)
		}
	}
	remove := regexp.MustCompile(`/controls/troubles/\w+/remove`).FindString(page)
	for range 2 { // the second click comes too late
		back(remove, "")
	}
	if page := r.want(r.send("GET", "/controls", ""), http.StatusOK).body; !strings.Contains(page, "None: all goes well.") {
		t.Errorf("the trouble is still there: %s", page)
	}
	back("/controls/troubles", "kind=latency&api=checkouts")
	back("/controls/troubles/clear", "")
	if page := r.want(r.send("GET", "/controls", ""), http.StatusOK).body; strings.Contains(page, "Remove all") {
		t.Error("troubles are left")
	}
}

func TestControlsPageSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	r := start(t)
	for name, tc := range map[string]struct {
		path, form, says string
		status           int
	}{
		"no duration":            {"/controls/clock", "advance=soon", "Forward by a duration", 400},
		"backwards":              {"/controls/clock", "advance=-1h", "Forward by a duration", 400},
		"no shape":               {"/controls/settings", "shape=square&confirm_after=5s", "shape", 400},
		"no confirmation":        {"/controls/settings", "shape=2018&confirm_after=later", "confirm_after", 400},
		"an unknown trouble":     {"/controls/troubles", "kind=earthquake", "earthquake", 400},
		"no kind of trouble":     {"/controls/troubles", "", "trouble", 400},
		"a trouble no times":     {"/controls/troubles", "kind=drop&times=0", "How many times", 400},
		"a trouble for a while":  {"/controls/troubles", "kind=delay&delay=x", "How long", 400},
		"an endpoint nowhere":    {"/controls/endpoints", "url=nowhere", "must be an address", 400},
		"removing the main one":  {"/controls/endpoints/configured/remove", "", "cannot be deleted", 409},
		"a test of no such kind": {"/controls/endpoints/configured/test", "type=charge:nothing", "charge:nothing", 400},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := r.in(t)
			a := r.want(r.form(tc.path, tc.form), tc.status)
			if _, after, found := strings.Cut(a.body, `role="alert">`); !found || !strings.Contains(after[:min(len(after), 200)], tc.says) {
				t.Errorf("%q is not said: %s", tc.says, a.body)
			}
			if got := r.want(r.send("GET", tc.path, ""), http.StatusSeeOther).Header.Get("Location"); got != "/controls" {
				t.Errorf("loading it again leads to %q", got)
			}
		})
	}
	r.want(r.form("/controls/endpoints/unknown/test", "type=charge:created"), http.StatusNotFound)
}

func TestEndpointsAreAddedTestedAndSwitchedOff(t *testing.T) {
	t.Parallel()
	r := start(t)
	other := newHook(t)
	added := r.want(r.form("/controls/endpoints", "url="+other.server.URL+"&events=charge:confirmed&events=charge:failed"), http.StatusOK).body
	secret := regexp.MustCompile(`<p class="mono">([0-9a-f-]{36})</p>`).FindStringSubmatch(added)
	if secret == nil || strings.Contains(r.want(r.send("GET", "/controls", ""), http.StatusOK).body, secret[1]) {
		t.Fatalf("the secret is to be shown once: %s", added)
	}
	id := regexp.MustCompile(`/controls/endpoints/([0-9a-f-]{36})/remove`).FindStringSubmatch(added)[1]
	again := r.want(r.form("/controls/endpoints", "url="+other.server.URL+"&events=charge:failed&events=charge:confirmed"), http.StatusConflict).body
	if !strings.Contains(again, "Endpoint "+id+" gets these events") || strings.Count(again, "/remove\"") != 1 {
		t.Errorf("added again: %s", again)
	}

	sent := r.want(r.form("/controls/endpoints/"+id+"/test", "type=charge:failed"), http.StatusSeeOther).Header.Get("Location")
	other.await(t, "charge:failed", 1)
	until(t, "the attempt on its page", func() bool {
		return strings.Contains(r.want(r.send("GET", sent, ""), http.StatusOK).body, `badge good">200<`)
	})
	r.want(r.form("/controls/endpoints/"+id+"/switch", "enabled=false"), http.StatusSeeOther)
	r.want(r.form("/controls/endpoints/"+id+"/test", "type=charge:failed"), http.StatusConflict)
	r.do(r.create().Code, "pay")
	r.hook.await(t, "charge:confirmed", 1)
	r.want(r.form("/controls/endpoints/"+id+"/remove", ""), http.StatusSeeOther)
	if a := r.want(r.form(sent+"/resend", ""), http.StatusConflict); !strings.Contains(a.body, "endpoint is gone") {
		t.Errorf("nothing is said: %s", a.body)
	}
	if got := len(other.all("")); got != 1 {
		t.Errorf("the endpoint heard of %d events, want the one of the test", got)
	}
}
