package web_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"till/app/web"
)

// raw sends bytes on a connection of its own and reads the answer.
func (s *site) raw(t testing.TB, text string) answer {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	must(t, err)
	defer func() { _ = conn.Close() }()
	must(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	_, err = io.WriteString(conn, text)
	must(t, err)
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	must(t, err)
	body, err := io.ReadAll(res.Body)
	must(t, err)
	return answer{Response: res, body: string(body)}
}

func head(lines ...string) string {
	return strings.Join(append(lines, "Host: 127.0.0.1", "", ""), "\r\n")
}

// TestWhatIsTooMuchIsRefusedInWords sends what never becomes a request, or is
// larger or slower than it may be.
func TestWhatIsTooMuchIsRefusedInWords(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *web.Config) { c.FirstByte = 200 * time.Millisecond })
	tests := map[string]struct {
		sent   string
		status int
		says   string
	}{
		"headers that fit":        {head("GET / HTTP/1.1", "Cookie: a="+strings.Repeat("x", 12<<10)), http.StatusOK, "Coffee"},
		"too many headers":        {head("GET / HTTP/1.1", "Cookie: a="+strings.Repeat("x", 17<<10)), http.StatusRequestHeaderFieldsTooLarge, "cookies"},
		"one endless header":      {"GET / HTTP/1.1\r\nX: " + strings.Repeat("x", 17<<10), http.StatusRequestHeaderFieldsTooLarge, "cookies"},
		"a long address":          {head("GET /?" + strings.Repeat("x", 9<<10) + " HTTP/1.1"), http.StatusRequestURITooLong, "too long"},
		"a longer address":        {head("GET /?" + strings.Repeat("x", 17<<10) + " HTTP/1.1"), http.StatusRequestHeaderFieldsTooLarge, "cookies"},
		"a body announced large":  {head("POST /orders HTTP/1.1", "Content-Length: 1048577"), http.StatusRequestEntityTooLarge, "larger"},
		"a program's body":        {head("POST /orders HTTP/1.1", "Accept: application/json", "Content-Length: 1048577"), http.StatusRequestEntityTooLarge, `{"error":{"status":413,"message":"What was sent is larger`},
		"an endless chunk":        {head("POST /orders HTTP/1.1", "Transfer-Encoding: chunked") + "7fffffff\r\nx", http.StatusRequestEntityTooLarge, "larger"},
		"a head that never ends":  {"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n", http.StatusRequestTimeout, "in time"},
		"no HTTP":                 {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", http.StatusBadRequest, "try again"},
		"a length below zero":     {head("POST /orders HTTP/1.1", "Content-Length: -1"), http.StatusBadRequest, "try again"},
		"a length and its denial": {head("POST /webhooks/commerce HTTP/1.1", "Content-Length: 5", "Content-Length: 6") + "hello!", http.StatusBadRequest, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := s.raw(t, tt.sent)
			if a.StatusCode != tt.status || !strings.Contains(a.body, tt.says) {
				t.Errorf("answered %d, want %d: %s", a.StatusCode, tt.status, a.body)
			}
			wantProtected(t, name, a)
		})
	}
}

func wantProtected(t *testing.T, what string, a answer) {
	t.Helper()
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
		"Permissions-Policy": "camera=(), geolocation=(), microphone=()", "Server": "",
	} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%s: %s is %q, want %q", what, name, got, want)
		}
	}
	csp := a.Header.Get("Content-Security-Policy")
	if !strings.Contains(csp, "default-src 'self'") || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "unsafe") {
		t.Errorf("%s: Content-Security-Policy is %q", what, csp)
	}
}

// TestEveryAnswerIsProtected asks each route, well and badly.
func TestEveryAnswerIsProtected(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := string(s.buy(t))
	gone := strings.Repeat("a", 26)
	for _, path := range []string{
		"/", "/products/coffee", "/products/box", "/products/none", "/orders/" + id, "/orders/" + id + "/status", "/orders/" + id + "/live",
		"/orders/" + gone, "/orders/" + gone + "/status", "/orders", "/success", "/success?order=" + id, "/cancel?order=" + id,
		"/webhooks/commerce", "/livez", "/readyz", "/metrics", "/assets/css/till.css", "/assets/none.css", "/nowhere", "/%00", "/..%2f",
	} {
		wantProtected(t, "GET "+path, s.get(t, path))
	}
	for _, path := range []string{
		"/orders", "/orders/" + id + "/payments", "/orders/" + id + "/cancel", "/orders/" + id + "/claim", "/orders/" + gone + "/payments",
		"/webhooks/commerce", "/webhooks/none", "/nowhere", "/", "/livez",
	} {
		wantProtected(t, "POST "+path, s.post(t, path, "product=none"))
		wantProtected(t, "cross-site POST "+path, s.post(t, path, "product=coffee", "Sec-Fetch-Site", "cross-site"))
	}
	wantProtected(t, "a foreign Host", s.get(t, "/", "Host", "evil.example"))
	for _, method := range []string{http.MethodHead, http.MethodPut, http.MethodDelete, http.MethodOptions, "BREW"} {
		wantProtected(t, method, s.do(t, method, "/", ""))
	}
}

func TestComingBackTooOftenShowsTheOrderAndAsksNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *web.Config) { c.LimitAsks = 2 })
	first, second := s.buy(t), s.buy(t)
	asked := func() int {
		s.coinbase.mu.Lock()
		defer s.coinbase.mu.Unlock()
		return s.coinbase.asked
	}
	s.get(t, "/success?order="+string(first))
	before := asked()
	if before == 0 {
		t.Fatal("the first visit asks nothing")
	}
	if a := s.post(t, "/orders/"+string(first)+"/cancel", ""); a.StatusCode != http.StatusSeeOther {
		t.Errorf("giving up answered %d", a.StatusCode)
	}
	before = asked()
	a := s.get(t, "/success?order="+string(second))
	if a.StatusCode != http.StatusOK || !strings.Contains(a.body, `id="order-status"`) {
		t.Errorf("the second visit answered %d", a.StatusCode)
	}
	if got := asked(); got != before {
		t.Errorf("the second visit asked %d times", got-before)
	}
	for _, form := range []string{"/cancel", "/payments"} { // one limit for the three together
		if a := s.post(t, "/orders/"+string(second)+form, ""); a.StatusCode != http.StatusTooManyRequests {
			t.Errorf("POST %s answered %d", form, a.StatusCode)
		}
	}
}

// TestOneSubscriberIsOneVisitor sends from addresses of one /64, which is what a
// single IPv6 subscriber has, and of the next.
func TestOneSubscriberIsOneVisitor(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *web.Config) { c.LimitOrders = 2 }, behind("127.0.0.1/32"))
	for _, tt := range []struct {
		from   string
		status int
	}{
		{"2001:db8:0:1::1", http.StatusSeeOther},
		{"2001:db8:0:1:ffff::2", http.StatusSeeOther},
		{"2001:db8:0:1:0:1::3", http.StatusTooManyRequests},
		{"2001:db8:0:2::1", http.StatusSeeOther},
		{"::ffff:203.0.113.1", http.StatusSeeOther},
		{"203.0.113.1", http.StatusSeeOther},
		{"203.0.113.1", http.StatusTooManyRequests},
		{"203.0.113.2", http.StatusSeeOther},
	} {
		a := s.post(t, "/orders", "product=coffee", "X-Forwarded-For", tt.from)
		if a.StatusCode != tt.status {
			t.Errorf("from %s: %d, want %d", tt.from, a.StatusCode, tt.status)
		}
		if a.StatusCode == http.StatusTooManyRequests && a.Header.Get("Retry-After") == "" {
			t.Errorf("from %s: no Retry-After", tt.from)
		}
	}
}

func TestSocketsAreLimitedPerOrder(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *web.Config) { c.LimitOrderSockets = 2 })
	id, other := s.buy(t), s.buy(t)
	first, second := s.mustWatch(t, id), s.mustWatch(t, id)
	frame(t, first) // both are seated now
	frame(t, second)
	if _, res, err := s.watch(t, id, nil); err == nil || res.StatusCode != http.StatusTooManyRequests {
		t.Errorf("a third socket on the order was let in (%v)", err)
	}
	if a := s.get(t, "/orders/"+string(id)+"/status"); a.StatusCode != http.StatusOK {
		t.Errorf("its page cannot poll instead: %d", a.StatusCode)
	}
	frame(t, s.mustWatch(t, other))
	must(t, first.Close())
	eventually(t, "a place becomes free", func() bool {
		_, _, err := s.watch(t, id, nil)
		return err == nil
	})
}

// TestWebhooksOverTheLimitAreForLater: none is stored, each may come again.
func TestWebhooksOverTheLimitAreForLater(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *web.Config) { c.LimitWebhooks = 1 })
	s.buy(t)
	accepted := 0
	for i := range 20 {
		a := s.deliver(t, s.webhook(fmt.Sprint("e", i), "charge:pending", "PENDING"))
		switch {
		case a.StatusCode == http.StatusOK:
			accepted++
		case a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") == "":
			t.Errorf("answered %d, Retry-After %q", a.StatusCode, a.Header.Get("Retry-After"))
		}
	}
	events, err := s.store.ListEvents(t.Context(), 100)
	must(t, err)
	if len(events) != accepted || accepted == 0 || accepted == 20 {
		t.Errorf("%d of 20 were accepted, %d are stored", accepted, len(events))
	}
}
