package commerce

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"till/app/coinbase/rest"
)

const (
	maxTries  = rest.MaxTries
	maxAnswer = rest.MaxAnswer

	testKey    = "0f1e2d3c-aaaa-bbbb-cccc-9988776655aa"
	goodCharge = `{"data":{"id":"11111111-2222-3333-4444-555555555555","code":"GOOD1234","timeline":[{"status":"NEW"}]}}`
)

// zeros is randomness without a surprise: every jitter is the shortest.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// logbook is a log that many goroutines may write and one test reads.
type logbook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func testClient(t *testing.T, base string, change func(*Config)) (*Client, *logbook) {
	t.Helper()
	log := &logbook{}
	cfg := Config{
		BaseURL: base, APIKey: testKey, Now: time.Now, Random: zeros{},
		HTTP:    &http.Client{Transport: &http.Transport{}},
		Timeout: 5 * time.Second,
		Logger:  slog.New(slog.NewTextHandler(log, nil)),
	}
	if change != nil {
		change(&cfg)
	}
	c, err := NewClient(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c, log
}

// trouble is one way in which a provider can fail us.
type trouble struct {
	name    string
	handler http.HandlerFunc
	want    Error // without Err
	says    string
	gets    int64 // requests that arrive when a GET is tried
	posts   int64 // the same for POST /charges
}

func answer(status int, header map[string]string, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Request-Id", "req-1")
		for k, v := range header {
			w.Header().Set(k, v)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // a client that hangs up early is part of the test
	}
}

func hangUp(w http.ResponseWriter, _ *http.Request) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.Close()
	}
}

func troubles() []trouble {
	html := map[string]string{"Content-Type": "text/html; charset=utf-8"}
	return []trouble{
		{
			name: "400", handler: answer(400, nil, `{"error":{"type":"invalid_request","message":"Required parameter missing: pricing_type"}}`),
			want: Error{Status: 400, Type: TypeInvalidRequest, Message: "Required parameter missing: pricing_type", RequestID: "req-1", Sent: true}, gets: 1, posts: 1,
		},
		{
			name: "401 that echoes the key", handler: answer(401, nil, `{"error":{"type":"authentication_error","message":"No such key: `+testKey+`"}}`),
			want: Error{Status: 401, Type: TypeAuthentication, Message: "No such key: [API key]", RequestID: "req-1", Sent: true}, gets: 1, posts: 1,
		},
		{
			name: "404", handler: answer(404, nil, `{"error":{"type":"not_found","message":"Not found"}}`),
			want: Error{Status: 404, Type: TypeNotFound, Message: "Not found", RequestID: "req-1", Sent: true}, gets: 1, posts: 1,
		},
		{
			name: "429 that wants more time than there is", handler: answer(429, map[string]string{"Retry-After": "60"}, `{"error":{"type":"rate_limit_exceeded","message":"Slow down"}}`),
			want: Error{Status: 429, Type: TypeRateLimit, Message: "Slow down", RequestID: "req-1", RetryAfter: time.Minute, Sent: true}, gets: 1, posts: 1,
		},
		{
			name: "429 that says nothing", handler: answer(429, nil, `{"error":{"type":"rate_limit_exceeded","message":"Slow down"}}`),
			want: Error{Status: 429, Type: TypeRateLimit, Message: "Slow down", RequestID: "req-1", Sent: true}, gets: 1, posts: maxTries,
		},
		{
			name: "500 with a bare string", handler: answer(500, nil, `{"status":500,"error":"Internal Server Error"}`),
			want: Error{Status: 500, Message: "Internal Server Error", RequestID: "req-1", Sent: true}, gets: maxTries, posts: 1,
		},
		{
			name: "502 in HTML", handler: answer(502, html, `<html>Bad gateway</html>`),
			want: Error{Status: 502, RequestID: "req-1", Sent: true}, says: "text/html", gets: maxTries, posts: 1,
		},
		{
			name: "200 in HTML", handler: answer(200, html, `<html>Log in</html>`),
			want: Error{Status: 200, RequestID: "req-1", Sent: true}, says: "text/html", gets: 1, posts: 1,
		},
		{
			name: "200 with nothing", handler: answer(200, nil, ``),
			want: Error{Status: 200, RequestID: "req-1", Sent: true}, says: "empty", gets: 1, posts: 1,
		},
		{
			name: "200 without a charge", handler: answer(200, nil, `{"data":{}}`),
			want: Error{Status: 200, RequestID: "req-1", Sent: true}, says: "no charge", gets: 1, posts: 1,
		},
		{
			name: "201 cut off in the body", handler: answer(201, map[string]string{"Content-Length": "1000"}, goodCharge[:60]),
			want: Error{Status: 201, RequestID: "req-1", Sent: true}, says: "broke off", gets: maxTries, posts: 1,
		},
		{
			name: "200 with half of the JSON", handler: answer(200, nil, goodCharge[:60]),
			want: Error{Status: 200, RequestID: "req-1", Sent: true}, says: "cannot be used", gets: 1, posts: 1,
		},
		{
			name: "200 without end", handler: answer(200, nil, `{"data":"`+strings.Repeat("x", maxAnswer)+`"}`),
			want: Error{Status: 200, RequestID: "req-1", Sent: true}, says: "larger than", gets: 1, posts: 1,
		},
		{
			name: "302", handler: answer(302, map[string]string{"Location": "/elsewhere"}, ``),
			want: Error{Status: 302, RequestID: "req-1", Sent: true}, says: "redirects", gets: 1, posts: 1,
		},
		{
			name: "connection cut before the answer", handler: hangUp,
			want: Error{Sent: true}, says: "EOF", gets: maxTries, posts: 1,
		},
	}
}

func TestTroubles(t *testing.T) {
	t.Parallel()
	for _, tc := range troubles() {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			t.Run(tc.name+" "+method, func(t *testing.T) {
				t.Parallel()
				testTrouble(t, tc, method)
			})
		}
	}
}

func testTrouble(t *testing.T, tc trouble, method string) {
	t.Helper()
	var arrived atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		arrived.Add(1)
		_, _ = io.Copy(io.Discard, r.Body) // a body that breaks off shows in the count
		tc.handler(w, r)
	}))
	t.Cleanup(server.Close)
	client, log := testClient(t, server.URL, nil)

	got, want := failure(t, client, method), tc.posts
	if method == http.MethodGet {
		want = tc.gets
	}
	if n := arrived.Load(); n != want {
		t.Errorf("%d requests arrived, want %d", n, want)
	}
	if !strings.Contains(fmt.Sprint(got.Err), tc.says) {
		t.Errorf("it says %v, want something with %q", got.Err, tc.says)
	}
	if lines := strings.Count(log.String(), "status="+fmt.Sprint(tc.want.Status)); int64(lines) != want {
		t.Errorf("%d lines in the log, want %d:\n%s", lines, want, log)
	}
	for what, text := range map[string]string{"log": log.String(), "error": got.Error(), "details": fmt.Sprintf("%+v", *got)} {
		if strings.Contains(text, testKey) {
			t.Errorf("the API key is in the %s: %s", what, text)
		}
	}
	got.Err = nil
	if diff := cmp.Diff(tc.want, *got, cmpopts.IgnoreUnexported(Error{})); diff != "" {
		t.Error(diff)
	}
}

func failure(t *testing.T, c *Client, method string) *Error {
	t.Helper()
	err := ask(t.Context(), c, method)
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("no *Error: %v", err)
	}
	return e
}

func ask(ctx context.Context, c *Client, method string) error {
	if method == http.MethodPost {
		_, err := c.CreateCharge(ctx, CreateCharge{PricingType: NoPrice})
		return err
	}
	_, err := c.FindCharge(ctx, "GOOD1234")
	return err
}

func TestNoConnectionIsNotSent(t *testing.T) {
	t.Parallel()
	refused, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := refused.Close(); err != nil {
		t.Fatal(err)
	}
	var arrived atomic.Int64
	stranger := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { arrived.Add(1) }))
	stranger.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelInfo)
	stranger.StartTLS()
	t.Cleanup(stranger.Close)
	for name, base := range map[string]string{
		"refused":               "http://" + refused.Addr().String(),
		"a certificate unknown": stranger.URL,
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			t.Run(name+" "+method, func(t *testing.T) {
				t.Parallel()
				client, log := testClient(t, base, nil)
				e := failure(t, client, method)
				if e.Sent || e.Status != 0 {
					t.Errorf("sent %v, status %d", e.Sent, e.Status)
				}
				if n := strings.Count(log.String(), "sent=false"); n != maxTries {
					t.Errorf("%d tries, want %d", n, maxTries)
				}
				if arrived.Load() != 0 {
					t.Error("a request reached a server we do not trust")
				}
			})
		}
	}
}

func TestSlowAnswers(t *testing.T) {
	t.Parallel()
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		for _, hurry := range []string{"our own patience", "the caller's"} {
			t.Run(method+" "+hurry, func(t *testing.T) {
				t.Parallel()
				server, arrived := silent(t)
				ctx := t.Context()
				client, _ := testClient(t, server.URL, func(cfg *Config) {
					if hurry == "our own patience" {
						cfg.Timeout = 100 * time.Millisecond
					}
				})
				if hurry == "the caller's" {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, 100*time.Millisecond)
					defer cancel()
				}
				err := ask(ctx, client, method)
				var e *Error
				if !errors.As(err, &e) || !e.Sent || e.Status != 0 {
					t.Fatalf("got %#v", err)
				}
				if given := errors.Is(err, context.DeadlineExceeded); given != (hurry == "the caller's") {
					t.Errorf("it blames the caller: %v (%v)", given, err)
				}
				if n := arrived.Load(); n != 1 {
					t.Errorf("%d requests arrived", n)
				}
			})
		}
	}
}

// silent is a server that takes requests and never answers.
func silent(t *testing.T) (*httptest.Server, *atomic.Int64) {
	t.Helper()
	var arrived atomic.Int64
	done := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		arrived.Add(1)
		select {
		case <-r.Context().Done():
		case <-done:
		}
	}))
	t.Cleanup(func() { close(done); server.Close() })
	return server, &arrived
}

func TestACallerWhoHasGoneAsksNobody(t *testing.T) {
	t.Parallel()
	server, arrived := silent(t)
	client, _ := testClient(t, server.URL, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := ask(ctx, client, http.MethodPost)
	var e *Error
	if !errors.As(err, &e) || e.Sent || !errors.Is(err, context.Canceled) {
		t.Errorf("got %#v", err)
	}
	if arrived.Load() != 0 {
		t.Error("it asked all the same")
	}
}

func TestAGetRecovers(t *testing.T) {
	t.Parallel()
	for name, bad := range map[string]http.HandlerFunc{
		"503":          answer(503, nil, `{}`),
		"cut":          hangUp,
		"cut in body":  answer(200, map[string]string{"Content-Length": "1000"}, `{"data":`),
		"HTML and 500": answer(500, map[string]string{"Content-Type": "text/html"}, `<p>oh</p>`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var arrived atomic.Int64
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if arrived.Add(1) < 3 {
					bad(w, r)
					return
				}
				answer(200, nil, goodCharge)(w, r)
			}))
			t.Cleanup(server.Close)
			client, _ := testClient(t, server.URL+"/", nil)
			c, err := client.FindCharge(t.Context(), "GOOD1234")
			if err != nil || c.Code != "GOOD1234" || arrived.Load() != 3 {
				t.Errorf("charge %q, %d requests, %v", c.Code, arrived.Load(), err)
			}
		})
	}
}

func TestNewClientSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(*Config)
		says   string
	}{
		"no clock":         {func(c *Config) { c.Now = nil }, "Now"},
		"no randomness":    {func(c *Config) { c.Random = nil }, "Random"},
		"no key":           {func(c *Config) { c.APIKey = "" }, "API key"},
		"key with newline": {func(c *Config) { c.APIKey = "a\nb" }, "API key"},
		"no scheme":        {func(c *Config) { c.BaseURL = "api.example" }, "http"},
		"a file":           {func(c *Config) { c.BaseURL = "file:///etc" }, "http"},
		"a password":       {func(c *Config) { c.BaseURL = "https://a:hunter2@api.example" }, "user"},
		"a query":          {func(c *Config) { c.BaseURL = "https://api.example/?a=b" }, "query"},
		"negative time":    {func(c *Config) { c.Timeout = -1 }, "negative"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := Config{BaseURL: "https://api.example", APIKey: testKey, Now: time.Now, Random: zeros{}}
			tc.change(&cfg)
			_, err := NewClient(cfg)
			if err == nil || !strings.Contains(err.Error(), tc.says) || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("got %v", err)
			}
		})
	}
}
