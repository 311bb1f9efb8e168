package cli

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"till/app/coinbase/business"
)

// hooks plays the API for subscriptions.
type hooks struct {
	mu   sync.Mutex
	all  []business.Subscription
	made []business.CreateSubscription
}

func (h *hooks) serve(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	id := strings.Trim(strings.TrimPrefix(r.URL.Path, "/subscriptions"), "/")
	switch {
	case !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer "):
		w.WriteHeader(http.StatusUnauthorized)
	case r.Method == http.MethodPost:
		var want business.CreateSubscription
		_ = json.NewDecoder(r.Body).Decode(&want) // what is missing shows in the test
		h.made = append(h.made, want)
		one := business.Subscription{ID: "sub-" + string(rune('0'+len(h.made))), EventTypes: want.EventTypes, Enabled: want.Enabled, Target: want.Target, Labels: want.Labels}
		h.all = append(h.all, one)
		one.Secret = "secret-of-" + one.ID
		w.WriteHeader(http.StatusCreated)
		_ = json.NewEncoder(w).Encode(one) // as above
	case r.Method == http.MethodDelete:
		before := len(h.all)
		h.all = slices.DeleteFunc(h.all, func(s business.Subscription) bool { return s.ID == id })
		if len(h.all) == before {
			answering(http.StatusNotFound, `{"errorType":"not_found","errorMessage":"No such subscription."}`)(w, r)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	default:
		_ = json.NewEncoder(w).Encode(business.SubscriptionPage{Subscriptions: append([]business.Subscription{}, h.all...)}) // as above
	}
}

// TestWebhookSubscription is its life, from before anybody has its secret.
func TestWebhookSubscription(t *testing.T) {
	t.Parallel()
	h := &hooks{}
	m := newMerchant(t, h.serve)
	step := func(env []string, want int, says []string, args ...string) {
		t.Helper()
		status, stdout, stderr := m.runWith(env, append([]string{"webhook"}, args...)...)
		if status != want {
			t.Fatalf("%v: status %d: %s%s", args, status, stdout, stderr)
		}
		for _, part := range says {
			if !strings.Contains(stdout+stderr, part) {
				t.Errorf("%v does not say %q: %s%s", args, part, stdout, stderr)
			}
		}
		if args[0] != "subscribe" && strings.Contains(stdout+stderr, "secret-of") {
			t.Errorf("%v tells the secret", args)
		}
	}
	step(m.env, 0, []string{"no subscriptions"}, "list")
	step(m.env, 0, []string{"sub-1 is made", "https://shop.example/webhooks/business", "TILL_BUSINESS_WEBHOOK_SECRETS=secret-of-sub-1", "only now", "A secret of another environment"}, "subscribe")
	known := append(slices.Clone(m.env), "TILL_BUSINESS_WEBHOOK_SECRETS=secret-of-sub-1")
	step(known, 1, []string{"subscribed already (sub-1)", "till webhook delete sub-1"}, "subscribe")
	// That one tells of real payments alone, and another of Coinbase's sandbox.
	sandbox := append(slices.Clone(known), "TILL_BUSINESS_API_PATH=/sandbox/api/v1")
	step(sandbox, 0, []string{"sub-2 is made", "https://shop.example/webhooks/business"}, "subscribe")
	step(sandbox, 1, []string{"subscribed already (sub-2)"}, "subscribe")
	step(known, 1, []string{"subscribed already (sub-1)"}, "subscribe")
	step(known, 0, []string{"sub-1", "production", "https://shop.example/webhooks/business", "checkout.refund.failed", "sub-2", "sandbox"}, "list")
	step(known, 0, []string{"sub-1 is deleted"}, "delete", "sub-1")
	step(known, 1, []string{"no such subscription", "till webhook list"}, "delete", "sub-1")
	step(known, 1, []string{`"../x" is no subscription's id`}, "delete", "../x")
	if len(h.made) != 2 || len(h.made[0].Labels) != 0 || h.made[1].Labels["sandbox"] != "true" || !h.made[0].Enabled ||
		!slices.Equal(h.made[0].EventTypes, business.EventTypes()) || h.made[0].Target.Method != http.MethodPost {
		t.Errorf("made %+v", h.made)
	}
}

func TestWebhookTroublesInWords(t *testing.T) {
	t.Parallel()
	subscribe := []string{"webhook", "subscribe"}
	for name, tc := range map[string]struct {
		handler http.HandlerFunc
		env     []string
		args    []string
		says    []string
	}{
		"an address of nobody": {nil, nil, append(subscribe, "--url", "shop.example"), []string{"is no address", "https://shop.example/webhooks/business"}},
		"plain http":           {nil, nil, append(subscribe, "--url", "http://shop.example/x"), []string{"is no address"}},
		"this machine": {nil, []string{"TILL_BUSINESS_SUBSCRIPTIONS_URL=https://api.cdp.coinbase.example/x"}, append(subscribe, "--url", "https://127.0.0.1/x"),
			[]string{"does not reach", "public_url"}},
		"no public address":  {nil, []string{"TILL_SERVER_PUBLIC_URL="}, subscribe, []string{"set [server] public_url"}},
		"the key is refused": {answering(401, `{}`), nil, subscribe, []string{"does not accept the API key", "TILL_BUSINESS_KEY_ID"}},
		"refused": {answering(400, `{"errorType":"invalid_request","errorMessage":"Not this."}`), nil, []string{"webhook", "list"},
			[]string{"Coinbase refuses: Not this"}},
		"no such subscription": {answering(404, `{"errorType":"not_found","errorMessage":"No."}`), nil, []string{"webhook", "delete", "sub-9"},
			[]string{"has no such subscription. `till webhook list`"}},
		"an address without any":  {answering(404, `{"errorType":"not_found","errorMessage":"No."}`), nil, []string{"webhook", "list"}, []string{"does not know Coinbase's API. Check [business] subscriptions_url:"}},
		"to subscribe there":      {answering(404, `<html>`), nil, subscribe, []string{"Check [business] subscriptions_url:"}},
		"an address that is gone": {answering(410, ``), nil, []string{"webhook", "list"}, []string{"gone for good. Check [business] subscriptions_url;"}},
		"a problem of Coinbase's": {answering(503, ``), nil, []string{"webhook", "delete", "sub-9"}, []string{"has a problem of its own"}},
		"no key":                  {nil, []string{"TILL_BUSINESS_KEY_SECRET="}, []string{"webhook", "list"}, []string{"key_secret"}},
		"a key that is no": {nil, []string{"TILL_BUSINESS_KEY_SECRET=hello!"}, []string{"webhook", "list"},
			[]string{"[business] key_id and key_secret", "neither PEM nor base64"}},
		"unclear, on making": {func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				answering(500, ``)(w, r)
				return
			}
			_, _ = io.WriteString(w, `{"subscriptions":[]}`) // as above
		}, nil, subscribe, []string{"may have been made all the same", "till webhook list"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			handler := tc.handler
			if handler == nil {
				handler = func(http.ResponseWriter, *http.Request) { t.Error("Coinbase was asked") }
			}
			m := newMerchant(t, handler)
			env := slices.DeleteFunc(slices.Clone(m.env), func(pair string) bool {
				return slices.ContainsFunc(tc.env, func(own string) bool {
					name, _, _ := strings.Cut(own, "=")
					return strings.HasPrefix(pair, name+"=")
				})
			})
			status, stdout, stderr := m.runWith(append(env, tc.env...), tc.args...)
			if status != 1 || stdout != "" {
				t.Errorf("status %d, stdout %q", status, stdout)
			}
			for _, part := range tc.says {
				if !strings.Contains(stderr, part) {
					t.Errorf("does not say %q: %s", part, stderr)
				}
			}
		})
	}
}
