package shop

import (
	"flag"
	"fmt"
	"os"
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

// after returns where a payment stands that stood at before and is told now,
// a moment later on the provider's clock.
func after(before, told Standing) Payment {
	price := Money{Currency: "USD"}
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	p := Payment{ID: "p", Standing: before, Price: price}
	p.At = at
	return p.apply(Evidence{
		State: told.State, Exception: told.Exception, Own: told.Own, At: at.Add(time.Second), Price: price,
	})
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
	all := standings()
	b.WriteString("| told → |")
	for _, told := range all {
		b.WriteString(" " + told.label() + " |")
	}
	b.WriteString("\n|---|" + strings.Repeat("---|", len(all)) + "\n")
	for _, before := range all {
		b.WriteString("| **" + before.label() + "** |")
		for _, told := range all {
			result := after(before, told).Standing
			cell := result.label()
			if cell == before.label() {
				cell = "·"
			}
			b.WriteString(" " + cell + " |")
		}
		b.WriteString("\n")
	}
	return b.String()
}

const statesIntro = `# The states of a payment

Written by ` + "`go test ./app/shop -run TestStatesFile -update`" + ` from the table in state.go; a test holds both together.

A payment keeps the greatest of all that was ever said about it: by rank, then by the provider's own time, then by
the length of its timeline, then by the sum refunded, then by the exception. So late, repeated or shuffled evidence
ends in the same state, and a confirmed payment leaves that state only by a refund.

A failure that the shop itself concluded (the provider refused, or a complete list does not have the charge) has
rank 1, below everything the provider says: should the charge turn up after all, it counts. A cancel that the provider
did not take part in has rank 3: the charge can still be paid, so money that is seen counts for more.

An order shows the state of the payment that comes first in the column "decides an order"; of several, the one
with the gravest exception, then one the shop asked for, then the newest.

`

const statesPairs = `
## What a payment becomes

Rows: where it stands. Columns: what the provider says next, a moment later. A dot means that it stays.

`

// TestEveryPair checks each (state, exception) x evidence pair against the rule
// in words: the higher rank stays, equal ranks go by the later word.
func TestEveryPair(t *testing.T) {
	t.Parallel()
	all := standings()
	for i, before := range all {
		for j, told := range all {
			t.Run(before.label()+" told "+told.label(), func(t *testing.T) {
				t.Parallel()
				want := before
				if j > i || (before.State == Unresolved && told.State == Unresolved) {
					want = told
				}
				if got := after(before, told); got.label() != want.label() {
					t.Errorf("becomes %s, want %s", got.label(), want.label())
				}
			})
		}
	}
}

func TestConfirmedIsLeftOnlyByARefund(t *testing.T) {
	t.Parallel()
	for _, told := range standings() {
		got := after(Standing{State: Confirmed}, told).State
		refund := told.State == Refunded || told.State == PartlyRefunded
		if refund != (got != Confirmed) {
			t.Errorf("confirmed, told %s, became %s", told.label(), got)
		}
	}
}
