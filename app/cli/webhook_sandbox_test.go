package cli

import (
	"slices"
	"strings"
	"testing"
)

// TestWebhookSubscribeBesideTheSandbox makes no subscription that brings the
// shop what it refuses.
func TestWebhookSubscribeBesideTheSandbox(t *testing.T) {
	t.Parallel()
	const own = "https://shop.example/webhooks/business"
	elsewhere := []string{"TILL_SANDBOX_BUSINESS_WEBHOOK_URL=https://door.example/in"}
	here := []string{"TILL_SERVER_PUBLIC_URL=", "TILL_SERVER_LISTEN=0.0.0.0:8000"}
	for name, tc := range map[string]struct {
		env    []string
		url    string
		status int
		made   bool
		says   []string
	}{
		"this shop":                   {nil, "", 0, false, []string{"to this shop anyway", "nothing was subscribed to"}},
		"this shop by its address":    {nil, own, 0, false, []string{"to this shop anyway"}},
		"this shop on this machine":   {here, "", 0, false, []string{"to this shop anyway"}},
		"by a name of this machine":   {here, "http://localhost:8000/webhooks/business", 0, false, []string{"to this shop anyway"}},
		"another port":                {here, "http://localhost:8001/webhooks/business", 0, true, []string{"sub-1 is made"}},
		"another path":                {nil, own + "/2", 0, true, []string{"sub-1 is made", "secret-of-sub-1", "no secret but the sandbox's own"}},
		"told by the configuration":   {elsewhere, "https://DOOR.example/in", 0, false, []string{"https://door.example/in anyway"}},
		"this shop, which is not":     {elsewhere, "", 1, false, []string{"this shop would refuse them", "https://door.example/in", "leave [sandbox] business_webhook_url out"}},
		"neither this shop nor there": {elsewhere, "https://third.example/in", 0, true, []string{"sub-1 is made"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := &hooks{}
			m := newMerchant(t, h.serve)
			// The built-in sandbox has its subscriptions at a path of its own.
			m.base = strings.TrimPrefix(m.base, "http://")
			env := append(slices.Clone(m.env), "TILL_SANDBOX_ENABLED=true", "TILL_SANDBOX_ALLOW_PUBLIC=true", "TILL_SANDBOX_LISTEN="+m.base)
			args := []string{"webhook", "subscribe"}
			if tc.url != "" {
				args = append(args, "--url", tc.url)
			}
			status, stdout, stderr := m.runWith(append(env, tc.env...), args...)
			if status != tc.status || len(h.made) > 0 != tc.made {
				t.Errorf("status %d, made %v: %s%s", status, h.made, stdout, stderr)
			}
			for _, part := range tc.says {
				if !strings.Contains(stdout+stderr, part) {
					t.Errorf("does not say %q: %s%s", part, stdout, stderr)
				}
			}
			if strings.Contains(stdout, "TILL_BUSINESS_WEBHOOK_SECRETS") {
				t.Errorf("advises what has no effect: %s", stdout)
			}
		})
	}
}
