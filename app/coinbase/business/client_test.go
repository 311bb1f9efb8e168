package business

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"till/app/coinbase/rest"
)

const (
	checkoutID   = "68f7a946db0529ea9b6d3a12"
	goodCheckout = `{"id":"` + checkoutID + `","url":"https://payments.coinbase.com/payment-links/pl_01","amount":"4.50","currency":"USDC","status":"ACTIVE"}`
	goodRefund   = `{"checkout":` + goodCheckout + `,"refund":{"id":"r1","amount":"1.00","currency":"USDC","status":"PENDING"}}`
)

// arrival is what a request looks like at the provider's end.
type arrival struct {
	Line, IdempotencyKey, ContentType, Accept, Body string
}

// provider answers with the first handler, then the second, and so on; the
// last one answers all that follow. It checks every token.
type provider struct {
	URL  string
	key  *Key
	log  *bytes.Buffer
	mu   sync.Mutex
	seen []arrival
	auth []string
}

func newProvider(t *testing.T, handlers ...http.HandlerFunc) *provider {
	t.Helper()
	signer := pairs(t)["ES256"]
	p := &provider{key: signer.key, log: &bytes.Buffer{}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // what did not come shows in the comparison
		p.mu.Lock()
		n := len(p.seen)
		p.seen = append(p.seen, arrival{
			Line: r.Method + " " + r.URL.String(), IdempotencyKey: r.Header.Get("X-Idempotency-Key"),
			ContentType: r.Header.Get("Content-Type"), Accept: r.Header.Get("Accept"), Body: string(body),
		})
		token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		p.auth = append(p.auth, token)
		p.mu.Unlock()
		if err := VerifyToken(signer.public, token, r.Method, r.Host+r.URL.Path, time.Now()); err != nil {
			t.Errorf("%s: %v", r.URL, err)
		}
		handlers[min(n, len(handlers)-1)](w, r)
	}))
	t.Cleanup(server.Close)
	p.URL = server.URL
	return p
}

func (p *provider) arrivals() []arrival {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.seen
}

func (p *provider) config() Config {
	return Config{
		BaseURL: p.URL + "/", Path: "/sandbox/api/v1", Key: p.key, Now: time.Now, Random: zeros{},
		HTTP: &http.Client{Transport: &http.Transport{}}, Timeout: 30 * time.Second,
		Logger: slog.New(slog.NewTextHandler(p.log, nil)),
	}
}

func (p *provider) client(t *testing.T) *Client {
	t.Helper()
	c, err := NewClient(p.config())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // who hangs up early is counted
	}
}

func hangUp(w http.ResponseWriter, _ *http.Request) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.Close()
	}
}

func coffee() CreateCheckout {
	return CreateCheckout{
		Amount: "4.5", Currency: "USDC", Network: "base", Description: "Coffee", Metadata: Metadata{"order_id": "o"},
		SuccessRedirectURL: "https://shop.example/success", FailRedirectURL: "http://shop.example/cancel",
		ExpiresAt: At(time.Date(2026, 5, 1, 12, 0, 0, 329e6, time.UTC)),
	}
}

func TestRequestsAsTheProviderSeesThem(t *testing.T) {
	t.Parallel()
	const path = "/sandbox/api/v1/checkouts"
	for name, tc := range map[string]struct {
		answer string
		call   func(*testing.T, *Client) error
		want   arrival
	}{
		"create": {
			goodCheckout, func(t *testing.T, c *Client) error {
				got, err := c.CreateCheckout(t.Context(), coffee(), "key-1")
				if got.ID != checkoutID {
					t.Errorf("got %+v", got)
				}
				return err
			},
			arrival{Line: "POST " + path, IdempotencyKey: "key-1", ContentType: "application/json", Body: `{"amount":"4.50","currency":"USDC","network":"base","description":"Coffee","metadata":{"order_id":"o"},"successRedirectUrl":"https://shop.example/success","expiresAt":"2026-05-01T12:00:00.329Z"}`},
		},
		"create with little": {
			goodCheckout, func(t *testing.T, c *Client) error {
				_, err := c.CreateCheckout(t.Context(), CreateCheckout{Amount: "9", Currency: "EUR"}, "key-2")
				return err
			},
			arrival{Line: "POST " + path, IdempotencyKey: "key-2", ContentType: "application/json", Body: `{"amount":"9.00","currency":"EUR"}`},
		},
		"find": {
			goodCheckout, func(t *testing.T, c *Client) error {
				_, err := c.FindCheckout(t.Context(), checkoutID)
				return err
			},
			arrival{Line: "GET " + path + "/" + checkoutID},
		},
		"deactivate": {
			goodCheckout, func(t *testing.T, c *Client) error {
				_, err := c.Deactivate(t.Context(), checkoutID)
				return err
			},
			arrival{Line: "POST " + path + "/" + checkoutID + "/deactivate", ContentType: "application/json"},
		},
		"refund": {
			goodRefund, func(t *testing.T, c *Client) error {
				got, err := c.Refund(t.Context(), checkoutID, CreateRefund{Amount: "1", Currency: "USDC", Reason: "cold"}, "key-3")
				if got.Refund.ID != "r1" || got.Checkout.ID != checkoutID {
					t.Errorf("got %+v", got)
				}
				return err
			},
			arrival{Line: "POST " + path + "/" + checkoutID + "/refund", IdempotencyKey: "key-3", ContentType: "application/json", Body: `{"amount":"1.00","currency":"USDC","reason":"cold"}`},
		},
		"list": {
			`{"checkouts":[],"nextPageToken":""}`, func(t *testing.T, c *Client) error {
				_, err := c.ListCheckouts(t.Context(), time.Date(2026, 5, 1, 14, 0, 0, 0, time.FixedZone("", 7200)))
				return err
			},
			arrival{Line: "GET " + path + "?pageSize=100&startTime=2026-05-01T12%3A00%3A00.000Z"},
		},
		"list all": {
			`{"checkouts":[]}`, func(t *testing.T, c *Client) error {
				_, err := c.ListCheckouts(t.Context(), time.Time{})
				return err
			},
			arrival{Line: "GET " + path + "?pageSize=100"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t, answer(201, tc.answer))
			if err := tc.call(t, p.client(t)); err != nil {
				t.Fatal(err)
			}
			tc.want.Accept = "application/json"
			if diff := cmp.Diff([]arrival{tc.want}, p.arrivals()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestRefusals: what is wrong comes back with the provider's words and its
// correlation id, and stands in the log without the token.
func TestRefusals(t *testing.T) {
	t.Parallel()
	const reason = `{"errorType":"invalid_request","errorMessage":"No such amount","correlationId":"corr-7","errorLink":"https://docs.example/e"}`
	said := Error{Type: TypeInvalidRequest, Message: "No such amount", RequestID: "corr-7", Link: "https://docs.example/e", Sent: true}
	with := func(status int, e Error) Error { e.Status = status; return e }
	for name, tc := range map[string]struct {
		answer http.HandlerFunc
		want   Error // without Err
		says   string
		tries  int
	}{
		"400":             {answer(400, reason), with(400, said), "No such amount", 1},
		"409":             {answer(409, reason), with(409, said), "No such amount", 1},
		"422":             {answer(422, reason), with(422, said), "No such amount", 1},
		"429":             {answer(429, reason), with(429, said), "No such amount", rest.MaxTries},
		"500":             {answer(500, reason), with(500, said), "No such amount", rest.MaxTries},
		"502 in HTML":     {answer(502, `<p>oh</p>`), Error{Status: 502, Sent: true}, "gives no reason", rest.MaxTries},
		"301":             {answer(301, ``), Error{Status: 301, Sent: true}, "redirects", 1},
		"an empty object": {answer(200, `{}`), Error{Status: 200, Sent: true}, "no checkout", 1},
		"half an answer":  {answer(200, goodCheckout[:50]), Error{Status: 200, Sent: true}, "cannot be used", 1},
		"nothing":         {hangUp, Error{Sent: true}, "EOF", rest.MaxTries},
		"the token echoed": {func(w http.ResponseWriter, r *http.Request) {
			answer(401, `{"errorType":"unauthorized","errorMessage":"`+strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")+` is bad"}`)(w, r)
		}, Error{Status: 401, Type: TypeUnauthorized, Message: "[API key] is bad", Sent: true}, "is bad", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t, tc.answer)
			_, err := p.client(t).CreateCheckout(t.Context(), coffee(), "key-1")
			var got *Error
			if !errors.As(err, &got) {
				t.Fatalf("no *Error: %v", err)
			}
			if diff := cmp.Diff(tc.want, *got, cmpopts.IgnoreUnexported(Error{}), cmpopts.IgnoreFields(Error{}, "Err")); diff != "" {
				t.Error(diff)
			}
			if !strings.HasPrefix(err.Error(), "coinbase business:") || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("it says %v", err)
			}
			if n := len(p.arrivals()); n != tc.tries {
				t.Errorf("%d requests arrived, want %d", n, tc.tries)
			}
			if text := p.log.String(); !strings.Contains(text, "request_id="+tc.want.RequestID) || strings.Contains(text+fmt.Sprintf("%+v", *got), p.auth[0]) {
				t.Errorf("the log: %s", text)
			}
		})
	}
}

// TestAnUnclearAnswerIsAskedForAgain, with the same key and body and a new
// token each time; a deactivation, which has no key, is not.
func TestAnUnclearAnswerIsAskedForAgain(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		good  string
		call  func(*testing.T, *Client) error
		tries int
	}{
		"create": {goodCheckout, func(t *testing.T, c *Client) error {
			_, err := c.CreateCheckout(t.Context(), coffee(), "k")
			return err
		}, 3},
		"refund": {goodRefund, func(t *testing.T, c *Client) error {
			_, err := c.Refund(t.Context(), checkoutID, CreateRefund{Amount: "1"}, "k")
			return err
		}, 3},
		"deactivate": {goodCheckout, func(t *testing.T, c *Client) error {
			_, err := c.Deactivate(t.Context(), checkoutID)
			return err
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProvider(t, hangUp, answer(503, `{}`), answer(200, tc.good))
			if err := tc.call(t, p.client(t)); (err == nil) != (tc.tries == 3) {
				t.Errorf("it came to %v", err)
			}
			seen := p.arrivals()
			if len(seen) != tc.tries {
				t.Fatalf("%d requests arrived", len(seen))
			}
			if seen[0] != seen[len(seen)-1] {
				t.Errorf("the requests differ: %+v", seen)
			}
			if tc.tries > 1 && p.auth[0] == p.auth[1] {
				t.Error("two requests had the same token")
			}
		})
	}
}

func TestNotFound(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		body string
		want bool
	}{
		"the provider says so":  {`{"errorType":"not_found","errorMessage":"Checkout not found","correlationId":"c"}`, true},
		"some other server":     {`<h1>404</h1>`, false},
		"of another type still": {`{"errorType":"forbidden","errorMessage":"No"}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := newProvider(t, answer(404, tc.body)).client(t).FindCheckout(t.Context(), checkoutID)
			var e *Error
			if !errors.As(err, &e) || e.NotFound() != tc.want {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestOddNamesAreNotAskedFor(t *testing.T) {
	t.Parallel()
	p := newProvider(t, answer(200, goodCheckout))
	c := p.client(t)
	for _, id := range []string{"", "..", "a/b", "a?b", "a%2fb", "ä", strings.Repeat("a", 129)} {
		_, find := c.FindCheckout(t.Context(), id)
		_, deactivate := c.Deactivate(t.Context(), id)
		_, refund := c.Refund(t.Context(), id, CreateRefund{Amount: "1"}, "k")
		for _, err := range []error{find, deactivate, refund} {
			if !errors.Is(err, ErrInvalid) {
				t.Errorf("%q: %v", id, err)
			}
		}
	}
	for _, key := range []string{"", "a b", "a\nb", strings.Repeat("k", 129)} {
		if _, err := c.CreateCheckout(t.Context(), coffee(), key); !errors.Is(err, ErrInvalid) {
			t.Errorf("key %q: %v", key, err)
		}
	}
	if seen := p.arrivals(); len(seen) != 0 {
		t.Errorf("%+v", seen)
	}
}

func TestNewClientSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	key := pairs(t)["EdDSA"].key
	for name, tc := range map[string]struct {
		change func(*Config)
		says   string
	}{
		"no key":          {func(c *Config) { c.Key = nil }, "Key"},
		"no clock":        {func(c *Config) { c.Now = nil }, "Now"},
		"no scheme":       {func(c *Config) { c.BaseURL = "business.coinbase.com" }, "like https://business.coinbase.com"},
		"a query":         {func(c *Config) { c.Path = "/api/v1?x=y" }, "query"},
		"nothing at all":  {func(c *Config) { *c = Config{} }, "coinbase business:"},
		"a password":      {func(c *Config) { c.BaseURL = "https://a:b@business.coinbase.com" }, "user"},
		"no time to wait": {func(c *Config) { c.Timeout = -1 }, "negative"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := Config{BaseURL: "https://business.coinbase.com", Path: "/api/v1", Key: key, Now: time.Now, Random: zeros{}}
			tc.change(&cfg)
			if _, err := NewClient(cfg); err == nil || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestEnvironment(t *testing.T) {
	t.Parallel()
	const want = "https://business.coinbase.com/api/v1"
	for _, parts := range [][2]string{
		{"https://business.coinbase.com", "/api/v1"}, {"https://business.coinbase.com/", "api/v1/"}, {want + "/", "/"}, {want, ""},
	} {
		if got := Environment(parts[0], parts[1]); got != want {
			t.Errorf("%q: %s", parts, got)
		}
	}
}

func TestTheProvidersClock(t *testing.T) {
	t.Parallel()
	p := newProvider(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
		answer(200, goodCheckout)(w, r)
	})
	c := p.client(t)
	if c.SkewKnown() {
		t.Error("known before anybody was asked")
	}
	if _, err := c.FindCheckout(t.Context(), checkoutID); err != nil {
		t.Fatal(err)
	}
	if skew := c.Skew(); !c.SkewKnown() || skew < 59*time.Minute || skew > 61*time.Minute {
		t.Errorf("skew %s", skew)
	}
	if want := p.URL + "/sandbox/api/v1"; c.BaseURL() != want {
		t.Errorf("base %s", c.BaseURL())
	}
}
