package sandbox_test

import (
	"crypto/rand"
	"net/http"
	"strings"
	"testing"
	"time"

	"till/app/coinbase/business"
	"till/app/sandbox"
)

const (
	businessSecret = "0b6f3f1c-8d7e-4f6c-9a51-6c1d2e3f4a5b"
	checkoutsURL   = "/business/api/v1/checkouts"
	subscribeURL   = "/platform/v2/data/webhooks/subscriptions"
)

// latte is a checkout of business.
const latte = `{"amount":"4.50","currency":"USDC","description":"Coffee","metadata":{"order_id":"o1"},` +
	`"successRedirectUrl":"http://127.0.0.1:9/success?order=o1","failRedirectUrl":"http://127.0.0.1:9/cancel?order=o1"}`

// startBusiness is start with a key, and a hook for business's webhooks.
func startBusiness(t *testing.T, settings ...func(*sandbox.Config)) *rig {
	t.Helper()
	id, secret, public, err := business.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := business.ParseKey(id, secret)
	if err != nil {
		t.Fatal(err)
	}
	ours := func(cfg *sandbox.Config) {
		cfg.BusinessPublicKey, cfg.BusinessWebhookSecret = public, businessSecret
		cfg.BusinessWebhookURL, cfg.WebhookURL = cfg.WebhookURL, ""
	}
	r := start(t, append([]func(*sandbox.Config){ours}, settings...)...)
	r.key = key
	return r
}

// token is one for a request.
func (r *rig) token(key *business.Key, req *http.Request) string {
	r.t.Helper()
	token, err := key.Token(req.Method, req.URL.Host+req.URL.EscapedPath(), time.Now(), rand.Reader)
	if err != nil {
		r.t.Fatal(err)
	}
	return token
}

// client is Till's own, as a shop uses it.
func (r *rig) client(path string) *business.Client {
	r.t.Helper()
	c, err := business.NewClient(business.Config{
		BaseURL: r.url + "/business", Path: path, Key: r.key, Now: time.Now, Random: rand.Reader,
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

// order makes a checkout of business.
func (r *rig) order() business.Checkout {
	r.t.Helper()
	return decode[business.Checkout](r.t, r.want(r.send("POST", checkoutsURL, latte), http.StatusCreated))
}

// checkout reads one.
func (r *rig) checkout(id string) business.Checkout {
	r.t.Helper()
	return decode[business.Checkout](r.t, r.want(r.send("GET", checkoutsURL+"/"+id, ""), http.StatusOK))
}

// act makes control actions happen to a checkout, "refund:BODY" with a body.
func (r *rig) act(id string, actions ...string) business.Checkout {
	r.t.Helper()
	for _, action := range actions {
		action, body, _ := strings.Cut(action, ":")
		r.want(r.send("POST", "/control/checkouts/"+id+"/"+action, body), http.StatusOK)
	}
	return r.checkout(id)
}

// madeBusiness makes what a row of business needs and returns its id.
func (r *rig) madeBusiness(what string) string {
	r.t.Helper()
	actions, ok := map[string][]string{
		"{active}": {}, "{processing}": {"detect"}, "{paid}": {"pay"}, "{over}": {"expire"}, "{broken}": {"fail"},
		"{deactivated}": {"cancel"}, "{refunded}": {"pay", "refund"}, "{partly}": {"pay", `refund:{"amount":"1.00"}`},
		"{unrefunded}": {"pay", `refund:{"fail":true}`},
	}[what]
	switch {
	case ok:
		return r.act(r.order().ID, actions...).ID
	case what == "{euros}":
		made := decode[business.Checkout](r.t, r.want(r.send("POST", checkoutsURL, but("USDC", "EUR")), http.StatusCreated))
		return r.act(made.ID, "pay").ID
	case what == "{link}":
		return strings.TrimPrefix(r.order().URL, r.url)
	case what == "{subscription}":
		return r.subscribe(r.hook.server.URL + "/other").ID
	default:
		return what
	}
}

// subscribe makes a subscription to all events of real checkouts.
func (r *rig) subscribe(address string) business.Subscription {
	r.t.Helper()
	return r.subscribeTo(address, "{}")
}

// subscribeTo makes one to those that the labels ask for.
func (r *rig) subscribeTo(address, labels string) business.Subscription {
	r.t.Helper()
	body := `{"description":"Shop","eventTypes":["` + strings.Join(business.EventTypes(), `","`) + `"],` +
		`"target":{"url":"` + address + `","method":"POST","headers":{"X-Shop":"1"}},"labels":` + labels + `,"isEnabled":true}`
	return decode[business.Subscription](r.t, r.want(r.send("POST", subscribeURL, body), http.StatusCreated))
}
