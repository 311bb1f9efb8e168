package shop

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	// listPage is how many charges a provider puts on one page of a list: a long
	// list costs several calls of the budget.
	listPage = 100
	// listFor is how long a list serves questions that nobody waits for.
	listFor = time.Minute
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

// wish is which list a question needs.
type wish struct {
	since   time.Time     // what it must go back to
	age     time.Duration // how old it may be
	granted bool          // the question has leave for it already
	awaited bool          // somebody waits for the answer
}

// read returns a list as wished for. Without leave to ask for it, it returns
// [errNoLeave]; the context's own error if its time is over before it is its turn.
func (l *listing) read(ctx context.Context, g Gateway, w wish) (charges, error) {
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
	all, err := g.List(ctx, w.since)
	l.pace.listed(l.now(), furtherPages(all, err), w.awaited)
	if err != nil {
		return charges{}, err
	}
	l.keep(charges{since: w.since, began: began, all: all})
	return l.latest, nil
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
func furtherPages(all []Evidence, err error) int {
	var failure *ProviderError
	if errors.As(err, &failure) {
		return failure.Pages
	}
	return len(all) / listPage
}

// serve reports whether the list is new enough and goes back far enough.
func (l charges) serve(w wish, now time.Time) bool {
	age := now.Sub(l.began)
	return !l.began.IsZero() && !w.since.Before(l.since) && age >= 0 && age < w.age
}
