package sandbox_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"till/app/sandbox"
)

// form posts a form as a browser does.
func (r *rig) form(path, body string) answer {
	r.t.Helper()
	return r.send("POST", path, body, "Content-Type: application/x-www-form-urlencoded", "Sec-Fetch-Site: same-origin")
}

// page is a charge's path and query.
func (r *rig) page(c charge) string { return strings.TrimPrefix(c.HostedURL, r.url) }

func TestEveryCoinCanBeChosen(t *testing.T) {
	t.Parallel()
	for shape, want := range map[string][]string{
		"2018":    {"bitcoin", "ethereum", "litecoin", "bitcoincash", "dogecoin", "usdc", "dai", "pusdc"},
		"onchain": {"busdc", "pusdc", "usdc"},
	} {
		t.Run(shape, func(t *testing.T) {
			t.Parallel()
			r := start(t, func(cfg *sandbox.Config) { cfg.Shape = shape })
			c := r.create()
			codes := map[string]bool{}
			for _, coin := range want {
				page := r.want(r.send("GET", r.page(c)+"?coin="+coin, ""), http.StatusOK).body
				link := r.page(c) + "?coin=" + coin + `" aria-current="true"`
				for _, part := range []string{link, "sandbox-" + coin + "-", "1 ", " = ", `/pay?coin=` + coin + `"`, `status?coin=` + coin + `&amp;v=1.0"`} {
					if !strings.Contains(page, part) {
						t.Errorf("%s: %s is missing in %s", coin, part, page)
					}
				}
				if n := strings.Count(page, "aria-current"); n != 1 {
					t.Errorf("%s: %d coins are chosen", coin, n)
				}
				codes[regexp.MustCompile(`<path d="[^"]+"`).FindString(page)] = true
			}
			if len(codes) != len(want) || codes[""] {
				t.Errorf("%d QR codes for %d coins", len(codes), len(want))
			}
			first := r.want(r.send("GET", r.page(c)+"?coin=gold", ""), http.StatusOK).body
			if !strings.Contains(first, "sandbox-"+want[0]+"-") || strings.Contains(first, "gold") {
				t.Error("an unknown coin does not lead to the first")
			}
		})
	}
}

func TestTheRestIsPaidWithAnotherCoin(t *testing.T) {
	t.Parallel()
	r := start(t)
	c := r.create()
	if got := r.want(r.form(r.page(c)+"/control?coin=ethereum", "action=under"), http.StatusSeeOther).Header.Get("Location"); got != r.page(c)+"?coin=ethereum" {
		t.Errorf("leads to %q", got)
	}
	partial := r.want(r.send("GET", r.page(c), ""), http.StatusOK).body
	for _, part := range []string{"Part of it was paid", "<strong>2.25 EUR</strong>", "2.25 of 4.50 EUR", "ETH</span>", "0 of 3", `role="timer"`, "Pay the rest", "sandbox-ethereum-"} {
		if !strings.Contains(partial, part) {
			t.Errorf("%s is missing in %s", part, partial)
		}
	}
	if strings.Contains(partial, "/cancel\"") {
		t.Error("what is paid in part can be canceled")
	}
	r.do(c.Code, "confirm")
	if got := r.show(c.Code).steps(); got != "NEW PENDING" {
		t.Errorf("steps %s, want the rest to be waited for", got)
	}
	for range 2 { // a double click pays once
		r.want(r.form(r.page(c)+"/pay?coin=litecoin", ""), http.StatusSeeOther)
	}
	seen := r.want(r.send("GET", r.page(c), ""), http.StatusOK).body
	for _, part := range []string{"Payment seen", "LTC</span>", "ETH</span>", "confirmed"} {
		if !strings.Contains(seen, part) {
			t.Errorf("%s is missing in %s", part, seen)
		}
	}
	if got := r.do(c.Code, "confirm"); got.steps() != "NEW PENDING COMPLETED" || len(got.Payments) != 2 {
		t.Errorf("steps %s with %d payments", got.steps(), len(got.Payments))
	}
}

func TestWhatWasPaidIsToldInTheEnd(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ actions, has string }{
		"underpaid": {"underpay", "2.25 of 4.50 EUR was paid, 2.25 EUR is still due"},
		"overpaid":  {"overpay", "9.00 EUR was paid, 4.50 EUR was asked"},
		"multiple":  {"twice", "9.00 EUR was paid, 4.50 EUR was asked"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t)
			c := r.create()
			r.do(c.Code, tc.actions)
			page := r.want(r.send("GET", r.page(c), ""), http.StatusOK).body
			for _, part := range []string{tc.has, "sandbox-" + name, "will get in touch"} {
				if !strings.Contains(page, part) {
					t.Errorf("%s is missing in %s", part, page)
				}
			}
		})
	}
}
