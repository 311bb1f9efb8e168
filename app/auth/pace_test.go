package auth

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"till/app/shop"
)

func TestPaceLetsABurstThroughAndThenOneEachGap(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	p := newPace(func() time.Time { return now }, 3, time.Minute)
	for i := range 3 {
		if err := p.take("a"); err != nil {
			t.Fatalf("attempt %d of the burst: %v", i+1, err)
		}
	}
	var many *TooManyError
	if err := p.take("a"); !errors.As(err, &many) || many.Wait != time.Minute {
		t.Fatalf("beyond the burst: %v", err)
	}
	if err := p.take("b"); err != nil {
		t.Errorf("another key is held up: %v", err)
	}
	now = now.Add(59 * time.Second)
	if err := p.take("a"); !errors.As(err, &many) || many.Wait != time.Second {
		t.Errorf("a second too early: %v", err)
	}
	now = now.Add(time.Second)
	if err := p.take("a"); err != nil {
		t.Errorf("after the gap: %v", err)
	}
	if err := p.take("a"); err == nil {
		t.Error("a gap lets two through")
	}
	p.give("a")
	if err := p.take("a"); err != nil {
		t.Errorf("what was given back cannot be taken: %v", err)
	}
}

func TestPaceForgetsTheRestedFirstAndNeverGrowsWithoutEnd(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	p := newPace(func() time.Time { return now }, 1, time.Minute)
	for i := range maxPaces - 1 {
		_ = p.take(fmt.Sprint(i))
	}
	now = now.Add(2 * time.Minute)
	_ = p.take("busy")
	if err := p.take("one more"); err != nil || len(p.rested) != 2 {
		t.Errorf("%v; %d keys are remembered, want the 2 busy ones", err, len(p.rested))
	}
	for i := range maxPaces + 10 {
		_ = p.take(fmt.Sprint(i))
	}
	if len(p.rested) > maxPaces {
		t.Errorf("%d keys are remembered, want at most %d", len(p.rested), maxPaces)
	}
}

func TestNetworkIsWhatOneSubscriberHas(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"203.0.113.9":          "203.0.113.9",
		"::ffff:203.0.113.9":   "203.0.113.9",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64",
		"2001:db8:1:2::9":      "2001:db8:1:2::/64",
		"fe80::1%eth0":         "fe80::/64",
		"nonsense":             "nonsense",
	} {
		if got := network(address); got != want {
			t.Errorf("network(%s) = %s, want %s", address, got, want)
		}
	}
}

func TestWaitsInWords(t *testing.T) {
	t.Parallel()
	for wait, want := range map[time.Duration]string{
		time.Millisecond: "a second.", 42 * time.Second: "42 seconds.", time.Minute: "60 seconds.", 61 * time.Second: "2 minutes.",
	} {
		err := &TooManyError{Wait: wait}
		if !strings.HasSuffix(err.Error(), "again in "+want) || shop.ErrorCode(err) != shop.TooMany {
			t.Errorf("%s: %v (%s)", wait, err, shop.ErrorCode(err))
		}
	}
}

func TestAFloodOfPasswordsWaitsAndIsThenSentAway(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := &hasher{slots: make(chan struct{}, hashersAtOnce)}
		for range hashersAtOnce {
			if err := h.enter(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		began := time.Now()
		if err := h.enter(t.Context()); shop.ErrorCode(err) != shop.Unavailable || time.Since(began) != hashPatience {
			t.Errorf("after %s: %v", time.Since(began), err)
		}
		go func() {
			time.Sleep(time.Second) //nolint:forbidigo // a bubble's clock
			h.leave()
		}()
		if err := h.enter(t.Context()); err != nil {
			t.Errorf("a turn that came in time: %v", err)
		}
	})
}
