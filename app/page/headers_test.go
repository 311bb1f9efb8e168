package page_test

import (
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"till/app/page"
)

func TestContentSecurityPolicy(t *testing.T) {
	t.Parallel()
	const before = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
	cases := map[string]struct {
		policy page.Policy
		want   string
	}{
		"by itself": {want: before + "frame-src 'none'; form-action 'self'"},
		"forms that lead to the provider": {
			policy: page.Policy{FormAction: []string{"https://pay.example", "http://127.0.0.1:8402"}},
			want:   before + "frame-src 'none'; form-action 'self' https://pay.example http://127.0.0.1:8402",
		},
		"a checkout in a frame": {
			policy: page.Policy{FrameSrc: []string{"https://a.example", "https://b.example"}},
			want:   before + "frame-src https://a.example https://b.example; form-action 'self'",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, page.Config{}, tc.policy, nil)
			got := s.do("GET", "/assets/css/till.css").Header.Get("Content-Security-Policy")
			if got != tc.want {
				t.Errorf("policy\n got %s\nwant %s", got, tc.want)
			}
			if strings.Contains(got, "unsafe-") || strings.Contains(got, "*") {
				t.Errorf("policy lets strangers in: %s", got)
			}
		})
	}
}

func TestSecurityHeadersAreOnEveryAnswer(t *testing.T) {
	t.Parallel()
	s := serve(t, page.Config{}, page.Policy{}, func(s *site) {
		s.app.Get("/page", func(c *fiber.Ctx) error { return s.pages.Fail(c, 200, "Title", "Message") })
		s.app.Get("/broken", func(*fiber.Ctx) error { return fiber.ErrInternalServerError })
	})
	want := map[string]string{
		"X-Content-Type-Options":     "nosniff",
		"X-Frame-Options":            "DENY",
		"Referrer-Policy":            "same-origin",
		"Cross-Origin-Opener-Policy": "same-origin",
		"Permissions-Policy":         "camera=(), geolocation=(), microphone=()",
	}
	for _, path := range []string{"/page", "/broken", "/nowhere", "/assets/css/till.css", "/assets/nothing.css"} {
		a := s.do("GET", path)
		for name, value := range want {
			if got := a.Header.Get(name); got != value {
				t.Errorf("%s: %s = %q, want %q", path, name, got, value)
			}
		}
		if a.Header.Get("Content-Security-Policy") == "" {
			t.Errorf("%s has no Content-Security-Policy", path)
		}
	}
}

// TestOnlyASecureSiteInsistsOnHTTPS: the till itself speaks plain http, behind
// whatever speaks https; its public address decides.
func TestOnlyASecureSiteInsistsOnHTTPS(t *testing.T) {
	t.Parallel()
	for secure, want := range map[bool]string{false: "", true: "max-age=31536000"} {
		s := serve(t, page.Config{Secure: secure}, page.Policy{}, nil)
		if got := s.do("GET", "/assets/css/till.css").Header.Get("Strict-Transport-Security"); got != want {
			t.Errorf("secure %v: Strict-Transport-Security = %q, want %q", secure, got, want)
		}
	}
}
