package main

import (
	"bufio"
	"bytes"
	"context"
	"net"
	"strings"
	"testing"
	"time"
)

// socket returns a page that reads what is written to the other end.
func socket(t *testing.T) (*page, net.Conn) {
	t.Helper()
	near, far := net.Pipe()
	t.Cleanup(func() { _, _ = near.Close(), far.Close() })
	p := &page{conn: near, in: bufio.NewReader(near), news: make(chan struct{}, 1), over: make(chan struct{})}
	go p.read()
	return p, far
}

func frame(version string, padding int) []byte {
	text := `<section data-version="` + version + `">` + strings.Repeat("x", padding)
	if len(text) < 126 {
		return append([]byte{0x81, byte(len(text))}, text...)
	}
	return append([]byte{0x81, 126, byte(len(text) >> 8), byte(len(text))}, text...)
}

func TestPageSeesVersions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		frames [][]byte
		want   int64
	}{
		{"a short frame", [][]byte{frame("7", 0)}, 7},
		{"a long frame", [][]byte{frame("8", 3000)}, 8},
		{"one after the other", [][]byte{frame("1", 0), frame("2", 500), frame("3", 0)}, 3},
		{"what shows no version is passed over", [][]byte{frame("4", 0), {0x81, 2, 'h', 'i'}, frame("5", 0)}, 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			p, till := socket(t)
			if _, err := till.Write(bytes.Join(c.frames, nil)); err != nil {
				t.Fatal(err)
			}
			if got, err := p.wait(ctx, c.want-1); err != nil || got != c.want {
				t.Fatalf("version = %d, %v, want %d", got, err, c.want)
			}
			if p.shown(c.want).IsZero() || !p.shown(c.want+1).IsZero() {
				t.Errorf("shown(%d) = %v, shown(%d) = %v", c.want, p.shown(c.want), c.want+1, p.shown(c.want+1))
			}
		})
	}
}

func TestPageAnswersPings(t *testing.T) {
	t.Parallel()
	_, till := socket(t)
	if err := till.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := till.Write([]byte{0x89, 0}); err != nil {
		t.Fatal(err)
	}
	pong := make([]byte, 6)
	if _, err := till.Read(pong); err != nil || pong[0] != 0x8A || pong[1] != 0x80 {
		t.Fatalf("answer = %x, %v, want a masked, empty pong", pong, err)
	}
}
