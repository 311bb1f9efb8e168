package shop

import (
	"context"
	"sync"
	"time"
)

// listing is the latest list of a provider's charges. Many payments are looked
// for in a list, and it costs as many calls as it has pages: so those that are
// looked for together share one.
type listing struct {
	mu sync.Mutex // held while the list is read, so that the others wait for it

	provider    Provider
	environment Environment
	since       time.Time // what it goes back to
	began       time.Time
	all         []Evidence
}

// read returns all charges made since then, and when they were listed. Where
// leave is not given to ask for them, it returns false.
func (l *listing) read(ctx context.Context, g Gateway, since time.Time, now func() time.Time, leave func(time.Time) bool) (
	all []Evidence, began time.Time, ok bool, err error,
) {
	l.mu.Lock()
	defer l.mu.Unlock()
	began = now()
	if l.serves(g, since, began) {
		return l.all, l.began, true, nil
	}
	if !leave(began) {
		return nil, began, false, nil
	}
	if all, err = g.List(ctx, since); err != nil {
		return nil, began, false, err
	}
	l.provider, l.environment, l.since, l.began, l.all = g.Provider(), g.Environment(), since, began, all
	return all, began, true, nil
}

// serves reports whether the list is new enough and goes back far enough.
func (l *listing) serves(g Gateway, since, now time.Time) bool {
	age := now.Sub(l.began)
	return l.provider == g.Provider() && l.environment == g.Environment() &&
		!since.Before(l.since) && age >= 0 && age < askEvery
}
