package main

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/fasthttp/websocket"
)

// page is a waiting page: it holds a socket, comes back whenever that is lost,
// and looks by itself meanwhile, as the shop's script does.
type page struct {
	order, cookie string

	mu     sync.Mutex
	shown  status
	undone bool // it said confirmed, and then something else
	lost   int  // sockets
	frames int
}

const (
	reopen     = 200 * time.Millisecond
	reopenMost = 2 * time.Second
)

// wait shows the order until ctx ends.
func (p *page) wait(ctx context.Context, s *shop) {
	for rest := reopen; ctx.Err() == nil; rest = min(reopenMost, rest*2) {
		if p.listen(ctx, s) {
			rest = reopen
		}
		if html, err := s.look(ctx, p.order, p.cookie); err == nil {
			p.take(html)
		}
		_ = pause(ctx, rest) // the loop looks
	}
}

// listen shows what a socket brings, and reports whether there was one.
func (p *page) listen(ctx context.Context, s *shop) bool {
	header := http.Header{"Origin": {s.url}, "Cookie": {p.cookie}}
	address := "ws" + strings.TrimPrefix(s.url, "http") + "/orders/" + p.order + "/live"
	dialer := websocket.Dialer{HandshakeTimeout: 5 * time.Second}
	conn, resp, err := dialer.DialContext(ctx, address, header)
	if err != nil {
		if resp != nil {
			_ = resp.Body.Close() // it says no more than the error
		}
		return false
	}
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	defer func() { _ = conn.Close() }() // nothing more is read
	for {
		_, frame, err := conn.ReadMessage()
		if err != nil {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.lost++
			return true
		}
		p.take(string(frame))
	}
}

// take shows a fragment unless it is no newer than what is shown.
func (p *page) take(html string) {
	got, ok := readStatus(html)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.frames++; !ok || got.Version <= p.shown.Version {
		return
	}
	if p.shown.State == "confirmed" && got.State != "confirmed" && !isRefunded(got.State) {
		p.undone = true
	}
	p.shown = got
}

func (p *page) now() (shown status, undone bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.shown, p.undone
}
