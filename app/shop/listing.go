package shop

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	// listFor is how long a list serves questions that nobody waits for.
	listFor = time.Minute
	// listReach is how much further back a list goes than it need, for the sake of
	// the questions that the latest one served.
	listReach = time.Minute
)

// errNoLeave says that the budget has no call left for a list.
var errNoLeave = errors.New("no leave to list the provider's charges")

// listing is the latest list of a provider's charges. Many payments are looked
// for in a list, and it costs as many calls as it has pages: so those that are
// looked for together share one.
type listing struct {
	pace *pace
	now  func() time.Time

	mu     sync.Mutex // held while the list is read, so that the others wait for it
	latest charges
	forget *time.Timer
}

// charges are all that a provider had made since a time, when they were listed.
type charges struct {
	since time.Time // what the list goes back to
	began time.Time
	all   []Evidence
}

// none reports that no list was made.
func (l charges) none() bool { return l.began.IsZero() }

// wish is which list a question needs.
type wish struct {
	since   time.Time     // what it must go back to
	age     time.Duration // how old it may be
	kept    charges       // one that does, and so no other is read
	granted bool          // the question has leave for it already
	awaited bool          // somebody waits for the answer
}

// read returns a list as wished for. Without leave to ask for it, it returns
// [errNoLeave]; the context's own error if its time is over before it is its turn.
func (l *listing) read(ctx context.Context, g Gateway, w wish) (charges, error) {
	if !w.kept.none() {
		return w.kept, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return charges{}, err
	}
	began := l.now()
	if l.latest.serve(w, began) {
		return l.latest, nil
	}
	if !w.granted && !l.pace.more(began, w.awaited) {
		return charges{}, errNoLeave
	}
	w.since = l.latest.reach(w.since)
	list, err := g.List(ctx, w.since)
	l.pace.listed(l.now(), furtherPages(list, err), w.awaited)
	if err != nil {
		return charges{}, err
	}
	l.keep(charges{since: w.since, began: began, all: list.All})
	return l.latest, nil
}

// kept returns the latest list if it does, without one word to the provider. It
// does not wait for one that is being read, as it takes leave to wait.
func (l *listing) kept(w wish) charges {
	if !l.mu.TryLock() {
		return charges{}
	}
	defer l.mu.Unlock()
	if !l.latest.serve(w, l.now()) {
		return charges{}
	}
	return l.latest
}

// keep keeps a list for as long as it can serve.
func (l *listing) keep(list charges) {
	if l.forget != nil {
		l.forget.Stop()
	}
	l.latest = list
	l.forget = time.AfterFunc(listFor, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.latest.began.Equal(list.began) {
			l.latest = charges{}
		}
	})
}

// furtherPages is how many calls a list took beside the first.
func furtherPages(list Listed, err error) int {
	var failure *ProviderError
	if errors.As(err, &failure) {
		return failure.Pages
	}
	return list.Pages
}

// serve reports whether the list is new enough and goes back far enough.
func (l charges) serve(w wish, now time.Time) bool {
	age := now.Sub(l.began)
	return !l.none() && !w.since.Before(l.since) && age >= 0 && age < w.age
}

// reach is what the next list goes back to: as far as this one, if that is not
// much further than wished for. Else payments that are looked for in turns, some
// older than others, would each have a list of their own.
func (l charges) reach(since time.Time) time.Time {
	if back := since.Sub(l.since); !l.none() && back > 0 && back <= listReach {
		return l.since
	}
	return since
}
