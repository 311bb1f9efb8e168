package e2e

import (
	"context"
	"os"
	"os/exec"
	"testing"

	"github.com/chromedp/chromedp"
)

// browser is the one Chromium of the package.
type browser struct {
	ctx context.Context //nolint:containedctx // chromedp's handle of a browser is a context
}

// startBrowser starts Chromium with a profile that nobody used before. Where
// there is none the tests are skipped, but never by CI.
func startBrowser(t *testing.T) *browser {
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
	ctx, closeBrowser := chromedp.NewContext(allocator)
	t.Cleanup(closeBrowser)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	return &browser{ctx: ctx}
}

func findChromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"} {
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

// buyer opens a tab of somebody whom the shop has never seen: with cookies and
// storage of his own.
func (b *browser) buyer(t *testing.T) *tab {
	t.Helper()
	return openTab(b.ctx, t, chromedp.WithNewBrowserContext())
}
