package delivery

import (
	"context"
	"maps"
)

// lane is what is under way to one endpoint: the charge's code by the
// delivery's id.
type lane map[string]string

// full are the charges that have as much under way as they may.
func (l lane) full() []string {
	count := map[string]int{}
	for _, code := range l {
		count[code]++
	}
	var codes []string
	for code, n := range count {
		if n >= perCharge {
			codes = append(codes, code)
		}
	}
	return codes
}

// taken says whether all slots are.
func (l lane) taken() bool { return len(l) >= slots }

// underWay is what is being sent to an endpoint now.
func (q *Queue) underWay(endpoint string) lane {
	q.mu.Lock()
	defer q.mu.Unlock()
	return maps.Clone(q.busy[endpoint])
}

// start sends j beside the others. The clock is woken when it has ended.
func (q *Queue) start(ctx context.Context, to Endpoint, j job, kinds []string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.busy[to.ID] == nil {
		q.busy[to.ID] = lane{}
	}
	q.busy[to.ID][j.id] = j.code
	q.group.Go(func() {
		defer q.end(to.ID, j.id)
		q.attempt(ctx, to, j, kinds)
	})
}

func (q *Queue) end(endpoint, id string) {
	q.mu.Lock()
	delete(q.busy[endpoint], id)
	if len(q.busy[endpoint]) == 0 {
		delete(q.busy, endpoint)
	}
	q.mu.Unlock()
	q.cfg.Clock.Wake()
}
