package cli

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const someCheckout = "3c1f0a52-7d64-4b8e-9a2f-6e5d8b7c4f10"

// at runs a command of a till whose Coinbase is the given server.
func at(t *testing.T, coinbase http.HandlerFunc, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	server := httptest.NewServer(coinbase)
	t.Cleanup(server.Close)
	file := filepath.Join(t.TempDir(), "config.ini")
	if err := os.WriteFile(file, []byte("[product gift]\nmethod = checkout\ncheckout_id = "+someCheckout+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := []string{
		"TILL_COINBASE_BASE_URL=" + server.URL, "TILL_COINBASE_API_KEY=key-of-the-test", "TILL_COINBASE_WEBHOOK_SECRETS=s",
	}
	var out, complaints bytes.Buffer
	host := Host{Now: time.Now, Random: strings.NewReader("")}
	status = Run(t.Context(), host, append(args, "--config", file), env, strings.NewReader(""), &out, &complaints)
	return status, out.String(), complaints.String()
}

func TestCheckoutTroublesInWords(t *testing.T) {
	t.Parallel()
	create := []string{"checkout", "create", "--name", "X", "--description", "Y", "--price", "1"}
	show, list := []string{"checkout", "show", someCheckout}, []string{"checkout", "list"}
	const perhaps = "may have been made all the same; look at `till checkout list`"
	for name, tc := range map[string]struct {
		args   []string
		status int
		body   string
		says   []string
		silent string // about that
	}{
		"no such checkout":      {show, 404, `{"error":{"type":"not_found","message":"Not found"}}`, []string{"has no such checkout", "till checkout list"}, perhaps},
		"no such API":           {list, 404, `<html>`, []string{"does not know Coinbase's API", "[coinbase] base_url"}, perhaps},
		"the key":               {list, 401, `{"error":{"type":"authentication_error","message":"No such key."}}`, []string{"does not accept the API key", "TILL_COINBASE_API_KEY"}, perhaps},
		"the key, on making":    {create, 401, `{}`, []string{"does not accept the API key"}, perhaps},
		"refused":               {create, 400, `{"error":{"type":"validation_error","message":"name is too long."}}`, []string{"refuses: name is too long. Change that"}, perhaps},
		"broken":                {list, 500, ``, []string{"problem of its own", "Try again later"}, perhaps},
		"broken, on making":     {create, 500, ``, []string{"problem of its own", perhaps}, "key-of-the-test"},
		"no sense, on making":   {create, 201, `<html>`, []string{"did not answer as Coinbase does", perhaps}, "key-of-the-test"},
		"no sense":              {show, 200, `{"data":[]}`, []string{"did not answer as Coinbase does"}, perhaps},
		"busy, on making":       {create, 429, `{"error":{"type":"rate_limit_exceeded","message":"slow"}}`, []string{"asks us to slow down", "try again"}, perhaps},
		"a name that is no one": {[]string{"checkout", "delete", "../charges"}, 204, ``, []string{`"../charges" is neither`, "https://commerce.coinbase.com/checkout/ID"}, perhaps},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, stdout, stderr := at(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(tc.status)
				_, _ = io.WriteString(w, tc.body) // a command that gives up early hangs up
			}, tc.args...)
			if status != 1 || stdout != "" {
				t.Errorf("status %d, stdout %q", status, stdout)
			}
			for _, part := range tc.says {
				if !strings.Contains(stderr, part) {
					t.Errorf("does not say %q: %s", part, stderr)
				}
			}
			if strings.Contains(stderr, tc.silent) {
				t.Errorf("says %q: %s", tc.silent, stderr)
			}
		})
	}
}

func TestCheckoutListReadsPages(t *testing.T) {
	t.Parallel()
	const total = 230
	for limit, want := range map[int]struct{ rows, questions int }{
		50: {50, 1}, 100: {100, 1}, 150: {150, 2}, 1000: {total, 3},
	} {
		t.Run(fmt.Sprint(limit), func(t *testing.T) {
			t.Parallel()
			questions := make(chan string, 10)
			status, stdout, stderr := at(t, func(w http.ResponseWriter, r *http.Request) {
				questions <- r.URL.String()
				_, _ = io.WriteString(w, checkoutPage(t, r, total)) // the test counts what was read
			}, "checkout", "list", "--limit", fmt.Sprint(limit))
			if status != 0 {
				t.Fatal(stderr)
			}
			if rows := strings.Count(stdout, "Thing"); rows != want.rows || len(questions) != want.questions {
				t.Errorf("%d rows in %d questions", rows, len(questions))
			}
		})
	}
}

// checkoutPage is the page that was asked for, out of so many checkouts.
func checkoutPage(t *testing.T, r *http.Request, total int) string {
	t.Helper()
	from, limit := 0, 0
	if _, err := fmt.Sscan(r.URL.Query().Get("limit"), &limit); err != nil {
		t.Error(err)
	}
	if after := r.URL.Query().Get("starting_after"); after != "" {
		if _, err := fmt.Sscanf(after, "c%d", &from); err != nil {
			t.Error(err)
		}
		from++
	}
	var rows []string
	for i := from; i < min(from+limit, total); i++ {
		rows = append(rows, fmt.Sprintf(`{"id":"c%d","name":"Thing\n\t%d","local_price":{"amount":"1","currency":"USD"}}`, i, i))
	}
	return `{"data":[` + strings.Join(rows, ",") + `]}`
}

func TestCheckoutListNeverEndsInACircle(t *testing.T) {
	t.Parallel()
	status, stdout, stderr := at(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"pagination":{"next_uri":"x"},"data":[{"id":"c1","name":"Thing"}]}`) // read or not
	}, "checkout", "list", "--limit", "7")
	if status != 0 || strings.Count(stdout, "Thing") != 7 {
		t.Errorf("status %d: %s%s", status, stdout, stderr)
	}
}

func TestSlugOf(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"A box of pastries":         "a-box-of-pastries",
		"  Café – crème, 2 cups! ":  "caf-cr-me-2-cups",
		"":                          "checkout",
		"₿":                         "checkout",
		strings.Repeat("ab ", 40):   strings.TrimSuffix(strings.Repeat("ab-", 20), "-"),
		"[product x]\nprice = 1":    "product-x-price-1",
		strings.Repeat("long", 100): strings.Repeat("long", 15),
	} {
		if got := slugOf(name); got != want {
			t.Errorf("%q gives %q, want %q", name, got, want)
		}
	}
}
