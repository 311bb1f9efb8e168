package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"till/app/web"
)

func TestSessionCookies(t *testing.T) {
	t.Parallel()
	plain, _ := newMemberSite(t)
	secure, _ := newMemberSite(t, func(c *web.Config) {
		public := *c.PublicURL
		public.Scheme, public.Host = "https", "shop.example"
		c.PublicURL = &public
	})
	for name, tt := range map[string]struct {
		site   *site
		prefix string
		secure bool
	}{"http": {plain, "till_session=", false}, "https": {secure, "__Host-till_session=", true}} {
		got := tt.site.post(t, "/register", form("username", "ada", "password", password), "Host", "shop.example").Header.Get("Set-Cookie")
		if !strings.HasPrefix(got, tt.prefix) || strings.Contains(got, "secure") != tt.secure ||
			!strings.Contains(got, "HttpOnly") || !strings.Contains(got, "SameSite=Lax") || !strings.Contains(got, "path=/") {
			t.Errorf("%s: %s", name, got)
		}
	}
	plain.register(t, "grace")
	asset := regexp.MustCompile(`/assets/css/till\.css\?v=\w+`).FindString(plain.get(t, "/").body)
	if a := plain.get(t, asset); a.StatusCode != http.StatusOK || a.Header.Get("Set-Cookie") != "" || strings.Contains(a.Header.Get("Cache-Control"), "no-store") {
		t.Errorf("an asset: %d %v", a.StatusCode, a.Header)
	}
}

func TestASessionFixedBeforehandIsWorthNothing(t *testing.T) {
	t.Parallel()
	s, _ := newMemberSite(t)
	s.register(t, "mallory")
	fixed := s.cookie(t, "till_session") // planted in the victim's browser
	s.as(browser(t), func() { s.register(t, "ada") })
	s.send(t, "/login", form("username", "ada", "password", password), "/account")
	if s.cookie(t, "till_session") == fixed {
		t.Fatal("logging in kept the session")
	}
	if a := s.get(t, "/account"); !strings.Contains(a.body, ">ada</a>") {
		t.Error("the victim is not logged in as herself")
	}
	s.as(browser(t), func() {
		if a := s.get(t, "/account", "Cookie", "till_session="+fixed); a.StatusCode != http.StatusSeeOther {
			t.Error("the planted session still opens an account")
		}
	})
	planted := strings.Repeat("a", 26) + "." + strings.Repeat("b", 26)
	a := s.post(t, "/login", form("username", "ada", "password", password), "Cookie", "till_session="+planted)
	if strings.Contains(a.Header.Get("Set-Cookie"), planted) || !strings.Contains(a.Header.Get("Set-Cookie"), "till_session=") {
		t.Error("an invented session was taken over")
	}
}

func TestLoggingOutElsewhere(t *testing.T) {
	t.Parallel()
	s, _ := newMemberSite(t)
	s.register(t, "ada")
	phone := browser(t)
	s.as(phone, func() {
		s.send(t, "/login", form("username", "ada", "password", password), "/account",
			"User-Agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1")
	})
	a := s.get(t, "/account/sessions")
	if !strings.Contains(a.body, "Safari on iPhone") || strings.Count(a.body, "This browser") != 1 {
		t.Fatalf("the list: %s", a.body)
	}
	var own, other string
	for _, m := range regexp.MustCompile(`/account/sessions/(\w+)/revoke`).FindAllStringSubmatch(a.body, -1) {
		if strings.HasPrefix(s.cookie(t, "till_session"), m[1]+".") {
			own = m[0]
		} else {
			other = m[0]
		}
	}
	s.as(browser(t), func() {
		s.register(t, "grace")
		s.send(t, other, "", "/account/sessions")
	})
	s.as(phone, func() {
		if !s.loggedIn(t) {
			t.Fatal("a stranger logged the phone out")
		}
	})
	s.send(t, other, "", "/account/sessions")
	s.as(phone, func() {
		if s.loggedIn(t) {
			t.Error("the phone is still logged in")
		}
	})
	if !s.loggedIn(t) {
		t.Error("this browser was logged out, too")
	}
	s.send(t, own, "", "/login")
	if s.loggedIn(t) {
		t.Error("revoking its own session left this browser logged in")
	}
}

func TestANewPasswordLogsEveryOtherBrowserOut(t *testing.T) {
	t.Parallel()
	s, _ := newMemberSite(t)
	s.register(t, "ada")
	other, stolen := browser(t), s.cookie(t, "till_session")
	s.as(other, func() { s.login(t, "ada") })
	wrong := s.post(t, "/account/password", form("current_password", "not this one!", "new_password", "a new one entirely"))
	if wrong.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(wrong.body, `aria-describedby="current_password-problem"`) {
		t.Errorf("a wrong password: %d", wrong.StatusCode)
	}
	short := s.post(t, "/account/password", form("current_password", password, "new_password", "short"))
	if short.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(short.body, `aria-describedby="new_password-problem new_password-hint"`) {
		t.Errorf("a short one: %d", short.StatusCode)
	}
	s.send(t, "/account/password", form("current_password", password, "new_password", "a new one entirely"), "/account?done=password")
	if a := s.get(t, "/account?done=password"); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "every other browser was logged out") {
		t.Errorf("this browser: %d", a.StatusCode)
	}
	s.as(other, func() {
		if s.loggedIn(t) {
			t.Error("the other browser is still logged in")
		}
		if a := s.get(t, "/account", "Cookie", "till_session="+stolen); a.StatusCode != http.StatusSeeOther {
			t.Error("a copy of this browser's old cookie still works")
		}
	})
}

func TestAnExpiredSession(t *testing.T) {
	t.Parallel()
	s, clock := newMemberSite(t)
	s.register(t, "ada")
	id := string(s.buy(t))
	clock.pass(31 * 24 * time.Hour)
	expired := "till_session=" + s.cookie(t, "till_session")
	s.client = browser(t)
	plain := s.get(t, "/account/sessions", "Cookie", expired)
	if plain.StatusCode != http.StatusSeeOther || plain.Header.Get("Location") != "/login?next=%2Faccount%2Fsessions" ||
		!strings.Contains(plain.Header.Get("Set-Cookie"), "till_session=;") {
		t.Errorf("on a page: %d %v", plain.StatusCode, plain.Header)
	}
	for path, next := range map[string]string{"/account/orders": "%2Faccount", "/account": "%2Faccount"} {
		a := s.get(t, path, "Cookie", expired, "HX-Request", "true")
		if a.StatusCode != http.StatusOK || a.Header.Get("HX-Redirect") != "/login?next="+next || a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("htmx, GET %s: %d, HX-Redirect %q", path, a.StatusCode, a.Header.Get("HX-Redirect"))
		}
	}
	a := s.post(t, "/orders/"+id+"/claim", "", "Cookie", expired, "HX-Request", "true")
	if a.Header.Get("HX-Redirect") != "/login?next=%2Forders%2F"+id {
		t.Errorf("htmx, claim: %d, HX-Redirect %q", a.StatusCode, a.Header.Get("HX-Redirect"))
	}
	revoke := s.post(t, "/account/sessions/x/revoke", "", "Cookie", expired)
	if revoke.Header.Get("Location") != "/login?next=%2Faccount" {
		t.Errorf("a form: %d to %q", revoke.StatusCode, revoke.Header.Get("Location"))
	}
	if a := s.get(t, "/", "Cookie", expired); a.StatusCode != http.StatusOK {
		t.Errorf("the shop window: %d", a.StatusCode)
	}
}

func TestBrowsersByName(t *testing.T) {
	t.Parallel()
	s, _ := newMemberSite(t)
	s.register(t, "ada")
	for agent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0":                                                    "Firefox on Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0": "Edge on Windows",
		"Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36":              "Chrome on Android",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15":     "Safari on Mac",
		"<script>alert(1)</script>": "Unknown browser",
		"":                          "Unknown browser",
	} {
		other := browser(t)
		s.as(other, func() {
			s.send(t, "/login", form("username", "ada", "password", password), "/account", "User-Agent", agent)
			a := s.get(t, "/account/sessions")
			if !strings.Contains(a.body, ">"+want+"</h2>") || strings.Contains(a.body, "<script>alert") {
				t.Errorf("%q is not shown as %s: %s", agent, want, a.body)
			}
		})
	}
}
