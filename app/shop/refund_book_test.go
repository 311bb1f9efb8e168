package shop

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
)

// refundDrill is a payment of which 1 USD was to be sent back by us: that was
// made, and its answer was cut. Somebody sent as much back in the dashboard. The
// provider has forgotten our key, so each further call sends money once more.
type refundDrill struct {
	t      *testing.T
	now    time.Time
	rows   []Refund
	listed []string // by the provider, in its order
	truth  map[string]RefundOutcome
	sent   int // how often money was sent afresh
}

func newRefundDrill(t *testing.T, listed []string) *refundDrill {
	t.Helper()
	d := &refundDrill{t: t, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), listed: slices.Clone(listed), truth: map[string]RefundOutcome{}}
	for _, id := range listed {
		d.truth[id] = RefundPending
	}
	d.rows = []Refund{{
		ID: "cut", OrderID: "o", PaymentID: "p", Amount: mustMoney("1", "USD"), State: RefundAsked, AskedAt: d.now, ChangedAt: d.now,
	}}
	return d
}

func (d *refundDrill) payment() Payment {
	return Payment{ID: "p", Price: mustMoney("4.5", "USD"), Standing: Standing{State: Confirmed}}
}

func (d *refundDrill) book(enter func(*refundBook)) {
	b := newRefundBook("o", d.payment(), d.rows, d.now)
	enter(b)
	d.rows = slices.Concat(b.ours, b.told)
}

func (d *refundDrill) noteOf(id string) RefundNote {
	return RefundNote{ID: id, Outcome: d.truth[id], Amount: mustMoney("1.00", "USD"), At: d.now.Add(time.Second)}
}

// hear tells of one refund, in whatever order that comes.
func (d *refundDrill) hear(n RefundNote) {
	if refundRanks[n.Outcome] > refundRanks[d.truth[n.ID]] {
		d.truth[n.ID] = n.Outcome
	}
	d.book(func(b *refundBook) { b.note(n); b.match() })
}

// command is `till refund` for the same sum, without --again.
func (d *refundDrill) command() {
	d.now = d.now.Add(time.Minute)
	w := RefundWish{Order: "o", Amount: decimal.New(1, 0)}
	r, err := w.plan(Order{ID: "o"}, d.payment(), d.rows, d.now)
	if err != nil {
		d.t.Fatal(err)
	}
	if r.State == RefundAnswered {
		return
	}
	fresh := r.ID == ""
	if fresh {
		r.ID = RefundID(fmt.Sprint("fresh-", d.sent))
		d.rows = append(d.rows, r)
	}
	found := ""
	for _, id := range d.listed {
		counts := found == "" || d.truth[id] != RefundFailed
		if !fresh && counts && !slices.Contains(r.others(d.rows), id) {
			found = id
		}
	}
	if found == "" {
		found = fmt.Sprint("rf-sent-", d.sent)
		d.listed, d.truth[found] = append(d.listed, found), RefundPending
		d.sent++
	}
	d.book(func(b *refundBook) {
		b.answer(slices.IndexFunc(b.ours, func(x Refund) bool { return x.ID == r.ID }), fresh, d.noteOf(found))
	})
}

// permute calls f with all orders of the notes.
func permute(notes []RefundNote, k int, f func([]RefundNote)) {
	if k == len(notes) {
		f(notes)
		return
	}
	for i := k; i < len(notes); i++ {
		notes[k], notes[i] = notes[i], notes[k]
		permute(notes, k+1, f)
		notes[k], notes[i] = notes[i], notes[k]
	}
}

// stories are all the things that may be told of one refund.
func stories(id string) (all [][]RefundNote) {
	outcomes := []RefundOutcome{RefundPending, RefundCompleted, RefundFailed}
	at := time.Date(2026, 3, 1, 12, 0, 1, 0, time.UTC)
	for set := 1; set < 1<<len(outcomes); set++ {
		var story []RefundNote
		for i, o := range outcomes {
			if set&(1<<i) != 0 {
				story = append(story, RefundNote{ID: id, Outcome: o, Amount: mustMoney("1", "USD"), At: at})
			}
		}
		all = append(all, story)
	}
	return all
}

// everyOrder calls f with all that may be told of our refund and of another one
// of as much, in every order, and with either at the head of the provider's list.
func everyOrder(f func(listed []string, told []RefundNote)) {
	for _, ours := range stories("rf-ours") {
		for _, theirs := range stories("rf-dash") {
			permute(slices.Concat(ours, theirs), 0, func(told []RefundNote) {
				f([]string{"rf-ours", "rf-dash"}, told)
				f([]string{"rf-dash", "rf-ours"}, told)
			})
		}
	}
}

// TestWhichRefundIsOursDoesNotDependOnTheOrder they are told in: ours counts as
// made exactly if one of the two was.
func TestWhichRefundIsOursDoesNotDependOnTheOrder(t *testing.T) {
	t.Parallel()
	everyOrder(func(listed []string, told []RefundNote) {
		d := newRefundDrill(t, listed)
		for _, n := range told {
			d.hear(n)
		}
		heard := map[string]RefundOutcome{}
		for _, r := range d.rows[1:] {
			heard[r.ProviderID] = r.Outcome
		}
		ours := d.rows[0]
		if ours.ProviderID != "" {
			heard[ours.ProviderID] = ours.Outcome
		}
		made := d.truth["rf-ours"] != RefundFailed || d.truth["rf-dash"] != RefundFailed
		if ours.ID != "cut" || ours.Made() != made || (!made && ours.State != RefundAsked) || !maps.Equal(heard, d.truth) {
			t.Fatalf("told %+v\nit came to %+v", told, d.rows)
		}
	})
}

// TestMoneyGoesBackOnceInWhateverOrderItIsToldOf, however often the command is
// given in the midst and afterwards. Where nothing went back, it does at last.
func TestMoneyGoesBackOnceInWhateverOrderItIsToldOf(t *testing.T) {
	t.Parallel()
	everyOrder(func(listed []string, told []RefundNote) {
		for at := range len(told) + 1 {
			d := newRefundDrill(t, listed)
			for i, n := range told {
				if i == at {
					d.command()
				}
				d.hear(n)
			}
			want := 1
			if d.truth["rf-ours"] != RefundFailed || d.truth["rf-dash"] != RefundFailed {
				want = 0
			}
			for range 3 {
				d.command()
			}
			if d.sent != want {
				t.Fatalf("money was sent afresh %d times, want %d; told %+v, the command before %d\nit came to %+v", d.sent, want, told, at, d.rows)
			}
		}
	})
}

// TestAnUnclearRefundIsContinued, also where a newer one of the same sum was made.
func TestAnUnclearRefundIsContinued(t *testing.T) {
	t.Parallel()
	d := newRefundDrill(t, nil)
	newer := refundElsewhere("o", d.payment(), RefundNote{ID: "rf-2", Outcome: RefundCompleted, Amount: mustMoney("1", "USD")}, d.now)
	newer.ID = "newer"
	w := RefundWish{Order: "o", Amount: decimal.New(1, 0)}
	if r, err := w.plan(Order{ID: "o"}, d.payment(), append(d.rows, newer), d.now); err != nil || r.ID != "cut" {
		t.Errorf("the command comes to %q, %v", r.ID, err)
	}
}
