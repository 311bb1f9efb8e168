package delivery

import (
	"testing"
	"time"
)

func TestGapDoublesUpToAnHour(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]time.Duration{
		1: time.Second, 2: 2 * time.Second, 5: 16 * time.Second, 12: 2048 * time.Second,
		13: time.Hour, 100: time.Hour,
	} {
		if got := gap(n); got != want {
			t.Errorf("gap(%d) = %v, want %v", n, got, want)
		}
	}
}
