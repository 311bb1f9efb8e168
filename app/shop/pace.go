package shop

import (
	"context"
	"errors"
	"math"
	"sync"
	"time"
)

const (
	// firstPause is how long nobody asks a provider that did not answer. It
	// doubles with each further try that comes to nothing.
	firstPause = time.Second
	maxPause   = time.Minute
	// burstShare is the part of a minute's calls that may be made at once.
	burstShare = 15
	// fewToShare is the smallest budget that is shared between the two kinds.
	fewToShare = 8
	// reserveShare is the part of a burst that is left for buyers who came back.
	reserveShare = 4
	// debtShare is the part of a minute's calls that a long list may be ahead.
	debtShare = 4
)

// pace bounds how the shop asks the provider, whoever wants to know: within a
// budget a minute, not before the time the provider asked for has passed, and
// while it is in trouble ever more rarely, by one question at a time. It holds
// up questions only, never the buyers' own calls, but learns from both.
//
// Each of the two kinds of questions has half of the budget, and what the other
// leaves over: neither many buyers who come back nor many payments that are due
// keep the other kind from being asked about.
type pace struct {
	rate float64 // calls a second, for both kinds together
	debt float64 // how far a list may overdraw

	mu      sync.Mutex
	filled  time.Time
	awaited bucket // of questions somebody waits for
	due     bucket // of all others
	// Nobody asks from since on, for as long as wait. A clock that was put back
	// ends it, rather than to hold it for a day.
	since time.Time
	wait  time.Duration
	firm  bool          // the provider asked for the wait: no answer cuts it short
	pause time.Duration // the latest while the provider is in trouble, else 0
	under int           // how many questions are under way
	gone  gone
}

// bucket is the calls that one kind of question may make.
type bucket struct {
	calls float64
	most  float64
	floor float64 // what the other kind leaves
}

// add puts calls in and returns those that did not fit.
func (b *bucket) add(calls float64) float64 {
	b.calls += calls
	over := max(0, b.calls-b.most)
	b.calls -= over
	return over
}

// newPace allows so many calls in any minute. The burst is part of them.
func newPace(perMinute int) *pace {
	burst := max(1, perMinute/burstShare)
	if perMinute >= fewToShare {
		burst = max(2, burst)
	}
	p := &pace{
		rate: float64(perMinute-burst+1) / time.Minute.Seconds(),
		debt: float64(perMinute) / debtShare,
	}
	if burst > 1 {
		p.awaited.most = float64(max(1, burst/reserveShare))
	}
	p.due.most = float64(burst) - p.awaited.most
	p.awaited.floor = p.awaited.most
	if burst > 1 {
		p.due.floor = math.Ceil(p.due.most / 2)
	}
	p.awaited.calls, p.due.calls = p.awaited.most, p.due.most
	return p
}

// fill shares out the calls of the time since it was called last.
func (p *pace) fill(now time.Time) {
	gone := now.Sub(p.filled)
	p.filled = now
	if gone <= 0 {
		return
	}
	half := p.rate * gone.Seconds() / 2
	over := p.due.add(half + p.awaited.add(half))
	p.awaited.add(over)
}

// spend takes one call, if there is one for this kind of question.
func (p *pace) spend(now time.Time, awaited bool) bool {
	const whole = 1 - 1e-9 // but for rounding
	p.fill(now)
	own, other := &p.due, &p.awaited
	if awaited {
		own, other = other, own
	}
	switch {
	case own.calls >= whole:
		own.calls--
	case other.calls >= other.floor+whole:
		other.calls--
	default:
		return false
	}
	return true
}

// take asks leave for a question: [Same] grants it, [OverBudget] and [Paused]
// do not. Whoever is granted one calls done afterwards.
func (p *pace) take(now time.Time, awaited bool) Answer {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.held(now), p.pause > 0 && p.under > 0:
		return Paused
	case !p.spend(now, awaited):
		return OverBudget
	}
	p.under++
	return Same
}

// done ends a question that was granted.
func (p *pace) done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.under--
}

// more reports whether a question may go on with one more call.
func (p *pace) more(now time.Time, awaited bool) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.held(now) && p.spend(now, awaited)
}

// listed counts the further pages of a list. They have been read already, so
// the questions of its kind run into debt for them, but never for so long that
// nothing of it is asked for more than a good while.
func (p *pace) listed(now time.Time, pages int, awaited bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fill(now)
	payer := &p.due
	if awaited {
		payer = &p.awaited
	}
	payer.calls = max(payer.calls-float64(pages), min(payer.calls, -p.debt))
}

func (p *pace) held(now time.Time) bool {
	gone := now.Sub(p.since)
	return gone >= 0 && gone < p.wait
}

// heard learns from what became of a question that began at a time.
func (p *pace) heard(began, now time.Time, err error) {
	p.learn(began, now, err, true)
}

// overheard learns from a buyer's call. That it came to nothing makes nobody
// ask more rarely: with many buyers the pauses would grow without a question.
func (p *pace) overheard(began, now time.Time, err error) {
	p.learn(began, now, err, false)
}

func (p *pace) learn(began, now time.Time, err error, question bool) {
	var failure *ProviderError
	p.noteGone(now, err)
	switch {
	case errors.Is(err, context.Canceled):
		// We hung up: that tells nothing of the provider.
	case err == nil, errors.As(err, &failure) && failure.Problem == Refused:
		p.answered(now)
	case failure != nil && (question || failure.wait()):
		p.trouble(began, now, failure)
	}
}

// answered ends the trouble, but not a wait that was asked for.
func (p *pace) answered(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pause = 0
	if !p.firm || !p.held(now) {
		p.wait, p.firm = 0, false
	}
}

// trouble holds all questions for as long as the provider asked, or for a
// doubling pause. Calls that failed together are one failure.
func (p *pace) trouble(began, now time.Time, failure *ProviderError) {
	p.mu.Lock()
	defer p.mu.Unlock()
	together := p.pause > 0 && !began.After(p.since)
	if together && failure.RetryAfter == 0 {
		return
	}
	if !together {
		p.pause = min(max(2*p.pause, firstPause), maxPause)
	}
	wait := max(p.pause, failure.RetryAfter)
	if p.held(now) && p.wait-now.Sub(p.since) >= wait {
		return
	}
	p.since, p.wait = now, wait
	p.firm = failure.wait()
}

// wait reports whether the provider itself asks for a wait.
func (e *ProviderError) wait() bool { return e.RetryAfter > 0 || e.Problem == Busy }
