package e2e

import (
	"bytes"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// proxy is the network between a browser and the shop. It can be cut, and it
// can refuse sockets alone.
type proxy struct {
	address string // what the browser opens
	target  string

	mu      sync.Mutex
	refuses func(path string) bool
	refused map[string]int // how often, by path
	open    map[net.Conn]struct{}
}

// startProxy stands in front of a shop.
func startProxy(t *testing.T, shop string) *proxy {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{
		address: "http://" + l.Addr().String(), target: strings.TrimPrefix(shop, "http://"),
		refused: map[string]int{}, open: map[net.Conn]struct{}{},
	}
	p.restore()
	var running sync.WaitGroup
	running.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			running.Go(func() { p.carry(conn) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		p.cut()
		running.Wait()
	})
	return p
}

// cut resets every connection and each new one.
func (p *proxy) cut() { p.set(func(string) bool { return true }) }

// restore lets everything through again.
func (p *proxy) restore() { p.set(func(string) bool { return false }) }

// cutSockets resets what is open and refuses sockets; pages go through.
func (p *proxy) cutSockets() {
	p.set(func(path string) bool { return strings.HasSuffix(path, "/live") })
}

func (p *proxy) set(refuses func(string) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuses = refuses
	for conn := range p.open {
		_ = conn.Close()
	}
}

// count tells how many requests for paths with that end were refused.
func (p *proxy) count(suffix string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := 0
	for path, times := range p.refused {
		if strings.HasSuffix(path, suffix) {
			n += times
		}
	}
	return n
}

// carry takes one connection to the shop and back. The first request on it
// decides; a browser uses a connection that carried a socket for nothing else.
func (p *proxy) carry(front net.Conn) {
	defer func() { _ = front.Close() }()
	p.enter(front)
	defer p.leave(front)
	head := make([]byte, 16<<10)
	n, err := front.Read(head)
	if err != nil || p.refuse(head[:n]) {
		return
	}
	back, err := (&net.Dialer{}).Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer func() { _ = back.Close() }()
	if _, err := back.Write(head[:n]); err != nil {
		return
	}
	go func() {
		_, _ = io.Copy(back, front) // its end is the connection's, not an error
		_ = back.Close()
	}()
	_, _ = io.Copy(front, back)
}

func (p *proxy) refuse(head []byte) bool {
	line, _, _ := bytes.Cut(head, []byte("\r\n"))
	fields := strings.Fields(string(line))
	if len(fields) < 2 {
		return true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.refuses(fields[1]) {
		return false
	}
	p.refused[fields[1]]++
	return true
}

// enter keeps the connection so that it can be cut.
func (p *proxy) enter(conn net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open[conn] = struct{}{}
}

func (p *proxy) leave(conn net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.open, conn)
}
