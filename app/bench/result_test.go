package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestShare(t *testing.T) {
	t.Parallel()
	hundred := make([]time.Duration, 100)
	for i := range hundred {
		hundred[i] = time.Duration(100 - i)
	}
	for _, c := range []struct {
		name string
		of   float64
		all  []time.Duration
		want time.Duration
	}{
		{"none", 0.5, nil, 0},
		{"one", 0.99, []time.Duration{3}, 3},
		{"half of a hundred", 0.50, hundred, 50},
		{"99 of a hundred", 0.99, hundred, 99},
		{"all", 1, hundred, 100},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := share(c.of, append([]time.Duration(nil), c.all...)); got != c.want {
				t.Errorf("share(%v) = %v, want %v", c.of, got, c.want)
			}
		})
	}
}

func TestResultSaysWhichAimIsMissed(t *testing.T) {
	t.Parallel()
	r := result{
		before: 50 << 20, after: 50<<20 + sockets*15<<10, rate: 500,
		latency: []time.Duration{time.Millisecond, time.Millisecond}, lost: 1,
	}
	var out bytes.Buffer
	if err := r.print(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"15.0 KB", "<= 14 KB, MISSED", "1.00 ms", "<= 2 ms, met", "<= 20 ms, met", "0, MISSED"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, &out)
		}
	}
}
