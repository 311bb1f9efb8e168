package shop

import (
	"cmp"
	"slices"
)

// State is where a payment, and by its payments an order, stands.
type State string

// The states, by rising rank.
const (
	Opening        State = "opening"    // asked for, not heard of yet
	Waiting        State = "waiting"    // the buyer may pay
	Detected       State = "detected"   // money seen, not yet confirmed
	Canceled       State = "canceled"   // given up before paying
	Failed         State = "failed"     // no payment came of it
	Expired        State = "expired"    // not paid in time
	Unresolved     State = "unresolved" // money came, but something is off
	Confirmed      State = "confirmed"
	PartlyRefunded State = "partly_refunded"
	Refunded       State = "refunded"
)

// Exception says what is off with an unresolved payment.
type Exception string

// The exceptions, by rising rank; the order settles ties between two pieces of
// evidence of the same moment and has no other meaning.
const (
	NoException       Exception = ""
	Other             Exception = "other"
	Unverified        Exception = "unverified" // the provider can no longer be asked
	Multiple          Exception = "multiple"   // several payments for one charge
	Delayed           Exception = "delayed"    // paid after expiry
	Overpaid          Exception = "overpaid"
	Underpaid         Exception = "underpaid"
	MismatchException Exception = "mismatch" // paid, but not what we asked for
)

// rule is one row of the state table.
type rule struct {
	state State
	// rank decides between two states of one payment: the higher one stays.
	rank int
	// place decides an order's state among its payments': the lowest one shows.
	place int
	// final: nothing more is expected, though paid late still counts.
	final bool
	// money: somebody paid something, so evidence that does not fit the
	// payment leaves it unresolved instead of being set aside.
	money bool
	// full: the order's price was paid by this payment.
	full bool
}

// table is the state table of DESIGN; STATES.md is printed from it.
var table = []rule{
	{state: Opening, rank: 0, place: 6},
	{state: Waiting, rank: 2, place: 5},
	{state: Detected, rank: 4, place: 3, money: true},
	{state: Canceled, rank: 5, place: 9, final: true},
	{state: Failed, rank: 6, place: 8, final: true},
	{state: Expired, rank: 7, place: 7, final: true},
	{state: Unresolved, rank: 8, place: 4, money: true},
	{state: Confirmed, rank: 9, place: 0, final: true, money: true, full: true},
	{state: PartlyRefunded, rank: 10, place: 1, money: true, full: true},
	{state: Refunded, rank: 11, place: 2, final: true, money: true, full: true},
}

const (
	// ownFailureRank is the rank of a failure that the shop itself concluded:
	// the provider refused, or a complete list does not have the charge.
	// Whatever the provider says about the charge later counts for more.
	ownFailureRank = 1
	// ownCancelRank is the rank of a cancel that the provider did not take part
	// in: the charge can still be paid, and money that is seen counts for more.
	ownCancelRank = 3
)

// exceptions by rising rank.
var exceptions = []Exception{
	NoException, Other, Unverified, Multiple, Delayed, Overpaid, Underpaid, MismatchException,
}

// ruleOf returns the row of a state; the row of [Opening] for an unknown one.
func ruleOf(s State) rule {
	i := slices.IndexFunc(table, func(r rule) bool { return r.state == s })
	return table[max(0, i)]
}

// States returns every state by rising rank.
func States() []State {
	states := make([]State, len(table))
	for i, r := range table {
		states[i] = r.state
	}
	return states
}

// Exceptions returns every exception of an unresolved payment.
func Exceptions() []Exception { return slices.Clone(exceptions[1:]) }

// Final reports whether nothing more is expected of a payment in this state.
func (s State) Final() bool { return ruleOf(s).final }

// Paid reports whether a payment in this state paid its price in full.
func (s State) Paid() bool { return ruleOf(s).full }

// Outranks reports whether a payment that was ever in this state counts as in
// this one rather than in the other.
func (s State) Outranks(other State) bool { return ruleOf(s).rank > ruleOf(other).rank }

// rankOf is a payment's rank for convergence.
func rankOf(s State, own bool) int {
	switch {
	case s == Failed && own:
		return ownFailureRank
	case s == Canceled && own:
		return ownCancelRank
	default:
		return ruleOf(s).rank
	}
}

// compareStanding orders what two pieces of evidence say of one payment: the
// greater one stays. Every field of the outcome takes part or is merged by
// maximum, so any multiset of evidence ends the same in any order.
func compareStanding(a, b Standing) int {
	return cmp.Or(
		cmp.Compare(rankOf(a.State, a.Own), rankOf(b.State, b.Own)),
		a.At.Compare(b.At),
		cmp.Compare(a.Steps, b.Steps),
		a.Refunded.Cmp(b.Refunded),
		compareBool(a.Refunding, b.Refunding),
		cmp.Compare(slices.Index(exceptions, a.Exception), slices.Index(exceptions, b.Exception)),
	)
}

// compareBool puts false before true.
func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}
