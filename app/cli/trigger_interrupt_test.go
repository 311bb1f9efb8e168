package cli_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"till/app/cli"
	"till/app/coinbase/commerce"
)

// waiter is a receiver that keeps the first charge:confirmed waiting until
// answered ends.
type waiter struct {
	url      string
	answered context.CancelFunc
	mu       sync.Mutex
	types    []string // as they came
}

func newWaiter(t *testing.T) *waiter {
	t.Helper()
	w := &waiter{}
	wait, answered := context.WithCancel(context.Background())
	w.answered = answered
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var e struct{ Event struct{ Type string } }
		if err := json.NewDecoder(r.Body).Decode(&e); err != nil {
			t.Error(err)
		}
		w.mu.Lock()
		w.types = append(w.types, e.Event.Type)
		w.mu.Unlock()
		if e.Event.Type == commerce.EventConfirmed {
			<-wait.Done()
		}
	}))
	t.Cleanup(func() { answered(); server.Close() })
	w.url = server.URL
	return w
}

func (w *waiter) has(kind string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Contains(w.types, kind)
}

func TestOutOfOrderInterruptedLosesNothing(t *testing.T) {
	t.Parallel()
	w := newWaiter(t)
	r := serve(t, plainConfig, "TILL_SANDBOX_WEBHOOK_URL="+w.url, "TILL_SANDBOX_API_KEY=key")
	trigger := func(ctx context.Context, args ...string) int {
		args = append([]string{"trigger", "--sandbox", r.box}, args...)
		host := cli.Host{Now: time.Now, Random: rand.Reader}
		return cli.Run(ctx, host, args, []string{"TILL_SANDBOX_API_KEY=key"}, strings.NewReader(""), io.Discard, r.log)
	}
	if status := trigger(t.Context(), commerce.EventCreated); status != 0 {
		t.Fatalf("status %d: %s", status, r.log)
	}
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	ended := make(chan int, 1)
	go func() { ended <- trigger(ctx, commerce.EventConfirmed, "--out-of-order") }()
	eventually(t, "the newest event came", func() bool { return w.has(commerce.EventConfirmed) })
	interrupt()
	if status := <-ended; status != 1 {
		t.Errorf("status %d after the interrupt", status)
	}
	w.answered()
	if w.has(commerce.EventPending) {
		t.Error("the event before came as well: this shows nothing")
	}
	res, body := ask(t, http.MethodPost, r.box+"/control/clock", `{"advance":"5m"}`, "X-CC-Api-Key", "key", "Content-Type", "application/json")
	if res.StatusCode != http.StatusOK {
		t.Fatalf("the clock: %s %s", res.Status, body)
	}
	eventually(t, "the one before came, too", func() bool { return w.has(commerce.EventPending) })
	if _, body := ask(t, http.MethodGet, r.box+"/control/troubles", "", "X-CC-Api-Key", "key"); !strings.Contains(body, `"data":[]`) {
		t.Errorf("a trouble is left: %s", body)
	}
}
