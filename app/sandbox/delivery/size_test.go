package delivery_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"runtime"
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
	if late > early+256<<10 { // some 80 bytes of each attempt
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

// TestRarePagesOutOfALongLog reads what is at the old end of 20,000 attempts.
func TestRarePagesOutOfALongLog(t *testing.T) {
	t.Parallel()
	r := newRig(t, "")
	fill(r, 20_000)
	for name, tc := range map[string]struct {
		query delivery.Query
		want  int
	}{
		"all deliveries": {delivery.Query{Limit: 50}, 50},
		"a later page":   {delivery.Query{Limit: 50, Before: "d-00050"}, 49},
		"of an endpoint": {delivery.Query{Limit: 50, Endpoint: "e-rare"}, 2},
		"of a charge":    {delivery.Query{Limit: 50, Code: "RARE"}, 2},
		"of a status":    {delivery.Query{Limit: 50, Status: "abandoned"}, 2},
		"of all three":   {delivery.Query{Limit: 50, Endpoint: "e-rare", Code: "RARE", Status: "abandoned"}, 2},
	} {
		if all := r.list(tc.query); len(all) != tc.want {
			t.Errorf("%s: %d, want %d", name, len(all), tc.want)
		}
	}
	if tries := find(r, "d-00007").Tries; len(tries) != 1 {
		t.Errorf("one delivery: %d tries", len(tries))
	}
	entries, err := r.queue.Log(t.Context(), 50, 50)
	r.must(err)
	if len(entries) != 50 || entries[0].Seq != 51 || entries[49].Delivery != "d-00100" {
		t.Errorf("the log: %d", len(entries))
	}
}

// fill writes n attempts of as many deliveries. The second and third are of an
// endpoint, a charge and a status that no other has.
func fill(r *rig, n int) {
	r.t.Helper()
	count := `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ` + strconv.Itoa(n) + `) `
	r.must(r.db.Write(r.t.Context(), func(ctx context.Context, tx database.Tx) error {
		for _, query := range []string{
			`INSERT INTO messages (event_id, charge_id, code, type, created_at, body) VALUES ('e', 'c', 'C1', 'charge:created', 0, '{"id":"e"}')`,
			count + `INSERT INTO deliveries (id, event_id, endpoint, type, code, url, status, attempts, until_at)
				SELECT printf('d-%05d', i), 'e', iif(i IN (2, 3), 'e-rare', 'e-' || (i % 3)), 'charge:created',
				iif(i IN (2, 3), 'RARE', 'C' || (i % 50)), 'http://x', iif(i IN (2, 3), 'abandoned', 'delivered'), 1, 0 FROM n`,
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
