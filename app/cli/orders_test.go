package cli_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"till/app/cli"
	"till/app/shop"
	"till/app/store"
)

func dollars(amount string) shop.Money {
	return shop.Money{Amount: decimal.RequireFromString(amount), Currency: "USD"}
}

// shelved is an order of coffee with these payments, as the store keeps it.
func shelved(id shop.OrderID, payments ...shop.Payment) shop.Order {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	o := shop.Order{
		ID: id, Version: 1, Item: shop.Item{Slug: "coffee", Name: "Coffee"}, Price: dollars("4.50"),
		Method: shop.MethodCharge, CreatedAt: at, UpdatedAt: at,
	}
	for i, p := range payments {
		p.ID, p.Provider, p.Environment = shop.PaymentID(string(id)+string(rune('a'+i))), shop.Commerce, shop.Sandbox
		p.Ref, p.CreatedAt = shop.Ref{ID: string(p.ID), Code: "CODE" + string(p.ID)}, at
		if !p.Price.Known() {
			p.Price = o.Price
		}
		o.Payments = append(o.Payments, p)
	}
	return o
}

// TestOrdersSayWhatToDo asks the command line about orders that need a person.
func TestOrdersSayWhatToDo(t *testing.T) {
	t.Parallel()
	unresolved := func(e shop.Exception, paid string) shop.Payment {
		p := shop.Payment{Standing: shop.Standing{State: shop.Unresolved, Exception: e}}
		if paid != "" {
			p.Paid = dollars(paid)
		}
		return p
	}
	confirmed := shop.Payment{Standing: shop.Standing{State: shop.Confirmed}, Paid: dollars("4.50")}
	twice := confirmed
	twice.Flags = []shop.Flag{shop.FlagPaidTwice}
	dearer := shop.Payment{Standing: shop.Standing{State: shop.Waiting}, Price: dollars("5.00")}
	tests := map[string]struct {
		order shop.Order
		list  string
		show  []string
	}{
		"underpaid":  {shelved("o1", unresolved(shop.Underpaid, "2.25")), "Underpaid: 2.25 of 4.50 USD", []string{"2.25 USD (2.25 USD missing)", "Resolve charge CODEo1a in Coinbase's dashboard to accept it, or refund"}},
		"overpaid":   {shelved("o2", unresolved(shop.Overpaid, "9")), "Overpaid: 9.00 of 4.50 USD", []string{"9.00 USD (4.50 USD too much)", "refund what is over"}},
		"delayed":    {shelved("o3", unresolved(shop.Delayed, "4.50")), "Paid late", []string{"after the time to pay"}},
		"multiple":   {shelved("o4", unresolved(shop.Multiple, "9")), "Several payments for one charge", []string{"refund what is over"}},
		"mismatch":   {shelved("o5", unresolved(shop.MismatchException, "")), "not what the shop asked for", []string{"Look at charge CODEo5a"}},
		"unverified": {shelved("o6", unresolved(shop.Unverified, "")), "Coinbase no longer tells", []string{"by hand if it was paid"}},
		"other":      {shelved("o7", unresolved(shop.Other, "")), "does not say why", []string{"resolve or refund it there"}},
		"paid twice": {shelved("o8", twice, twice), "Paid more than once", []string{"beside the payment that counts: refund charge CODEo8a in Coinbase's dashboard."}},
		"two things": {shelved("o9", twice, unresolved(shop.Delayed, "4.50")), "(and 1 more)", []string{"Paid late", "Paid more than once"}},
		"all well":   {shelved("o10", confirmed), "-", nil},
		"repriced":   {shelved("o11", shop.Payment{Standing: shop.Standing{State: shop.Expired}}, dearer), "5.00 USD  waiting", []string{"price", "4.50 USD", "5.00 USD"}},
	}
	db := "sqlite:" + filepath.Join(t.TempDir(), "till.db")
	s, err := store.Open(t.Context(), db, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		err := s.Write(t.Context(), func(ctx context.Context, l shop.Ledger) error { return l.SaveOrder(ctx, tt.order) })
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	list := strings.Split(till(t, db, "orders", "list"), "\n")
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if line := lineOf(list, string(tt.order.ID)+" "); !strings.Contains(line, tt.list) {
				t.Errorf("the list says %q, want %q in it", line, tt.list)
			}
			shown := till(t, db, "orders", "show", string(tt.order.ID))
			if strings.Contains(shown, "what to do") != (tt.show != nil && name != "repriced") {
				t.Errorf("something is to be done, or nothing:\n%s", shown)
			}
			for _, want := range tt.show {
				if !strings.Contains(shown, want) {
					t.Errorf("%q is missing in\n%s", want, shown)
				}
			}
		})
	}
}

func lineOf(lines []string, prefix string) string {
	for _, line := range lines {
		if strings.HasPrefix(line, prefix) {
			return line
		}
	}
	return ""
}

// till runs one command on a database and returns what it printed.
func till(t *testing.T, db string, args ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config.ini")
	if err := os.WriteFile(file, []byte("[sandbox]\nenabled = true\n[product coffee]\nname = Coffee\ndescription = A cup.\nprice = 4.50\ncurrency = USD\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var out, told bytes.Buffer
	host := cli.Host{Now: time.Now, Random: rand.Reader}
	if status := cli.Run(t.Context(), host, append(args, "--config", file), []string{"TILL_STORE_URL=" + db}, strings.NewReader(""), &out, &told); status != 0 {
		t.Fatalf("till %v ended with status %d: %s", args, status, &told)
	}
	return out.String()
}
