package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// page is a waiting page as far as the till can tell: a socket that reads
// frames, answers pings and says nothing.
type page struct {
	order order
	conn  net.Conn
	in    *bufio.Reader

	mu   sync.Mutex
	seen []arrival
	news chan struct{} // has room for one: something was seen
	over chan struct{} // closed when the socket has ended
	end  error         // why; to be read once over is closed
}

// arrival is when a version of the order was shown.
type arrival struct {
	version int64
	at      time.Time
}

// openAll opens a page for each order and waits for its first frame. What is
// open is returned in any case.
func openAll(ctx context.Context, t *till, orders []order) ([]*page, error) {
	const atOnce = 64
	pages := make([]*page, len(orders))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i := range orders {
		group.Go(func() (err error) {
			pages[i], err = openPage(ctx, t.address, orders[i], i)
			return err
		})
	}
	err := group.Wait()
	open := pages[:0]
	for _, p := range pages {
		if p != nil {
			open = append(open, p)
		}
	}
	return open, err
}

// openPage connects from one of several loopback addresses, since one has too
// few ports for all.
func openPage(ctx context.Context, address string, o order, n int) (*page, error) {
	from := &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(2+n%20))}
	conn, err := (&net.Dialer{LocalAddr: from}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("reach the till: %w", err)
	}
	p := &page{order: o, conn: conn, in: bufio.NewReaderSize(conn, 4096), news: make(chan struct{}, 1), over: make(chan struct{})}
	if err := p.upgrade(address); err != nil {
		p.close()
		return nil, err
	}
	go p.read()
	if _, err := p.wait(ctx, 0); err != nil {
		p.close()
		return nil, fmt.Errorf("no first frame: %w", err)
	}
	return p, nil
}

// upgrade asks for a socket with the headers a browser sends.
func (p *page) upgrade(address string) error {
	_, err := fmt.Fprintf(p.conn, "GET %s/live HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nPragma: no-cache\r\nCache-Control: no-cache\r\n"+
		"User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36\r\n"+
		"Upgrade: websocket\r\nOrigin: http://%s\r\nSec-WebSocket-Version: 13\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n"+
		"Accept-Language: en-GB,en;q=0.9,de;q=0.8\r\nCookie: till_browser=abcdefghijklmnopqrstuvwxyz\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n",
		p.order.path, address, address)
	if err != nil {
		return fmt.Errorf("ask for a socket: %w", err)
	}
	resp, err := http.ReadResponse(p.in, nil)
	if err != nil {
		return fmt.Errorf("ask for a socket: %w", err)
	}
	if resp.StatusCode != http.StatusSwitchingProtocols {
		return fmt.Errorf("no socket: %s", resp.Status)
	}
	return nil
}

func (p *page) close() { _ = p.conn.Close() } // the till notices

const (
	opText  = 0x1
	opClose = 0x8
	opPing  = 0x9
)

// read notes what is shown until the socket ends.
func (p *page) read() {
	p.end = p.readAll()
	close(p.over)
}

func (p *page) readAll() error {
	var payload []byte
	for {
		op, size, err := p.head()
		if err != nil {
			return err
		}
		payload = append(payload[:0], make([]byte, size)...)
		if _, err := io.ReadFull(p.in, payload); err != nil {
			return err
		}
		switch op {
		case opText:
			p.note(payload)
		case opPing:
			_, err = p.conn.Write([]byte{0x8A, 0x80, 0, 0, 0, 0}) // an empty pong, masked with zeros
		case opClose:
			return fmt.Errorf("the till closed the socket: % x", payload)
		}
		if err != nil {
			return err
		}
	}
}

// head reads a frame's opcode and length.
func (p *page) head() (op byte, size int, err error) {
	var b [8]byte
	if _, err := io.ReadFull(p.in, b[:2]); err != nil {
		return 0, 0, err
	}
	op, size = b[0]&0xF, int(b[1]&0x7F)
	if size == 126 {
		_, err = io.ReadFull(p.in, b[:2])
		size = int(binary.BigEndian.Uint16(b[:2]))
	}
	if size == 127 {
		return 0, 0, fmt.Errorf("a frame of more than 64 KB")
	}
	return op, size, err
}

// note remembers which version a frame shows.
func (p *page) note(frame []byte) {
	at := time.Now()
	_, rest, _ := bytes.Cut(frame, []byte(`data-version="`))
	digits, _, _ := bytes.Cut(rest, []byte(`"`))
	version, err := strconv.ParseInt(string(digits), 10, 64)
	if err != nil {
		return // shows nothing we know; whoever waits for it will miss it
	}
	p.mu.Lock()
	p.seen = append(p.seen, arrival{version: version, at: at})
	p.mu.Unlock()
	select {
	case p.news <- struct{}{}:
	default:
	}
}

// latest returns the newest version that is shown, 0 for none.
func (p *page) latest() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.seen) == 0 {
		return 0
	}
	return p.seen[len(p.seen)-1].version
}

// wait returns the newest version once it is above one.
func (p *page) wait(ctx context.Context, above int64) (int64, error) {
	for {
		if v := p.latest(); v > above {
			return v, nil
		}
		select {
		case <-p.news:
		case <-p.over:
			return 0, fmt.Errorf("the socket has ended: %w", p.end)
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

// shown returns when the version, or a later one, was shown; the zero time if
// none was.
func (p *page) shown(version int64) time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, a := range p.seen {
		if a.version >= version {
			return a.at
		}
	}
	return time.Time{}
}
