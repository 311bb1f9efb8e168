package sandbox_test

import (
	"net/http"
	"strings"
	"testing"

	"till/app/sandbox"
)

// link is the path of a checkout's page.
func (r *rig) link(id string) string { return strings.TrimPrefix(r.checkout(id).URL, r.url) }

func TestThePageOfACheckoutInEveryState(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		actions  []string
		has, not []string
		offered  string
	}{
		"ACTIVE":             {nil, []string{`class="panel stack sandbox-status sandbox-waiting"`, `data-status="ACTIVE"`, "USD Coin", "base", "sandbox-usdc-", "<svg", `role="timer"`, `/pay"`, `/cancel"`, ">Pay<"}, []string{"Rate", "Back to the shop"}, "exact never expire fail"},
		"PROCESSING":         {[]string{"detect"}, []string{"sandbox-confirming", `data-status="PROCESSING"`, "0 of 3", "every 1s"}, []string{`/pay"`}, "confirm fail"},
		"COMPLETED":          {[]string{"pay"}, []string{"sandbox-paid", "Payment complete", `content="5; url=http://127.0.0.1:9/success?order=o1"`}, []string{"every 1s"}, "refund refund_half refund_fail"},
		"EXPIRED":            {[]string{"expire"}, []string{"sandbox-expired", "/cancel?order=o1"}, []string{"every 1s"}, ""},
		"FAILED":             {[]string{"fail"}, []string{"sandbox-failed"}, nil, ""},
		"DEACTIVATED":        {[]string{"cancel"}, []string{"sandbox-canceled", `content="5; url=http://127.0.0.1:9/cancel?order=o1"`}, nil, ""},
		"PARTIALLY_REFUNDED": {[]string{"pay", `refund:{"amount":"1.00"}`}, []string{"sandbox-partly_refunded", "Partly refunded"}, []string{"load delay"}, "refund refund_half refund_fail"},
		"REFUNDED":           {[]string{"pay", "refund"}, []string{"sandbox-refunded", ">Refunded<"}, []string{"load delay"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := startBusiness(t)
			id := r.act(r.order().ID, tc.actions...).ID
			page := r.want(r.send("GET", r.link(id), ""), http.StatusOK).body
			for _, part := range append(tc.has, "<h1>Coffee</h1>", "4.50", "Checkout <span", id) {
				if !strings.Contains(page, part) {
					t.Errorf("%s is missing in %s", part, page)
				}
			}
			for _, part := range append(tc.not, " style=", "ZgotmplZ", "Charge <span") {
				if strings.Contains(page, part) {
					t.Errorf("%s does not belong in %s", part, page)
				}
			}
			if got := offered(page); got != tc.offered {
				t.Errorf("offered are %q, want %q", got, tc.offered)
			}
		})
	}
}

func TestABuyerPaysACheckout(t *testing.T) {
	t.Parallel()
	r := startBusiness(t)
	r.want(r.send("POST", "/control/settings", `{"confirm_after":"9ms"}`), http.StatusOK)
	id := r.order().ID
	paid := r.want(r.form(r.link(id)+"/pay", ""), http.StatusSeeOther)
	if at := paid.Header.Get("Location"); at != r.link(id) {
		t.Errorf("led to %s", at)
	}
	until(t, "the confirmation", func() bool { return r.checkout(id).Status == "COMPLETED" })
	r.want(r.form(r.link(id)+"/control", "action=refund_half"), http.StatusSeeOther)
	if got := r.checkout(id); got.Status != "PARTIALLY_REFUNDED" || got.RefundedAmount != "2.25" {
		t.Errorf("refunded %+v", got)
	}
	other := r.order().ID
	r.want(r.form(r.link(other)+"/cancel", ""), http.StatusSeeOther)
	if got := r.checkout(other).Status; got != "DEACTIVATED" {
		t.Errorf("after Cancel it is %s", got)
	}
	r.want(r.form(r.link(other)+"/control", "action=exact"), http.StatusConflict)
}

func TestEachIsPaidOnItsOwnPage(t *testing.T) {
	t.Parallel()
	r := startBusiness(t)
	id, c := r.order().ID, r.create()
	for name, tc := range map[string]struct {
		path   string
		status int
	}{
		"a link":                          {r.link(id), 200},
		"a link in capitals":              {strings.ToUpper(r.link(id)), 200},
		"a link with another last digit":  {r.link(id)[:len(r.link(id))-1] + "~", 404},
		"a checkout's id as a link":       {"/payment-links/" + id, 404},
		"a charge's code as a link":       {"/payment-links/" + c.Code, 404},
		"a checkout on a charge's page":   {"/charges/" + id, 404},
		"a link on a charge's page":       {"/charges" + strings.TrimPrefix(r.link(id), "/payment-links"), 404},
		"a checkout on an onchain page":   {"/pay/" + id, 404},
		"a checkout in a charge's frame":  {"/embed/charges/" + id, 404},
		"the fragment of a link":          {r.link(id) + "/status", 200},
		"the fragment of a charge's code": {"/payment-links/" + c.Code + "/status", 404},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r.in(t).want(r.in(t).send("GET", tc.path, ""), tc.status)
		})
	}
}

func TestWhoMayFrameACheckout(t *testing.T) {
	t.Parallel()
	r, listed := startBusiness(t), startBusiness(t)
	listed.want(listed.send("POST", "/control/settings", `{"embed_origins":["`+shopOrigin+`","https://other.example/"]}`), http.StatusOK)
	for name, tc := range map[string]struct {
		rig       *rig
		ancestors string
	}{
		"every site":     {r, "frame-ancestors *;"},
		"those that may": {listed, "frame-ancestors " + shopOrigin + " https://other.example;"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			head := tc.rig.in(t).send("GET", tc.rig.link(tc.rig.order().ID), "").Header
			if policy := head.Get("Content-Security-Policy"); !strings.Contains(policy, tc.ancestors) || head.Get("X-Frame-Options") != "" {
				t.Errorf("policy %s, frames %q", policy, head.Get("X-Frame-Options"))
			}
		})
	}
	charge := r.send("GET", r.page(r.create()), "").Header
	if charge.Get("X-Frame-Options") != "DENY" || !strings.Contains(charge.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
		t.Errorf("a charge's page may be framed: %v", charge)
	}
}

func TestHomeTellsOfBusiness(t *testing.T) {
	t.Parallel()
	r, without := startBusiness(t), start(t)
	id := r.order().ID
	for name, tc := range map[string]struct {
		rig    *rig
		header string
		has    []string
		not    []string
	}{
		"a browser here":  {r, "", []string{r.url + "/business<", "/api/v1", "/sandbox/api/v1", "BEGIN PUBLIC KEY", businessSecret, r.url + subscribeURL, r.link(id), "ACTIVE", "Coffee", r.hook.server.URL + "/hook<"}, nil},
		"through a proxy": {r, "X-Forwarded-For: 203.0.113.9", []string{"BEGIN PUBLIC KEY", "…4a5b", "endpoint 1<"}, []string{businessSecret, r.hook.server.URL}},
		"without a key":   {without, "", []string{"TILL_SANDBOX_BUSINESS_PUBLIC_KEY", "No key is known"}, []string{"BEGIN PUBLIC KEY"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			home := tc.rig.in(t).want(tc.rig.in(t).send("GET", "/", "", tc.header), http.StatusOK).body
			for _, part := range tc.has {
				if !strings.Contains(home, part) {
					t.Errorf("%s is missing in %s", part, home)
				}
			}
			for _, part := range tc.not {
				if strings.Contains(home, part) {
					t.Errorf("%s does not belong in %s", part, home)
				}
			}
		})
	}
}

func TestAProgramPaysACheckout(t *testing.T) {
	t.Parallel()
	r := startBusiness(t, func(cfg *sandbox.Config) { cfg.ConfirmAfter = 0 })
	made := r.order()
	path := strings.TrimPrefix(made.X402URL, r.url)
	asked := r.want(r.send("GET", path, ""), http.StatusPaymentRequired)
	for _, part := range []string{`"x402Version":1`, `"scheme":"exact"`, `"network":"base"`, `"maxAmountRequired":"4500000"`, `"payTo":"sandbox-usdc-`, made.X402URL} {
		if !strings.Contains(asked.body, part) {
			t.Errorf("%s is missing in %s", part, asked.body)
		}
	}
	r.want(r.send("GET", path, "", "X-PAYMENT: e30="), http.StatusOK)
	until(t, "the payment", func() bool { return r.checkout(made.ID).Status == "COMPLETED" })
	for name, actions := range map[string][]string{
		"COMPLETED": {"pay"}, "PROCESSING": {`detect:{"never":true}`}, "EXPIRED": {"expire"}, "FAILED": {"fail"}, "DEACTIVATED": {"cancel"}, "REFUNDED": {"pay", "refund"},
	} {
		path := strings.TrimPrefix(r.act(r.order().ID, actions...).X402URL, r.url)
		for _, header := range []string{"X-PAYMENT: ", "X-PAYMENT: e30="} {
			if a := r.want(r.send("GET", path, "", header), http.StatusConflict); !matches(fault("invalid_request"), a.body) || !strings.Contains(a.body, " is "+name+": only an ACTIVE") {
				t.Errorf("%q: %s", header, a.body)
			}
		}
	}
	r.trouble(`{"kind":"unavailable","api":"checkouts","code":"` + made.ID + `","times":1}`)
	r.want(r.send("GET", path, ""), http.StatusServiceUnavailable)
	r.want(r.send("GET", "/x402/nothing", ""), http.StatusNotFound)
}
