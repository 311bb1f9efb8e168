package e2e

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"till/app/cli"
)

// till is one running program with its own files.
type till struct {
	t       *testing.T
	at      provider
	command string // serve, or sandbox alone
	file    string // its config.ini: the shipped one
	env     []string
	log     *record

	shop, sandbox string // their addresses
	cancel        context.CancelFunc
	ended         chan int // its exit status
}

// startTill runs `till serve` on free ports, with further settings.
func startTill(t *testing.T, at provider, env ...string) *till {
	t.Helper()
	s := newTill(t, at, "serve", append([]string{"TILL_SERVER_LISTEN=127.0.0.1:0", "TILL_SANDBOX_LISTEN=127.0.0.1:0"}, env...)...)
	s.start()
	return s
}

// newTill prepares a till with files of its own. Later settings win.
func newTill(t *testing.T, at provider, command string, env ...string) *till {
	t.Helper()
	shipped, err := os.ReadFile("../../config.ini")
	if err != nil {
		t.Fatal(err)
	}
	env = append([]string{"TILL_COINBASE_PROVIDER=" + at.name}, env...)
	s := &till{t: t, at: at, command: command, file: filepath.Join(t.TempDir(), "config.ini"), env: env, log: &record{}}
	if err := os.WriteFile(s.file, shipped, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.stop()
		if t.Failed() {
			t.Logf("what the till logged:\n%s", s.log)
		}
	})
	return s
}

// start runs the till and returns when it has told where it listens.
func (s *till) start() {
	s.t.Helper()
	out, in := io.Pipe()
	ctx, cancel := context.WithCancel(context.WithoutCancel(s.t.Context()))
	s.cancel, s.ended = cancel, make(chan int, 1)
	go func() {
		host := cli.Host{Now: time.Now, Random: rand.Reader}
		s.ended <- cli.Run(ctx, host, []string{s.command, "--config", s.file}, s.env, strings.NewReader(""), in, s.log)
		_ = in.Close() // a pipe's never fails
	}()
	told, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		s.t.Fatalf("the till told no address: %v\n%s", err, s.log)
	}
	for field := range strings.FieldsSeq(told) {
		switch name, address, _ := strings.Cut(field, "="); name {
		case "shop":
			s.shop = address
		case "sandbox":
			s.sandbox = address
		}
	}
}

// run gives the till's own command line, which must do what it is told.
func (s *till) run(args ...string) {
	s.t.Helper()
	var out record
	host := cli.Host{Now: time.Now, Random: rand.Reader}
	if status := cli.Run(s.t.Context(), host, append(args, "--config", s.file), s.env, strings.NewReader(""), &out, &out); status != 0 {
		s.t.Fatalf("till %s: status %d\n%s", strings.Join(args, " "), status, &out)
	}
}

// stop ends the till as a signal would.
func (s *till) stop() {
	s.t.Helper()
	if s.cancel == nil {
		return
	}
	s.cancel()
	s.cancel = nil
	select {
	case status := <-s.ended:
		if status != 0 {
			s.t.Errorf("the till stopped with status %d:\n%s", status, s.log)
		}
	case <-time.After(patience):
		s.t.Errorf("the till did not stop in %s", patience)
	}
}

// freeAddress finds an address to listen on again after a stop. It stays out of
// the range from which the system gives ports to others.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 100 {
		n, err := rand.Int(rand.Reader, big.NewInt(10000))
		if err != nil {
			t.Fatal(err)
		}
		l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:"+n.Add(n, big.NewInt(20000)).String())
		if err != nil {
			continue
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		return l.Addr().String()
	}
	t.Fatal("no free port between 20000 and 30000")
	return ""
}

// record keeps a log for a test that fails.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements [io.Writer].
func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

// String is what was written so far.
func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

// in is the same till for a subtest, which then fails alone.
func (s *till) in(t *testing.T) *till {
	t.Helper()
	sub := *s
	sub.t = t
	return &sub
}
