package sandbox_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"till/app/database"
	"till/app/sandbox"
	"till/app/sandbox/ledger"
	"till/app/sandbox/migrations"
)

type eventPage struct {
	Data []struct {
		ID   string `json:"id"`
		Type string `json:"type"`
		Data charge `json:"data"`
	}
}

func TestEventsAreListedWhetherTheyAreSentOrNot(t *testing.T) {
	t.Parallel()
	r := start(t, func(cfg *sandbox.Config) { cfg.WebhookURL = "" })
	c := r.create()
	r.do(c.Code, "pay")
	page := decode[eventPage](t, r.want(r.send("GET", "/commerce/events", ""), http.StatusOK))
	var got []string
	for _, e := range page.Data {
		got = append(got, e.Type+" "+e.Data.Timeline[len(e.Data.Timeline)-1].Status)
	}
	if want := []string{"charge:confirmed COMPLETED", "charge:pending PENDING", "charge:created NEW"}; !slices.Equal(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
	shown := r.want(r.send("GET", "/commerce/events/"+strings.ToUpper(page.Data[0].ID), ""), http.StatusOK)
	if got := decode[struct{ Data struct{ Type string } }](t, shown).Data.Type; got != "charge:confirmed" {
		t.Errorf("shown %s", shown.body)
	}
}

// TestAnOlderStoreIsBroughtUpToDate starts on what the version without
// invoices left behind.
func TestAnOlderStoreIsBroughtUpToDate(t *testing.T) {
	t.Parallel()
	url := "sqlite:" + filepath.Join(t.TempDir(), "sandbox.db")
	id := writeOldStore(t, url)
	r := start(t, func(cfg *sandbox.Config) { cfg.StoreURL = url })
	r.create()
	page := decode[eventPage](t, r.want(r.send("GET", "/commerce/events?order=asc", ""), http.StatusOK))
	if len(page.Data) != 2 || page.Data[0].ID != "e1" || page.Data[0].Data.Code != "OLDCODE1" {
		t.Errorf("events %+v", page.Data)
	}
	if got := r.show(id).steps(); got != "NEW" {
		t.Errorf("the old charge is %s", got)
	}
	if got := r.do("OLDCODE1", "pay").steps(); got != "NEW PENDING COMPLETED" {
		t.Errorf("the old charge, paid: %s", got)
	}
}

// writeOldStore makes the tables of the first two migrations with a charge and
// its event, and returns the charge's id.
func writeOldStore(t *testing.T, url string) string {
	t.Helper()
	old := fstest.MapFS{}
	for _, name := range []string{"00001_sandbox.sql", "00002_checkouts.sql"} {
		body, err := migrations.Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		old[name] = &fstest.MapFile{Data: body}
	}
	db, err := database.Open(t.Context(), database.Config{URL: url, Migrations: old, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	c := ledger.Open("0f5b1e2c-7a44-4c1e-9d57-3a4f0d6b8e21", "OLDCODE1", ledger.Classic,
		ledger.Terms{Name: "Old", PricingType: "no_price", Metadata: json.RawMessage("{}")}, time.Now())
	event, err := ledger.View{}.Event("e1", c.TakeEvents()[0])
	if err != nil {
		t.Fatal(err)
	}
	err = db.Write(t.Context(), func(ctx context.Context, tx database.Tx) error {
		body, err := json.Marshal(c)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO charges (id, code, created_at, due_at, body) VALUES ($1, $2, $3, $4, $5)`,
			c.ID, c.Code, c.CreatedAt.UnixMicro(), c.Due().UnixMicro(), string(body))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO events (id, charge_id, type, created_at, body) VALUES ($1, $2, $3, $4, $5)`,
			event.ID, event.ChargeID, event.Type, event.CreatedAt.UnixMicro(), string(event.Body))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return c.ID
}
