package main

import (
	"reflect"
	"slices"
	"testing"
	"time"
)

func TestThePlanIsItsSeed(t *testing.T) {
	t.Parallel()
	one, same, other := newPlan(7, unit, 1000), newPlan(7, unit, 1000), newPlan(8, unit, 1000)
	if !reflect.DeepEqual(one, same) {
		t.Error("the same seed made two plans")
	}
	if reflect.DeepEqual(one.Purchases, other.Purchases) || reflect.DeepEqual(one.Faults, other.Faults) {
		t.Error("two seeds made the same purchases or faults")
	}
}

func TestEveryFateAndFaultIsInAPlan(t *testing.T) {
	t.Parallel()
	p := newPlan(1, unit, 1000)
	fates, watched := map[fate]int{}, 0
	for _, one := range p.Purchases {
		fates[one.Fate]++
		if one.Watched {
			watched++
		}
	}
	for _, l := range lives {
		if n := fates[l.fate]; n < l.share*10/2 || n > l.share*10*2 {
			t.Errorf("%d of 1000 are %s, want about %d", n, l.fate, l.share*10)
		}
	}
	if watched < 50 || watched > 200 {
		t.Errorf("%d of 1000 are watched, want about 100", watched)
	}
	faults, troubles := map[kind]int{}, map[string]int{}
	for _, f := range p.Faults {
		faults[f.Kind]++
		troubles[f.Trouble.Kind]++
	}
	for _, m := range many {
		if faults[m.kind] != m.times {
			t.Errorf("%d times %s, want %d", faults[m.kind], m.kind, m.times)
		}
	}
	for _, kind := range slices.Concat(webhookTroubles, apiTroubles) {
		if troubles[kind] == 0 {
			t.Errorf("nothing is troubled by %s", kind)
		}
	}
}

// TestAPlanKeepsItsBounds: what is bounded for a reason stays so for any seed.
func TestAPlanKeepsItsBounds(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		length := time.Duration(5+seed%60) * time.Second
		p := newPlan(seed, length, 50)
		byTime := func(a, b purchase) int { return int(a.At - b.At) }
		if !slices.IsSortedFunc(p.Purchases, byTime) || len(p.Purchases) != 50 {
			t.Errorf("seed %d: the purchases are not 50 by time", seed)
		}
		for _, one := range p.Purchases {
			if one.At < 0 || one.At > length || len(one.Pauses) != len(one.Acts) {
				t.Errorf("seed %d: purchase %+v", seed, one)
			}
		}
		leapt, dropped := time.Duration(0), 0
		for _, f := range p.Faults {
			if f.At < 0 || f.At > length {
				t.Errorf("seed %d: fault %+v is out of time", seed, f)
			}
			leapt += f.Leap
			if f.Trouble.Kind == "drop" {
				dropped += f.Trouble.Times
			}
		}
		if leapt > leap {
			t.Errorf("seed %d: the clock moves by %v", seed, leapt)
		}
		if most := 20 * (1 + int(length/unit)*2); dropped > most {
			t.Errorf("seed %d: %d webhooks are dropped, want at most %d", seed, dropped, most)
		}
	}
}
