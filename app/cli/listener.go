package cli

import (
	"context"
	"fmt"
	"net"
	"net/url"
)

// listener is a bound address and the URL it is reached by.
type listener struct {
	net.Listener
	public *url.URL // what people and webhooks use
	local  string   // what this process uses: always this machine
}

// listen binds an address.
func listen(ctx context.Context, key, address, public string) (listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return listener{}, fmt.Errorf("%s = %s: %w; choose another port, or stop what listens there", key, address, err)
	}
	bound := l.Addr()
	// 0.0.0.0 is bound as the same in IPv6, which many a receiver cannot reach.
	if host, _, err := net.SplitHostPort(address); err == nil && host == "0.0.0.0" {
		if tcp, ok := bound.(*net.TCPAddr); ok {
			bound = &net.TCPAddr{IP: net.IPv4zero, Port: tcp.Port}
		}
	}
	return reachedAt(l, bound, public)
}

// newListener finds the addresses of a bound socket. Without a public URL, the address it is
// bound to counts; an unspecified one is reached through loopback.
func newListener(l net.Listener, public string) (listener, error) {
	return reachedAt(l, l.Addr(), public)
}

func reachedAt(l net.Listener, bound net.Addr, public string) (listener, error) {
	local := "http://" + reachable(bound)
	if public == "" {
		public = local
	}
	u, err := url.Parse(public)
	if err != nil {
		return listener{}, fmt.Errorf("read the public URL: %w", err)
	}
	return listener{Listener: l, public: u, local: local}, nil
}

func reachable(a net.Addr) string {
	tcp, ok := a.(*net.TCPAddr)
	if !ok {
		return a.String()
	}
	ip := tcp.IP
	switch {
	case ip.IsUnspecified() && ip.To4() == nil:
		ip = net.IPv6loopback
	case ip.IsUnspecified():
		ip = net.IPv4(127, 0, 0, 1)
	}
	return net.JoinHostPort(ip.String(), fmt.Sprint(tcp.Port))
}
