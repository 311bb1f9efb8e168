package cli_test

import (
	"bufio"
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// process is `till serve` in a process of its own.
type process struct {
	cmd  *exec.Cmd
	shop string // its URL
	log  *logged
	done chan error
}

// startProcess starts a till in dir, with sockets as systemd passes them on if
// there are any; LISTEN_PID is that of the till, if nobody says otherwise.
func startProcess(t *testing.T, dir string, sockets []*os.File, environ ...string) *process {
	t.Helper()
	p := &process{cmd: serveCommand(t.Context(), dir, sockets, environ), log: &logged{}, done: make(chan error, 1)}
	p.cmd.Stderr = p.log
	out, err := p.cmd.StdoutPipe()
	must(t, err)
	must(t, p.cmd.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	go func() { p.done <- p.cmd.Wait() }()
	t.Cleanup(func() { _ = p.cmd.Process.Kill() }) // it has ended, if all went well
	if err != nil {
		t.Fatalf("till did not start (%v):\n%s", err, p.log)
	}
	p.shop = strings.TrimPrefix(strings.Fields(line)[0], "shop=")
	return p
}

// refused is what a till says that does not start like this.
func refused(t *testing.T, dir string, sockets []*os.File, environ ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	cmd := serveCommand(ctx, dir, sockets, environ)
	text, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || ctx.Err() != nil {
		t.Errorf("till ended with %v, or rather not", err)
	}
	return string(text)
}

func serveCommand(ctx context.Context, dir string, sockets []*os.File, environ []string) *exec.Cmd {
	// The shell becomes till and so knows its process id.
	const become = `LISTEN_PID=${LISTEN_PID:-$$} exec till serve --config "$0"`
	cmd := exec.CommandContext(ctx, "sh", "-c", become, filepath.Join(dir, "config.ini"))
	cmd.Env = append(os.Environ(), environ...)
	cmd.ExtraFiles = sockets
	return cmd
}

// terminate sends SIGTERM and wants exit status 0 within ten seconds.
func (p *process) terminate(t *testing.T) {
	t.Helper()
	began := time.Now()
	must(t, p.cmd.Process.Signal(syscall.SIGTERM))
	select {
	case err := <-p.done:
		if err != nil {
			t.Errorf("till ended with %v:\n%s", err, p.log)
		}
		t.Logf("stopped in %s", time.Since(began).Round(time.Millisecond))
	case <-time.After(10 * time.Second):
		t.Fatalf("till does not stop:\n%s", p.log)
	}
}

// configured is a folder with that config.ini.
func configured(t *testing.T, config string) string {
	t.Helper()
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "config.ini"), []byte(config), 0o600))
	return dir
}

// socket is a listening socket on a free port, and the URL it is reached by.
func socket(t *testing.T) (*os.File, string) {
	t.Helper()
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	must(t, err)
	f, err := l.File()
	must(t, err)
	must(t, l.Close())
	t.Cleanup(func() { _ = f.Close() })
	return f, "http://" + l.Addr().String()
}
