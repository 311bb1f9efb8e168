package page_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"till/app/page"
)

const secret = "dial tcp 10.0.0.7:5432 password=hunter2"

func TestErrorsShowWordsAndNeverTheCause(t *testing.T) {
	t.Parallel()
	failures := map[string]struct {
		err    error
		status int
		logged bool
	}{
		"plain":          {err: errors.New(secret), status: 500, logged: true},
		"wrapped":        {err: fmt.Errorf("%s: %w", secret, fiber.ErrNotFound), status: 404},
		"with a message": {err: fiber.NewError(400, secret), status: 400},
		"unavailable":    {err: fiber.NewError(503, secret), status: 503, logged: true},
		"teapot":         {err: fiber.NewError(418, secret), status: 418},
		"joined":         {err: errors.Join(errors.New(secret), fiber.ErrForbidden), status: 403},
	}
	for name, tc := range failures {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, page.Config{}, page.Policy{}, func(s *site) {
				s.app.Get("/", func(*fiber.Ctx) error { return tc.err })
			})
			a := s.do("GET", "/")
			s.want(a, tc.status)
			title, message := page.Words(tc.status)
			if !strings.Contains(a.body, title) || !strings.Contains(a.body, message) {
				t.Errorf("the page lacks %q or %q:\n%s", title, message, a.body)
			}
			if strings.Contains(a.body, "hunter2") || strings.Contains(a.body, "10.0.0.7") {
				t.Errorf("the page tells the cause:\n%s", a.body)
			}
			if logged := strings.Contains(s.log.String(), "hunter2"); logged != tc.logged {
				t.Errorf("the cause is in the log: %v, want %v", logged, tc.logged)
			}
			if got := a.Header.Get("Cache-Control"); got != "no-store" {
				t.Errorf("Cache-Control = %q", got)
			}
		})
	}
}

func TestFailGivesHTMXTheBodyOnly(t *testing.T) {
	t.Parallel()
	s := serve(t, page.Config{}, page.Policy{}, func(s *site) {
		s.app.Get("/", func(c *fiber.Ctx) error {
			return s.pages.Fail(c, 409, "Too <late>", `Somebody was "quicker" & that is that.`)
		})
	})
	whole, part := s.do("GET", "/"), s.do("GET", "/", "HX-Request: true")
	for _, a := range []answer{whole, part} {
		s.want(a, 409)
		if got := a.Header.Get("Content-Type"); got != "text/html; charset=utf-8" {
			t.Errorf("Content-Type = %q", got)
		}
		if !strings.Contains(a.body, "Too &lt;late&gt;") || !strings.Contains(a.body, `role="alert"`) {
			t.Errorf("no title, or not escaped:\n%s", a.body)
		}
	}
	if !strings.HasPrefix(whole.body, "<!doctype html>") || !strings.HasSuffix(strings.TrimSpace(whole.body), "</html>") {
		t.Errorf("a visitor gets no whole page:\n%s", whole.body)
	}
	if strings.Contains(part.body, "<html") || !strings.HasPrefix(part.body, "<section") {
		t.Errorf("htmx gets more than the body:\n%s", part.body)
	}
}

func TestWordsSayWhatToDoForEveryStatus(t *testing.T) {
	t.Parallel()
	titles := map[string]int{}
	for status := 400; status < 600; status++ {
		title, message := page.Words(status)
		if title == "" || !strings.HasSuffix(message, ".") {
			t.Errorf("%d: %q, %q", status, title, message)
		}
		titles[title]++
	}
	if ours, _ := page.Words(500); titles[ours] < 50 {
		t.Errorf("unknown failures of ours are not called so: %v", titles)
	}
	if len(titles) < 10 {
		t.Errorf("only %d different titles", len(titles))
	}
}
