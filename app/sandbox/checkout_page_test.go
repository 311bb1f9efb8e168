package sandbox_test

import (
	"net/http"
	"strings"
	"testing"

	"till/app/sandbox"
)

func TestHostedCheckoutMakesAChargeForWhoBegins(t *testing.T) {
	t.Parallel()
	for shape, prefix := range map[string]string{"2018": "/charges/", "onchain": "/pay/"} {
		t.Run(shape, func(t *testing.T) {
			t.Parallel()
			r := start(t, func(cfg *sandbox.Config) { cfg.Shape = shape })
			made := r.offer()
			path := "/checkout/" + made.ID
			page := r.want(r.send("GET", path, ""), http.StatusOK)
			for _, part := range []string{"Beans", "House roast", "14.00", "USD", `action="` + path + `"`, "no money moves"} {
				if !strings.Contains(page.body, part) {
					t.Errorf("%s is missing in %s", part, page.body)
				}
			}
			if got := r.list("").Pagination.Total; got != 0 {
				t.Errorf("looking made %d charges", got)
			}
			seen := map[string]bool{}
			for range 2 {
				a := r.want(r.send("POST", path, "", "Content-Type: application/x-www-form-urlencoded"), http.StatusSeeOther)
				where := a.Header.Get("Location")
				if !strings.HasPrefix(where, prefix) || seen[where] {
					t.Fatalf("leads to %q", where)
				}
				seen[where] = true
				hosted := r.want(r.send("GET", where, ""), http.StatusOK)
				if !strings.Contains(hosted.body, "Beans") || strings.Contains(hosted.body, "Back to the shop") {
					t.Errorf("hosted page %s", hosted.body)
				}
			}
			for _, c := range r.list("").Data {
				if c.Checkout == nil || c.Checkout.ID != made.ID || len(c.Metadata) != 0 || c.Pricing["local"].Amount != "14.00" {
					t.Errorf("charge %+v", c)
				}
			}
		})
	}
}

func TestHostedCheckoutRefuses(t *testing.T) {
	t.Parallel()
	r := start(t)
	path := "/checkout/" + r.offer().ID
	r.want(r.send("GET", "/checkout/nothing", ""), http.StatusNotFound)
	r.want(r.send("POST", "/checkout/nothing", ""), http.StatusNotFound)
	r.want(r.send("POST", path, "", "Sec-Fetch-Site: cross-site"), http.StatusForbidden)
	if got := r.list("").Pagination.Total; got != 0 {
		t.Errorf("%d charges were made", got)
	}
}

func TestHomeNamesTheCheckoutsAndTheirFrames(t *testing.T) {
	t.Parallel()
	r := start(t)
	made := r.offer()
	home := r.want(r.send("GET", "/", ""), http.StatusOK)
	for _, part := range []string{"Beans", "14.00 USD", `href="/checkout/` + made.ID + `"`, `href="/embed/checkout/` + made.ID + `"`, r.url + "/v1/checkout.js"} {
		if !strings.Contains(home.body, part) {
			t.Errorf("%s is missing in %s", part, home.body)
		}
	}
}
