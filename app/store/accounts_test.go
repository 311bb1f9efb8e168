package store_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"till/app/shop"
	"till/app/store"
)

func openStore(t *testing.T) *store.Store {
	t.Helper()
	st, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "till.db"), slog.New(slog.DiscardHandler))
	must(t, err)
	t.Cleanup(func() { _ = st.Close() })
	return st
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// dawn is a time that a column of microseconds keeps exactly.
func dawn() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 123000, time.UTC) }

func account(id, hash string) shop.Account {
	return shop.Account{ID: shop.CustomerID(id), Username: "The " + id, Password: hash, CreatedAt: dawn()}
}

func session(id, customer string, seen time.Duration) shop.Session {
	return shop.Session{
		ID: shop.SessionID(id), Customer: shop.CustomerID(customer), Secret: "hash of " + id, Agent: "Test/1.0",
		CreatedAt: dawn(), SeenAt: dawn().Add(seen), ExpiresAt: dawn().Add(time.Hour),
	}
}

// saveOrder stores an order with as many payments.
func saveOrder(t *testing.T, st *store.Store, id, customer string, age time.Duration, payments int) {
	t.Helper()
	o := shop.Order{
		ID: shop.OrderID(id), Version: 3, Customer: shop.Customer{ID: shop.CustomerID(customer), Username: customer},
		Price: shop.Money{Amount: decimal.RequireFromString("4.50"), Currency: "USD"}, CreatedAt: dawn().Add(-age), UpdatedAt: dawn(),
	}
	for i := range payments {
		o.Payments = append(o.Payments, shop.Payment{
			ID: shop.PaymentID(id + string(rune('0'+i))), Price: o.Price, Standing: shop.Standing{State: shop.Expired}, CreatedAt: dawn(),
		})
	}
	must(t, st.Write(t.Context(), func(ctx context.Context, l shop.Ledger) error { return l.SaveOrder(ctx, o) }))
}

func TestAccountsAreFoundByIDAndByLogin(t *testing.T) {
	t.Parallel()
	st := openStore(t)
	ada := account("ada", "hash")
	must(t, st.InsertAccount(t.Context(), ada, "ada"))
	if err := st.InsertAccount(t.Context(), account("other", "hash"), "ada"); shop.ErrorCode(err) != shop.Conflict {
		t.Errorf("a taken login: %v", err)
	}
	for name, find := range map[string]func() (shop.Account, error){
		"id":    func() (shop.Account, error) { return st.FindAccount(t.Context(), "ada") },
		"login": func() (shop.Account, error) { return st.FindAccountByLogin(t.Context(), "ada") },
	} {
		if got, err := find(); err != nil || got != ada {
			t.Errorf("by %s: %+v, %v", name, got, err)
		}
	}
	if _, err := st.FindAccount(t.Context(), "other"); shop.ErrorCode(err) != shop.NotFound {
		t.Errorf("the refused account: %v", err)
	}
}

func TestSessionsBeginOnlyOnThePasswordThatWasChecked(t *testing.T) {
	t.Parallel()
	st := openStore(t)
	must(t, st.InsertAccount(t.Context(), account("ada", "hash"), "ada"))
	must(t, st.InsertSession(t.Context(), session("s1", "ada", 0), "hash"))
	if got, err := st.FindSession(t.Context(), "s1"); err != nil || got != session("s1", "ada", 0) {
		t.Errorf("found %+v, %v", got, err)
	}
	for name, s := range map[string]shop.Session{"another password": session("s2", "ada", 0), "no account": session("s2", "grace", 0)} {
		if err := st.InsertSession(t.Context(), s, "another hash"); shop.ErrorCode(err) != shop.Conflict {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := st.SavePassword(t.Context(), "ada", "another hash", "new", session("s2", "ada", 0)); shop.ErrorCode(err) != shop.Conflict {
		t.Errorf("a change on another password: %v", err)
	}
	if _, err := st.FindSession(t.Context(), "s1"); err != nil {
		t.Errorf("the refused change ended a session: %v", err)
	}
	must(t, st.SavePassword(t.Context(), "ada", "hash", "new", session("s2", "ada", 0)))
	if _, err := st.FindSession(t.Context(), "s1"); shop.ErrorCode(err) != shop.NotFound {
		t.Errorf("the session outlives the password: %v", err)
	}
	if _, err := st.FindSession(t.Context(), "s2"); err != nil {
		t.Errorf("the new session: %v", err)
	}
}

func TestSessionsAreListedTouchedSweptAndDeleted(t *testing.T) {
	t.Parallel()
	st := openStore(t)
	must(t, st.InsertAccount(t.Context(), account("ada", "hash"), "ada"))
	for i, id := range []string{"s1", "s2", "s3"} {
		must(t, st.InsertSession(t.Context(), session(id, "ada", time.Duration(i)*time.Minute), "hash"))
	}
	must(t, st.TouchSession(t.Context(), "s1", dawn().Add(time.Hour), dawn().Add(2*time.Hour)))
	ids := func(now time.Time) (all string) {
		list, err := st.ListSessions(t.Context(), "ada", now)
		must(t, err)
		for _, s := range list {
			all += string(s.ID)
		}
		return all
	}
	if got := ids(dawn()); got != "s1s3s2" {
		t.Errorf("listed %s", got)
	}
	if got := ids(dawn().Add(time.Hour)); got != "s1" {
		t.Errorf("an hour later: %s", got)
	}
	must(t, st.DeleteSession(t.Context(), "grace", "s2"))
	must(t, st.DeleteSession(t.Context(), "ada", "s3"))
	must(t, st.DeleteSession(t.Context(), "ada", "s3"))
	if got := ids(dawn()); got != "s1s2" {
		t.Errorf("after deleting one of three: %s", got)
	}
	late := session("s4", "ada", 0)
	late.CreatedAt = dawn().Add(time.Hour)
	must(t, st.InsertSession(t.Context(), late, "hash"))
	if _, err := st.FindSession(t.Context(), "s2"); shop.ErrorCode(err) != shop.NotFound {
		t.Errorf("an expired session is not swept: %v", err)
	}
}

func TestACustomersOrdersComeNewestFirstWithTheirPayments(t *testing.T) {
	t.Parallel()
	st := openStore(t)
	saveOrder(t, st, "old", "ada", 3*time.Hour, 1)
	saveOrder(t, st, "middle", "ada", 2*time.Hour, 3)
	saveOrder(t, st, "new", "ada", time.Hour, 2)
	saveOrder(t, st, "hers", "grace", 0, 1)
	saveOrder(t, st, "guests", "", 0, 1)
	own, err := st.ListOrdersOf(t.Context(), "ada", 2)
	must(t, err)
	if len(own) != 2 || own[0].ID != "new" || own[1].ID != "middle" {
		t.Fatalf("listed %+v", own)
	}
	for _, o := range own {
		whole, err := st.FindOrder(t.Context(), o.ID)
		must(t, err)
		if len(o.Payments) != len(whole.Payments) {
			t.Fatalf("%s has %d payments, want %d", o.ID, len(o.Payments), len(whole.Payments))
		}
		for i, p := range o.Payments {
			if p.ID != whole.Payments[i].ID || p.State != shop.Expired {
				t.Errorf("%s: payment %d is %+v", o.ID, i, p)
			}
		}
	}
	for _, nobody := range []shop.CustomerID{"", "joan"} {
		if list, err := st.ListOrdersOf(t.Context(), nobody, 9); err != nil || len(list) != 0 {
			t.Errorf("%q has orders: %+v, %v", nobody, list, err)
		}
	}
}

func TestADeletedAccountLeavesItsOrdersWithoutItsName(t *testing.T) {
	t.Parallel()
	st := openStore(t)
	must(t, st.InsertAccount(t.Context(), account("ada", "hash"), "ada"))
	must(t, st.InsertSession(t.Context(), session("s1", "ada", 0), "hash"))
	saveOrder(t, st, "order", "ada", 0, 1)
	saveOrder(t, st, "hers", "grace", 0, 1)
	must(t, st.DeleteAccount(t.Context(), "ada"))
	must(t, st.DeleteAccount(t.Context(), "ada"))
	must(t, st.DeleteAccount(t.Context(), ""))
	if o, err := st.FindOrder(t.Context(), "order"); err != nil || o.Customer != (shop.Customer{ID: "ada"}) || o.Version != 3 {
		t.Errorf("the order is %+v, %v", o, err)
	}
	if o, err := st.FindOrder(t.Context(), "hers"); err != nil || o.Customer.ID != "grace" {
		t.Errorf("another's order is %+v, %v", o, err)
	}
	_, aerr := st.FindAccount(t.Context(), "ada")
	_, serr := st.FindSession(t.Context(), "s1")
	if shop.ErrorCode(aerr) != shop.NotFound || shop.ErrorCode(serr) != shop.NotFound {
		t.Errorf("left behind: account %v, session %v", aerr, serr)
	}
}
