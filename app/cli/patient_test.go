package cli

import (
	"errors"
	"log/slog"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// short is a listener that fails a number of times before it has a connection.
type short struct {
	net.Listener
	mu     sync.Mutex
	errs   []error
	closed bool
}

func (s *short) Accept() (net.Conn, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.errs) == 0 {
		here, _ := net.Pipe()
		return here, nil
	}
	err := s.errs[0]
	s.errs = s.errs[1:]
	return nil, err
}

func (s *short) Close() error {
	s.closed = true
	return nil
}

func failure(errno syscall.Errno) error {
	return &net.OpError{Op: "accept", Net: "tcp", Err: os.NewSyscallError("accept4", errno)}
}

func TestPatient_Accept(t *testing.T) {
	t.Parallel()
	many := make([]error, 20)
	for i := range many {
		many[i] = failure(syscall.EMFILE)
	}
	for name, tc := range map[string]struct {
		errs []error
		want error
		took time.Duration
		told int
	}{
		"a connection at once":     {},
		"too many files, once":     {errs: []error{failure(syscall.EMFILE)}, took: 5 * time.Millisecond, told: 1},
		"too many files, for long": {errs: many, took: 13*time.Second + 275*time.Millisecond, told: 1},
		"no memory for a buffer":   {errs: []error{failure(syscall.ENOBUFS), failure(syscall.ENFILE)}, took: 15 * time.Millisecond, told: 1},
		"the listener is closed":   {errs: []error{net.ErrClosed}, want: net.ErrClosed},
		"the listener is broken":   {errs: []error{failure(syscall.EBADF)}, want: syscall.EBADF},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log strings.Builder
				p := newPatient(&short{errs: tc.errs}, slog.New(slog.NewTextHandler(&log, nil)))
				began := time.Now()
				c, err := p.Accept()
				if !errors.Is(err, tc.want) || (c == nil) != (tc.want != nil) {
					t.Errorf("got %v, %v", c, err)
				}
				if took := time.Since(began); took != tc.took {
					t.Errorf("took %s, want %s", took, tc.took)
				}
				if got := strings.Count(log.String(), "limit of open files"); got != tc.told {
					t.Errorf("told %d times, want %d", got, tc.told)
				}
			})
		})
	}
}

func TestPatient_CloseEndsTheWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		errs := make([]error, 1000)
		for i := range errs {
			errs[i] = failure(syscall.EMFILE)
		}
		inner := &short{errs: errs}
		p := newPatient(inner, slog.New(slog.DiscardHandler))
		ended := make(chan error, 1)
		go func() {
			_, err := p.Accept()
			ended <- err
		}()
		synctest.Wait()
		for range 2 {
			if err := p.Close(); err != nil {
				t.Error(err)
			}
		}
		if err := <-ended; !errors.Is(err, net.ErrClosed) || !inner.closed {
			t.Errorf("Accept ended with %v, closed %v", err, inner.closed)
		}
	})
}
