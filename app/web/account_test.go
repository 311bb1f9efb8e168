package web_test

import (
	"crypto/rand"
	"html"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"till/app/auth"
	"till/app/store"
	"till/app/web"
)

const password = "correct horse battery"

// handClock is a clock that a test moves.
type handClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *handClock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *handClock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// newMemberSite is a site with accounts, and the clock they live by.
func newMemberSite(t *testing.T, options ...option) (*site, *handClock) {
	t.Helper()
	clock := &handClock{now: time.Now()}
	return newSite(t, append([]option{withAccounts(t, clock)}, options...)...), clock
}

// withAccounts keeps a site's accounts in its store.
func withAccounts(t *testing.T, clock *handClock) option {
	return func(c *web.Config) {
		t.Helper()
		st, ok := c.Orders.(*store.Store)
		if !ok {
			t.Fatal("the site's orders are not in its store")
		}
		var err error
		c.Accounts, err = auth.New(auth.Config{Store: st, Now: clock.read, Random: rand.Reader, Logger: slog.New(slog.DiscardHandler)})
		must(t, err)
	}
}

func form(pairs ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v.Encode()
}

func (s *site) register(t *testing.T, name string) {
	t.Helper()
	s.send(t, "/register", form("username", name, "password", password), "/account")
}

func (s *site) login(t *testing.T, name string) {
	t.Helper()
	s.send(t, "/login", form("username", name, "password", password), "/account")
}

// send posts a form that must lead to a page.
func (s *site) send(t *testing.T, path, body, to string, headers ...string) {
	t.Helper()
	a := s.post(t, path, body, headers...)
	if got := a.Header.Get("Location"); a.StatusCode != http.StatusSeeOther || got != to {
		t.Fatalf("POST %s: %d to %q, want 303 to %q: %s", path, a.StatusCode, got, to, a.body)
	}
}

// as runs do with another browser.
func (s *site) as(c *http.Client, do func()) {
	own := s.client
	s.client = c
	do()
	s.client = own
}

// cookie returns a cookie of the site's browser.
func (s *site) cookie(t *testing.T, name string) string {
	t.Helper()
	u, err := url.Parse(s.url)
	must(t, err)
	for _, c := range s.client.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

func (s *site) loggedIn(t *testing.T) bool {
	t.Helper()
	return s.get(t, "/account").StatusCode == http.StatusOK
}

func TestRegisterLogOutLogIn(t *testing.T) {
	t.Parallel()
	s, _ := newMemberSite(t)
	if a := s.get(t, "/account"); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/login?next=%2Faccount" {
		t.Errorf("a guest's account: %d to %q", a.StatusCode, a.Header.Get("Location"))
	}
	s.register(t, "Ada")
	a := s.get(t, "/account")
	if a.StatusCode != http.StatusOK || !strings.Contains(a.body, ">Ada</a>") || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the account: %d, Cache-Control %q: %s", a.StatusCode, a.Header.Get("Cache-Control"), a.body)
	}
	for _, path := range []string{"/login", "/register"} {
		if a := s.get(t, path); a.Header.Get("Location") != "/account" {
			t.Errorf("GET %s while logged in: %d", path, a.StatusCode)
		}
	}
	old := s.cookie(t, "till_session")
	s.send(t, "/logout", "", "/")
	s.send(t, "/logout", "", "/")
	if s.loggedIn(t) || s.cookie(t, "till_session") != "" {
		t.Error("still logged in")
	}
	if a := s.get(t, "/account", "Cookie", "till_session="+old); a.StatusCode != http.StatusSeeOther {
		t.Error("the cookie from before the logout still opens the account")
	}
	s.send(t, "/login", form("username", "aDA", "password", password, "next", "/products/coffee"), "/products/coffee")
}

func TestACrossSiteFormChangesNoAccount(t *testing.T) {
	t.Parallel()
	s, _ := newMemberSite(t)
	s.register(t, "ada")
	id := string(s.buy(t))
	for _, path := range []string{
		"/register", "/login", "/logout", "/account/password", "/account/delete", "/account/sessions/x/revoke", "/orders/" + id + "/claim",
	} {
		a := s.post(t, path, form("username", "eve", "password", password), "Sec-Fetch-Site", "cross-site")
		if a.StatusCode != http.StatusForbidden || !strings.Contains(a.body, "try again there") {
			t.Errorf("POST %s: %d", path, a.StatusCode)
		}
	}
	if !s.loggedIn(t) {
		t.Error("another site logged the visitor out")
	}
}

func TestUnknownNameAndWrongPasswordLookTheSame(t *testing.T) {
	t.Parallel()
	s, _ := newMemberSite(t)
	s.register(t, "ada")
	s.client = browser(t)
	answer := func(name, password string) string {
		a := s.post(t, "/login", form("username", name, "password", password))
		if a.StatusCode != http.StatusUnprocessableEntity || a.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %d, %v", name, a.StatusCode, a.Header)
		}
		if strings.Contains(a.body, password) {
			t.Errorf("%s: the password is shown", name)
		}
		return strings.ReplaceAll(a.body, `value="`+name+`"`, `value="NAME"`)
	}
	wrong, unknown := answer("ada", "wrong horse battery"), answer("eve", "wrong horse battery")
	if wrong != unknown {
		t.Errorf("the pages differ:\n%s\n%s", wrong, unknown)
	}
	if !strings.Contains(wrong, `value="NAME"`) || !strings.Contains(wrong, `aria-describedby="password-problem"`) {
		t.Errorf("the form is not shown again: %s", wrong)
	}
}

func TestRegisteringSaysWhatToDo(t *testing.T) {
	t.Parallel()
	s, _ := newMemberSite(t)
	s.register(t, "ada")
	s.client = browser(t)
	for name, tt := range map[string]struct {
		username, password, says string
		status                   int
	}{
		"taken":      {"ADA", password, "is taken", http.StatusConflict},
		"short name": {"a", password, "at least 3", http.StatusUnprocessableEntity},
		"markup":     {"<script>x</script>", password, "only letters", http.StatusUnprocessableEntity},
		"no address": {"eve@", password, "whole e-mail", http.StatusUnprocessableEntity},
		"short":      {"eve", "123456789", "at least 10", http.StatusUnprocessableEntity},
		"the name":   {"eve-of-eden", "Eve-Of-Eden", "not your name", http.StatusUnprocessableEntity},
		"nothing":    {"", "", "at least 3", http.StatusUnprocessableEntity},
	} {
		a := s.post(t, "/register", form("username", tt.username, "password", tt.password, "next", "/products/tea"))
		if a.StatusCode != tt.status || !strings.Contains(a.body, tt.says) {
			t.Errorf("%s: %d: %s", name, a.StatusCode, a.body)
		}
		if !strings.Contains(a.body, `value="`+html.EscapeString(tt.username)+`"`) || !strings.Contains(a.body, `name="next" value="/products/tea"`) {
			t.Errorf("%s: what was typed is lost", name)
		}
		if a.Header.Get("Set-Cookie") != "" || (tt.password != "" && strings.Contains(a.body, `value="`+tt.password)) {
			t.Errorf("%s: a session was begun, or the password is shown", name)
		}
	}
	page := s.get(t, "/register?next=/products/tea").body
	for _, want := range []string{`autocomplete="username"`, `autocomplete="new-password"`, `href="/login?next=%2fproducts%2ftea"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the form has no %s", want)
		}
	}
}

func TestALimitedGuesserDoesNotLockTheVictimOut(t *testing.T) {
	t.Parallel()
	s, _ := newMemberSite(t, behind("127.0.0.1/32"))
	s.register(t, "ada")
	s.client = browser(t)
	var a answer
	for range 11 {
		a = s.post(t, "/login", form("username", "ada", "password", "wrong horse battery"), "X-Forwarded-For", "198.51.100.7")
	}
	if a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") == "" || !strings.Contains(a.body, "try again in") ||
		!strings.Contains(a.body, `value="ada"`) {
		t.Fatalf("the eleventh guess: %d, Retry-After %q", a.StatusCode, a.Header.Get("Retry-After"))
	}
	a = s.post(t, "/login", form("username", "ada", "password", password), "X-Forwarded-For", "203.0.113.9")
	if a.StatusCode != http.StatusSeeOther {
		t.Errorf("the victim, from elsewhere: %d", a.StatusCode)
	}
}

func TestNextLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	s, _ := newMemberSite(t)
	s.register(t, "ada")
	for next, want := range map[string]string{
		"/orders/x?y=z": "/orders/x?y=z", "/": "/", "": "/account", "https://evil.example/": "/account", "//evil.example": "/account",
		"/\\evil.example": "/account", "\\\\evil.example": "/account", "/\t/evil.example": "/account", "/\r\nSet-Cookie: a=b": "/account",
		" //evil.example": "/account", "javascript:alert(1)": "/account", "evil.example": "/account", "///evil.example": "/account",
		"/%zz": "/account", "/" + strings.Repeat("a", 3000): "/account", "http:/evil.example": "/account", "/\u2215evil": "/account",
	} {
		s.send(t, "/login", form("username", "ada", "password", password, "next", next), want)
		if a := s.get(t, "/login?"+form("next", next)); a.Header.Get("Location") != want {
			t.Errorf("GET /login, next %q: to %q", next, a.Header.Get("Location"))
		}
	}
}
