package page_test

import (
	"bytes"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"till/app/page"
)

// site is a small site on loopback that uses the package as the shop does.
type site struct {
	t     *testing.T
	pages *page.Pages
	app   *fiber.App
	url   string
	log   *bytes.Buffer
}

func newPages(t *testing.T, cfg page.Config) *page.Pages {
	t.Helper()
	if cfg.Site == "" {
		cfg.Site = "Till"
	}
	if cfg.Logger == nil {
		cfg.Logger = slog.New(slog.DiscardHandler)
	}
	pages, err := page.New(cfg)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	return pages
}

// serve mounts the package and what routes adds on a loopback port.
func serve(t *testing.T, cfg page.Config, policy page.Policy, routes func(s *site)) *site {
	t.Helper()
	s := &site{t: t, log: &bytes.Buffer{}}
	cfg.Logger = slog.New(slog.NewTextHandler(s.log, nil))
	s.pages = newPages(t, cfg)
	s.app = fiber.New(fiber.Config{DisableStartupMessage: true, ErrorHandler: s.pages.Error})
	s.app.Use(s.pages.Headers(policy))
	s.pages.Mount(s.app)
	if routes != nil {
		routes(s)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.url = "http://" + l.Addr().String()
	done := make(chan error, 1)
	go func() { done <- s.app.Listener(l) }()
	t.Cleanup(func() {
		if err := s.app.Shutdown(); err != nil {
			t.Errorf("shutdown: %v", err)
		}
		if err := <-done; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return s
}

type answer struct {
	*http.Response
	body string
}

// do sends a request with the headers "name: value" and reads the answer as it
// came over the wire: it neither follows redirects nor decompresses.
func (s *site) do(method, path string, headers ...string) answer {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
		if name == "Host" {
			req.Host = value
		}
	}
	transport := &http.Transport{DisableCompression: true, DisableKeepAlives: true}
	res, err := transport.RoundTrip(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer{res, string(body)}
}

func (s *site) want(a answer, status int) {
	s.t.Helper()
	if a.StatusCode != status {
		s.t.Errorf("%s %s = %d, want %d", a.Request.Method, a.Request.URL.Path, a.StatusCode, status)
	}
}
