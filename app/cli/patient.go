package cli

import (
	"errors"
	"log/slog"
	"net"
	"slices"
	"sync"
	"syscall"
	"time"
)

// patient is a listener that outlives a shortage. Without it strangers who open
// more connections than the system lets this process have would end the server,
// which takes the failure to accept one for the end of its listener.
type patient struct {
	net.Listener
	log    *slog.Logger
	closed chan struct{}
	once   sync.Once
}

func newPatient(l net.Listener, log *slog.Logger) *patient {
	return &patient{Listener: l, log: log, closed: make(chan struct{})}
}

const (
	leastPause = 5 * time.Millisecond
	mostPause  = time.Second
)

// Accept waits for the next connection, and before it for any shortage to pass.
func (p *patient) Accept() (net.Conn, error) {
	for pause := leastPause; ; pause = min(2*pause, mostPause) {
		c, err := p.Listener.Accept()
		if err == nil || !passes(err) {
			return c, err
		}
		if pause == leastPause {
			p.log.Warn("a connection has to wait: the system is short of what it takes; "+
				"if this lasts, raise the limit of open files", "error", err)
		}
		select {
		case <-p.closed:
			return nil, net.ErrClosed
		case <-time.After(pause):
		}
	}
}

// Close ends a wait, too.
func (p *patient) Close() error {
	p.once.Do(func() { close(p.closed) })
	return p.Listener.Close()
}

// passes reports whether a failure to accept says nothing about the listener.
func passes(err error) bool {
	shortages := []syscall.Errno{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM}
	var errno syscall.Errno
	return errors.As(err, &errno) && slices.Contains(shortages, errno)
}
