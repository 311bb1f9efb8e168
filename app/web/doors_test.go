package web_test

import (
	"net/http"
	"strings"
	"testing"

	"till/app/web"
)

func TestACrossSitePostIsRefusedWithAPage(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	tests := map[string]struct {
		headers []string
		refused bool
	}{
		"from another site":            {[]string{"Sec-Fetch-Site", "cross-site"}, true},
		"from a sibling site":          {[]string{"Sec-Fetch-Site", "same-site"}, true},
		"from a foreign Origin":        {[]string{"Origin", "https://evil.example"}, true},
		"from an opaque Origin":        {[]string{"Origin", "null"}, true},
		"from our page":                {[]string{"Sec-Fetch-Site", "same-origin"}, false},
		"typed by the user":            {[]string{"Sec-Fetch-Site", "none"}, false},
		"from our Origin":              {[]string{"Origin", s.url}, false},
		"by a program, not a browser":  {nil, false},
		"foreign, in capital letters":  {[]string{"Sec-Fetch-Site", "CROSS-SITE"}, true},
		"our name with another scheme": {[]string{"Origin", "https://evil.example@127.0.0.1"}, true},
	}
	for name, tt := range tests {
		a := s.post(t, "/orders", "product=coffee", tt.headers...)
		if refused := a.StatusCode == http.StatusForbidden; refused != tt.refused {
			t.Errorf("%s: answered %d", name, a.StatusCode)
		} else if refused && !strings.Contains(a.body, "try again") {
			t.Errorf("%s: the page does not say what to do", name)
		}
	}
}

func TestAForeignHostIsMisdirected(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for host, status := range map[string]int{
		"evil.example":        http.StatusMisdirectedRequest,
		"127.0.0.1.evil.test": http.StatusMisdirectedRequest,
		"127.0.0.1:8000":      http.StatusOK,
		"localhost:1234":      http.StatusOK,
		"[::1]":               http.StatusOK,
		"shop.example":        http.StatusOK,
		"SHOP.example:443":    http.StatusOK,
	} {
		if a := s.get(t, "/", "Host", host); a.StatusCode != status {
			t.Errorf("Host %s: answered %d, want %d", host, a.StatusCode, status)
		}
	}
	for _, path := range []string{"/livez", "/readyz", "/metrics"} {
		if a := s.get(t, path, "Host", "10.0.0.7:8000"); a.StatusCode != http.StatusOK {
			t.Errorf("GET %s by another name: %d", path, a.StatusCode)
		}
	}
	if a := s.get(t, "/", "X-Forwarded-Host", "evil.example"); a.StatusCode != http.StatusOK || strings.Contains(a.body, "evil") {
		t.Error("X-Forwarded-Host of a stranger is believed")
	}
}

func TestMetricsAreForThisMachineOrTheToken(t *testing.T) {
	t.Parallel()
	open, guarded := newSite(t), newSite(t, func(c *web.Config) { c.MetricsToken = "s3cret" })
	if a := open.get(t, "/metrics"); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "till_sockets 0") {
		t.Errorf("from this machine: %d", a.StatusCode)
	}
	if a := open.get(t, "/metrics", "X-Forwarded-For", "203.0.113.9"); a.StatusCode != http.StatusForbidden {
		t.Errorf("through a proxy: %d", a.StatusCode)
	}
	for token, status := range map[string]int{
		"Bearer s3cret": http.StatusOK, "Bearer wrong": http.StatusForbidden, "": http.StatusForbidden, "Bearer": http.StatusForbidden,
	} {
		if a := guarded.get(t, "/metrics", "Authorization", token); a.StatusCode != status {
			t.Errorf("Authorization %q: %d, want %d", token, a.StatusCode, status)
		}
	}
}

func TestOrderFormsAreLimitedPerAddress(t *testing.T) {
	t.Parallel()
	limited := func(c *web.Config) { c.LimitOrders = 2 }
	statuses := func(s *site, forwarded ...string) (all []int) {
		for _, from := range forwarded {
			all = append(all, s.post(t, "/orders", "product=coffee", "X-Forwarded-For", from).StatusCode)
		}
		return all
	}
	tests := map[string]struct {
		options   []option
		forwarded []string
		last      int
	}{
		"one address":                  {[]option{limited}, []string{"", "", ""}, http.StatusTooManyRequests},
		"a stranger's claims":          {[]option{limited}, []string{"1.1.1.1", "2.2.2.2", "3.3.3.3"}, http.StatusTooManyRequests},
		"a proxy's visitors":           {[]option{limited, behind("127.0.0.1/32")}, []string{"1.1.1.1", "2.2.2.2", "3.3.3.3"}, http.StatusSeeOther},
		"a visitor who forges a chain": {[]option{limited, behind("127.0.0.1/32")}, []string{"9.9.9.1, 1.1.1.1", "9.9.9.2, 1.1.1.1", "9.9.9.3, 1.1.1.1"}, http.StatusTooManyRequests},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := statuses(newSite(t, tt.options...), tt.forwarded...)
			if got[1] != http.StatusSeeOther || got[2] != tt.last {
				t.Errorf("answers %v, want the last to be %d", got, tt.last)
			}
		})
	}
}

// TestAProxyThatAddsALineOfItsOwn sends two X-Forwarded-For lines: the forged
// one first, as a proxy leaves it.
func TestAProxyThatAddsALineOfItsOwn(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *web.Config) { c.LimitOrders = 2 }, behind("127.0.0.1/32"))
	last := 0
	for _, forged := range []string{"9.9.9.1", "9.9.9.2", "9.9.9.3"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+"/orders", strings.NewReader("product=coffee"))
		must(t, err)
		req.Header = http.Header{
			"Content-Type": {"application/x-www-form-urlencoded"}, "X-Forwarded-For": {forged, "1.1.1.1"},
		}
		res, err := s.client.Do(req)
		must(t, err)
		must(t, res.Body.Close())
		last = res.StatusCode
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("a third order behind forged lines answered %d, want 429", last)
	}
}

func TestCookiesAndHeaders(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	a := s.get(t, "/")
	cookie := a.Header.Get("Set-Cookie")
	for _, want := range []string{"till_browser=", "HttpOnly", "SameSite=Lax", "path=/"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("the cookie %q has no %s", cookie, want)
		}
	}
	if strings.Contains(cookie, "secure") {
		t.Error("over http the cookie is Secure, so it never comes back")
	}
	if again := s.get(t, "/"); again.Header.Get("Set-Cookie") != "" {
		t.Error("a browser that has its cookie gets another one")
	}
	csp := a.Header.Get("Content-Security-Policy")
	if !strings.Contains(csp, "default-src 'self'") || strings.Contains(csp, "unsafe") {
		t.Errorf("Content-Security-Policy %q", csp)
	}
	if got := a.Header.Get("Referrer-Policy"); got != "same-origin" {
		t.Errorf("Referrer-Policy %q", got)
	}
	secure := newSite(t, func(c *web.Config) {
		public := *c.PublicURL
		public.Scheme, public.Host = "https", "shop.example"
		c.PublicURL = &public
	})
	cookie = secure.get(t, "/", "Host", "shop.example").Header.Get("Set-Cookie")
	if !strings.HasPrefix(cookie, "__Host-till_browser=") || !strings.Contains(cookie, "secure") {
		t.Errorf("over https the cookie is %q", cookie)
	}
}
