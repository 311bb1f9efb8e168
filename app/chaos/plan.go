package main

import (
	"math/rand/v2"
	"slices"
	"time"
)

// fate is what becomes of a purchase.
type fate string

// act is one thing that is done to a purchase. Most are done to its newest
// charge at the provider, under the provider's own name for it.
type act string

const (
	actRetry    act = "try again"     // the buyer asks the shop for a fresh payment
	actGiveUp   act = "give up"       // the buyer cancels in the shop
	actPayFirst act = "pay the first" // the charge before the newest is paid after all, and accepted

	actRefundPart act = "refund a part"
	actRefundFail act = "fail a refund"
)

// life is what happens to a purchase of a fate, and how many of a hundred have
// it.
type life struct {
	fate  fate
	share int
	acts  []act
}

// purchase is one buyer's part of the plan.
type purchase struct {
	At      time.Duration // since the storm began
	Product string
	Fate    fate
	Acts    []act
	Pauses  []time.Duration // before each act
	Watched bool            // a page waits on a socket
	Double  bool            // the form is sent twice at once
}

// kind is what goes wrong.
type kind string

// What goes wrong in the shop's own house; all other faults are the provider's
// troubles.
const (
	faultKill     kind = "shop killed"
	faultKillBox  kind = "provider killed"
	faultLock     kind = "database locked"
	faultLongLock kind = "database locked for long"
	faultFull     kind = "disk full"
	faultClock    kind = "provider's clock moved"
	faultWebhooks kind = "webhooks troubled"
	faultAPI      kind = "API troubled"
	faultMove     kind = "shop moved to Business, Commerce gone"
)

// fault is one part of the storm.
type fault struct {
	Kind    kind
	At, For time.Duration
	Trouble trouble       // for the provider's
	Leap    time.Duration // of the provider's clock
}

// trouble is what the provider is told to do wrong.
type trouble struct {
	Kind  string `json:"kind"`
	API   string `json:"api,omitempty"`
	Delay string `json:"delay,omitempty"`
	Times int    `json:"times,omitempty"` // 0: until it is taken back
}

// plan is a storm: who buys what when, and what goes wrong when. It is a pure
// function of provider, seed, length and number of payments.
type plan struct {
	Provider  provider
	Seed      uint64
	Length    time.Duration
	Move      time.Duration // when the shop moves to Business
	Purchases []purchase    // by time
	Faults    []fault       // by time
}

func newPlan(of provider, seed uint64, length time.Duration, payments int) plan {
	p := plan{Provider: of, Seed: seed, Length: length, Move: moveAt(of, seed, length)}
	buyers := rand.New(rand.NewPCG(seed, 1))
	for range payments {
		p.Purchases = append(p.Purchases, p.newPurchase(buyers))
	}
	slices.SortStableFunc(p.Purchases, func(a, b purchase) int { return int(a.At - b.At) })
	p.Faults = p.newFaults(rand.New(rand.NewPCG(seed, 2)))
	return p
}

// newPurchase draws one. Purchases begin in the first three quarters, so that
// most of their acts fall into the storm, too.
func (p plan) newPurchase(r *rand.Rand) purchase {
	one := purchase{
		At:      between(r, 0, p.Length*3/4),
		Product: []string{"coffee", "beans", "mug"}[r.IntN(3)],
		Watched: r.IntN(10) == 0,
		Double:  r.IntN(5) == 0,
	}
	one.Fate, one.Acts = drawLife(r, p.livesAt(one.At))
	for range one.Acts {
		one.Pauses = append(one.Pauses, between(r, 50*time.Millisecond, p.Length/8))
	}
	return one
}

func drawLife(r *rand.Rand, lives []life) (fate, []act) {
	all := 0
	for _, l := range lives {
		all += l.share
	}
	n := r.IntN(all)
	for _, l := range lives {
		if n -= l.share; n < 0 {
			return l.fate, l.acts
		}
	}
	panic("the shares do not add up")
}

// many is how often each kind of fault strikes in half a minute, and how long.
// One kind of lock is within SQLite's own patience of five seconds, one is not.
var many = []struct {
	kind        kind
	times       int
	least, most time.Duration
}{
	{faultKill, 3, 0, 1500 * time.Millisecond},
	{faultKillBox, 2, 0, 2 * time.Second},
	{faultLock, 1, 500 * time.Millisecond, 2500 * time.Millisecond},
	{faultLongLock, 1, 5500 * time.Millisecond, 7 * time.Second},
	{faultFull, 2, 500 * time.Millisecond, 1500 * time.Millisecond},
	{faultClock, 3, 0, 0},
	{faultWebhooks, 14, time.Second, 6 * time.Second},
	{faultAPI, 8, time.Second, 4 * time.Second},
}

const (
	unit = 30 * time.Second // of the figures above
	// leap is how far the clock moves at most in all. The shop looks for a lost
	// charge among those of the last minutes by the provider's clock, and allows
	// it to be five minutes off meanwhile.
	leap = 4 * time.Minute
)

func (p plan) newFaults(r *rand.Rand) []fault {
	length, all := p.Length, p.moves()
	for _, m := range many {
		times := max(1, int(time.Duration(m.times)*length/unit))
		for n := range times {
			f := fault{Kind: m.kind, At: between(r, length/20, length*9/10), For: between(r, m.least, m.most)}
			switch m.kind {
			case faultClock:
				f.Leap = between(r, time.Second, leap/time.Duration(times))
			case faultWebhooks:
				f.Trouble = newWebhookTrouble(r, inTurn(p.webhookTroubles(), n))
			case faultAPI:
				f.Trouble = newAPITrouble(r, inTurn(p.apiTroubles(), n), p.apiAt(f.At))
			}
			all = append(all, f)
		}
	}
	slices.SortStableFunc(all, func(a, b fault) int { return int(a.At - b.At) })
	return all
}

func inTurn(kinds []string, n int) string { return kinds[n%len(kinds)] }

// newWebhookTrouble draws how bad it gets. A dropped webhook can only be made
// up for by asking, which is bounded: few are dropped.
func newWebhookTrouble(r *rand.Rand, kind string) trouble {
	t := trouble{Kind: kind}
	switch t.Kind {
	case "drop":
		t.Times = 5 + r.IntN(15)
	case "delay":
		t.Times, t.Delay = 20+r.IntN(30), between(r, 100*time.Millisecond, 3*time.Second).String()
	default:
		t.Times = 10 + r.IntN(40)
	}
	return t
}

func newAPITrouble(r *rand.Rand, kind, api string) trouble {
	t := trouble{Kind: kind, API: api}
	switch t.Kind {
	case "latency": // sometimes more than the shop's patience of eight seconds
		t.Times, t.Delay = 10+r.IntN(20), between(r, 100*time.Millisecond, 10*time.Second).String()
	default:
		t.Times = 5 + r.IntN(25)
	}
	return t
}

// between draws a duration of whole milliseconds from least to most.
func between(r *rand.Rand, least, most time.Duration) time.Duration {
	if most <= least {
		return least
	}
	return (least + time.Duration(r.Int64N(int64(most-least)+1))).Truncate(time.Millisecond)
}
