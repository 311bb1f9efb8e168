package business

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

const goodSubscription = `{"subscriptionId":"11111111-2222-3333-4444-555555555555","secret":"s-e-c","eventTypes":["checkout.payment.success"],
 "isEnabled":true,"target":{"url":"https://shop.example/webhooks/business","method":"POST"},"labels":{"user_uuid":"u"},"createdAt":"2026-05-01T12:00:00Z"}`

func (p *provider) subscriptions(t *testing.T) *Subscriptions {
	t.Helper()
	s, err := NewSubscriptions(p.URL+"/platform/v2/data/webhooks/subscriptions", p.key, p.config())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSubscribe(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		sandbox bool
		reply   string
		labels  string
		secret  string
	}{
		"in production":                {false, goodSubscription, ``, "s-e-c"},
		"in the sandbox":               {true, goodSubscription, `"labels":{"sandbox":"true"},`, "s-e-c"},
		"with the secret as of old":    {false, strings.Replace(goodSubscription, `"secret":"s-e-c"`, `"metadata":{"secret":"old"}`, 1), ``, "old"},
		"with both, the new one holds": {false, strings.Replace(goodSubscription, `"secret"`, `"metadata":{"secret":"old"},"secret"`, 1), ``, "s-e-c"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t, answer(201, tc.reply))
			got, err := p.subscriptions(t).Create(t.Context(), "https://shop.example/webhooks/business", EventTypes(), tc.sandbox)
			if err != nil || got.Secret != tc.secret || !got.Enabled || got.Target.URL != "https://shop.example/webhooks/business" {
				t.Errorf("got %+v, %v", got, err)
			}
			want := arrival{
				Line: "POST /platform/v2/data/webhooks/subscriptions", ContentType: "application/json", Accept: "application/json",
				Body: `{"description":"Till","eventTypes":["checkout.payment.success","checkout.payment.failed","checkout.payment.expired","checkout.refund.success","checkout.refund.failed"],"target":{"url":"https://shop.example/webhooks/business","method":"POST"},` + tc.labels + `"isEnabled":true}`,
			}
			if seen := p.arrivals(); len(seen) != 1 || seen[0] != want {
				t.Errorf("got  %+v\nwant %+v", seen, want)
			}
		})
	}
}

// TestSubscribingIsNotRepeated: two subscriptions would bring everything twice.
func TestSubscribingIsNotRepeated(t *testing.T) {
	t.Parallel()
	for name, reply := range map[string]http.HandlerFunc{
		"a cut": hangUp, "500": answer(500, `{}`), "no secret": answer(201, `{"subscriptionId":"s1"}`), "no id": answer(201, `{"secret":"s"}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t, reply)
			_, err := p.subscriptions(t).Create(t.Context(), "https://shop.example", EventTypes(), false)
			var e *Error
			if !errors.As(err, &e) || !e.Sent || len(p.arrivals()) != 1 {
				t.Errorf("%d requests, %v", len(p.arrivals()), err)
			}
		})
	}
}

func TestListSubscriptions(t *testing.T) {
	t.Parallel()
	p := newProvider(t,
		answer(200, `{"subscriptions":[`+goodSubscription+`],"nextPageToken":"p 2"}`),
		answer(200, `{"subscriptions":[{"subscriptionId":"s2","isEnabled":false}]}`))
	got, err := p.subscriptions(t).List(t.Context())
	if err != nil || len(got) != 2 || got[1].ID != "s2" || got[1].Enabled {
		t.Errorf("got %+v, %v", got, err)
	}
	if seen := p.arrivals(); len(seen) != 2 || seen[1].Line != "GET /platform/v2/data/webhooks/subscriptions?pageToken=p+2" {
		t.Errorf("%+v", seen)
	}
}

func TestDeleteASubscription(t *testing.T) {
	t.Parallel()
	gone := answer(404, `{"errorType":"not_found","errorMessage":"No such subscription"}`)
	for name, tc := range map[string]struct {
		replies []http.HandlerFunc
		fails   bool
	}{
		"204":                        {[]http.HandlerFunc{answer(204, ``)}, false},
		"200":                        {[]http.HandlerFunc{answer(200, `{}`)}, false},
		"gone after an unclear try":  {[]http.HandlerFunc{hangUp, gone}, false},
		"never there":                {[]http.HandlerFunc{gone}, true},
		"not allowed":                {[]http.HandlerFunc{answer(403, `{"errorType":"forbidden","errorMessage":"No"}`)}, true},
		"unclear, then not allowed ": {[]http.HandlerFunc{hangUp, answer(403, `{"errorType":"forbidden","errorMessage":"No"}`)}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t, tc.replies...)
			if err := p.subscriptions(t).Delete(t.Context(), "s1"); (err != nil) != tc.fails {
				t.Errorf("got %v", err)
			}
			if line := p.arrivals()[0].Line; line != "DELETE /platform/v2/data/webhooks/subscriptions/s1" {
				t.Error(line)
			}
		})
	}
	if err := newProvider(t, gone).subscriptions(t).Delete(t.Context(), "../x"); !errors.Is(err, ErrInvalid) {
		t.Errorf("got %v", err)
	}
}
