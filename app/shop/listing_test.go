package shop

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// lister lists what the test says.
type lister struct {
	Gateway // what no test calls

	list func(ctx context.Context) ([]Evidence, error)
}

func (lister) Provider() Provider       { return Commerce }
func (lister) Environment() Environment { return Sandbox }
func (l lister) List(ctx context.Context, _ time.Time) ([]Evidence, error) {
	return l.list(ctx)
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
