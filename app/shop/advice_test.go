package shop

import (
	"slices"
	"strings"
	"testing"
)

// TestEveryExceptionTellsTheMerchantWhatToDo goes through all that can be wrong
// with an order.
func TestEveryExceptionTellsTheMerchantWhatToDo(t *testing.T) {
	t.Parallel()
	unresolved := func(e Exception, paid string) Payment {
		p := Payment{Standing: Standing{State: Unresolved, Exception: e}, Price: price, Ref: Ref{ID: "id", Code: "CODE1234"}}
		if paid != "" {
			p.Paid = mustMoney(paid, "USD")
		}
		return p
	}
	flagged := func(f Flag) Payment { return Payment{Standing: Standing{State: Confirmed}, Price: price}.flag(f) }
	failed := func(p Problem) Payment {
		return Payment{Standing: Standing{State: Failed, Own: true}, Price: price, Problem: p}
	}
	for name, tc := range map[string]struct {
		p     Payment
		wants []string // nil: nothing is to be done
	}{
		"underpaid":           {unresolved(Underpaid, "2.25"), []string{"Underpaid: 2.25 of 4.50 USD (2.25 missing)", "Resolve charge CODE1234", "refund"}},
		"underpaid, no sum":   {unresolved(Underpaid, ""), []string{"Underpaid: an unknown part of 4.50 USD", "Resolve charge CODE1234"}},
		"overpaid":            {unresolved(Overpaid, "9"), []string{"Overpaid: 9.00 of 4.50 USD (4.50 too much)", "Resolve charge CODE1234", "refund what is over"}},
		"delayed":             {unresolved(Delayed, "4.5"), []string{"Paid late: 4.50 of 4.50 USD arrived", "Resolve charge CODE1234", "refund"}},
		"multiple":            {unresolved(Multiple, "9"), []string{"Several payments", "9.00 of 4.50 USD", "Resolve charge CODE1234"}},
		"mismatch":            {unresolved(MismatchException, ""), []string{"not what the shop asked for (4.50 USD)", "charge CODE1234", "by hand"}},
		"unverified":          {unresolved(Unverified, ""), []string{"no longer tells", "CODE1234", "by hand"}},
		"other":               {unresolved(Other, "4.5"), []string{"does not say why (4.50 of 4.50 USD arrived)", "CODE1234"}},
		"paid twice":          {flagged(FlagPaidTwice), []string{"Paid more than once", "refund"}},
		"mismatch beside":     {flagged(FlagMismatch), []string{"did not fit", "till events list"}},
		"another customer":    {flagged(FlagCustomer), []string{"another customer", "before you fulfil"}},
		"bad key":             {failed(Credentials), []string{"till check"}},
		"refused":             {failed(Refused), []string{"till check"}},
		"provider down":       {failed(Unreachable), nil},
		"a part on its way":   {Payment{Standing: Standing{State: Detected}, Price: price, Paid: mustMoney("2.25", "USD")}, []string{"so far: 2.25 of 4.50 USD (2.25 missing)", "wait"}},
		"all of it on way":    {Payment{Standing: Standing{State: Detected}, Price: price, Paid: price}, nil},
		"expired":             {Payment{Standing: Standing{State: Expired}, Price: price}, nil},
		"waiting":             {Payment{Standing: Standing{State: Waiting}, Price: price}, nil},
		"confirmed, rounding": {Payment{Standing: Standing{State: Confirmed}, Price: price, Paid: mustMoney("4.49", "USD")}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := Order{Price: price, Payments: []Payment{tc.p}}.Advice()
			if (len(got) == 0) != (tc.wants == nil) {
				t.Fatalf("says %q, want something: %v", got, tc.wants != nil)
			}
			for _, want := range tc.wants {
				if !strings.Contains(got[0], want) {
					t.Errorf("says %q, want %q in it", got[0], want)
				}
			}
		})
	}
	for _, e := range Exceptions() {
		if got := (Order{Payments: []Payment{unresolved(e, "1")}}).Advice(); len(got) != 1 {
			t.Errorf("%s says %q, want one sentence", e, got)
		}
	}
}

func TestAdviceIsGivenOnceForAllPayments(t *testing.T) {
	t.Parallel()
	o := Order{Price: price, Payments: []Payment{
		Payment{ID: "1", Standing: Standing{State: Confirmed}, Price: price}.flag(FlagPaidTwice),
		Payment{ID: "2", Standing: Standing{State: Unresolved, Exception: Delayed}, Price: price, Ref: Ref{Code: "LATE"}}.flag(FlagPaidTwice),
	}}
	got := o.Advice()
	if len(got) != 2 || !strings.HasPrefix(got[0], "Paid late") || !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "Paid more than once") }) {
		t.Errorf("says %q, want the late payment and that it is one too many", got)
	}
}
