package web

import "sync"

// tally counts what is held under each key, up to a limit.
type tally struct {
	limit  int // 0: none
	mu     *sync.Mutex
	counts map[string]int
}

func newTally(limit int) tally {
	return tally{limit: limit, mu: &sync.Mutex{}, counts: map[string]int{}}
}

// full reports whether no more may be held under the key.
func (t tally) full(key string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.limit > 0 && t.counts[key] >= t.limit
}

// take reports whether one more may be held under the key; if so it is.
func (t tally) take(key string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.limit > 0 && t.counts[key] >= t.limit {
		return false
	}
	t.counts[key]++
	return true
}

// give lets go of one that was taken.
func (t tally) give(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.counts[key]--; t.counts[key] <= 0 {
		delete(t.counts, key)
	}
}
