package main

import "testing"

func TestConnectedReadsWhatSlowhttptestSays(t *testing.T) {
	t.Parallel()
	const told = "\x1b[1;32mpending:     \x1b[1;32m        1\n\x1b[1;32mconnected:   \x1b[1;32m        972\n\x1b[1;32merror:       \x1b[1;32m        0\n" +
		"\x1b[1;32mconnected:   \x1b[1;32m        31\n\x1b[1;32mclosed:      \x1b[1;32m        969\n"
	for out, want := range map[string]int{told: 972, "connected:            7\n": 7, "": 0, "connected: none": 0} {
		if got := connected(out); got != want {
			t.Errorf("%q: %d, want %d", out, got, want)
		}
	}
}
