package clock_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"till/app/sandbox/clock"
)

func TestNowIsAheadByTheOffset(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 5, 1, 12, 0, 0, 0, time.FixedZone("x", 3600))
	c := clock.New(func() time.Time { return at }, time.Hour)
	if want := at.Add(time.Hour).UTC(); c.Now() != want {
		t.Errorf("Now() = %v, want %v", c.Now(), want)
	}
	c.SetOffset(2 * time.Hour)
	if want := at.Add(2 * time.Hour).UTC(); c.Now() != want {
		t.Errorf("after SetOffset, Now() = %v, want %v", c.Now(), want)
	}
}

func TestWaitEnds(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		until  time.Duration // 0 = never
		during func(c *clock.Clock, cancel func())
		want   time.Duration
	}{
		"when the time has come":      {until: 5 * time.Second, want: 5 * time.Second},
		"soon when it is overdue":     {until: -time.Second, want: time.Millisecond},
		"after a minute in any case":  {want: time.Minute},
		"at once when woken before":   {during: func(c *clock.Clock, _ func()) { c.Wake(); c.Wake() }, want: 0},
		"when the offset moves":       {until: time.Hour, during: func(c *clock.Clock, _ func()) { c.SetOffset(time.Hour) }, want: 0},
		"when there is no more to do": {during: func(_ *clock.Clock, cancel func()) { cancel() }, want: 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				c := clock.New(time.Now, 0)
				var until time.Time
				if tc.until != 0 {
					until = c.Now().Add(tc.until)
				}
				if tc.during != nil {
					tc.during(c, cancel)
				}
				start := time.Now()
				c.Wait(ctx, until)
				if got := time.Since(start); got != tc.want {
					t.Errorf("waited %v, want %v", got, tc.want)
				}
			})
		})
	}
}
