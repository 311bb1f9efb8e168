package cli

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// TestCheckAfterTheMove asks a Business that answers, and the Commerce that
// payments were begun with, whose key is still there.
func TestCheckAfterTheMove(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		commerce http.HandlerFunc
		env      []string
		status   int
		says     []string
		silent   string // about that
	}{
		"Commerce answers": {answering(200, `{"data":[],"pagination":{"total":7}}`), nil, 0, []string{"Charges so far: 7."}, "gone"},
		"Commerce is gone for good": {answering(410, `<h1>Gone</h1>`), nil, 0,
			[]string{"commerce says that its API is gone for good. New payments do not need it", "Leave its key and secrets"}, "base_url"},
		"Commerce is elsewhere": {answering(404, `<html>`), nil, 1, []string{"does not know Coinbase's API. Check [coinbase] base_url"}, "gone"},
		"Commerce is gone and takes the payments": {answering(410, ``), []string{"TILL_COINBASE_PROVIDER=commerce"}, 1,
			[]string{"this API is gone for good. Check [coinbase] base_url; if it is right, choose the other [coinbase] provider"}, "do not need it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMerchant(t, func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/charges") {
					tc.commerce(w, r)
					return
				}
				answering(200, `{"checkouts":[]}`)(w, r)
			})
			env := append(slices.Clone(m.env), "TILL_COINBASE_API_KEY=k", "TILL_COINBASE_WEBHOOK_SECRETS=s", "TILL_COINBASE_BASE_URL="+m.base, "TILL_BUSINESS_WEBHOOK_SECRETS=s")
			status, stdout, stderr := m.runWith(append(env, tc.env...), "check")
			if status != tc.status || strings.Contains(stdout+stderr, tc.silent) || !strings.Contains(stdout, "/api/v1 answers and accepts the API key.") {
				t.Errorf("status %d: %s%s", status, stdout, stderr)
			}
			for _, part := range tc.says {
				if !strings.Contains(stdout+stderr, part) {
					t.Errorf("does not say %q: %s%s", part, stdout, stderr)
				}
			}
		})
	}
}

// TestNewPaymentsAreInACurrencyThatTheirProviderTakes, also those of old orders.
func TestNewPaymentsAreInACurrencyThatTheirProviderTakes(t *testing.T) {
	t.Parallel()
	m := newMerchant(t, answering(200, `{}`))
	p := &program{env: append(slices.Clone(m.env), "TILL_BUSINESS_WEBHOOK_SECRETS=s"), file: m.file}
	cfg, err := p.load()
	if err != nil {
		t.Fatal(err)
	}
	if asks := takes(cfg); asks == nil || asks("EUR") || !asks("USD") || !asks("USDC") {
		t.Error("Business is asked for euros, or not for dollars")
	}
	cfg.Coinbase.Provider = "commerce"
	if takes(cfg) != nil {
		t.Error("Commerce takes any currency")
	}
}
