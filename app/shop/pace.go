package shop

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// firstPause is how long nobody asks a provider that did not answer. It
	// doubles with each further try that comes to nothing.
	firstPause = time.Second
	maxPause   = time.Minute
	// listPage is how many charges a provider puts on one page of a list: a long
	// list costs several calls of the budget.
	listPage = 100
	// burstShare is the part of a minute's calls that may be made at once.
	burstShare = 15
	// reserveShare is the part of these that is left for buyers who came back:
	// the many payments that are merely due must not use up everything.
	reserveShare = 4
)

// pace bounds how the shop asks the provider, whoever wants to know: within a
// budget a minute, not before the time the provider asked for has passed, and
// while it is in trouble ever more rarely, by one question at a time. It holds
// up questions only, never the buyers' own calls, but learns from both.
type pace struct {
	budget  *rate.Limiter
	reserve float64 // calls that are left for who waits for the answer

	mu sync.Mutex
	// Nobody asks from since on, for as long as wait. A clock that was put back
	// ends it, rather than to hold it for a day.
	since time.Time
	wait  time.Duration
	firm  bool          // the provider asked for the wait: no answer cuts it short
	pause time.Duration // the latest while the provider is in trouble, else 0
	under int           // how many questions are under way
}

// newPace allows so many calls in any minute. The burst is part of them.
func newPace(perMinute int) *pace {
	burst := max(1, perMinute/burstShare)
	steady := rate.Limit(float64(perMinute-burst+1) / time.Minute.Seconds())
	return &pace{budget: rate.NewLimiter(steady, burst), reserve: float64(burst / reserveShare)}
}

// take asks leave for a question: [Same] grants it, [OverBudget] and [Paused]
// do not. Whoever is granted one calls done afterwards. A question that nobody
// waits for leaves the reserve alone.
func (p *pace) take(now time.Time, awaited bool) Answer {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.held(now), p.pause > 0 && p.under > 0:
		return Paused
	case !awaited && p.budget.TokensAt(now) < p.reserve+1, !p.budget.AllowN(now, 1):
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
func (p *pace) more(now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.held(now) && p.budget.AllowN(now, 1)
}

// listed counts the further pages of a list. They have been read already, so
// the budget runs into debt for them.
func (p *pace) listed(now time.Time, entries int) {
	for range entries / listPage {
		p.budget.ReserveN(now, 1)
	}
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
