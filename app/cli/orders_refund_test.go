package cli_test

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"till/app/shop"
	"till/app/store"
)

// TestAnOrderTellsWhatIsOnItsWayBack beside what is back already.
func TestAnOrderTellsWhatIsOnItsWayBack(t *testing.T) {
	t.Parallel()
	db := "sqlite:" + filepath.Join(t.TempDir(), "till.db")
	s, err := store.Open(t.Context(), db, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	payment := func(state shop.State, back string, underway bool) shop.Payment {
		return shop.Payment{Standing: shop.Standing{State: state, Refunded: dollars(back).Amount, Refunding: underway}}
	}
	wanted := map[shop.OrderID]string{}
	keep := func(id shop.OrderID, p shop.Payment, want string) {
		wanted[id] = want
		if err := s.Write(t.Context(), func(ctx context.Context, l shop.Ledger) error { return l.SaveOrder(ctx, shelved(id, p)) }); err != nil {
			t.Fatal(err)
		}
	}
	keep("nothing", payment(shop.Confirmed, "0", false), `-`)
	keep("the-first", payment(shop.Confirmed, "0", true), `- \(a refund is on its way\)`)
	keep("a-part", payment(shop.PartlyRefunded, "1", false), `1\.00 USD`)
	keep("a-second", payment(shop.PartlyRefunded, "1", true), `1\.00 USD \(a refund is on its way\)`)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for id, want := range wanted {
		shown := till(t, db, "orders", "show", string(id))
		if !regexp.MustCompile(`(?m)^  sent back +` + want + `$`).MatchString(shown) {
			t.Errorf("%s: %q is not told in %s", id, want, shown)
		}
	}
}

// TestTheListSaysThatARefundFailed, with the command that tries it again.
func TestTheListSaysThatARefundFailed(t *testing.T) {
	t.Parallel()
	db := "sqlite:" + filepath.Join(t.TempDir(), "till.db")
	s, err := store.Open(t.Context(), db, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	o := shelved("with-a-refund", shop.Payment{Standing: shop.Standing{State: shop.Confirmed}})
	at := o.CreatedAt
	r := shop.Refund{ID: "r1", OrderID: o.ID, PaymentID: o.Payments[0].ID, Amount: dollars("1"), State: shop.RefundAnswered, Outcome: shop.RefundFailed, ProviderID: "rf-1", AskedAt: at, ChangedAt: at}
	err = s.Write(t.Context(), func(ctx context.Context, l shop.Ledger) error {
		return errors.Join(l.SaveOrder(ctx, o), l.SaveRefund(ctx, r))
	})
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	want := "A refund of 1.00 USD failed, and the money did not go back: run `till refund with-a-refund --payment " + string(r.PaymentID) + " --amount 1.00`"
	for _, args := range [][]string{{"orders", "list"}, {"orders", "show", string(o.ID)}} {
		if told := till(t, db, args...); !strings.Contains(told, want) {
			t.Errorf("till %v says %s", args, told)
		}
	}
}
