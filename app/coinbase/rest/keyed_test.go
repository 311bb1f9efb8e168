package rest

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

// keyed is a request that may be made twice, as its key says.
func keyed() Request {
	return Request{
		Method: http.MethodPost, Path: "/x", Body: []byte(`{}`), Keyed: true, Read: readAll,
		Header: map[string]string{"X-Idempotency-Key": "k"},
	}
}

// connection is how a request's context names what it came by.
type connection struct{}

// cut breaks the connection that a request came by, of HTTP/2 as well.
func cut(_ http.ResponseWriter, r *http.Request) {
	if conn, ok := r.Context().Value(connection{}).(net.Conn); ok {
		_ = conn.Close()
	}
}

// TestNobodyElseRepeatsAKeyedRequest: net/http does, when a connection breaks
// that was used before. Then nobody would know of the first try.
func TestNobodyElseRepeatsAKeyedRequest(t *testing.T) {
	t.Parallel()
	for name, major := range map[string]int{"HTTP/1.1": 1, "HTTP/2": 2} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answers := []http.HandlerFunc{reply(200, `{}`), cut, reply(409, `{"why":"conflict"}`)}
			var arrived, made, odd atomic.Int64
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				n := int(arrived.Add(1))
				if r.ProtoMajor != major || r.Method == http.MethodPost && r.Header.Get("X-Idempotency-Key") != "k" {
					odd.Add(1)
				}
				answers[min(n, len(answers))-1](w, r)
			}))
			server.EnableHTTP2 = major == 2
			server.Config.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
				return context.WithValue(ctx, connection{}, c)
			}
			server.StartTLS()
			t.Cleanup(server.Close)
			client := testClient(t, server.URL, func(cfg *Config) {
				cfg.HTTP = server.Client()
				cfg.Authorize = func(*http.Request, time.Time, io.Reader) (string, error) { made.Add(1); return "", nil }
			})
			if err := client.Call(t.Context(), Request{Method: http.MethodGet, Path: "/x", Read: readAll}); err != nil {
				t.Fatal(err)
			}
			err := client.Call(t.Context(), keyed())
			var e *Error
			if !errors.As(err, &e) || !e.Heard() || !e.Sent || arrived.Load() != 3 || made.Load() != 3 || odd.Load() != 0 {
				t.Errorf("%d requests with %d credentials, %d of them odd: %#v", arrived.Load(), made.Load(), odd.Load(), err)
			}
		})
	}
}

// stale is a connection that takes one request and then no byte more.
type stale struct {
	net.Conn
	writes *atomic.Int64
}

func (s stale) Write(b []byte) (int, error) {
	if s.writes.Add(1) > 1 {
		return 0, errors.New("broken pipe")
	}
	return s.Conn.Write(b)
}

// TestAConnectionThatWasGoneIsNoTry: nothing of the request was written to it,
// so what refuses it on another one is clear.
func TestAConnectionThatWasGoneIsNoTry(t *testing.T) {
	t.Parallel()
	base, arrived := script(t, reply(200, `{}`), reply(400, `{"why":"no"}`))
	var dials, writes atomic.Int64
	client := testClient(t, base, func(cfg *Config) {
		cfg.HTTP = &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
			if dials.Add(1) == 1 && err == nil {
				conn = stale{conn, &writes}
			}
			return conn, err
		}}}
	})
	if err := client.Call(t.Context(), Request{Method: http.MethodGet, Path: "/x", Read: readAll}); err != nil {
		t.Fatal(err)
	}
	err := client.Call(t.Context(), keyed())
	var e *Error
	if !errors.As(err, &e) || e.Status != 400 || e.Heard() || arrived.Load() != 2 || dials.Load() != 2 {
		t.Errorf("%d requests by %d connections: %#v", arrived.Load(), dials.Load(), err)
	}
}
