package sandbox_test

import (
	"context"
	"encoding/json"
	"io/fs"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/shopspring/decimal"

	"till/app/database"
	"till/app/sandbox"
	"till/app/sandbox/ledger"
	"till/app/sandbox/migrations"
)

// TestAnOldStoreIsUpgraded opens what the second version left behind: a paid
// charge, a webhook that came and one that waits.
func TestAnOldStoreIsUpgraded(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "sandbox.db")
	now := time.Now().UTC().Truncate(time.Microsecond)
	c := ledger.Open("11111111-1111-4111-8111-111111111111", "AAAAAAAA", ledger.Classic, ledger.Terms{
		Name: "Coffee", PricingType: "fixed_price", Metadata: json.RawMessage(`{"order_id":"o1"}`),
		Price: &ledger.Money{Amount: decimal.NewFromInt(4), Currency: "EUR"},
	}, now)
	if err := c.Do("pay", now, ledger.Transfer{}); err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	at, end := now.UnixMicro(), now.Add(time.Hour).UnixMicro()
	fill(t, file, 2, []statement{
		{`INSERT INTO charges (id, code, created_at, body) VALUES ($1, $2, $3, $4)`, []any{c.ID, c.Code, at, string(body)}},
		{`INSERT INTO events (id, charge_id, type, created_at, body) VALUES ('e1', $1, 'charge:created', $2, '{"id":"e1"}'), ('e2', $1, 'charge:confirmed', $2, '{"id":"e2"}')`, []any{c.ID, at}},
		{`INSERT INTO deliveries (id, event_id, code, url, status, attempts, until_at) VALUES ('d1', 'e1', 'AAAAAAAA', 'http://old', 'delivered', 1, $1)`, []any{end}},
		{`INSERT INTO deliveries (id, event_id, code, url, status, next_at, until_at) VALUES ('d2', 'e2', 'AAAAAAAA', 'http://old', 'waiting', $1, $2)`, []any{at, end}},
	})
	r := start(t, func(cfg *sandbox.Config) { cfg.StoreURL = "sqlite:" + file })
	if got := r.show("AAAAAAAA"); got.steps() != "NEW PENDING COMPLETED" || got.Metadata["order_id"] != "o1" {
		t.Errorf("the charge is %+v", got)
	}
	until(t, "what waited", func() bool { return len(r.hook.all("")) == 1 })
	if came := r.hook.all("")[0].body; !strings.Contains(string(came), `"id":"e2"`) {
		t.Errorf("told of %s", came)
	}
	until(t, "the log", func() bool { d := r.deliveries(); return len(d) == 2 && d[0].Status == "delivered" })
	if d := r.deliveries()[1]; d.Attempts != 1 || d.Type != "charge:created" || d.Code != "AAAAAAAA" {
		t.Errorf("the old delivery is %+v", d)
	}
	if events := r.send("GET", "/commerce/events?order=asc", "").body; !strings.Contains(events, `"data":[{"id":"e1"},{"id":"e2"}]`) {
		t.Errorf("events %s", events)
	}
}

// TestOldSubscriptionsTakeTheirSide opens what the fifth version left behind.
func TestOldSubscriptionsTakeTheirSide(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "sandbox.db")
	labels := map[string]string{"labelled": `{"sandbox":"true"}`, "otherwise": `{"sandbox":"no"}`, "bare": `null`, "none": ``}
	var all []statement
	for id, body := range labels {
		all = append(all, statement{`INSERT INTO endpoints (id, face, url, secret) VALUES ($1, 'business', 'http://127.0.0.1:9', 's')`, []any{id}})
		if body != "" {
			all = append(all, statement{`INSERT INTO subscriptions (id, body) VALUES ($1, $2)`, []any{id, `{"description":"","labels":` + body + `}`}})
		}
	}
	fill(t, file, 5, all)
	r := startBusiness(t, func(cfg *sandbox.Config) { cfg.StoreURL = "sqlite:" + file })
	list := decode[struct{ Data []struct{ ID, Side string } }](t, r.send("GET", "/control/endpoints", "")).Data
	want := map[string]string{"labelled": "sandbox", "otherwise": "production", "bare": "production", "none": "", "configured-business": ""}
	if len(list) != len(want) {
		t.Errorf("endpoints %+v", list)
	}
	for _, e := range list {
		if side, ok := want[e.ID]; !ok || side != e.Side {
			t.Errorf("%s is told of %q, want %q", e.ID, e.Side, side)
		}
	}
}

type statement struct {
	query string
	args  []any
}

// fill makes a store as a version with so many migrations did, with these rows.
func fill(t *testing.T, file string, version int, rows []statement) {
	t.Helper()
	names, err := fs.Glob(migrations.Files, "*.sql")
	if err != nil {
		t.Fatal(err)
	}
	old := fstest.MapFS{}
	for _, name := range names[:version] {
		text, err := fs.ReadFile(migrations.Files, name)
		if err != nil {
			t.Fatal(err)
		}
		old[name] = &fstest.MapFile{Data: text}
	}
	db, err := database.Open(t.Context(), database.Config{URL: "sqlite:" + file, Migrations: old, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Write(t.Context(), func(ctx context.Context, tx database.Tx) error {
		for _, row := range rows {
			if _, err := tx.ExecContext(ctx, row.query, row.args...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}
