package sandbox_test

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// tab is a page in a real Chromium, or the frame of another site in one.
type tab struct {
	t   *testing.T
	ctx context.Context //nolint:containedctx // chromedp's handle of a tab is a context
}

// browse opens an address in a Chromium of its own. Where there is none the
// test is skipped, but never by CI.
func browse(t *testing.T, address string) *tab {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(findChromium(t)),
		chromedp.NoSandbox, // it needs rights that root in a container lacks; the pages are our own
		chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
	)
	allocator, end := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), options...)
	t.Cleanup(end)
	ctx, closeTab := chromedp.NewContext(allocator)
	t.Cleanup(closeTab)
	if err := chromedp.Do(ctx, chromedp.Navigate(address)); err != nil {
		t.Fatalf("open %s: %v", address, err)
	}
	return &tab{t, ctx}
}

func findChromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if file, err := exec.LookPath(name); err == nil {
			return file
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("there is no Chromium, and CI skips nothing: install the package chromium")
	}
	t.Skip("there is no Chromium: install the package chromium to run the tests in a browser")
	return ""
}

// slow is how long a browser may take on a machine that does much else.
const slow = 40 * time.Second

// frames are the frames of other sites whose address begins so. To the browser
// each one is a page of its own.
func (w *tab) frames(prefix string) []target.ID {
	w.t.Helper()
	all, err := chromedp.Targets(w.ctx)
	if err != nil {
		w.t.Fatal(err)
	}
	var ids []target.ID
	for _, info := range all {
		if info.Type == "iframe" && strings.HasPrefix(info.URL, prefix) {
			ids = append(ids, info.TargetID)
		}
	}
	return ids
}

// frame waits for a frame and enters it.
func (w *tab) frame(prefix string) *tab {
	w.t.Helper()
	var id target.ID
	w.poll("a frame of "+prefix, func() bool {
		ids := w.frames(prefix)
		if len(ids) > 0 {
			id = ids[0]
		}
		return id != ""
	})
	ctx, leave := chromedp.NewContext(w.ctx, chromedp.WithTargetID(id))
	w.t.Cleanup(leave)
	if err := chromedp.Do(ctx); err != nil {
		w.t.Fatalf("enter the frame: %v", err)
	}
	return &tab{w.t, ctx}
}

// closed waits until the dialog and its frame are gone.
func (w *tab) closed() {
	w.t.Helper()
	w.await("document.querySelector('dialog')", "null")
	w.poll("the end of the frame", func() bool { return len(w.frames("")) == 0 })
}

// do runs actions.
func (w *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, slow)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		w.t.Fatalf("%v", err)
	}
}

// click clicks what a person sees.
func (w *tab) click(selector string) {
	w.t.Helper()
	w.do(chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// read evaluates an expression that is text; a page that is being left has none.
func (w *tab) read(expression string) string {
	ctx, cancel := context.WithTimeout(w.ctx, slow)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string]("String("+expression+")"))
	if err != nil {
		return ""
	}
	return text
}

// await polls until the expression reads as want.
func (w *tab) await(expression, want string) {
	w.t.Helper()
	w.poll(expression+" to be "+want, func() bool { return w.read(expression) == want })
}

// poll waits for something to come true in the browser.
func (w *tab) poll(what string, ok func() bool) {
	w.t.Helper()
	deadline := time.After(slow)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			w.t.Fatalf("in vain waited for %s\nthe page shows: %s", what, w.read("location.href + ' ' + document.body?.innerText"))
		case <-tick.C:
		}
	}
}
