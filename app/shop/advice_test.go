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
	untold := func(s Standing) Payment {
		return Payment{Standing: s, Price: price, Ref: Ref{ID: "id", Code: "CODE1234"}}.flag(FlagUnverified)
	}
	several := flagged(FlagPaidTwice)
	several.Several, several.Ref.Code = true, "CODE1234"
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
		"paid twice":          {several, []string{"Paid more than once", "refund what is over of charge CODE1234 in Coinbase's dashboard"}},
		"late, nobody told":   {untold(Standing{State: Expired}), []string{"no longer tells whether charge CODE1234 was paid late", "by hand"}},
		"gone, nobody told":   {untold(Standing{State: Canceled, Own: true}), []string{"whether charge CODE1234 was paid late"}},
		"a refund, not told":  {untold(Standing{State: Confirmed, Refunding: true}), []string{"no longer tells what became of a refund of CODE1234"}},
		"told after all":      {untold(Standing{State: Confirmed}), nil},
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
			got := Order{Price: price, Payments: []Payment{tc.p}}.Advice(nil)
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
		if got := (Order{Payments: []Payment{unresolved(e, "1")}}).Advice(nil); len(got) != 1 {
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
	got := o.Advice(nil)
	if len(got) != 2 || !strings.HasPrefix(got[0], "Paid late") || !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "Paid more than once") }) {
		t.Errorf("says %q, want the late payment and that it is one too many", got)
	}
}

// TestASurplusIsToBeSentBackUntilItIs goes through an order that was paid by two
// payments.
func TestASurplusIsToBeSentBackUntilItIs(t *testing.T) {
	t.Parallel()
	paid := func(id PaymentID, provider Provider, s State) Payment {
		return Payment{ID: id, Provider: provider, Standing: Standing{State: s}, Price: price, Ref: Ref{Code: "OF-" + string(id)}}
	}
	goesBack := func(id PaymentID) Payment {
		p := paid(id, Business, Confirmed)
		p.Refunding = true
		return p
	}
	for name, tc := range map[string]struct {
		older, newer Payment
		says         string // "": nothing
	}{
		"both at Business":        {paid("1", Business, Confirmed), paid("2", Business, Confirmed), "counts: run `till refund o --payment 1`."},
		"a part of one is back":   {paid("1", Business, Confirmed), paid("2", Business, PartlyRefunded), "counts: run `till refund o --payment 2`."},
		"one is back":             {paid("1", Business, Confirmed), paid("2", Business, Refunded), ""},
		"the other is back":       {paid("1", Business, Refunded), paid("2", Business, Confirmed), ""},
		"both are back":           {paid("1", Business, Refunded), paid("2", Business, Refunded), ""},
		"the older at Commerce":   {paid("1", Commerce, Confirmed), paid("2", Business, Confirmed), "counts: refund charge OF-1 in Coinbase's dashboard."},
		"the newer at Commerce":   {paid("1", Business, Confirmed), paid("2", Commerce, Confirmed), "counts: run `till refund o --payment 1`."},
		"the newer is unresolved": {paid("1", Business, Confirmed), paid("2", Business, Unresolved), "counts: refund charge OF-2 in Coinbase's dashboard."},
		"that one was sent back":  {paid("1", Business, Confirmed), paid("2", Commerce, Refunded), ""},
		"the newer expired":       {paid("1", Business, Confirmed), paid("2", Business, Expired), ""},
		"the newer goes back":     {paid("1", Business, Confirmed), goesBack("2"), "counts: run `till refund o --payment 2`."},
		"the older goes back":     {goesBack("1"), paid("2", Business, Confirmed), "counts: run `till refund o --payment 1`."},
	} {
		o := Order{ID: "o", Payments: []Payment{tc.older, tc.newer}}.flagPaidTwice()
		var said string
		for _, sentence := range o.Advice(nil) {
			if strings.HasPrefix(sentence, "Paid more than once") {
				said = sentence
			}
		}
		if o.Surplus() != (tc.says != "") || (said != "") != o.Surplus() || !strings.HasSuffix(said, tc.says) {
			t.Errorf("%s: surplus %v, says %q, want %q", name, o.Surplus(), said, tc.says)
		}
	}
}

// TestARefundThatFailedIsToBeLookedAt until another one worked.
func TestARefundThatFailedIsToBeLookedAt(t *testing.T) {
	t.Parallel()
	refund := func(amount string, s RefundState, out RefundOutcome) Refund {
		return Refund{OrderID: "o", PaymentID: "p", Amount: mustMoney(amount, "USD"), State: s, Outcome: out}
	}
	failed := refund("1", RefundAnswered, RefundFailed)
	whole := refund("4.5", RefundAnswered, RefundFailed)
	whole.Whole = true
	other := failed
	other.PaymentID = "q"
	for name, tc := range map[string]struct {
		now     Standing
		refunds []Refund
		says    string // "": nothing
	}{
		"none":                   {Standing{State: Confirmed}, nil, ""},
		"it failed":              {Standing{State: Confirmed}, []Refund{failed}, "A refund of 1.00 USD failed, and the money did not go back: run `till refund o --payment p --amount 1.00`"},
		"all of it failed":       {Standing{State: Confirmed}, []Refund{whole}, "run `till refund o --payment p`,"},
		"another worked":         {Standing{State: PartlyRefunded}, []Refund{failed, refund("1", RefundAnswered, RefundCompleted)}, ""},
		"another is on its way":  {Standing{State: Confirmed, Refunding: true}, []Refund{failed}, ""},
		"another failed, too":    {Standing{State: Confirmed}, []Refund{failed, refund("2", RefundAnswered, RefundFailed)}, "A refund of 2.00 USD failed"},
		"another was refused":    {Standing{State: Confirmed}, []Refund{failed, refund("2", RefundRefused, "")}, "A refund of 1.00 USD failed"},
		"all is back":            {Standing{State: Refunded}, []Refund{failed}, ""},
		"of another payment":     {Standing{State: Confirmed}, []Refund{other}, ""},
		"it was not answered":    {Standing{State: Confirmed}, []Refund{refund("1", RefundAsked, "")}, "not answered clearly: run `till refund o --payment p --amount 1.00` to find out"},
		"it was ended by hand":   {Standing{State: Confirmed}, []Refund{refund("1", RefundEnded, "")}, ""},
		"it is there":            {Standing{State: PartlyRefunded}, []Refund{refund("1", RefundAnswered, RefundCompleted)}, ""},
		"it was made, then fell": {Standing{State: Confirmed}, []Refund{refund("1", RefundAnswered, RefundCompleted), failed}, "A refund of 1.00 USD failed"},
	} {
		o := Order{ID: "o", Payments: []Payment{{ID: "p", Provider: Business, Standing: tc.now, Price: price}}}
		got := strings.Join(o.Advice(tc.refunds), "|")
		if (got == "") != (tc.says == "") || !strings.Contains(got, tc.says) {
			t.Errorf("%s: says %q, want %q", name, got, tc.says)
		}
	}
}
