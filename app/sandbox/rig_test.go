package sandbox_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"till/app/coinbase/business"
	"till/app/sandbox"
)

const (
	testKey    = "11111111-2222-4333-8444-555555555555"
	testSecret = "the-webhook-secret"
)

// rig is a running sandbox and its merchant's webhook.
type rig struct {
	t    *testing.T
	cfg  sandbox.Config
	url  string
	hook *hook
	stop func()
	key  *business.Key // of business, nil = requests there have no token
}

// start serves a sandbox on a real listener. Its clock is the real one unless
// a setting says otherwise.
func start(t *testing.T, settings ...func(*sandbox.Config)) *rig {
	t.Helper()
	r := &rig{t: t, hook: newHook(t)}
	r.cfg = sandbox.Config{
		StoreURL: "sqlite:" + filepath.Join(t.TempDir(), "sandbox.db"), APIKey: testKey, WebhookSecret: testSecret,
		WebhookURL: r.hook.server.URL + "/hook", Shape: "2018", ConfirmAfter: time.Hour,
		Now: time.Now, Random: rand.Reader, Logger: slog.New(slog.DiscardHandler),
	}
	for _, set := range settings {
		set(&r.cfg)
	}
	r.serve()
	return r
}

// in is the same rig for a subtest, which then fails alone.
func (r *rig) in(t *testing.T) *rig {
	t.Helper()
	sub := *r
	sub.t = t
	return &sub
}

func (r *rig) serve() {
	r.t.Helper()
	l, err := new(net.ListenConfig).Listen(r.t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		r.t.Fatal(err)
	}
	r.url = "http://" + l.Addr().String()
	if !strings.HasPrefix(r.cfg.PublicURL, "https://") {
		r.cfg.PublicURL = r.url
	}
	s, err := sandbox.New(r.t.Context(), r.cfg)
	if err != nil {
		r.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.Serve(ctx, l) }()
	r.stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-served:
			if err != nil {
				r.t.Errorf("Serve: %v", err)
			}
		case <-time.After(5 * time.Second):
			r.t.Error("Serve did not stop within five seconds")
		}
	})
	r.t.Cleanup(r.stop)
}

// answer is what the sandbox said.
type answer struct {
	*http.Response
	body string
}

// decode reads the answer's JSON.
func decode[T any](t *testing.T, a answer) T {
	t.Helper()
	var into T
	if err := json.Unmarshal([]byte(a.body), &into); err != nil {
		t.Fatalf("%v in %s", err, a.body)
	}
	return into
}

// send makes a request with the API key; header is "Name: value" lines.
func (r *rig) send(method, path, body string, header ...string) answer {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), method, r.url+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("X-CC-Api-Key", testKey)
	req.Header.Set("X-CC-Version", "2018-03-22")
	if method == http.MethodPost || method == http.MethodPut {
		req.Header.Set("Content-Type", "application/json")
	}
	if r.key != nil && (strings.HasPrefix(path, "/business") || strings.HasPrefix(path, "/platform")) {
		req.Header.Set("Authorization", "Bearer "+r.token(r.key, req))
	}
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		if req.Header.Del(name); value != "" {
			req.Header.Set(name, value)
		}
		if name == "Host" {
			req.Host = value
		}
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }() // the body was read to its end
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer{resp, string(text)}
}

// want fails unless the answer has that status.
func (r *rig) want(a answer, status int) answer {
	r.t.Helper()
	if a.StatusCode != status {
		r.t.Fatalf("%s %s: status %d, want %d: %s", a.Request.Method, a.Request.URL.Path, a.StatusCode, status, a.body)
	}
	return a
}

// charge is what the tests read of one.
type charge struct {
	ID        string `json:"id"`
	Code      string `json:"code"`
	Resource  string `json:"resource"`
	Status    string `json:"status"`
	HostedURL string `json:"hosted_url"`
	CreatedAt string `json:"created_at"`
	ExpiresAt string `json:"expires_at"`
	Timeline  []struct {
		Time, Status, Context string
	} `json:"timeline"`
	Pricing  map[string]struct{ Amount, Currency string } `json:"pricing"`
	Payments []struct {
		Status string
		Block  struct {
			Confirmations int `json:"confirmations"`
			Required      int `json:"confirmations_required"`
		}
	} `json:"payments"`
	Metadata map[string]string          `json:"metadata"`
	Checkout *struct{ ID string }       `json:"checkout"`
	Invoice  *struct{ ID, Code string } `json:"invoice"`
}

// steps is the timeline in one line.
func (c charge) steps() string {
	var all []string
	for _, s := range c.Timeline {
		if s.Context != "" {
			s.Status += "/" + s.Context
		}
		all = append(all, s.Status)
	}
	return strings.Join(all, " ")
}

type one struct{ Data charge }

const coffee = `{"name":"Coffee","description":"A cup","pricing_type":"fixed_price",` +
	`"local_price":{"amount":"4.50","currency":"EUR"},"metadata":{"order_id":"o1"},` +
	`"redirect_url":"http://127.0.0.1:9/success?order=o1","cancel_url":"http://127.0.0.1:9/cancel?order=o1"}`

// create makes a charge for a coffee.
func (r *rig) create() charge {
	r.t.Helper()
	return decode[one](r.t, r.want(r.send("POST", "/commerce/charges", coffee), http.StatusCreated)).Data
}

// show reads a charge.
func (r *rig) show(ref string) charge {
	r.t.Helper()
	return decode[one](r.t, r.want(r.send("GET", "/commerce/charges/"+ref, ""), http.StatusOK)).Data
}

// do makes a control action happen.
func (r *rig) do(ref, action string) charge {
	r.t.Helper()
	return decode[one](r.t, r.want(r.send("POST", "/control/charges/"+ref+"/"+action, ""), http.StatusOK)).Data
}

// advance moves the business clock.
func (r *rig) advance(d string) {
	r.t.Helper()
	r.want(r.send("POST", "/control/clock", `{"advance":"`+d+`"}`), http.StatusOK)
}

// until polls for something to come true.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(10 * time.Second)
	tick := time.NewTicker(3 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			t.Fatal("in vain waited for " + what)
		case <-tick.C:
		}
	}
}

// hook is a merchant's webhook that remembers what it got.
type hook struct {
	server *httptest.Server
	mu     sync.Mutex
	got    []webhook
	answer func(w http.ResponseWriter, r *http.Request, wh webhook) // nil = 200
}

type webhook struct {
	body   []byte
	header http.Header
	env    struct {
		ID            string `json:"id"`
		AttemptNumber int    `json:"attempt_number"`
		ScheduledFor  string `json:"scheduled_for"`
		Event         struct {
			ID         string `json:"id"`
			Resource   string `json:"resource"`
			Type       string `json:"type"`
			APIVersion string `json:"api_version"`
			CreatedAt  string `json:"created_at"`
			Data       charge `json:"data"`
		} `json:"event"`
	}
}

func newHook(t *testing.T) *hook {
	t.Helper()
	h := &hook{}
	h.server = httptest.NewServer(http.HandlerFunc(h.handle))
	t.Cleanup(h.server.Close)
	return h
}

func (h *hook) handle(w http.ResponseWriter, r *http.Request) {
	var wh webhook
	wh.body, _ = io.ReadAll(r.Body)
	wh.header = r.Header.Clone()
	if json.NewDecoder(bytes.NewReader(wh.body)).Decode(&wh.env) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if kind := r.Header.Get(business.EventTypeHeader); kind != "" {
		wh.env.Event.Type = kind // it stands beside the fields of a checkout
	}
	h.mu.Lock()
	h.got = append(h.got, wh)
	answer := h.answer
	h.mu.Unlock()
	if answer != nil {
		answer(w, r, wh)
	}
}

// reply sets what the webhook answers from now on.
func (h *hook) reply(answer func(http.ResponseWriter, *http.Request, webhook)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.answer = answer
}

// all returns what came so far, of one type or, for "", of all.
func (h *hook) all(kind string) []webhook {
	h.mu.Lock()
	defer h.mu.Unlock()
	var some []webhook
	for _, wh := range h.got {
		if kind == "" || wh.env.Event.Type == kind {
			some = append(some, wh)
		}
	}
	return some
}

// await returns the nth webhook of that type, from 1.
func (h *hook) await(t *testing.T, kind string, n int) webhook {
	t.Helper()
	until(t, kind, func() bool { return len(h.all(kind)) >= n })
	return h.all(kind)[n-1]
}
