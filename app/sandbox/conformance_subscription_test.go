package sandbox_test

import (
	"crypto/rand"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"till/app/coinbase/business"
	"till/app/sandbox"
)

const subscription = `{"eventTypes":["checkout.payment.success"],"target":{"url":"http://127.0.0.1:9/hook"}}`

func TestConformanceOfSubscriptions(t *testing.T) {
	t.Parallel()
	bad := func(from, to string) string { return strings.Replace(subscription, from, to, 1) }
	holds(t, startBusiness(t, func(cfg *sandbox.Config) { cfg.BusinessWebhookURL = "" }), map[string]row{
		"4.4 POST answers 201":           {ask: "POST " + subscribeURL, body: subscription, status: 201, has: []string{`"subscriptionId":"[0-9a-f-]{36}","secret":"[0-9a-f-]{36}","eventTypes":\["checkout.payment.success"\],"isEnabled":true,"target":\{"url":"http://127.0.0.1:9/hook","method":"POST"\},"createdAt":"`}},
		"4.4 labels and headers":         {ask: "POST " + subscribeURL, body: bad(`"target":{`, `"labels":{"sandbox":"true"},"description":"Shop","isEnabled":false,"target":{"headers":{"X-Shop":"1"},`), status: 201, has: []string{`"labels":\{"sandbox":"true"\}`, `"headers":\{"X-Shop":"1"\}`, `"isEnabled":false`, `"description":"Shop"`}},
		"4.4 the secret is told once":    {ask: "GET " + subscribeURL + "/{subscription}", status: 200, has: []string{`"isEnabled":true`}, not: []string{"secret"}},
		"4.4 GET list":                   {ask: "GET " + subscribeURL, status: 200, has: []string{`^\{"subscriptions":\[`}, not: []string{"secret"}},
		"4.4 PUT one":                    {ask: "PUT " + subscribeURL + "/{subscription}", body: bad("success", "failed"), status: 200, has: []string{`"eventTypes":\["checkout.payment.failed"\]`, `9/hook`}, not: []string{"secret", "X-Shop"}},
		"4.4 DELETE one":                 {ask: "DELETE " + subscribeURL + "/{subscription}", status: 204, has: []string{"^$"}},
		"4.4 DELETE what is not":         {ask: "DELETE " + subscribeURL + "/configured", status: 404, has: []string{fault("not_found")}},
		"4.4 PUT what is not":            {ask: "PUT " + subscribeURL + "/nothing", body: subscription, status: 404},
		"4.4 events of what is not":      {ask: "GET " + subscribeURL + "/nothing/events", status: 404},
		"4.4 events of none":             {ask: "GET " + subscribeURL + "/{subscription}/events", status: 200, has: []string{`^\{"events":\[\]\}$`}},
		"4.4 events since no time":       {ask: "GET " + subscribeURL + "/{subscription}/events?minCreatedAt=x", status: 400},
		"4.4 no eventTypes":              {ask: "POST " + subscribeURL, body: bad(`"checkout.payment.success"`, ""), status: 400, has: []string{fault("invalid_request")}},
		"4.4 an event that is none":      {ask: "POST " + subscribeURL, body: bad("payment.success", "payment.pending"), status: 400, has: []string{"checkout.payment.success"}},
		"4.4 an event of Commerce":       {ask: "POST " + subscribeURL, body: bad("checkout.payment.success", "charge:created"), status: 400},
		"4.4 a target that is none":      {ask: "POST " + subscribeURL, body: bad("http://", "ftp://"), status: 400, has: []string{`"target.url must be an address such as \\"https://shop.example.com/webhooks/business\\"`}},
		"4.4 a method that is not POST":  {ask: "POST " + subscribeURL, body: bad(`"target":{`, `"target":{"method":"PUT",`), status: 400},
		"4.4 a header that cannot be":    {ask: "POST " + subscribeURL, body: bad(`"target":{`, `"target":{"headers":{"X-A":"a\r\nB: c"},`), status: 400},
		"4.4 a header's name cannot be":  {ask: "POST " + subscribeURL, body: bad(`"target":{`, `"target":{"headers":{"X A":"a"},`), status: 400},
		"4.4 a subscription needs a key": {ask: "POST " + subscribeURL, body: subscription, header: []string{"Authorization: "}, status: 401, has: []string{fault("unauthorized")}},
	})
}

// TestSubscriptionsAreTold lives with Till's own client through a subscription.
func TestSubscriptionsAreTold(t *testing.T) {
	t.Parallel()
	r := startBusiness(t, func(cfg *sandbox.Config) { cfg.BusinessWebhookURL = "" })
	client, err := business.NewSubscriptions(r.url+subscribeURL, r.key, business.Config{Now: time.Now, Random: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	made, err := client.Create(t.Context(), r.hook.server.URL+"/sub", []string{business.EventPaymentSuccess, business.EventRefundSuccess}, false)
	if err != nil {
		t.Fatal(err)
	}
	r.act(r.order().ID, "expire") // which it does not want
	r.act(r.order().ID, "pay", "refund")
	got := r.hook.await(t, business.EventPaymentSuccess, 1)
	r.hook.await(t, business.EventRefundSuccess, 1)
	if err := verified(got, made.Secret); err != nil {
		t.Errorf("signed with %q: %v", made.Secret, err)
	}
	if n := len(r.hook.all("")); n != 2 {
		t.Errorf("told %d", n)
	}
	type past struct {
		Events []struct {
			EventID, EventTypeName, Status string
			RetryCount                     int
			Response                       struct{ HTTPCode int }
		}
	}
	events := func(query string) past {
		return decode[past](t, r.want(r.send("GET", subscribeURL+"/"+made.ID+"/events"+query, ""), http.StatusOK))
	}
	until(t, "the attempts", func() bool { return len(events("").Events) == 2 })
	for query, many := range map[string]int{
		"?eventId=" + got.header.Get("X-Event-Id"): 1, "?eventTypeNames=checkout.refund.success": 1,
		"?eventTypeNames=checkout.refund.success,checkout.payment.success": 2, "?eventTypeNames=checkout.payment": 0,
		"?minCreatedAt=2999-01-01T00:00:00Z": 0, "?maxCreatedAt=2999-01-01T00:00:00Z": 2, "?maxCreatedAt=2001-01-01T00:00:00Z": 0,
	} {
		if got := events(query).Events; len(got) != many {
			t.Errorf("4.4 events%s: %+v", query, got)
		}
	}
	if e := events("?eventTypeNames=checkout.refund.success").Events[0]; e.EventTypeName != business.EventRefundSuccess || e.Status != "SUCCESS" || e.RetryCount != 0 || e.Response.HTTPCode != 200 {
		t.Errorf("4.4 an event %+v", e)
	}
	if err := client.Delete(t.Context(), made.ID); err != nil {
		t.Fatal(err)
	}
	if all, err := client.List(t.Context()); err != nil || len(all) != 0 {
		t.Errorf("left are %v, %v", all, err)
	}
}

func TestASubscriptionsOwnHeadersAreSent(t *testing.T) {
	t.Parallel()
	r := startBusiness(t, func(cfg *sandbox.Config) { cfg.BusinessWebhookURL = "" })
	made := r.subscribe(r.hook.server.URL)
	r.act(r.order().ID, "pay")
	got := r.hook.await(t, business.EventPaymentSuccess, 1)
	if got.header.Get("X-Shop") != "1" || verified(got, made.Secret) != nil {
		t.Errorf("headers %v", got.header)
	}
	off := strings.Replace(subscription, `"target"`, `"isEnabled":false,"target"`, 1)
	r.want(r.send("PUT", subscribeURL+"/"+made.ID, off), http.StatusOK)
	r.act(r.order().ID, "pay")
	if n := len(r.deliveries()); n != 1 {
		t.Errorf("%d deliveries: one that is off was told", n)
	}
}

// TestASubscriptionHearsItsSide: without the label a shop hears nothing of the
// checkouts of the provider's sandbox, and with it nothing of real ones. The
// configured endpoint hears both.
func TestASubscriptionHearsItsSide(t *testing.T) {
	t.Parallel()
	const sandboxURL = "/business/sandbox/api/v1/checkouts"
	r := startBusiness(t)
	hooks := map[string]*hook{}
	for labels := range map[string]bool{`{}`: true, `{"sandbox":"false"}`: true, `{"sandbox":"true"}`: true, `{"shop":"1"}`: true} {
		hooks[labels] = newHook(t)
		r.subscribeTo(hooks[labels].server.URL, labels)
	}
	pay := func(path string) string {
		made := decode[struct{ ID string }](t, r.want(r.send("POST", path, latte), http.StatusCreated))
		return r.act(made.ID, "pay").ID
	}
	live, test := pay(checkoutsURL), pay(sandboxURL)
	r.act(test, "refund") // comes last, to all that hear of it
	hooks[`{"sandbox":"true"}`].await(t, business.EventRefundSuccess, 1)
	r.hook.await(t, business.EventRefundSuccess, 1)
	until(t, "all deliveries", func() bool {
		return !slices.ContainsFunc(r.deliveries(), func(d deliveryRow) bool { return d.Status != "delivered" })
	})
	told := func(h *hook) (codes []string) {
		for _, wh := range h.all(business.EventPaymentSuccess) {
			codes = append(codes, decode[struct{ ID string }](t, answer{body: string(wh.body)}).ID)
		}
		slices.Sort(codes)
		return codes
	}
	for labels, h := range hooks {
		want := []string{live}
		if labels == `{"sandbox":"true"}` {
			want = []string{test}
		}
		if got := told(h); !slices.Equal(got, want) {
			t.Errorf("4.2 labels %s: told of %v, want %v", labels, got, want)
		}
	}
	if got := told(r.hook); len(got) != 2 {
		t.Errorf("the configured endpoint was told of %v", got)
	}
}

func TestASubscriptionChangesItsSide(t *testing.T) {
	t.Parallel()
	r := startBusiness(t, func(cfg *sandbox.Config) { cfg.BusinessWebhookURL = "" })
	id := r.subscribeTo(r.hook.server.URL, `{"sandbox":"true"}`).ID
	if list := r.send("GET", "/control/endpoints", "").body; !strings.Contains(list, `"side":"sandbox"`) {
		t.Errorf("control shows %s", list)
	}
	r.act(r.order().ID, "pay")
	changed := strings.Replace(subscription, "http://127.0.0.1:9/hook", r.hook.server.URL, 1)
	r.want(r.send("PUT", subscribeURL+"/"+id, changed), http.StatusOK)
	second := r.act(r.order().ID, "pay").ID
	r.hook.await(t, business.EventPaymentSuccess, 1)
	if all := r.deliveries(); len(all) != 1 || all[0].Code != second {
		t.Errorf("deliveries %+v", all)
	}
}

// pastEvents is what a subscription tells of its attempts.
type pastEvents struct {
	Events []struct {
		EventID, Status string
		RetryCount      int
		CreatedAt       string
	}
}

func TestASubscriptionTellsOfFiftyAttempts(t *testing.T) {
	t.Parallel()
	r := startBusiness(t, func(cfg *sandbox.Config) { cfg.BusinessWebhookURL = "" })
	id := r.subscribe(r.hook.server.URL).ID
	for range 51 {
		r.want(r.send("POST", "/control/endpoints/"+id+"/test", `{"type":"checkout.payment.success"}`), http.StatusOK)
	}
	until(t, "51 attempts", func() bool {
		return len(decode[struct{ Data []deliveryRow }](t, r.send("GET", "/control/deliveries?status=delivered&limit=100", "")).Data) == 51
	})
	got := decode[pastEvents](t, r.want(r.send("GET", subscribeURL+"/"+id+"/events", ""), http.StatusOK)).Events
	if len(got) != 50 {
		t.Errorf("4.4 the last %d attempts", len(got))
	}
}

func TestASubscriptionTellsOfRetries(t *testing.T) {
	t.Parallel()
	r := startBusiness(t, func(cfg *sandbox.Config) { cfg.BusinessWebhookURL = "" })
	id := r.subscribe(r.hook.server.URL).ID
	r.hook.reply(func(w http.ResponseWriter, _ *http.Request, _ webhook) { w.WriteHeader(http.StatusTeapot) })
	r.act(r.order().ID, "pay")
	events := func(query string) pastEvents {
		return decode[pastEvents](t, r.want(r.send("GET", subscribeURL+"/"+id+"/events"+query, ""), http.StatusOK))
	}
	until(t, "the first attempt", func() bool { return len(events("").Events) == 1 })
	r.hook.reply(nil)
	r.advance("2s")
	until(t, "the second attempt", func() bool { return len(events("").Events) == 2 })
	got := events("").Events
	if got[0].RetryCount != 1 || got[0].Status != "SUCCESS" || got[1].RetryCount != 0 || got[1].Status != "FAILED" || got[0].EventID != got[1].EventID {
		t.Errorf("4.4 attempts %+v", got)
	}
	if only := events("?maxCreatedAt=" + got[1].CreatedAt).Events; len(only) != 1 || only[0].RetryCount != 0 {
		t.Errorf("4.4 until the first: %+v", only)
	}
}
