package sandbox_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"till/app/sandbox"
)

// offered lists the controls on a page, in their order.
func offered(body string) string {
	var names []string
	for _, m := range regexp.MustCompile(`name="action" value="(\w+)"`).FindAllStringSubmatch(body, -1) {
		names = append(names, m[1])
	}
	return strings.Join(names, " ")
}

func TestOnlyWhatCanHappenIsOffered(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ shape, actions, want string }{
		"waiting":              {"2018", "", "exact under_slightly over_slightly under over twice never expire fail"},
		"waiting onchain":      {"onchain", "", "exact never expire fail"},
		"seen":                 {"2018", "control:exact", "confirm fail"},
		"seen onchain":         {"onchain", "control:exact", "confirm fail"},
		"half seen":            {"2018", "control:under", "rest rest_never confirm expire fail"},
		"half confirmed":       {"2018", "control:under confirm", "rest rest_never expire fail"},
		"paid":                 {"2018", "pay", "again"},
		"paid onchain":         {"onchain", "pay", ""},
		"expired":              {"2018", "expire", "late"},
		"expired onchain":      {"onchain", "expire", ""},
		"seen late":            {"2018", "expire control:late", "confirm"},
		"late":                 {"2018", "expire pay", "resolve"},
		"half, out of time":    {"2018", "control:under confirm expire", "rest_late resolve"},
		"the rest, seen late":  {"2018", "underpay control:rest_late", "confirm"},
		"overpaid":             {"2018", "overpay", "resolve"},
		"paid twice":           {"2018", "twice", "resolve"},
		"resolved, underpaid":  {"2018", "underpay resolve", ""},
		"canceled":             {"2018", "cancel", ""},
		"failed":               {"2018", "fail", ""},
		"never confirmed, yet": {"2018", "control:never", "confirm fail"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, func(cfg *sandbox.Config) { cfg.Shape = tc.shape })
			c := r.create()
			for _, action := range strings.Fields(tc.actions) {
				if control, ok := strings.CutPrefix(action, "control:"); ok {
					r.want(r.form(r.page(c)+"/control", "action="+control), http.StatusSeeOther)
				} else {
					r.do(c.Code, action)
				}
			}
			if got := offered(r.want(r.send("GET", r.page(c), ""), http.StatusOK).body); got != tc.want {
				t.Errorf("offered are %q, want %q", got, tc.want)
			}
		})
	}
}

func TestControlsDoWhatTheySay(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ actions, want string }{
		"exactly":            {"exact", "NEW PENDING COMPLETED"},
		"a little less":      {"under_slightly", "NEW PENDING COMPLETED"},
		"a little more":      {"over_slightly", "NEW PENDING COMPLETED"},
		"double":             {"over", "NEW PENDING UNRESOLVED/OVERPAID"},
		"half":               {"under expire", "NEW PENDING UNRESOLVED/UNDERPAID"},
		"half, the rest":     {"under rest", "NEW PENDING COMPLETED"},
		"half, late rest":    {"under expire rest_late", "NEW PENDING UNRESOLVED/UNDERPAID UNRESOLVED/DELAYED"},
		"twice":              {"twice", "NEW PENDING UNRESOLVED/MULTIPLE"},
		"after expiry":       {"expire late", "NEW EXPIRED UNRESOLVED/DELAYED"},
		"late, resolved":     {"expire late resolve", "NEW EXPIRED UNRESOLVED/DELAYED RESOLVED"},
		"never":              {"never", "NEW PENDING"},
		"never, confirm now": {"never confirm", "NEW PENDING COMPLETED"},
		"failed":             {"fail", "NEW FAILED"},
		"paid once more":     {"exact again", "NEW PENDING COMPLETED UNRESOLVED/MULTIPLE"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, func(cfg *sandbox.Config) { cfg.ConfirmAfter = time.Millisecond })
			c := r.create()
			for _, action := range strings.Fields(tc.actions) {
				// What came before may still be on its way to be confirmed.
				until(t, action, func() bool {
					return r.form(r.page(c)+"/control", "action="+action).StatusCode == http.StatusSeeOther
				})
			}
			until(t, tc.want, func() bool { return r.show(c.Code).steps() == tc.want })
		})
	}
}

func TestARefusedControlSaysWhy(t *testing.T) {
	t.Parallel()
	r := start(t)
	c := r.create()
	page := r.want(r.form(r.page(c)+"/control?coin=dai", "action=resolve"), http.StatusConflict).body
	for _, part := range []string{`role="alert"`, "one can only resolve an UNRESOLVED charge", "sandbox-dai-", `id="charge"`} {
		if !strings.Contains(page, part) {
			t.Errorf("%s is missing in %s", part, page)
		}
	}
	if got := r.want(r.send("GET", r.page(c)+"/control?coin=dai", ""), http.StatusSeeOther).Header.Get("Location"); got != r.page(c)+"?coin=dai" {
		t.Errorf("loading it again leads to %q", got)
	}
	r.want(r.form(r.page(c)+"/control", "action=explode"), http.StatusBadRequest)
	r.want(r.form("/charges/NOTTHERE/control", "action=exact"), http.StatusNotFound)
	r.want(r.send("POST", r.page(c)+"/control", "action=exact", "Sec-Fetch-Site: cross-site"), http.StatusForbidden)
	if got := r.show(c.Code).steps(); got != "NEW" {
		t.Errorf("the charge is %s", got)
	}
}

func TestAPageThatIsOpenGetsItsControls(t *testing.T) {
	t.Parallel()
	r := start(t)
	c := r.create()
	r.do(c.Code, "detect")
	update := r.want(r.send("GET", r.page(c)+"/status?v=1.0", ""), http.StatusOK).body
	if !strings.Contains(update, `id="charge-controls" hx-swap-oob="outerMorph"`) || offered(update) != "confirm fail" {
		t.Errorf("update %s", update)
	}
	frame := r.want(r.send("GET", "/embed/charges/"+c.Code+"/status?v=1.0", ""), http.StatusOK).body
	whole := r.want(r.send("GET", "/embed/charges/"+c.Code, ""), http.StatusOK).body
	if strings.Contains(frame+whole, "charge-controls") || !strings.Contains(frame, "Payment seen") {
		t.Errorf("a frame has controls: %s", frame)
	}
}
