package e2e

import (
	"context"
	"testing"
	"time"
)

const (
	// patience is how long anything may take that is expected to happen; only
	// a test that fails waits so long.
	patience = 30 * time.Second
	// glance is how often is looked whether it has happened.
	glance = 15 * time.Millisecond
)

// TestBrowser keeps each promise at each provider that can keep it, with a till
// of its own; they share the one Chromium and run side by side as far as there
// are cores.
func TestBrowser(t *testing.T) {
	t.Parallel()
	b := startBrowser(t)
	for _, at := range providers() {
		t.Run(at.name, func(t *testing.T) {
			t.Parallel()
			for _, promise := range promisesOf(at) {
				t.Run(promise.name, func(t *testing.T) {
					t.Parallel()
					promise.keep(t, place{b, at})
				})
			}
		})
	}
}

// eventually reports whether is became true in time.
func eventually(ctx context.Context, is func() bool) bool {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	look := time.NewTicker(glance)
	defer look.Stop()
	for !is() {
		select {
		case <-ctx.Done():
			return false
		case <-look.C:
		}
	}
	return true
}
