package web_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"

	"till/app/shop"
	"till/app/web"
)

// clumsy is a cashier that panics with what nobody may see.
type clumsy struct{ web.Cashier }

func (clumsy) Open(context.Context, shop.Purchase) (shop.Order, error) {
	panic("at internal-host with key sk-live-1")
}

// lockedLog may be read while it is written.
type lockedLog struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *lockedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *lockedLog) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

func TestAPanicIsOursToReadAlone(t *testing.T) {
	t.Parallel()
	var log lockedLog
	s := newSite(t, func(c *web.Config) {
		c.Cashier, c.Logger = clumsy{c.Cashier}, slog.New(slog.NewTextHandler(&log, nil))
	})
	a := s.post(t, "/orders", "product=coffee", "HX-Request", "true")
	if a.StatusCode != http.StatusInternalServerError || !strings.Contains(a.body, "our fault") {
		t.Errorf("answered %d: %s", a.StatusCode, a.body)
	}
	wantProtected(t, "after a panic", a)
	for _, hidden := range []string{"sk-live-1", "internal-host", "panic", "goroutine", ".go"} {
		if strings.Contains(a.body, hidden) {
			t.Errorf("the page tells %q", hidden)
		}
	}
	if text := log.text(); !strings.Contains(text, "a handler panicked") || !strings.Contains(text, "panic_test.go") {
		t.Errorf("the log does not tell where it was: %s", text)
	}
	if a := s.get(t, "/"); a.StatusCode != http.StatusOK {
		t.Errorf("afterwards the shop answers %d", a.StatusCode)
	}
}
