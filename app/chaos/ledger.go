package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"
)

// ledger is what a storm has come to.
type ledger struct {
	provider provider
	seed     uint64
	took     time.Duration

	purchases, turnedAway int // planned; without an order in the end
	orders, charges       int
	sent, accepted        int // webhooks; answered with 2xx
	refused               int // answered with 4xx
	unavailable           int // answered with 503
	unanswered            int
	events, duplicates    int
	pages, sockets        int // that waited; that they lost
	asked                 int // orders whose buyers had to come back
	restarts, stillborn   int
	requests              string // the shop's answers to buyers
	faults, missed        string
	skipped               []string // what the provider would not do

	wrongs []wrong
}

// promise is what must not be broken.
type promise string

// The promises, in the order in which they are told.
const (
	promiseLost     promise = "lost"
	promiseTwice    promise = "confirmed twice"
	promiseInvented promise = "invented"
	promiseStale    promise = "other orders left wrong"
	promisePages    promise = "pages left wrong"
	promiseStored   promise = "accepted and not stored"
	promiseWorked   promise = "events not worked off"
	promiseStands   promise = "processes that fell"
)

var promises = []promise{
	promiseLost, promiseTwice, promiseInvented, promiseStale, promisePages, promiseStored, promiseWorked, promiseStands,
}

// wrong is a broken promise and its evidence.
type wrong struct {
	promise  promise
	evidence string
}

func (l *ledger) accuse(p promise, format string, args ...any) {
	l.wrongs = append(l.wrongs, wrong{p, fmt.Sprintf(format, args...)})
}

func (l *ledger) broken(p promise) int {
	n := 0
	for _, w := range l.wrongs {
		if w.promise == p {
			n++
		}
	}
	return n
}

// print writes the whole ledger and its evidence.
func (l *ledger) print(to io.Writer) error {
	w := tabwriter.NewWriter(to, 0, 0, 2, ' ', 0)
	row := func(name, format string, args ...any) { // Flush tells
		_, _ = fmt.Fprintf(w, "%s\t%s\n", name, fmt.Sprintf(format, args...))
	}
	row("seed", "%d at %s, in %.0f s", l.seed, l.provider, l.took.Seconds())
	row("purchases", "%d, of which %d found the shop closed", l.purchases, l.turnedAway)
	row("orders and payments", "%d, %d", l.orders, l.charges)
	row("webhooks sent", "%d: %d accepted, %d refused, %d answered 503, %d not answered",
		l.sent, l.accepted, l.refused, l.unavailable, l.unanswered)
	row("events received", "%d", l.events)
	row("duplicates absorbed", "%d", l.duplicates)
	row("answers to buyers", "%s", l.requests)
	row("pages that waited", "%d, which lost %d sockets", l.pages, l.sockets)
	row("healed by a buyer's coming back", "%d", l.asked)
	row("restarts", "%d, and %d starts in vain", l.restarts, l.stillborn)
	row("faults", "%s", l.faults)
	if l.missed != "" {
		row("faults that did not happen", "%s", l.missed)
	}
	if len(l.skipped) > 0 {
		row("acts the provider would not do", "%d, such as %s", len(l.skipped), l.skipped[0])
	}
	for _, p := range promises {
		row(string(p), "%d", l.broken(p))
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("print the ledger: %w", err)
	}
	return l.printEvidence(to)
}

// mostEvidence of one kind is enough to begin with.
const mostEvidence = 10

func (l *ledger) printEvidence(to io.Writer) error {
	var b strings.Builder
	shown := map[promise]int{}
	for _, w := range l.wrongs {
		if shown[w.promise]++; shown[w.promise] <= mostEvidence {
			fmt.Fprintf(&b, "%s: %s\n", w.promise, w.evidence)
		}
	}
	_, err := io.WriteString(to, b.String())
	return err
}

// summary is the ledger in one line of a table.
func (l *ledger) summary() []string {
	figures := []int{
		l.charges, l.events, l.duplicates, l.unavailable, l.restarts,
		l.broken(promiseLost), l.broken(promiseTwice), l.broken(promiseInvented), l.broken(promisePages), len(l.wrongs),
	}
	line := []string{string(l.provider), fmt.Sprint(l.seed)}
	for _, n := range figures {
		line = append(line, fmt.Sprint(n))
	}
	return append(line, fmt.Sprintf("%.0f s", l.took.Seconds()))
}

var summaryHead = []string{
	"provider", "seed", "payments", "events", "duplicates", "503s", "restarts", "lost", "twice", "invented", "pages", "all wrongs", "took",
}

// printLine writes cells so that they stand below each other from line to line,
// though each is printed when it is known.
func printLine(to io.Writer, cells []string) error {
	var b strings.Builder
	for i, cell := range cells {
		fmt.Fprintf(&b, "%*s", len(summaryHead[i])+2, cell)
	}
	_, err := fmt.Fprintln(to, b.String())
	return err
}

// count fills in what the sandbox says of its webhooks.
func (l *ledger) count(attempts []attempt, events []event) {
	for _, e := range events {
		l.duplicates += e.Again
		if e.Verdict == "received" || e.Verdict == "dead" {
			l.accuse(promiseWorked, "event %s is %s", e.ID, e.Verdict)
		}
	}
	l.events = len(events)
	for _, a := range attempts {
		if a.dropped() {
			continue // it was never sent
		}
		l.sent++
		switch {
		case a.Status == 0:
			l.unanswered++
		case a.Status == 503:
			l.unavailable++
		case a.Status >= 400:
			l.refused++
		case a.accepted():
			l.accepted++
			if !a.in(events) {
				l.accuse(promiseStored, "event %s was answered with %d (troubles %v)", a.Event, a.Status, a.Troubles)
			}
		}
	}
}
