package shop

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// lister lists what the test says.
type lister struct {
	Gateway // what no test calls

	list  func(ctx context.Context) ([]Evidence, error)
	pages int             // that each list takes beside the first
	since func(time.Time) // is told what each list goes back to; nil: nobody wants to know
}

func (lister) Provider() Provider       { return Commerce }
func (lister) Environment() Environment { return Sandbox }
func (l lister) List(ctx context.Context, since time.Time) (Listed, error) {
	if l.since != nil {
		l.since(since)
	}
	all, err := l.list(ctx)
	return Listed{All: all, Pages: l.pages}, err
}

func TestAListIsForgottenWhenItServesNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := &listing{pace: newPace(300), now: time.Now}
		g := lister{list: func(context.Context) ([]Evidence, error) { return make([]Evidence, 250), nil }}
		w := wish{since: time.Now(), age: listFor}
		for range 2 {
			if got, err := l.read(t.Context(), g, w); err != nil || len(got.all) != 250 {
				t.Fatalf("%d charges, %v", len(got.all), err)
			}
			<-time.After(listFor / 2)
		}
		<-time.After(listFor)
		synctest.Wait()
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.latest.all != nil {
			t.Error("the list is still kept")
		}
	})
}

// TestAListThatServesIsNotReadAgain, though it grew old before it was looked into
// and somebody reads another.
func TestAListThatServesIsNotReadAgain(t *testing.T) {
	t.Parallel()
	now := paceNoon
	l := &listing{pace: newPace(300), now: func() time.Time { return now }}
	asked := 0
	g := lister{list: func(context.Context) ([]Evidence, error) { asked++; return make([]Evidence, 1), nil }}
	w := wish{since: paceNoon, age: askEvery}
	if _, err := l.read(t.Context(), g, wish{since: paceNoon, granted: true}); err != nil {
		t.Fatal(err)
	}
	w.kept = l.kept(w)
	now = now.Add(askEvery)
	l.mu.Lock()
	defer l.mu.Unlock()
	if got, err := l.read(t.Context(), g, w); err != nil || len(got.all) != 1 || asked != 1 {
		t.Errorf("%d charges after %d lists, %v", len(got.all), asked, err)
	}
	if busy := l.kept(wish{since: paceNoon, age: time.Hour}); !busy.none() {
		t.Error("there is one while another is read")
	}
}

// TestWhoWaitedInVainForAListAsksNobody, and that tells nothing of the provider.
func TestWhoWaitedInVainForAListAsksNobody(t *testing.T) {
	t.Parallel()
	l := &listing{pace: newPace(300), now: time.Now}
	ctx, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	asked := 0
	g := lister{list: func(context.Context) ([]Evidence, error) { asked++; return nil, nil }}
	_, err := l.read(ctx, g, wish{granted: true})
	var failure *ProviderError
	if !errors.Is(err, context.DeadlineExceeded) || errors.As(err, &failure) || asked != 0 {
		t.Errorf("asked %d times, %v", asked, err)
	}
}

// TestAListThatBrokeOffCostsWhatWasRead of it.
func TestAListThatBrokeOffCostsWhatWasRead(t *testing.T) {
	t.Parallel()
	l := &listing{pace: newPace(300), now: func() time.Time { return paceNoon }}
	g := lister{list: func(context.Context) ([]Evidence, error) {
		return nil, &ProviderError{Problem: Unanswered, Pages: 49, Err: errors.New("cut")}
	}}
	if _, err := l.read(t.Context(), g, wish{since: paceNoon, granted: true}); err == nil {
		t.Fatal("no error")
	}
	if got := l.pace.due.calls; got != 15-49 {
		t.Errorf("the budget of what is due is %v, want 49 less than 15", got)
	}
}

// TestAListCostsThePagesItHas, be they full or not.
func TestAListCostsThePagesItHas(t *testing.T) {
	t.Parallel()
	l := &listing{pace: newPace(300), now: func() time.Time { return paceNoon }}
	g := lister{pages: 12, list: func(context.Context) ([]Evidence, error) { return make([]Evidence, 3), nil }}
	if _, err := l.read(t.Context(), g, wish{since: paceNoon, granted: true}); err != nil {
		t.Fatal(err)
	}
	if got := l.pace.due.calls; got != 15-12 {
		t.Errorf("the budget of what is due is %v, want 12 less than 15", got)
	}
}

// TestOurOwnDeadlineTellsNothingOfTheProvider unless it had time to answer.
func TestOurOwnDeadlineTellsNothingOfTheProvider(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		took  time.Duration
		pages int
		want  Answer
	}{
		"at the end of our time":   {time.Second, 0, Same},
		"it had all of our time":   {30 * time.Second, 0, Paused},
		"it answered page by page": {30 * time.Second, 60, Same},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, now := newPace(300), paceNoon
			ctx, cancel := context.WithTimeout(t.Context(), 0)
			defer cancel()
			g := heard{pace: p, now: func() time.Time { return now }, Gateway: lister{list: func(ctx context.Context) ([]Evidence, error) {
				now = now.Add(tc.took)
				return nil, &ProviderError{Problem: Unanswered, Pages: tc.pages, Err: ctx.Err()}
			}}}
			if _, err := g.List(ctx, paceNoon); err == nil {
				t.Fatal("no error")
			}
			if got := p.take(now, true); got != tc.want {
				t.Errorf("then a question is %s, want %s", got, tc.want)
			}
		})
	}
}

// TestPaymentsThatAreLookedForInTurnsShareLists, the older with the younger ones:
// of many pages each, they cost more than the questions.
func TestPaymentsThatAreLookedForInTurnsShareLists(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		made  []time.Duration // when each payment was, before noon; a second between questions
		lists []time.Duration // what the lists went back to
	}{
		"by turns":        {seconds(1, 40, 2, 39, 1, 40, 2, 39, 1, 40), seconds(1, 40, 40)},
		"younger ones":    {seconds(40, 30, 20, 10), seconds(40)},
		"much older once": {seconds(1, 600, 1, 1, 1, 1, 1, 1), seconds(1, 600, 1)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := paceNoon
			l := &listing{pace: newPace(300), now: func() time.Time { return now }}
			var lists []time.Duration
			g := lister{
				list:  func(context.Context) ([]Evidence, error) { return nil, nil },
				since: func(since time.Time) { lists = append(lists, paceNoon.Sub(since)) },
			}
			for _, before := range tc.made {
				if _, err := l.read(t.Context(), g, wish{since: paceNoon.Add(-before), age: askEvery, granted: true}); err != nil {
					t.Fatal(err)
				}
				now = now.Add(time.Second)
			}
			if !slices.Equal(lists, tc.lists) {
				t.Errorf("listed back to %v, want %v", lists, tc.lists)
			}
		})
	}
}

func seconds(all ...int) []time.Duration {
	var some []time.Duration
	for _, n := range all {
		some = append(some, time.Duration(n)*time.Second)
	}
	return some
}
