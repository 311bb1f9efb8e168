package delivery_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"till/app/database"
	"till/app/sandbox/clock"
	"till/app/sandbox/delivery"
	"till/app/sandbox/migrations"
	"till/app/sandbox/trouble"
)

// rig is a queue on a real database. Its time stands still until it is moved.
type rig struct {
	t        *testing.T
	file     string
	url      string // of the configured endpoint
	db       *database.DB
	clock    *clock.Clock
	troubles *trouble.Set
	queue    *delivery.Queue
	ids      counter
}

const secret = "a-secret"

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func newRig(t *testing.T, url string) *rig {
	t.Helper()
	r := &rig{t: t, file: filepath.Join(t.TempDir(), "sandbox.db"), url: url}
	r.open()
	t.Cleanup(func() { r.close() })
	return r
}

// open begins, or begins again, where the last close left.
func (r *rig) open() {
	r.t.Helper()
	var err error
	r.db, err = database.Open(r.t.Context(), database.Config{
		URL: "sqlite:" + r.file, Migrations: migrations.Files, Logger: slog.New(slog.DiscardHandler),
	})
	r.must(err)
	r.clock = clock.New(func() time.Time { return noon }, 0)
	r.troubles, err = trouble.New(r.t.Context(), r.db)
	r.must(err)
	r.queue, err = delivery.New(r.t.Context(), delivery.Config{
		DB: r.db, Clock: r.clock, URL: r.url, Secret: secret, Troubles: r.troubles,
		NewID:  func() (string, error) { return fmt.Sprintf("id-%06d", r.ids.next()), nil },
		Sample: func(kind string) (delivery.Event, error) { return r.event("MADEUP00", kind), nil },
		Logger: slog.New(slog.DiscardHandler),
	})
	r.must(err)
}

func (r *rig) close() {
	r.queue.Wait()
	if err := r.db.Close(); err != nil {
		r.t.Error(err)
	}
}

func (r *rig) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

// event is one about a charge, with the order "o-" and its code.
func (r *rig) event(code, kind string) delivery.Event {
	id := fmt.Sprintf("event-%06d", r.ids.next())
	body := fmt.Sprintf(`{"api_version":"2018-03-22","data":{"code":%q,"id":"charge-%s","metadata":{"order_id":"o-%s"},"name":"Café <&> ₿",`+
		`"resource":"charge","timeline":[{"status":"NEW","time":"2026-03-01T12:00:00Z"}]},"id":%q,"resource":"event","type":%q}`,
		code, code, code, id, kind)
	return delivery.Event{ID: id, ChargeID: "charge-" + code, Code: code, Type: kind, At: noon, Body: json.RawMessage(body)}
}

// add queues events of a charge.
func (r *rig) add(code string, kinds ...string) {
	r.t.Helper()
	r.must(r.db.Write(r.t.Context(), func(ctx context.Context, tx database.Tx) error {
		for _, kind := range kinds {
			if err := r.queue.Add(ctx, tx, r.event(code, kind)); err != nil {
				return err
			}
		}
		return nil
	}))
	r.clock.Wake()
}

// settle sends all that is due now.
func (r *rig) settle() {
	r.t.Helper()
	for r.due() {
		_, err := r.queue.Turn(r.t.Context())
		r.must(err)
		r.queue.Wait()
	}
}

// due says whether something is still to be sent now.
func (r *rig) due() bool {
	r.t.Helper()
	var n int
	r.must(r.db.Read().QueryRowContext(r.t.Context(),
		`SELECT COUNT(*) FROM deliveries d JOIN endpoints e ON e.id = d.endpoint
		 WHERE e.enabled = 1 AND d.status = 'waiting' AND d.next_at <= $1`, r.clock.Now().UnixMicro()).Scan(&n))
	return n > 0
}

// pass moves the time and sends what is due then.
func (r *rig) pass(d time.Duration) {
	r.t.Helper()
	r.clock.SetOffset(r.clock.Offset() + d)
	r.settle()
}

// run lets the queue work by itself until the test ends.
func (r *rig) run() {
	ctx, cancel := context.WithCancel(r.t.Context())
	var group sync.WaitGroup
	group.Go(func() {
		for ctx.Err() == nil {
			next, err := r.queue.Turn(ctx)
			if err != nil && ctx.Err() == nil {
				r.t.Error(err)
				return
			}
			r.clock.Wait(ctx, next)
		}
	})
	r.t.Cleanup(func() { cancel(); group.Wait() })
}

func (r *rig) list(query delivery.Query) []delivery.Delivery {
	r.t.Helper()
	if query.Limit == 0 {
		query.Limit = 1000
	}
	all, _, err := r.queue.List(r.t.Context(), query)
	r.must(err)
	return all
}

// counter counts from 1.
type counter struct {
	mu sync.Mutex
	n  int
}

func (c *counter) next() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	return c.n
}

// hook is a webhook that remembers what came.
type hook struct {
	url    string
	server *httptest.Server
	mu     sync.Mutex
	got    []arrival
	answer http.HandlerFunc // nil = 200
}

type arrival struct {
	body   string
	header http.Header
	code   string
	kind   string
}

func newHook(t *testing.T, answer http.HandlerFunc) *hook {
	t.Helper()
	h := &hook{answer: answer}
	h.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		a := arrival{body: string(body), header: r.Header.Clone()}
		var e struct {
			Event struct {
				Type string
				Data struct{ Code string }
			}
		}
		if json.Unmarshal(body, &e) == nil {
			a.code, a.kind = e.Event.Data.Code, e.Event.Type
		}
		h.mu.Lock()
		h.got = append(h.got, a)
		h.mu.Unlock()
		r.Header.Set("Test-Code", a.code)
		if h.answer != nil {
			h.answer(w, r)
		}
	}))
	h.url = h.server.URL
	t.Cleanup(h.server.Close)
	return h
}

func (h *hook) all() []arrival {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]arrival{}, h.got...)
}

// kinds are the types of what came, in their order.
func (h *hook) kinds() []string {
	var kinds []string
	for _, a := range h.all() {
		kinds = append(kinds, a.kind)
	}
	return kinds
}

// until polls for something to come true.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.After(20 * time.Second)
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
