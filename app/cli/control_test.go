package cli

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"till/app/config"
)

func TestSandboxAddress(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ listen, public, want string }{
		"here":                      {"127.0.0.1:8402", "", "http://127.0.0.1:8402"},
		"here, by name":             {"localhost:8402", "https://pay.example.com", "http://localhost:8402"},
		"here, in the new way":      {"[::1]:8402", "", "http://[::1]:8402"},
		"everywhere":                {"0.0.0.0:8402", "https://pay.example.com", "http://127.0.0.1:8402"},
		"everywhere, in the new":    {"[::]:8402", "", "http://[::1]:8402"},
		"a network":                 {"192.0.2.7:8402", "https://pay.example.com", "https://pay.example.com"},
		"a network, without a name": {"192.0.2.7:8402", "", "http://192.0.2.7:8402"},
		"any port":                  {"127.0.0.1:0", "https://pay.example.com", "https://pay.example.com"},
		"nobody knows":              {"127.0.0.1:0", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := sandboxAddress(config.Sandbox{Listen: tc.listen, PublicURL: tc.public})
			if got != tc.want || (err == nil) != (tc.want != "") {
				t.Errorf("%q, %v", got, err)
			}
			if err != nil && !strings.Contains(err.Error(), "say --sandbox URL") {
				t.Errorf("says %v", err)
			}
		})
	}
}

func TestControlSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status int
		body   string
		says   string
	}{
		"the sandbox's own words": {409, `{"error":{"type":"conflict","message":"It is too late."}}`, "till: It is too late."},
		"the key":                 {401, `{"error":{"type":"authentication_error","message":"No."}}`, "set TILL_SANDBOX_API_KEY"},
		"somebody else":           {404, `<html>`, "404 Not Found and is no sandbox: check the address"},
		"another version":         {200, `[]`, "does not answer as a sandbox of this version does"},
		"a way elsewhere":         {302, ``, "is no sandbox"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/control/clock" || r.Header.Get(keyHeader) != "key-of-the-test" {
					t.Errorf("asked for %s with %v", r.URL, r.Header)
				}
				w.Header().Set("Location", "/control/clock")
				w.WriteHeader(tc.status)
				_, _ = io.WriteString(w, tc.body) // whoever reads it is tested
			}))
			t.Cleanup(server.Close)
			status, stdout, stderr := typed(t, []string{"TILL_SANDBOX_API_KEY=key-of-the-test"}, "sandbox", "clock", "--sandbox", server.URL+"/")
			if status != 1 || stdout != "" || !strings.Contains(stderr, tc.says) || strings.Contains(stderr, "key-of-the-test") {
				t.Errorf("status %d: %s%s", status, stdout, stderr)
			}
		})
	}
}

func TestRooted(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ given, want string }{
		"nothing":   {"TILL_OTHER=x", "sqlite:/w/data/sandbox.db"},
		"empty":     {"TILL_SANDBOX_STORE= ", "sqlite:/w/data/sandbox.db"},
		"relative":  {"TILL_SANDBOX_STORE=sqlite:b.db", "sqlite:/w/b.db"},
		"upwards":   {"TILL_SANDBOX_STORE=sqlite:../b.db", "sqlite:/b.db"},
		"absolute":  {"TILL_SANDBOX_STORE=sqlite:/x/b.db", "sqlite:/x/b.db"},
		"a mistake": {"TILL_SANDBOX_STORE=mysql:b", "mysql:b"},
		"no path":   {"TILL_SANDBOX_STORE=sqlite:", "sqlite:"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			given := []string{tc.given}
			got := rooted(given, "/w")
			if want := []string{tc.given, "TILL_SANDBOX_STORE=" + tc.want}; !slices.Equal(got, want) {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestControlMakesNoKeys(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "config.ini")
	if err := os.WriteFile(file, []byte("[sandbox]\nlisten = 127.0.0.1:1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	status, _, stderr := typed(t, nil, "sandbox", "clock", "--config", file)
	if status != 1 || !strings.Contains(stderr, "no sandbox answers at http://127.0.0.1:1. Start one with `till sandbox`") {
		t.Errorf("status %d: %s", status, stderr)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 1 {
		t.Errorf("it left %v, %v", left, err)
	}
}
