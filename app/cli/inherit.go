package cli

import (
	"fmt"
	"log/slog"
	"net"
	"os"
	"slices"

	"github.com/coreos/go-systemd/v22/activation"
)

const (
	shopSocket = "shop"
	boxSocket  = "sandbox"
)

// inherited returns the listening sockets that systemd has opened for this very
// process, by what they are for. A socket unit says so with FileDescriptorName;
// one of another name takes the place that is free, first the shop's. The
// environment forgets them: a child has no business with them.
func inherited(log *slog.Logger) (map[string]net.Listener, error) {
	files := activation.Files(true)
	// Those that say what they are for come first.
	slices.SortStableFunc(files, func(a, b *os.File) int { return slices.Index(places(), b.Name()) - slices.Index(places(), a.Name()) })
	sockets := map[string]net.Listener{}
	for _, f := range files {
		l, err := net.FileListener(f)
		_ = f.Close() // the listener has a descriptor of its own
		if err == nil {
			err = overTCP(l)
		}
		if err != nil {
			return nil, fmt.Errorf("the inherited socket %s cannot be listened on: %w; in its socket unit, write ListenStream= with an address and a port", f.Name(), err)
		}
		place := placeOf(f.Name(), sockets)
		if place == "" {
			log.Warn("an inherited socket is left alone: the shop takes one, the sandbox another", "socket", f.Name())
			_ = l.Close()
			continue
		}
		sockets[place] = l
	}
	return sockets, nil
}

// overTCP refuses a socket that has no address and port to be reached by.
func overTCP(l net.Listener) error {
	if _, ok := l.Addr().(*net.TCPAddr); ok {
		return nil
	}
	_ = l.Close() // it is of no use
	return fmt.Errorf("it is not TCP but %s, at %q", l.Addr().Network(), l.Addr())
}

// places are what a socket can be for.
func places() []string { return []string{shopSocket, boxSocket} }

// placeOf returns what a socket of that name is for; "" if nothing is left.
func placeOf(name string, taken map[string]net.Listener) string {
	for _, place := range places() {
		fits := name == place || !slices.Contains(places(), name)
		if fits && taken[place] == nil {
			return place
		}
	}
	return ""
}
