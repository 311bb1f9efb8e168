package shop

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write STATES.md anew")

// standings is every (state, exception) a payment can have, and the failure
// that the shop itself concludes.
func standings() []Standing {
	var all []Standing
	for _, s := range States() {
		switch s {
		case Unresolved:
			for _, e := range Exceptions() {
				all = append(all, Standing{State: s, Exception: e})
			}
		case Opening:
			all = append(all, Standing{State: s}, Standing{State: Failed, Own: true})
		case Waiting:
			all = append(all, Standing{State: s}, Standing{State: Canceled, Own: true})
		default:
			all = append(all, Standing{State: s})
		}
	}
	return all
}

func (s Standing) label() string {
	switch {
	case s.Own:
		return string(s.State) + " (own)"
	case s.Exception != NoException:
		return string(s.State) + " " + string(s.Exception)
	default:
		return string(s.State)
	}
}

// becomes returns where a payment stands that stood at before and is told of
// something that happened so much later on the provider's clock.
func becomes(before, told Standing, later time.Duration) Payment {
	price := Money{Currency: "USD"}
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	p := Payment{ID: "p", Standing: before, Price: price}
	p.At = at
	return p.apply(Evidence{
		State: told.State, Exception: told.Exception, Own: told.Own, At: at.Add(later), Price: price,
	})
}

// beside returns an order with two payments of these standings.
func beside(one, other Standing) Order {
	var o Order
	for i, s := range []Standing{one, other} {
		o = o.with(Payment{ID: PaymentID(rune('1' + i)), Standing: s})
	}
	return o.flagPaidTwice()
}

// TestStatesFile compares the table with its picture in STATES.md, which is
// written by `go test ./app/shop -run TestStatesFile -update`.
func TestStatesFile(t *testing.T) {
	t.Parallel()
	got := statesFile()
	if *update {
		if err := os.WriteFile("STATES.md", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("STATES.md")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("STATES.md is not what the table says (-file +table):\n%s", diff)
	}
}

func statesFile() string {
	var b strings.Builder
	b.WriteString(statesIntro)
	b.WriteString("| state | rank | decides an order | final | money came | price paid |\n|---|---|---|---|---|---|\n")
	yes := map[bool]string{true: "yes", false: ""}
	for _, r := range table {
		fmt.Fprintf(&b, "| %s | %d | %d | %s | %s | %s |\n", r.state, r.rank, r.place+1, yes[r.final], yes[r.money], yes[r.full])
	}
	b.WriteString(statesPairs)
	writePairs(&b, "told →", func(before, told Standing) string {
		if result := becomes(before, told, time.Second).label(); result != before.label() {
			return result
		}
		return "·"
	})
	b.WriteString(statesOrders)
	writePairs(&b, "beside →", func(one, other Standing) string {
		o := beside(one, other)
		cell := Standing{State: o.State(), Exception: o.Exception()}.label()
		if slices.Contains(o.Flags(), FlagPaidTwice) {
			cell += " !"
		}
		return cell
	})
	return b.String()
}

// writePairs writes a table with a row and a column for each standing.
func writePairs(b *strings.Builder, corner string, cell func(row, column Standing) string) {
	all := standings()
	b.WriteString("| " + corner + " |")
	for _, column := range all {
		b.WriteString(" " + column.label() + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(all)) + "\n")
	for _, row := range all {
		b.WriteString("| **" + row.label() + "** |")
		for _, column := range all {
			b.WriteString(" " + cell(row, column) + " |")
		}
		b.WriteString("\n")
	}
}

const statesIntro = `# The states of a payment

Written by ` + "`go test ./app/shop -run TestStatesFile -update`" + ` from the table in state.go; a test holds both together.

A payment keeps the greatest of all that was ever said about it: by rank, then by the provider's own time, then by
the length of its timeline, then by the sum refunded, by whether more is on its way back, then by the exception. So late, repeated or shuffled evidence
ends in the same state, and a confirmed payment leaves that state only by a refund.

A failure that the shop itself concluded (the provider refused, or a complete list does not have the charge) has
rank 1, below everything the provider says: should the charge turn up after all, it counts. A cancel that the provider
did not take part in has rank 3: the charge can still be paid, so money that is seen counts for more.

A provider's timeline says the same as each of its entries would, told one by one: its entry with the highest rank
counts, the latest of several. So a charge that was completed counts as confirmed though a second payment made it
unresolved afterwards, and a refund need not be the last entry. More than one payment for a charge is remembered
whichever entry told of it, and flagged ` + "`paid_twice`" + ` once the charge counts as paid, also after the merchant resolved it.

The sum that arrived is kept as its maximum, like the confirmations. It decides nothing: whether it suffices is the
provider's to judge. Evidence about a payment must state the price of that payment; of one order's payments each may
have been made at a price of its own, and any of them pays the order.

An order shows the state of the payment that comes first in the column "decides an order"; of several, the one
with the gravest exception, then one of which no money is on its way back, then one the shop asked for, then the
newest.

`

const statesPairs = `
## What a payment becomes

Rows: where it stands. Columns: what the provider says next, a moment later. A dot means that it stays.

`

const statesOrders = `
## What an order shows

Rows and columns: where two of its payments stand. An exclamation mark: both brought money, and the order is flagged ` + "`paid_twice`" + `.

`

// TestEveryPair checks each (state, exception) x evidence pair against the rule
// in words: the higher rank stays; equal ranks go by the later word, of the
// same moment by the graver exception.
func TestEveryPair(t *testing.T) {
	t.Parallel()
	all := standings()
	for when, later := range map[string]time.Duration{"later": time.Second, "at once": 0, "of before": -time.Second} {
		for i, before := range all {
			for j, told := range all {
				t.Run(before.label()+" told "+when+" "+told.label(), func(t *testing.T) {
					t.Parallel()
					sameRank := before.State == Unresolved && told.State == Unresolved
					want := before
					if (sameRank && later > 0) || (j > i && (!sameRank || later == 0)) {
						want = told
					}
					if got := becomes(before, told, later); got.label() != want.label() {
						t.Errorf("becomes %s, want %s", got.label(), want.label())
					}
				})
			}
		}
	}
}

// TestEveryPairOfPayments checks what an order with two payments shows, and
// whether it is flagged, against the order of states written out once more.
func TestEveryPairOfPayments(t *testing.T) {
	t.Parallel()
	first := strings.Fields(`confirmed partly_refunded refunded detected
		unresolved/mismatch unresolved/underpaid unresolved/overpaid unresolved/delayed unresolved/multiple unresolved/unverified unresolved/other
		waiting opening expired failed canceled`)
	name := func(s State, e Exception) string {
		return strings.TrimSuffix(string(s)+"/"+string(e), "/")
	}
	for _, one := range standings() {
		for _, other := range standings() {
			a, b := name(one.State, one.Exception), name(other.State, other.Exception)
			t.Run(one.label()+" beside "+other.label(), func(t *testing.T) {
				t.Parallel()
				want := first[min(slices.Index(first, a), slices.Index(first, b))]
				o := beside(one, other)
				if got := name(o.State(), o.Exception()); got != want {
					t.Errorf("the order is %s, want %s", got, want)
				}
				paid := regexp.MustCompile(`^(confirmed|partly_refunded|refunded)$`)
				brought := regexp.MustCompile(`^(confirmed|partly_refunded|refunded|unresolved/(mismatch|underpaid|overpaid|delayed|multiple|other))$`)
				flagged := brought.MatchString(a) && brought.MatchString(b) && (paid.MatchString(a) || paid.MatchString(b))
				if got := slices.Contains(o.Flags(), FlagPaidTwice); got != flagged {
					t.Errorf("flagged %v, want %v", got, flagged)
				}
			})
		}
	}
}

func TestConfirmedIsLeftOnlyByARefund(t *testing.T) {
	t.Parallel()
	for _, told := range standings() {
		got := becomes(Standing{State: Confirmed}, told, time.Second).State
		refund := told.State == Refunded || told.State == PartlyRefunded
		if refund != (got != Confirmed) {
			t.Errorf("confirmed, told %s, became %s", told.label(), got)
		}
	}
}
