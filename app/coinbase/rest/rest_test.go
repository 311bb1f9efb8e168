package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// zeros is randomness without a surprise: every jitter is the shortest.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func testClient(t *testing.T, base string, change func(*Config)) *Client {
	t.Helper()
	cfg := Config{
		Name: "some api", Example: "https://api.example", BaseURL: base,
		Authorize: func(*http.Request, time.Time, io.Reader) (string, error) { return "", nil },
		Fault: func(body []byte) Fault {
			var f struct{ Why, ID string }
			if Decode(body, &f) != nil {
				return Fault{}
			}
			return Fault{Type: f.Why, RequestID: f.ID}
		},
		HTTP:    &http.Client{Transport: &http.Transport{}},
		Timeout: 30 * time.Second, Now: time.Now, Random: zeros{},
	}
	if change != nil {
		change(&cfg)
	}
	c, err := NewClient(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// script answers the first request with the first handler, and so on; the last
// one answers all that follow.
func script(t *testing.T, handlers ...http.HandlerFunc) (base string, arrived *atomic.Int64) {
	t.Helper()
	arrived = &atomic.Int64{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := int(arrived.Add(1))
		_, _ = io.Copy(io.Discard, r.Body) // a body that breaks off shows in the count
		handlers[min(n, len(handlers))-1](w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, arrived
}

func reply(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // who hangs up early is counted
	}
}

func hangUp(w http.ResponseWriter, _ *http.Request) {
	if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
		_ = conn.Close()
	}
}

func readAll([]byte) error { return nil }

func TestWhatMayBeSentAgain(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		bad    http.HandlerFunc
		method string
		keyed  bool
		want   int64 // requests that arrive, when only the first is answered badly
	}{
		"a GET after 500":                 {reply(500, `{}`), http.MethodGet, false, 2},
		"a GET after 429":                 {reply(429, `{}`), http.MethodGet, false, 1},
		"a POST after 500":                {reply(500, `{}`), http.MethodPost, false, 1},
		"a POST after a cut":              {hangUp, http.MethodPost, false, 1},
		"a POST after 429":                {reply(429, `{}`), http.MethodPost, false, 2},
		"a POST with a key after 500":     {reply(500, `{}`), http.MethodPost, true, 2},
		"a POST with a key after a cut":   {hangUp, http.MethodPost, true, 2},
		"a POST with a key after 422":     {reply(422, `{}`), http.MethodPost, true, 1},
		"a POST with a key after nothing": {reply(200, ``), http.MethodPost, true, 1},
		"a DELETE after a cut":            {hangUp, http.MethodDelete, false, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base, arrived := script(t, tc.bad, reply(200, `{}`))
			err := testClient(t, base, nil).Call(t.Context(), Request{Method: tc.method, Path: "/x", Body: []byte(`{}`), Keyed: tc.keyed, Read: readAll})
			if arrived.Load() != tc.want || (err == nil) != (tc.want == 2) {
				t.Errorf("%d requests arrived, want %d (%v)", arrived.Load(), tc.want, err)
			}
		})
	}
}

// TestARefusalAfterAnUnclearTryRemembersIt: the first try may have been acted
// upon, whatever the second one comes to.
func TestARefusalAfterAnUnclearTryRemembersIt(t *testing.T) {
	t.Parallel()
	base, _ := script(t, hangUp, reply(409, `{"why":"conflict"}`))
	err := testClient(t, base, nil).Call(t.Context(), Request{Method: http.MethodPost, Path: "/x", Keyed: true, Read: readAll})
	var e *Error
	if !errors.As(err, &e) || e.Status != 409 || !e.Heard() || !e.Sent {
		t.Errorf("got %#v", err)
	}
}

// TestAnUnclearTryThenNoConnection counts as sent, though the last try was not.
func TestAnUnclearTryThenNoConnection(t *testing.T) {
	t.Parallel()
	tries := 0
	client := testClient(t, "http://api.example", func(cfg *Config) {
		cfg.Authorize = func(*http.Request, time.Time, io.Reader) (string, error) {
			if tries++; tries > 1 {
				return "", errors.New("no key any more")
			}
			return "", nil
		}
		cfg.HTTP = &http.Client{Transport: transport(func(*http.Request) (*http.Response, error) { return nil, errors.New("gone") })}
	})
	err := client.Call(t.Context(), Request{Method: http.MethodPost, Path: "/x", Keyed: true, Read: readAll})
	var e *Error
	if !errors.As(err, &e) || !e.Sent || tries != 2 || !strings.Contains(e.Error(), "no key any more") {
		t.Errorf("%d tries: %#v", tries, err)
	}
}

type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestEachTryIsAuthorizedAnew and never shows its secret, not even when it is
// echoed.
func TestEachTryIsAuthorizedAnew(t *testing.T) {
	t.Parallel()
	var seen []string
	echo := func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Header.Get("Authorization"))
		body, _ := json.Marshal(map[string]string{"why": "bad token " + r.Header.Get("Authorization"), "id": "corr-1"}) // strings only
		reply(500, string(body))(w, r)
	}
	base, _ := script(t, echo)
	var log bytes.Buffer
	n := 0
	client := testClient(t, base, func(cfg *Config) {
		cfg.Logger = slog.New(slog.NewTextHandler(&log, nil))
		cfg.Authorize = func(req *http.Request, _ time.Time, _ io.Reader) (string, error) {
			n++
			token := strings.Repeat("s", 20+n)
			req.Header.Set("Authorization", token)
			return token, nil
		}
	})
	err := client.Call(t.Context(), Request{Method: http.MethodGet, Path: "/x", Read: readAll})
	var e *Error
	if !errors.As(err, &e) || e.Type != "bad token [API key]" || e.RequestID != "corr-1" {
		t.Errorf("got %#v", err)
	}
	if len(seen) != MaxTries || seen[0] == seen[1] {
		t.Errorf("tokens: %q", seen)
	}
	if text := log.String() + err.Error(); strings.Contains(text, "ssss") || !strings.Contains(text, "request_id=corr-1") || !strings.HasPrefix(err.Error(), "some api: status 500") {
		t.Errorf("log and error: %s", text)
	}
}

func TestJitterSpreadsTheSecondHalf(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		random io.Reader
		want   time.Duration
	}{
		"least":         {zeros{}, 50 * time.Millisecond},
		"some":          {bytes.NewReader([]byte{0, 0, 0, 0, 0, 0, 0, 9}), 50*time.Millisecond + 9},
		"no randomness": {bytes.NewReader(nil), 50 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := testClient(t, "http://api.example", func(cfg *Config) { cfg.Random = tc.random })
			last := &Error{}
			p := &pause{ctx: context.Background(), client: client, last: &last}
			p.Reset()
			if got := p.NextBackOff(); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

func TestNewClientSaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	for says, change := range map[string]func(*Config){
		"Authorize": func(c *Config) { c.Authorize = nil },
		"Fault":     func(c *Config) { c.Fault = nil },
		"like https://api.example": func(c *Config) {
			c.BaseURL = "api.example"
		},
	} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			cfg := Config{
				Name: "some api", Example: "https://api.example", BaseURL: "https://api.example", Now: time.Now, Random: zeros{},
				Authorize: func(*http.Request, time.Time, io.Reader) (string, error) { return "", nil },
				Fault:     func([]byte) Fault { return Fault{} },
			}
			change(&cfg)
			if _, err := NewClient(cfg); err == nil || !strings.HasPrefix(err.Error(), "some api: ") || !strings.Contains(err.Error(), says) {
				t.Errorf("got %v", err)
			}
		})
	}
}
