package sandbox_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"till/app/sandbox"
)

func TestHostedPageInEveryState(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		shape, actions string
		has, not       []string
	}{
		"waiting":         {"2018", "", []string{"4.50", "EUR", "BTC", "sandbox-bitcoin-", "<svg", `role="timer"`, `data-countdown="`, "/pay\"", "/cancel\"", "every 1s", `<noscript><meta http-equiv="refresh" content="3">`}, []string{"Back to the shop"}},
		"waiting onchain": {"onchain", "", []string{"USDC", "base", `href="http://127.0.0.1:9/cancel?order=o1"`, "every 1s"}, []string{"/cancel\""}},
		"confirming":      {"2018", "detect", []string{"Payment seen", "0 of 3", "every 1s", "Back to the shop", "/success?order=o1"}, []string{"<svg", "/pay\"", `content="5;`}},
		"paid":            {"2018", "pay", []string{"Payment complete", "3 of 3", "Back to the shop", `content="5; url=http://127.0.0.1:9/success?order=o1"`, "load delay:5s"}, []string{"every 1s", "/pay\""}},
		"paid onchain":    {"onchain", "pay", []string{"Payment complete", "/success?order=o1"}, []string{"every 1s"}},
		"underpaid":       {"2018", "underpay", []string{"Less was paid", "Back to the shop"}, []string{"every 1s", "load delay"}},
		"overpaid":        {"2018", "overpay", []string{"More was paid"}, []string{"every 1s"}},
		"late":            {"2018", "expire pay", []string{"came late"}, []string{"every 1s"}},
		"late, seen":      {"2018", "expire detect", []string{"Payment seen"}, nil},
		"resolved":        {"2018", "underpay resolve", []string{"Payment complete"}, []string{"every 1s"}},
		"expired":         {"2018", "expire", []string{"time to pay is over", "/cancel?order=o1"}, []string{"every 1s", "/pay\""}},
		"canceled":        {"2018", "cancel", []string{"Payment canceled", `content="5; url=http://127.0.0.1:9/cancel?order=o1"`, "load delay:5s"}, []string{"every 1s"}},
		"failed":          {"onchain", "fail", []string{"payment failed"}, []string{"every 1s"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, func(cfg *sandbox.Config) { cfg.Shape = tc.shape })
			c := r.create()
			for _, action := range strings.Fields(tc.actions) {
				r.do(c.Code, action)
			}
			page := r.want(r.send("GET", strings.TrimPrefix(c.HostedURL, r.url), ""), http.StatusOK)
			for _, part := range append(tc.has, "no money moves", "Coffee", "A cup") {
				if !strings.Contains(page.body, part) {
					t.Errorf("%s is missing in %s", part, page.body)
				}
			}
			for _, part := range append(tc.not, " style=", "ZgotmplZ", "hx-on", "<script>") {
				if strings.Contains(page.body, part) {
					t.Errorf("%s does not belong in %s", part, page.body)
				}
			}
			if policy := page.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'self'") || strings.Contains(policy, "unsafe") {
				t.Errorf("policy %q", policy)
			}
		})
	}
}

func TestBuyerPays(t *testing.T) {
	t.Parallel()
	r := start(t)
	c := r.create()
	r.want(r.send("POST", "/control/settings", `{"confirm_after":"9ms"}`), http.StatusOK)
	page := strings.TrimPrefix(c.HostedURL, r.url)
	for range 2 { // a double click pays once
		a := r.want(r.send("POST", page+"/pay", "", "Content-Type: application/x-www-form-urlencoded"), http.StatusSeeOther)
		if got := a.Header.Get("Location"); got != page {
			t.Errorf("after paying to %q, want %q", got, page)
		}
	}
	until(t, "completion", func() bool { return r.show(c.Code).steps() == "NEW PENDING COMPLETED" })
	r.hook.await(t, "charge:confirmed", 1)
	if got := len(r.show(c.Code).Payments); got != 1 {
		t.Errorf("%d payments, want 1", got)
	}
}

func TestBuyerCancels(t *testing.T) {
	t.Parallel()
	r := start(t)
	c := r.create()
	r.want(r.send("POST", "/charges/"+c.Code+"/cancel", ""), http.StatusSeeOther)
	if got := r.show(c.Code).steps(); got != "NEW CANCELED" {
		t.Errorf("steps %s", got)
	}
}

func TestFragmentRefreshesItself(t *testing.T) {
	t.Parallel()
	r := start(t)
	c := r.create()
	status := "/charges/" + c.Code + "/status"
	first := r.want(r.send("GET", status, ""), http.StatusOK)
	if strings.Contains(first.body, "<html") || !strings.Contains(first.body, `hx-get="`+status+`?v=1.0"`) {
		t.Fatalf("fragment %s", first.body)
	}
	r.want(r.send("GET", status+"?v=1.0", ""), http.StatusNoContent)
	r.advance("10m")
	if leapt := r.want(r.send("GET", status+"?v=1.0", ""), http.StatusOK); !regexp.MustCompile(`>(50:00|49:\d\d)<`).MatchString(leapt.body) {
		t.Errorf("after ten minutes %s", leapt.body)
	}
	r.want(r.send("GET", status+"?v=1.600", ""), http.StatusNoContent)
	r.do(c.Code, "detect")
	if second := r.want(r.send("GET", status+"?v=1.600", ""), http.StatusOK); !strings.Contains(second.body, "Payment seen") {
		t.Errorf("fragment %s", second.body)
	}
}

func TestFragmentLeadsBackToTheShop(t *testing.T) {
	t.Parallel()
	r := start(t)
	c := r.create()
	leave := "/charges/" + c.Code + "/leave"
	if a := r.want(r.send("GET", leave, ""), http.StatusNoContent); a.Header.Get("HX-Redirect") != "" {
		t.Error("an unpaid charge leads to the shop")
	}
	r.do(c.Code, "pay")
	if got := r.want(r.send("GET", leave, ""), http.StatusOK).Header.Get("HX-Redirect"); got != "http://127.0.0.1:9/success?order=o1" {
		t.Errorf("leads to %q", got)
	}
}

func TestHostedPageRefuses(t *testing.T) {
	t.Parallel()
	r := start(t)
	c := r.create()
	for name, tc := range map[string]struct {
		method, path, header string
		want                 int
	}{
		"an unknown charge":   {"GET", "/charges/NOTTHERE", "", 404},
		"an unknown page":     {"GET", "/nothing", "", 404},
		"a cross-site button": {"POST", "/charges/" + c.Code + "/pay", "Sec-Fetch-Site: cross-site", 403},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := r.in(t)
			var header []string
			if tc.header != "" {
				header = append(header, tc.header)
			}
			a := r.send(tc.method, tc.path, "", header...)
			if a.StatusCode != tc.want || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
				t.Errorf("%d %s", a.StatusCode, a.Header.Get("Content-Type"))
			}
			if got := r.show(c.Code).steps(); got != "NEW" {
				t.Errorf("the charge is %s", got)
			}
		})
	}
}

func TestBuyerDecidesThePrice(t *testing.T) {
	t.Parallel()
	r := start(t)
	c := decode[one](t, r.want(r.send("POST", "/commerce/charges", `{"name":"Tip","description":"Thanks","pricing_type":"no_price"}`), http.StatusCreated)).Data
	if c.Pricing != nil {
		t.Errorf("pricing %v of a charge without a price", c.Pricing)
	}
	r.want(r.send("POST", "/control/charges/"+c.Code+"/underpay", ""), http.StatusConflict)
	if got := r.do(c.Code, "pay"); got.Status != "COMPLETED" {
		t.Errorf("status %s", got.Status)
	}
	page := r.want(r.send("GET", "/charges/"+c.Code, ""), http.StatusOK)
	if strings.Contains(page.body, "Back to the shop") {
		t.Error("a link to nowhere")
	}
}
