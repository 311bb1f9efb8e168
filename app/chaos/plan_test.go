package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"
)

func TestThePlanIsItsSeed(t *testing.T) {
	t.Parallel()
	one, same, other := newPlan(providerCommerce, 7, unit, 1000), newPlan(providerCommerce, 7, unit, 1000), newPlan(providerCommerce, 8, unit, 1000)
	if !reflect.DeepEqual(one, same) {
		t.Error("the same seed made two plans")
	}
	if reflect.DeepEqual(one.Purchases, other.Purchases) || reflect.DeepEqual(one.Faults, other.Faults) {
		t.Error("two seeds made the same purchases or faults")
	}
}

// TestTheCommercePlansAreWhatTheyWere: a seed that once found something finds it
// again.
func TestTheCommercePlansAreWhatTheyWere(t *testing.T) {
	t.Parallel()
	for seed, want := range map[uint64]string{
		1:  "11ae828c2db2dc0a4249245dbf34ca98e37da153f10cb601cff33739cfb2a933",
		7:  "04736b192b48d515ebab5cbeca762c613c24a9052644944c1a992b84c6f431dd",
		20: "9c38726ffddc3755cb2ca689be8291d2f33aa1b70fe15763047fca214bca9007",
	} {
		p := newPlan(providerCommerce, seed, unit, 1000)
		text, err := json.Marshal(struct{ P, F any }{p.Purchases, p.Faults})
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%x", sha256.Sum256(text)); got != want {
			t.Errorf("seed %d is another storm: %s", seed, got)
		}
	}
}

// TestAMoveToBusiness: about a quarter of the purchases begin before it, each
// lives as its provider lets it, and the API that is troubled is the one in use.
func TestAMoveToBusiness(t *testing.T) {
	t.Parallel()
	for seed := range uint64(50) {
		p := newPlan(providerBusiness, seed, unit, 1000)
		if !reflect.DeepEqual(p, newPlan(providerBusiness, seed, unit, 1000)) {
			t.Fatalf("seed %d made two plans", seed)
		}
		before := 0
		for _, one := range p.Purchases {
			lives := businessLives
			if one.At < p.Move {
				before++
				lives = commerceLives
			}
			if !slices.ContainsFunc(lives, func(l life) bool { return l.fate == one.Fate && slices.Equal(l.acts, one.Acts) }) {
				t.Errorf("seed %d: %s at %s, the move is at %s", seed, one.Fate, one.At, p.Move)
			}
		}
		if before < 150 || before > 350 {
			t.Errorf("seed %d: %d of 1000 begin before the move, want about a quarter", seed, before)
		}
		moves := 0
		for _, f := range p.Faults {
			switch {
			case f.Kind == faultMove && (f.At != p.Move || f.Trouble != trouble{Kind: troubleGone, API: commerceFace}):
				t.Errorf("seed %d: the move is %+v", seed, f)
			case f.Kind == faultMove:
				moves++
			case f.Kind == faultAPI && (f.Trouble.API == commerceAPI) != (f.At < p.Move):
				t.Errorf("seed %d: %+v, the move is at %s", seed, f, p.Move)
			}
		}
		if moves != 1 {
			t.Errorf("seed %d: the shop moves %d times", seed, moves)
		}
	}
}

func TestEveryFateAndFaultIsInAPlan(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		plan    plan
		lives   []life
		percent int // of the purchases that live so
	}{
		{newPlan(providerCommerce, 1, unit, 1000), commerceLives, 100},
		{newPlan(providerBusiness, 1, unit, 4000), businessLives, 75 * 4},
		{newPlan(providerBusiness, 1, unit, 12000), commerceLives, 25 * 12},
	} {
		t.Run(string(c.plan.Provider), func(t *testing.T) {
			t.Parallel()
			fates, watched := map[fate]int{}, 0
			for _, one := range c.plan.Purchases {
				if reflect.DeepEqual(c.plan.livesAt(one.At), c.lives) {
					fates[one.Fate]++
				}
				if one.Watched {
					watched++
				}
			}
			for _, l := range c.lives {
				if n, want := fates[l.fate], l.share*c.percent/10; n < want/2 || n > want*2 {
					t.Errorf("%d are %s, want about %d", n, l.fate, want)
				}
			}
			if all := len(c.plan.Purchases); watched < all/20 || watched > all/5 {
				t.Errorf("%d of %d are watched, want about a tenth", watched, all)
			}
			checkFaults(t, c.plan)
		})
	}
}

func checkFaults(t *testing.T, p plan) {
	t.Helper()
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
	for _, kind := range slices.Concat(p.webhookTroubles(), p.apiTroubles()) {
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
		p := newPlan(providerCommerce, seed, length, 50)
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
