package e2e

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/chromedp/chromedp"
)

// shoot writes pictures of the page into the folder TILL_SHOTS, if that is set:
// at both widths and in both themes.
func (w *tab) shoot(name string) {
	w.t.Helper()
	folder := os.Getenv("TILL_SHOTS")
	if folder == "" {
		return
	}
	for _, l := range []look{desktopLight, desktopDark, phoneLight, phoneDark} {
		w.put(l)
		picture, err := chromedp.Run(w.ctx, chromedp.FullScreenshot(100))
		if err != nil {
			w.t.Fatal(err)
		}
		file := filepath.Join(folder, fmt.Sprintf("%s-%s-%d-%s.png", w.at.name, name, l.width, l.theme))
		if err := os.WriteFile(file, picture, 0o600); err != nil {
			w.t.Fatalf("%v: create the folder that TILL_SHOTS names", err)
		}
	}
}
