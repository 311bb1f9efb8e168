package gateway

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"till/app/coinbase/commerce"
	"till/app/shop"
)

const (
	testSecret  = "30291a20-0bd1-4267-9b0f-e6e7b123c0bf"
	testOrder   = shop.OrderID("aaaaaaaaaaaaaaaaaaaaaaaaaa")
	testPayment = shop.PaymentID("bbbbbbbbbbbbbbbbbbbbbbbbbb")
	somewhere   = shop.Environment("https://api.commerce.example")

	testCheckout = "5d0e6c1a-9b0f-4f5e-8b7a-3c2d1e0f9a8b"
)

// zeros is randomness without a surprise.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// provider is a server that plays Coinbase and remembers what it was asked.
type provider struct {
	*httptest.Server
	mu    sync.Mutex
	asked []string
}

func (p *provider) requests() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.asked, "\n")
}

func play(t *testing.T, handler http.HandlerFunc) *provider {
	t.Helper()
	p := &provider{}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.asked = append(p.asked, r.Method+" "+r.URL.String())
		p.mu.Unlock()
		handler(w, r)
	}))
	t.Cleanup(p.Close)
	return p
}

func say(w http.ResponseWriter, status int, body string) {
	w.Header().Set("X-Request-Id", "req-9")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body) // a client that hangs up early is part of some tests
}

func newGateway(t *testing.T, base string) *Commerce {
	t.Helper()
	client, err := commerce.NewClient(commerce.Config{
		BaseURL: base, APIKey: "key", Now: time.Now, Random: zeros{}, Timeout: 2 * time.Second,
		HTTP: &http.Client{Transport: &http.Transport{}},
	})
	if err != nil {
		t.Fatal(err)
	}
	g, err := NewCommerce(CommerceConfig{Client: client, Environment: somewhere, Secrets: []string{"older", testSecret}})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// silentGateway has a provider that nobody may ask.
func silentGateway(t *testing.T) *Commerce {
	t.Helper()
	return newGateway(t, "http://provider.invalid")
}

func fixture(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "coinbase", "commerce", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// stall never answers. A server notices that its client left only when the
// request has been read.
func stall(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // cut off or not: nobody is answered
	<-r.Context().Done()
}

// chargeJSON is a charge of ours with a timeline, as it stands in an answer.
func chargeJSON(steps ...string) string {
	return fmt.Sprintf(`{"id":"charge-1","code":"CODE1234","created_at":"2026-05-01T12:00:00Z",`+
		`"pricing":{"local":{"amount":"4.50","currency":"USD"}},`+
		`"metadata":{"order_id":%q,"payment_id":%q},"timeline":[%s]}`, testOrder, testPayment, strings.Join(steps, ","))
}

func TestNewCommerceNeedsASecret(t *testing.T) {
	t.Parallel()
	client, err := commerce.NewClient(commerce.Config{BaseURL: "https://api.example", APIKey: "k", Now: time.Now, Random: zeros{}})
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		cfg  CommerceConfig
		says string
	}{
		"no secret":        {CommerceConfig{Client: client, Environment: somewhere}, "webhook secret"},
		"an empty secret":  {CommerceConfig{Client: client, Environment: somewhere, Secrets: []string{"", ""}}, "webhook secret"},
		"no client":        {CommerceConfig{Environment: somewhere, Secrets: []string{"s"}}, "Client"},
		"no environment":   {CommerceConfig{Client: client, Secrets: []string{"s"}}, "Environment"},
		"all that matters": {CommerceConfig{Client: client, Environment: somewhere, Secrets: []string{"", "s"}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, err := NewCommerce(tc.cfg)
			if tc.says == "" {
				if err != nil || g.Provider() != shop.Commerce || g.Environment() != somewhere {
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
