package page_test

import (
	"bytes"
	"io/fs"
	"regexp"
	"strings"
	"sync"
	"testing"

	"till/app/page"
	"till/public"
)

const lasting = "public, max-age=31536000, immutable"

// stylesheet is the versioned address of the stylesheet, as a page links it.
func (s *site) stylesheet() string {
	s.t.Helper()
	var b bytes.Buffer
	if err := s.pages.Execute(&b, "frame/top", s.pages.Frame("Any")); err != nil {
		s.t.Fatal(err)
	}
	url := regexp.MustCompile(`/assets/css/till\.css\?v=[0-9a-f]{12}`).FindString(b.String())
	if url == "" {
		s.t.Fatalf("the frame links no versioned stylesheet:\n%s", b.String())
	}
	return url
}

func TestAssetsAreServedUnderTheirVersion(t *testing.T) {
	t.Parallel()
	s := serve(t, page.Config{}, page.Policy{}, nil)
	css, err := fs.ReadFile(public.FS, "css/till.css")
	if err != nil {
		t.Fatal(err)
	}
	versioned := s.stylesheet()
	cases := map[string]struct{ path, cache string }{
		"with its version":   {versioned, lasting},
		"without a version":  {"/assets/css/till.css", "no-cache"},
		"with an old one":    {"/assets/css/till.css?v=000000000000", "no-cache"},
		"with an empty one":  {"/assets/css/till.css?v=", "no-cache"},
		"with more than one": {versioned + "0", "no-cache"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := s.do("GET", tc.path)
			s.want(a, 200)
			if a.body != string(css) {
				t.Errorf("got %d bytes, want the %d of the file", len(a.body), len(css))
			}
			if got := a.Header.Get("Cache-Control"); got != tc.cache {
				t.Errorf("Cache-Control = %q, want %q", got, tc.cache)
			}
			if got := a.Header.Get("Content-Type"); got != "text/css; charset=utf-8" {
				t.Errorf("Content-Type = %q", got)
			}
		})
	}
}

func TestEveryPublicFileHasATypeABrowserAccepts(t *testing.T) {
	t.Parallel()
	s := serve(t, page.Config{}, page.Policy{}, nil)
	types := map[string]string{".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
	served := 0
	for _, name := range publicFiles(t) {
		ext := name[strings.LastIndex(name, "/")+1:]
		if i := strings.LastIndex(ext, "."); i >= 0 {
			ext = ext[i:]
		}
		want, ok := types[ext]
		if !ok {
			continue
		}
		served++
		a := s.do("GET", "/assets/"+name)
		s.want(a, 200)
		if got, _, _ := strings.Cut(a.Header.Get("Content-Type"), ";"); got != want {
			t.Errorf("%s is %q, want %q: nosniff makes a browser refuse it", name, got, want)
		}
	}
	if served < 5 {
		t.Errorf("only %d files were looked at", served)
	}
}

func publicFiles(t *testing.T) (names []string) {
	t.Helper()
	err := fs.WalkDir(public.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestWhatIsNoAssetIsNotServed(t *testing.T) {
	t.Parallel()
	s := serve(t, page.Config{}, page.Policy{}, nil)
	paths := []string{
		"/assets/", "/assets", "/assets/css", "/assets/css/", "/assets/css/none.css",
		"/assets/public.go", "/assets/package.json", "/assets/package-lock.json", "/assets/.npmrc",
		"/assets/vendor/README", "/assets/node_modules/htmx.org/package.json",
		"/assets/../public.go", "/assets/css/../../public.go", "/assets/%2e%2e/public.go",
		"/assets/css/..%2fpublic.go", "/assets//css/till.css", "/assets/CSS/till.css", "/assets/css/till.css%00",
	}
	for _, path := range paths {
		a := s.do("GET", path)
		s.want(a, 404)
		if strings.Contains(a.body, "package public") || strings.Contains(a.body, `"dependencies"`) {
			t.Errorf("%s shows a file of ours", path)
		}
	}
	s.want(s.do("POST", "/assets/css/till.css"), 405)
}

func TestAnUnchangedAssetIsNotSentAgain(t *testing.T) {
	t.Parallel()
	s := serve(t, page.Config{}, page.Policy{}, nil)
	url := s.stylesheet()
	tag := s.do("GET", url).Header.Get("ETag")
	if !strings.HasPrefix(tag, `"`) || len(tag) < 10 {
		t.Fatalf("ETag = %q", tag)
	}
	again := s.do("GET", url, "If-None-Match: "+tag)
	s.want(again, 304)
	if again.body != "" || again.Header.Get("ETag") != tag || again.Header.Get("Cache-Control") != lasting {
		t.Errorf("304 with %d bytes, ETag %q, Cache-Control %q", len(again.body), again.Header.Get("ETag"), again.Header.Get("Cache-Control"))
	}
	s.want(s.do("GET", url, "If-None-Match: "+tag, "Accept-Encoding: br"), 304)
	s.want(s.do("GET", url, `If-None-Match: "another"`), 200)
	head := s.do("HEAD", url)
	s.want(head, 200)
	if head.body != "" || head.Header.Get("ETag") != tag {
		t.Errorf("HEAD sent %d bytes, ETag %q", len(head.body), head.Header.Get("ETag"))
	}
}

// TestAssetsAreCompressed asks many times at once: what is compressed is one
// copy in memory that all answers share.
func TestAssetsAreCompressed(t *testing.T) {
	t.Parallel()
	s := serve(t, page.Config{}, page.Policy{}, nil)
	url := s.stylesheet()
	whole := s.do("GET", url)
	if e := whole.Header.Get("Content-Encoding"); e != "" {
		t.Errorf("Content-Encoding = %q for one who asked for none", e)
	}
	var wg sync.WaitGroup
	for _, encoding := range []string{"gzip", "br", "gzip", "br", "deflate", "gzip"} {
		wg.Go(func() {
			a := s.do("GET", url, "Accept-Encoding: "+encoding)
			if a.Header.Get("Content-Encoding") != encoding || len(a.body) >= len(whole.body)/2 {
				t.Errorf("%s: Content-Encoding %q, %d of %d bytes", encoding, a.Header.Get("Content-Encoding"), len(a.body), len(whole.body))
			}
			if !strings.Contains(a.Header.Get("Vary"), "Accept-Encoding") {
				t.Errorf("%s: Vary = %q, so a cache may hand it to the wrong browser", encoding, a.Header.Get("Vary"))
			}
		})
	}
	wg.Wait()
	if again := s.do("GET", url); again.body != whole.body {
		t.Error("compressing changed the file in memory")
	}
}
