package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// chronicle is a control door that knows attempts, and nothing else.
type chronicle struct {
	mu   sync.Mutex
	rows []attempt
	down bool
}

func (c *chronicle) add(codes ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, code := range codes {
		c.rows = append(c.rows, attempt{
			Seq: int64(len(c.rows) + 1), Type: "charge:pending", Code: code, Number: 1, Status: 200, URL: "http://shop.example/hook",
		})
	}
}

// fall makes it answer nobody; rise brings it back with a new store.
func (c *chronicle) fall() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rows, c.down = nil, true
}

func (c *chronicle) rise() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.down = false
}

// ServeHTTP handles GET /control/attempts, two at a time.
func (c *chronicle) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	after, err := strconv.Atoi(r.URL.Query().Get("after"))
	page := attempts{Data: []attempt{}, Last: int64(after)}
	switch {
	case c.down:
		panic(http.ErrAbortHandler)
	case err == nil && after < 0:
		page.Last = int64(len(c.rows))
	case err == nil && after < len(c.rows):
		page.Data = c.rows[after:min(after+2, len(c.rows))]
	}
	_ = json.NewEncoder(w).Encode(page) // whoever reads it is tested
}

// paper is what a command prints, readable while it prints on.
type paper struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write prints.
func (p *paper) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.Write(b)
}

func (p *paper) String() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.text.String()
}

// listening starts `till listen` at a chronicle. What it returns waits for a
// text on its paper.
func listening(t *testing.T, c *chronicle, args ...string) (out *paper, await func(text string)) {
	t.Helper()
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	out = &paper{}
	complaints := &paper{}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan int, 1)
	go func() {
		args = append([]string{"listen", "--sandbox", server.URL}, args...)
		ended <- Run(ctx, Host{Now: time.Now}, args, nil, strings.NewReader(""), out, complaints)
	}()
	t.Cleanup(func() {
		stop()
		if status := <-ended; status != 0 {
			t.Errorf("it ended with %d: %s", status, complaints)
		}
	})
	await = func(text string) {
		t.Helper()
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		deadline := time.After(20 * time.Second)
		for !strings.Contains(out.String()+complaints.String(), text) {
			select {
			case <-tick.C:
			case <-deadline:
				t.Fatalf("%q did not come: %s%s", text, out, complaints)
			}
		}
	}
	await("Listening at " + server.URL)
	return out, await
}

func TestListenPrintsWhatComes(t *testing.T) {
	t.Parallel()
	c := &chronicle{}
	c.add("PAST0001")
	out, await := listening(t, c)
	c.add("NEXT0001", "NEXT0002", "NEXT0003", "NEXT0004", "NEXT0005")
	await("NEXT0005")
	if got := out.String(); strings.Count(got, "\n") != 5 || strings.Contains(got, "PAST") {
		t.Errorf("printed %s", got)
	}
}

func TestListenToOneChargeFromTheBeginning(t *testing.T) {
	t.Parallel()
	c := &chronicle{}
	c.add("PAST0001", "OTHER001", "OTHER002", "OTHER003", "PAST0001")
	out, await := listening(t, c, "--past", "--charge", "PAST0001", "--json")
	await(`"seq":5,`)
	var first attempt
	if err := json.NewDecoder(strings.NewReader(out.String())).Decode(&first); err != nil || first.Seq != 1 || first.Status != 200 {
		t.Errorf("printed %s: %v", out, err)
	}
	if strings.Contains(out.String(), "OTHER") {
		t.Errorf("printed %s", out)
	}
}

func TestListenBeginsAnewWithANewStore(t *testing.T) {
	t.Parallel()
	c := &chronicle{}
	c.add("PAST0001", "PAST0002", "PAST0003")
	out, await := listening(t, c)
	c.add("FOURTH01")
	await("FOURTH01")
	c.fall()
	await("Trying again")
	c.add("ANEW0001")
	c.rise()
	await("ANEW0001")
	if strings.Contains(out.String(), "PAST") {
		t.Errorf("printed %s", out)
	}
}

func TestAttemptLine(t *testing.T) {
	t.Parallel()
	at := time.Date(2025, 2, 3, 4, 6, 5, 0, time.UTC)
	for name, tc := range map[string]struct {
		of   attempt
		want string
	}{
		"answered": {attempt{At: at, Type: "charge:created", Code: "ABCD1234", Number: 2, Status: 503, DurationMS: 12, URL: "http://s/h"},
			"2025-02-03T04:06:05Z  charge:created    ABCD1234  #2  503  12 ms  http://s/h"},
		"not answered": {attempt{At: at, Type: "charge:confirmed", Code: "ABCD1234", Number: 1, Error: "no\x1b answer", URL: "http://s/h"},
			"2025-02-03T04:06:05Z  charge:confirmed  ABCD1234  #1  no answer  0 ms  http://s/h"},
		"in trouble": {attempt{At: at, Type: "charge:failed", Code: "ABCD1234", Number: 1, Status: 200, URL: "http://s/h", Troubles: []string{"duplicate", "no_resource"}},
			"2025-02-03T04:06:05Z  charge:failed     ABCD1234  #1  200  0 ms  http://s/h  trouble: duplicate, no_resource"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := tc.of.line(); got != tc.want {
				t.Errorf("%q\n%q", got, tc.want)
			}
		})
	}
}
