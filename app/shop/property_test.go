package shop

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// fate is what is compared of an order: for each charge where it stands, and
// what the order shows. Which of two charges a payment was bound to first is
// left out; that alone may differ.
type fate struct {
	State     State
	Exception Exception
	Flags     []Flag
	Charges   map[string]string
}

func fateOf(o Order) fate {
	f := fate{State: o.State(), Exception: o.Exception(), Flags: o.Flags(), Charges: map[string]string{}}
	for _, p := range o.Payments {
		f.Charges[p.Ref.ID] += fmt.Sprint(p.label(), p.At.Unix(), p.Steps, p.Refunded, p.Confirmed)
	}
	return f
}

var (
	noon  = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	price = mustMoney("4.50", "USD")
)

func mustMoney(amount, currency string) Money {
	m, err := ParseMoney(amount, currency)
	if err != nil {
		panic(err)
	}
	return m
}

// drawEvidence draws something a provider may say about one of a few charges
// of a few payments: mostly fitting, sometimes lying about the price, the
// order or the environment.
func drawEvidence(t *rapid.T) Evidence {
	states := States()[1:] // a provider never says "opening"
	ev := Evidence{
		Provider: Commerce, Environment: Sandbox, OrderID: "order", Price: price,
		State:     rapid.SampledFrom(states).Draw(t, "state"),
		At:        noon.Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "minute")) * time.Minute),
		Steps:     rapid.IntRange(1, 4).Draw(t, "steps"),
		Confirmed: Confirmations{Seen: rapid.IntRange(0, 3).Draw(t, "seen"), Needed: 3},
	}
	if ev.State == Unresolved {
		// Unverified is what we say when the provider says nothing.
		said := slices.DeleteFunc(Exceptions(), func(e Exception) bool { return e == Unverified })
		ev.Exception = rapid.SampledFrom(said).Draw(t, "exception")
	}
	charge := rapid.IntRange(1, 4).Draw(t, "charge")
	ev.Ref = Ref{ID: fmt.Sprintf("charge %d", charge)}
	ev.PaymentID = PaymentID(fmt.Sprintf("payment %d", charge%2+1))
	switch rapid.IntRange(0, 9).Draw(t, "lie") {
	case 0:
		ev.Price = mustMoney("0.01", "USD")
	case 1:
		ev.OrderID = "another order"
	case 2:
		ev.Environment = "https://elsewhere.example"
	case 3:
		ev.Custom, ev.CheckoutID = true, "another checkout"
	case 4, 5, 6:
		ev.Custom, ev.CheckoutID = true, "checkout"
	}
	return ev
}

func openOrder() Order {
	o := Order{ID: "order", Version: 1, Price: price, CreatedAt: noon}
	for i := range 2 {
		o = o.with(Payment{
			ID: PaymentID(fmt.Sprintf("payment %d", i+1)), Provider: Commerce, Environment: Sandbox,
			Price: price, CheckoutID: "checkout", Standing: Standing{State: Opening}, CreatedAt: noon,
		})
	}
	return o
}

// TestAnyMultisetOfEvidenceEndsTheSame is the convergence of DESIGN: shuffled
// and duplicated evidence ends in the same order; confirmed is never lost;
// versions only grow, and grow with every visible step.
func TestAnyMultisetOfEvidenceEndsTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		once := rapid.SliceOfN(rapid.Custom(drawEvidence), 1, 12).Draw(t, "evidence")
		again := rapid.SliceOfN(rapid.SampledFrom(once), 0, 6).Draw(t, "again")
		shuffled := rapid.Permutation(slices.Concat(once, again)).Draw(t, "order")
		want, got := fateOf(tell(t, once)), fateOf(tell(t, shuffled))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("the order of evidence matters:\n%s", diff)
		}
	})
}

// tell settles the evidence one by one and watches each step.
func tell(t *rapid.T, all []Evidence) Order {
	o := openOrder()
	for _, ev := range all {
		before := o
		o, _ = o.Settle(ev, noon)
		same := slices.EqualFunc(before.Payments, o.Payments, func(a, b Payment) bool { return a.visible() == b.visible() })
		if same != (o.Version == before.Version) || o.Version < before.Version {
			t.Fatalf("version went from %d to %d, visible change: %v", before.Version, o.Version, !same)
		}
		if before.State().Paid() && !o.State().Paid() {
			t.Fatalf("%s became %s by %+v", before.State(), o.State(), ev)
		}
	}
	return o
}
