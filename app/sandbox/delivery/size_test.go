package delivery_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"till/app/database"
	"till/app/sandbox/delivery"
)

// TestMemoryStaysFlatBesideADeadEndpoint retries for three days of business
// time, and gives up.
func TestMemoryStaysFlatBesideADeadEndpoint(t *testing.T) {
	const deliveries = 48
	dead := httptest.NewServer(http.NotFoundHandler())
	dead.Close()
	r := newRig(t, dead.URL)
	for i := range deliveries {
		r.add("C"+strconv.Itoa(i), "charge:created")
	}
	for range 12 {
		r.pass(5 * time.Minute)
	}
	early := heap()
	for range 72 {
		r.pass(time.Hour)
	}
	late := heap()
	if late > 2*early+4<<20 {
		t.Errorf("the heap grew from %d KiB to %d KiB", early>>10, late>>10)
	}
	if n := len(r.list(delivery.Query{Status: "abandoned"})); n != deliveries {
		t.Errorf("%d of %d were given up", n, deliveries)
	}
	last, err := r.queue.Last(t.Context())
	r.must(err)
	t.Logf("%d attempts, heap %d KiB, then %d KiB", last, early>>10, late>>10)
}

func heap() uint64 {
	runtime.GC()
	runtime.GC() // once more for what the first let go of
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestLongLogIsPagedByItsIndexes reads pages out of 100,000 attempts.
func TestLongLogIsPagedByItsIndexes(t *testing.T) {
	t.Parallel()
	small, long := newRig(t, ""), newRig(t, "")
	fill(small, 100)
	fill(long, 100_000)
	for name, page := range map[string]func(r *rig) int{
		"all deliveries": func(r *rig) int { return len(r.list(delivery.Query{Limit: 50})) },
		"a later page":   func(r *rig) int { return len(r.list(delivery.Query{Limit: 25, Before: "d-00050"})) },
		"of an endpoint": func(r *rig) int { return len(r.list(delivery.Query{Limit: 50, Endpoint: "e-1"})) },
		"of a charge":    func(r *rig) int { return len(r.list(delivery.Query{Limit: 50, Code: "C1"})) },
		"of a status":    func(r *rig) int { return len(r.list(delivery.Query{Limit: 50, Status: "abandoned"})) },
		"one delivery":   func(r *rig) int { return len(find(r, "d-00007").Tries) },
		"the log": func(r *rig) int {
			entries, err := r.queue.Log(t.Context(), 50, 50)
			r.must(err)
			return len(entries)
		},
	} {
		t.Run(name, func(t *testing.T) {
			if n := page(long); n == 0 {
				t.Fatal("the page is empty")
			}
			if a, b := quickest(func() { page(small) }), quickest(func() { page(long) }); b > 10*a+50*time.Millisecond {
				t.Errorf("%v out of a long log, %v out of a short one", b, a)
			}
		})
	}
}

// fill writes n attempts of as many deliveries.
func fill(r *rig, n int) {
	r.t.Helper()
	count := `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ` + strconv.Itoa(n) + `) `
	r.must(r.db.Write(r.t.Context(), func(ctx context.Context, tx database.Tx) error {
		for _, query := range []string{
			`INSERT INTO messages (event_id, charge_id, code, type, created_at, body) VALUES ('e', 'c', 'C1', 'charge:created', 0, '{"id":"e"}')`,
			count + `INSERT INTO deliveries (id, event_id, endpoint, type, code, url, status, attempts, until_at)
				SELECT printf('d-%05d', i), 'e', 'e-' || (i % 3), 'charge:created', 'C' || (i % 50), 'http://x',
				CASE WHEN i % 20 = 0 THEN 'abandoned' ELSE 'delivered' END, 1, 0 FROM n`,
			count + `INSERT INTO attempts (delivery, url, event_id, number, scheduled_for, at, took_us, signature, troubles, status, head, body, error)
				SELECT printf('d-%05d', i), 'http://x', 'e', 1, 0, 0, 1000, 'abc', '', 200, '{}', zeroblob(200), '' FROM n`,
		} {
			if _, err := tx.ExecContext(ctx, query); err != nil {
				return err
			}
		}
		return nil
	}))
}

// quickest is the shortest of some runs: what others on the machine do makes
// them longer only.
func quickest(run func()) time.Duration {
	var took []time.Duration
	for range 9 {
		started := time.Now()
		run()
		took = append(took, time.Since(started))
	}
	return slices.Min(took)
}

func TestLogKeepsTheHeadWithoutCookies(t *testing.T) {
	t.Parallel()
	h := newHook(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Set-Cookie", "session=secret")
		w.Header().Add("X-Many", "one")
		w.Header().Add("X-Many", "two")
	})
	r := newRig(t, h.url)
	r.add("AAAAAAAA", "charge:created")
	r.settle()
	head := find(r, r.list(delivery.Query{})[0].ID).Tries[0].Response.Headers
	if head["X-Many"] != "one, two" || strings.Contains(head["Set-Cookie"], "secret") {
		t.Errorf("head %v", head)
	}
}
