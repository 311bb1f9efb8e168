package shop

import (
	"context"
	"errors"
	"testing"
	"time"
)

var paceNoon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func trouble(p Problem, wait time.Duration) error {
	return &ProviderError{Problem: p, RetryAfter: wait, Err: errors.New("as the test says")}
}

// question asks at a time and hears that.
func (p *pace) question(now time.Time, err error) Answer {
	leave := p.take(now, true)
	if leave == Same {
		p.heard(now, now, err)
		p.done()
	}
	return leave
}

func TestNoMinuteHasMoreCallsThanTheBudget(t *testing.T) {
	t.Parallel()
	for _, budget := range []int{1, 2, 7, 8, 15, 60, 300, 6000} {
		for name, kinds := range map[string][]bool{"awaited": {true}, "due": {false}, "both": {true, false}} {
			p := newPace(budget)
			var asked []time.Time
			for now := paceNoon; now.Before(paceNoon.Add(4 * time.Minute)); now = now.Add(5 * time.Millisecond) {
				for _, awaited := range kinds {
					if p.more(now, awaited) {
						asked = append(asked, now)
					}
				}
			}
			if least := 4 * budget * 9 / 10; len(asked) < least {
				t.Errorf("%s: of a budget of %d a minute, %d were asked in four minutes, want at least %d", name, budget, len(asked), least)
			}
			for i, from := range asked {
				if i+budget < len(asked) && asked[i+budget].Sub(from) < time.Minute {
					t.Fatalf("%s: of a budget of %d a minute, %d were asked within a minute", name, budget, budget+1)
				}
			}
		}
	}
}

// TestALongListCostsItsPages to questions of its own kind; the others go on.
func TestALongListCostsItsPages(t *testing.T) {
	t.Parallel()
	for _, awaited := range []bool{true, false} {
		p := newPace(300)
		p.listed(paceNoon, 0, awaited) // one page, which is the question itself
		if !p.more(paceNoon, awaited) {
			t.Fatalf("awaited %v: the first question is refused", awaited)
		}
		for now := paceNoon; p.more(now, awaited); {
			continue // until nothing is left
		}
		p.listed(paceNoon, 10, awaited)
		calls := map[bool]int{}
		for now := paceNoon; now.Before(paceNoon.Add(3 * time.Second)); now = now.Add(10 * time.Millisecond) {
			for _, kind := range []bool{true, false} {
				if p.more(now, kind) {
					calls[kind]++
				}
			}
		}
		if calls[awaited] != 0 || calls[!awaited] < 7 {
			t.Errorf("awaited %v: in three seconds after a list of eleven pages its kind asked %d, the others %d", awaited, calls[awaited], calls[!awaited])
		}
	}
}

// TestALongListIsPaidForInAQuarterOfAMinute however long it was, since nobody
// can take back what was read.
func TestALongListIsPaidForInAQuarterOfAMinute(t *testing.T) {
	t.Parallel()
	p := newPace(300)
	p.listed(paceNoon, 1000, false)
	p.listed(paceNoon, 1000, false)
	if p.more(paceNoon.Add(10*time.Second), false) {
		t.Error("a list costs nothing")
	}
	if !p.more(paceNoon.Add(17*time.Second), false) {
		t.Error("after a quarter of a minute nothing may be asked yet")
	}
}

// TestPausesGrowUntilThereIsAnAnswer counts the questions of an outage.
func TestPausesGrowUntilThereIsAnAnswer(t *testing.T) {
	t.Parallel()
	for _, problem := range []Problem{Unreachable, Unanswered, Busy, Credentials} {
		p, now := newPace(300), paceNoon
		for _, pause := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
			if got := p.question(now, trouble(problem, 0)); got != Same {
				t.Fatalf("%s: after its pause a question is %s", problem, got)
			}
			now = now.Add(pause*time.Second - 1)
			if got := p.question(now, nil); got != Paused {
				t.Fatalf("%s: within a pause of %d s a question is %s", problem, pause, got)
			}
			now = now.Add(1)
		}
		for n := range 5 {
			if got := p.question(now, nil); got != Same {
				t.Errorf("%s: question %d after an answer is %s", problem, n, got)
			}
		}
		p.question(now, trouble(problem, 0))
		if got := p.question(now.Add(time.Second), nil); got != Same {
			t.Errorf("%s: the first pause of new trouble is longer than a second", problem)
		}
	}
}

func TestOneProbeAtATimeWhileThereIsTrouble(t *testing.T) {
	t.Parallel()
	p := newPace(300)
	began := [4]time.Time{}
	for i := range began { // four at once, and all fail
		if p.take(paceNoon, true) != Same {
			t.Fatal("not four at once")
		}
		began[i] = paceNoon
	}
	for i, at := range began {
		p.heard(at, paceNoon.Add(time.Duration(i)*time.Millisecond), trouble(Unanswered, 0))
		p.done()
	}
	now := paceNoon.Add(time.Second)
	if got := p.take(now, true); got != Same {
		t.Fatalf("calls that failed together are more than one failure: after a second a question is %s", got)
	}
	if got := p.take(now, true); got != Paused {
		t.Errorf("beside a probe a question is %s", got)
	}
	p.heard(now, now, nil)
	if got := p.take(now, true); got != Same {
		t.Errorf("after the probe's answer a question is %s", got)
	}
}

// TestABuyerIsAskedForBesideManyThatAreDue: what is merely due cannot use up
// the calls that are kept for who waits.
func TestABuyerIsAskedForBesideManyThatAreDue(t *testing.T) {
	t.Parallel()
	p := newPace(300)
	due := 0
	for p.take(paceNoon, false) == Same {
		due++
	}
	buyers := 0
	for p.take(paceNoon, true) == Same {
		buyers++
	}
	if due != 15 || buyers != 5 {
		t.Errorf("of twenty calls %d were for what is due and %d for buyers, want 15 and 5", due, buyers)
	}
}

// TestNeitherKindOfQuestionStarvesTheOther: one asks all the time, the other
// once a second, until it is refused, for ten minutes.
func TestNeitherKindOfQuestionStarvesTheOther(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		budget  int
		greedy  bool // which kind asks all the time: true for who waits
		often   time.Duration
		atLeast [2]int // of the greedy and of the modest kind
	}{
		"visitors at the whole rate":      {300, true, 200 * time.Millisecond, [2]int{1350, 1350}},
		"visitors at many times the rate": {300, true, 10 * time.Millisecond, [2]int{1350, 1350}},
		"much that is due":                {300, false, 10 * time.Millisecond, [2]int{1350, 1350}},
		"a small budget, visitors":        {15, true, 10 * time.Millisecond, [2]int{60, 60}},
		"a small budget, due":             {15, false, 10 * time.Millisecond, [2]int{60, 60}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPace(tc.budget)
			var granted [2]int
			ask := func(now time.Time, awaited bool, kind int) bool {
				if p.take(now, awaited) != Same {
					return false
				}
				p.done()
				granted[kind]++
				return true
			}
			second := paceNoon
			for now := paceNoon; now.Before(paceNoon.Add(10 * time.Minute)); now = now.Add(tc.often) {
				ask(now, tc.greedy, 0)
				if !now.Before(second) {
					second = second.Add(time.Second)
					for ask(now, !tc.greedy, 1) {
						continue
					}
				}
			}
			if granted[0] < tc.atLeast[0] || granted[1] < tc.atLeast[1] {
				t.Errorf("granted %v, want at least %v", granted, tc.atLeast)
			}
			if all := granted[0] + granted[1]; all > 10*tc.budget+tc.budget {
				t.Errorf("%d calls in ten minutes with a budget of %d", all, tc.budget)
			}
		})
	}
}

func TestOneKindAloneHasTheWholeBudget(t *testing.T) {
	t.Parallel()
	for _, awaited := range []bool{true, false} {
		p, granted := newPace(300), 0
		for now := paceNoon; now.Before(paceNoon.Add(4 * time.Minute)); now = now.Add(time.Second) {
			for p.take(now, awaited) == Same {
				p.done()
				granted++
			}
		}
		if granted < 4*300*9/10 {
			t.Errorf("awaited %v: %d questions in four minutes, want nearly 1200", awaited, granted)
		}
	}
}

// TestARetryAfterIsKept: whatever is answered meanwhile, and whoever heard it.
func TestARetryAfterIsKept(t *testing.T) {
	t.Parallel()
	hear := map[string]func(p *pace, began, now time.Time, err error){
		"a question": (*pace).heard, "a buyer's call": (*pace).overheard,
	}
	for name, heard := range hear {
		for _, problem := range []Problem{Busy, Unanswered} {
			p := newPace(300)
			heard(p, paceNoon, paceNoon, trouble(problem, 30*time.Second))
			p.overheard(paceNoon, paceNoon.Add(time.Second), nil)
			p.heard(paceNoon, paceNoon.Add(time.Second), trouble(Unreachable, 0)) // sent before
			p.heard(paceNoon, paceNoon.Add(time.Second), trouble(Busy, 5*time.Second))
			if got := p.take(paceNoon.Add(30*time.Second-1), true); got != Paused {
				t.Errorf("%s heard %s: before the time is over a question is %s", name, problem, got)
			}
			if got := p.take(paceNoon.Add(30*time.Second), true); got != Same {
				t.Errorf("%s heard %s: when the time is over a question is %s", name, problem, got)
			}
		}
	}
}

func TestWhatTellsNothingOfTheProviderPausesNothing(t *testing.T) {
	t.Parallel()
	for name, hear := range map[string]func(*pace){
		"a buyer's call came to nothing": func(p *pace) { p.overheard(paceNoon, paceNoon, trouble(Unreachable, 0)) },
		"we hung up":                     func(p *pace) { p.heard(paceNoon, paceNoon, &ProviderError{Problem: Unanswered, Err: context.Canceled}) },
		"our store failed":               func(p *pace) { p.heard(paceNoon, paceNoon, errors.New("disk full")) },
		"it knows no such charge":        func(p *pace) { p.heard(paceNoon, paceNoon, trouble(Refused, 0)) },
	} {
		p := newPace(300)
		hear(p)
		if got := p.take(paceNoon, true); got != Same {
			t.Errorf("%s: a question is %s", name, got)
		}
	}
}

func TestAClockThatIsPutBackEndsThePause(t *testing.T) {
	t.Parallel()
	p := newPace(300)
	p.heard(paceNoon, paceNoon, trouble(Busy, time.Hour))
	if got := p.take(paceNoon.Add(-24*time.Hour), true); got != Same {
		t.Errorf("a day earlier a question is %s", got)
	}
}
