package page_test

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"
	"testing"

	"github.com/gofiber/fiber/v2"

	"till/app/page"
	"till/views"
)

// errorPage is what the frame's own templates show.
type errorPage struct {
	page.Frame
	Status  int
	Message string
	Home    string
}

// TestEveryTemplateOfTheFrameIsExecuted; those of the shop and the sandbox are
// executed where their structs are.
func TestEveryTemplateOfTheFrameIsExecuted(t *testing.T) {
	t.Parallel()
	names, err := fs.Glob(views.FS, "frame/*.html")
	if err != nil || len(names) < 4 {
		t.Fatalf("templates: %v, %v", names, err)
	}
	for _, cfg := range []page.Config{{Site: "Corner Shop"}, {Site: "Corner Shop", Sandbox: true}} {
		pages := newPages(t, cfg)
		for _, name := range names {
			var b bytes.Buffer
			data := errorPage{Frame: pages.Frame("A title"), Status: 500, Message: "A message.", Home: "/"}
			data.Refresh = 7
			if err := pages.Execute(&b, strings.TrimSuffix(name, ".html"), data); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if b.Len() == 0 || strings.Contains(b.String(), "ZgotmplZ") || strings.Contains(b.String(), "<no value>") {
				t.Errorf("%s writes %q", name, b.String())
			}
		}
	}
}

func TestTheFrameTellsWhereYouAre(t *testing.T) {
	t.Parallel()
	for sandbox, refresh := range map[bool]int{true: 0, false: 5} {
		pages := newPages(t, page.Config{Site: "Corner <Shop>", Sandbox: sandbox})
		frame := pages.Frame("Café ₿")
		frame.Refresh = refresh
		var b bytes.Buffer
		if err := pages.Execute(&b, "frame/top", frame); err != nil {
			t.Fatal(err)
		}
		if want := "<title>Café ₿ · Corner &lt;Shop&gt;</title>"; !strings.Contains(b.String(), want) {
			t.Errorf("no %s in\n%s", want, b.String())
		}
		if got := strings.Contains(b.String(), "no money moves"); got != sandbox {
			t.Errorf("says that no money moves: %v, want %v", got, sandbox)
		}
		if got := strings.Contains(b.String(), `http-equiv="refresh" content="5"`); got != (refresh == 5) {
			t.Errorf("refreshes: %v, want %v", got, refresh == 5)
		}
		if strings.Contains(b.String(), "hx-on") || strings.Contains(b.String(), "<style") || strings.Contains(b.String(), " style=") {
			t.Error("the frame has what the policy forbids")
		}
	}
}

// TestTemplatesKeepToThePolicy: what the policy forbids would fail in the
// browser only.
func TestTemplatesKeepToThePolicy(t *testing.T) {
	t.Parallel()
	seen := 0
	err := fs.WalkDir(views.FS, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		seen++
		text, err := fs.ReadFile(views.FS, name)
		for _, bad := range []string{"hx-on", " style=", "<style", "javascript:", " onclick=", "<script>", "js:", "hx-vals='js"} {
			if bytes.Contains(text, []byte(bad)) {
				t.Errorf("%s contains %q", name, bad)
			}
		}
		return err
	})
	if err != nil || seen < 10 {
		t.Errorf("looked at %d templates: %v", seen, err)
	}
}

func TestExecuteNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	pages := newPages(t, page.Config{})
	if err := pages.Execute(io.Discard, "frame/none", nil); err == nil || !strings.Contains(err.Error(), "frame/none") {
		t.Errorf("unknown template: %v", err)
	}
	if err := pages.Execute(io.Discard, "frame/error", struct{ Title string }{}); err == nil || !strings.Contains(err.Error(), "frame/error") {
		t.Errorf("a page without a frame: %v", err)
	}
}

// TestAnUnknownAssetFailsThePage, and says which: a picture that is missing
// must not become a dead link.
func TestAnUnknownAssetFailsThePage(t *testing.T) {
	t.Parallel()
	pages := newPages(t, page.Config{})
	card := map[string]any{"Image": "no-such.svg", "Slug": "x", "Name": "x"}
	err := pages.Execute(io.Discard, "shop/card", card)
	if err == nil || !strings.Contains(err.Error(), "public/img/no-such.svg does not exist") {
		t.Errorf("Execute = %v", err)
	}
}

// TestSendIsAllOrNothing: a page that fails half-way must not have been sent.
func TestSendIsAllOrNothing(t *testing.T) {
	t.Parallel()
	s := serve(t, page.Config{}, page.Policy{}, func(s *site) {
		s.app.Get("/", func(c *fiber.Ctx) error {
			return s.pages.Send(c, 200, "frame/error", s.pages.Frame("Half a page")) // has no .Message
		})
	})
	a := s.do("GET", "/")
	s.want(a, 500)
	if strings.Contains(a.body, "Half a page") || strings.Contains(a.body, "Message") {
		t.Errorf("the failed page shows:\n%s", a.body)
	}
}

// TestExecuteAtOnce renders pages for the first time from many sides, which is
// when templates are escaped; again and again, for the race detector to see.
func TestExecuteAtOnce(t *testing.T) {
	t.Parallel()
	for range 20 {
		pages := newPages(t, page.Config{})
		start := make(chan struct{})
		var wg sync.WaitGroup
		for i := range 32 {
			wg.Go(func() {
				<-start
				executeOnce(t, pages, i)
			})
		}
		close(start)
		wg.Wait()
	}
}

func executeOnce(t *testing.T, pages *page.Pages, i int) {
	title := fmt.Sprintf("Visitor %d.", i)
	name, times := "frame/error", 3 // in the title, in the heading, and as the message
	if i%2 == 0 {
		name, times = "frame/error_body", 2
	}
	var b bytes.Buffer
	if err := pages.Execute(&b, name, errorPage{Frame: pages.Frame(title), Message: title, Home: "/"}); err != nil {
		t.Error(err)
	}
	if n := strings.Count(b.String(), title); n != times {
		t.Errorf("%s shows %q %d times, want %d", name, title, n, times)
	}
}

func TestClock(t *testing.T) {
	t.Parallel()
	for seconds, want := range map[int]string{
		0: "0:00", 9: "0:09", 60: "1:00", 3547: "59:07", 3599: "59:59", 3600: "1:00:00", 3723: "1:02:03", 172800: "48:00:00",
	} {
		if got := page.Clock(seconds); got != want {
			t.Errorf("Clock(%d) = %q, want %q", seconds, got, want)
		}
	}
}
