package shop

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
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
		f.Charges[p.Ref.ID] += fmt.Sprint(p.label(), p.At.Unix(), p.Steps, p.Refunded, p.Refunding, p.Confirmed, p.Price, p.Paid, p.Several)
	}
	return f
}

var (
	noon  = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	price = mustMoney("4.50", "USD")
	// prices are what the payments ask for: the second was made at the price of
	// another day.
	prices = map[PaymentID]Money{"payment 1": price, "payment 2": mustMoney("5", "USD"), "payment 3": price}
)

func mustMoney(amount, currency string) Money {
	m, err := ParseMoney(amount, currency)
	if err != nil {
		panic(err)
	}
	return m
}

// drawEvidence draws something that may be said about one of a few payments:
// mostly by the provider, of one of their charges.
func drawEvidence(t *rapid.T) Evidence {
	charge := rapid.IntRange(1, 6).Draw(t, "charge")
	if charge == 6 {
		return drawOwn(t)
	}
	ev := drawSaid(t)
	ev.Ref = Ref{ID: fmt.Sprintf("charge %d", charge)}
	ev.PaymentID = PaymentID(fmt.Sprintf("payment %d", charge%2+1))
	if charge == 5 { // what the shop concludes by itself is about this one
		ev.PaymentID = "payment 3"
	}
	ev.Price = prices[ev.PaymentID]
	return drawLie(t, ev)
}

// drawSaid draws what a provider may say.
func drawSaid(t *rapid.T) Evidence {
	states := States()[1:] // a provider never says "opening"
	ev := Evidence{
		Provider: Commerce, Environment: Sandbox, OrderID: "order",
		State:     rapid.SampledFrom(states).Draw(t, "state"),
		At:        noon.Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "minute")) * time.Minute),
		Steps:     rapid.IntRange(1, 4).Draw(t, "steps"),
		Confirmed: Confirmations{Seen: rapid.IntRange(0, 3).Draw(t, "seen"), Needed: 3},
		Several:   rapid.IntRange(0, 7).Draw(t, "several") == 0,
		Refunding: rapid.IntRange(0, 3).Draw(t, "refunding") == 0,
	}
	switch ev.State {
	case Unresolved:
		// Unverified is what we say when the provider says nothing.
		said := slices.DeleteFunc(Exceptions(), func(e Exception) bool { return e == Unverified })
		ev.Exception = rapid.SampledFrom(said).Draw(t, "exception")
	case PartlyRefunded, Refunded:
		ev.Refunded = decimal.NewFromInt(int64(rapid.IntRange(0, 3).Draw(t, "refunded")))
	}
	if ruleOf(ev.State).money {
		currency := rapid.SampledFrom([]string{"USD", "USD", "USD", "EUR"}).Draw(t, "currency")
		ev.Paid = Money{Amount: decimal.New(int64(rapid.IntRange(0, 36).Draw(t, "quarters")*25), -2), Currency: currency}
	}
	return ev
}

// drawLie makes some evidence lie about the price, the order, the environment
// or the checkout.
func drawLie(t *rapid.T, ev Evidence) Evidence {
	switch rapid.IntRange(0, 10).Draw(t, "lie") {
	case 0:
		ev.Price = mustMoney("0.01", "USD")
	case 1:
		ev.OrderID = "another order"
	case 2:
		ev.Environment = "https://elsewhere.example"
	case 3:
		ev.Custom, ev.CheckoutID = true, "another checkout"
	case 4: // the price of the order's other payment
		ev.Price = mustMoney("9.5", "USD")
		ev.Price.Amount = ev.Price.Amount.Sub(prices[ev.PaymentID].Amount)
	case 5, 6, 7:
		ev.Custom, ev.CheckoutID = true, "checkout"
	}
	return ev
}

// drawOwn draws what the shop concludes without the provider.
func drawOwn(t *rapid.T) Evidence {
	p := Payment{ID: "payment 3", Provider: Commerce, Environment: Sandbox, Price: prices["payment 3"]}
	said := rapid.SampledFrom([]Evidence{
		p.conclude(Opening, NoException, Unanswered), p.conclude(Failed, NoException, Unanswered),
		p.conclude(Canceled, NoException, ""), p.conclude(Unresolved, Unverified, ""),
	})
	return said.Draw(t, "own")
}

func openOrder() Order {
	o := Order{ID: "order", Version: 1, Price: price, CreatedAt: noon}
	for i := range len(prices) {
		id := PaymentID(fmt.Sprintf("payment %d", i+1))
		o = o.with(Payment{
			ID: id, Provider: Commerce, Environment: Sandbox,
			Price: prices[id], CheckoutID: "checkout", Standing: Standing{State: Opening}, CreatedAt: noon,
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
		for _, p := range before.Payments {
			watchPayment(t, p, o)
		}
		watchOrder(t, o)
	}
	return o
}

// watchPayment fails when a payment lost something it had before a step.
func watchPayment(t *rapid.T, before Payment, o Order) {
	now, ok := o.Payment(before.ID)
	switch {
	case !ok:
		t.Fatalf("payment %s is gone", before.ID)
	case before.State.Paid() && !now.State.Paid():
		t.Fatalf("payment %s was %s and is %s", before.ID, before.State, now.State)
	case before.Ref.ID != "" && now.Ref != before.Ref:
		t.Fatalf("payment %s was of %s and is of %s", before.ID, before.Ref.ID, now.Ref.ID)
	case now.Paid.Amount.LessThan(before.Paid.Amount) || now.Confirmed.Seen < before.Confirmed.Seen:
		t.Fatalf("payment %s had %s and %v, and has %s and %v", before.ID, before.Paid, before.Confirmed, now.Paid, now.Confirmed)
	case slices.ContainsFunc(before.Flags, func(f Flag) bool { return !slices.Contains(now.Flags, f) }):
		t.Fatalf("payment %s had the flags %v and has %v", before.ID, before.Flags, now.Flags)
	}
}

// watchOrder fails when an order denies what one of its payments says.
func watchOrder(t *rapid.T, o Order) {
	var full, brought int
	for _, p := range o.Payments {
		if p.State.Paid() {
			full++
		}
		if p.State.Paid() || (p.State == Unresolved && p.Exception != Unverified) {
			brought++
		}
		over := o.State() == Expired || o.State() == Failed || o.State() == Canceled
		if alive := p.State == Waiting || p.State == Detected || p.State == Unresolved || p.State.Paid(); alive && over {
			t.Fatalf("the order is %s beside a payment that is %s", o.State(), p.State)
		}
		if p.State.Paid() && p.Several && !slices.Contains(p.Flags, FlagPaidTwice) {
			t.Fatalf("several payments of charge %s are not flagged", p.Ref.ID)
		}
	}
	if full > 0 && !o.State().Paid() {
		t.Fatalf("the order is %s and one of its payments paid it", o.State())
	}
	if full > 0 && brought > 1 && !slices.Contains(o.Flags(), FlagPaidTwice) {
		t.Fatalf("%d payments brought money, and the flags are %v", brought, o.Flags())
	}
}
