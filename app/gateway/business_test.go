package gateway

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"till/app/coinbase/business"
	"till/app/shop"
)

const (
	businessPlace  = shop.Environment("https://business.example/api/v1")
	businessSecret = "7b3ce0d2-4c1f-4f36-9d0a-0c5a7e6f1b22"
	checkoutID     = "69163c762331ed43dc64a6ef"
)

func businessClient(t testing.TB, base string) *business.Client {
	t.Helper()
	id, secret, _, err := business.GenerateKey(strings.NewReader(strings.Repeat("randomness", 100)))
	if err != nil {
		t.Fatal(err)
	}
	key, err := business.ParseKey(id, secret)
	if err != nil {
		t.Fatal(err)
	}
	client, err := business.NewClient(business.Config{
		BaseURL: base, Path: "/api/v1", Key: key, Now: time.Now, Random: zeros{}, Timeout: 10 * time.Second,
		HTTP: &http.Client{Transport: &http.Transport{}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func newBusiness(t testing.TB, base string) *Business {
	t.Helper()
	g, err := NewBusiness(BusinessConfig{
		Client: businessClient(t, base), Environment: businessPlace, Secrets: []string{"older", businessSecret}, Now: time.Now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// silentBusiness has a provider that nobody may ask.
func silentBusiness(t testing.TB) *Business {
	t.Helper()
	return newBusiness(t, "http://provider.invalid")
}

// checkoutJSON is a checkout of ours for 4.50 USD, as it stands in an answer;
// more are further fields, or later words for those there are.
func checkoutJSON(status string, more ...string) string {
	fields := append([]string{fmt.Sprintf(`"id":%q,"url":"https://payments.coinbase.com/payment-links/pl_1","x402_url":"https://payments.coinbase.com/x402/pl_1",`+
		`"amount":"4.50","currency":"USDC","network":"base","status":%q,"expiresAt":"2026-05-02T12:00:00.000Z",`+
		`"metadata":{"order_id":%q,"payment_id":%q,"price_currency":"USD"},`+
		`"createdAt":"2026-05-01T12:00:00.000Z","updatedAt":"2026-05-01T12:05:00.329Z"`, checkoutID, status, testOrder, testPayment)}, more...)
	return "{" + strings.Join(fields, ",") + "}"
}

// refundJSON is one entry of a checkout's refunds.
func refundJSON(id, amount, status string) string {
	return fmt.Sprintf(`{"id":%q,"checkoutId":%q,"amount":%q,"currency":"USDC","status":%q,"reason":"cold","createdAt":"2026-05-03T09:00:00Z"}`, id, checkoutID, amount, status)
}

func readCheckout(t testing.TB, body string) business.Checkout {
	t.Helper()
	var c business.Checkout
	if err := json.Unmarshal([]byte(body), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestNewBusinessNeedsASecret(t *testing.T) {
	t.Parallel()
	client := businessClient(t, "https://api.example")
	for name, tc := range map[string]struct {
		cfg  BusinessConfig
		says string
	}{
		"no secret":        {BusinessConfig{Client: client, Environment: businessPlace, Now: time.Now}, "till webhook subscribe"},
		"an empty secret":  {BusinessConfig{Client: client, Environment: businessPlace, Now: time.Now, Secrets: []string{""}}, "webhook secret"},
		"no client":        {BusinessConfig{Environment: businessPlace, Now: time.Now, Secrets: []string{"s"}}, "Client"},
		"no environment":   {BusinessConfig{Client: client, Now: time.Now, Secrets: []string{"s"}}, "Environment"},
		"no clock":         {BusinessConfig{Client: client, Environment: businessPlace, Secrets: []string{"s"}}, "Now"},
		"all that matters": {BusinessConfig{Client: client, Environment: businessPlace, Now: time.Now, Secrets: []string{"", "s"}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, err := NewBusiness(tc.cfg)
			if tc.says == "" {
				if err != nil || g.Provider() != shop.Business || g.Environment() != businessPlace {
					t.Errorf("got %v", err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestBusinessTakes(t *testing.T) {
	t.Parallel()
	for currency, want := range map[string]bool{"USD": true, "USDC": true, "EUR": false, "GBP": false, "SGD": false, "usd": false, "": false} {
		if got := BusinessTakes(currency); got != want {
			t.Errorf("%q: %v", currency, got)
		}
	}
}
