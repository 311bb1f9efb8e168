package e2e

import (
	"strings"

	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// beginButton is on the provider's checkout, in the frame.
const beginButton = `form[action^="/embed/checkout/"] button`

// frame enters the frame of the tab's dialog. It is of another origin, which
// to the browser is a page of its own, with its own keys and complaints. One
// that was entered before is on its way out, whatever it shows.
func (w *tab) frame() *tab {
	w.t.Helper()
	name := evaluate[string](w, `((u) => `+w.at.frame+`)(new URL(document.querySelector("dialog[open] iframe").src))`)
	if name == "" {
		w.t.Fatalf("the frame's address is not as %s has it\n%s", w.at.name, w.describe())
	}
	var found target.ID
	if !eventually(w.t.Context(), func() bool {
		all, err := chromedp.Targets(w.ctx)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, info := range all {
			if info.Type == "iframe" && !w.entered[info.TargetID] && strings.Contains(info.URL, name) {
				found = info.TargetID
			}
		}
		return found != ""
	}) {
		w.t.Fatalf("the dialog shows no page\n%s", w.describe())
	}
	w.entered[found] = true
	f := w.another(chromedp.WithTargetID(found))
	f.around = w
	return f
}

// openDialog asks to pay here and returns the provider's checkout.
func (w *tab) openDialog() *tab {
	w.t.Helper()
	w.click("#embed")
	f := w.frame()
	f.untilThere(w.at.entry)
	return f
}

// begin asks the checkout in the frame for a charge, unless it is one itself.
func (w *tab) begin() {
	w.t.Helper()
	if w.at.entry != payButton {
		w.click(w.at.entry)
	}
	w.untilThere(payButton)
}

// pay pays the charge in the frame.
func (w *tab) pay() {
	w.t.Helper()
	w.click(payButton)
	w.untilPaid()
}

// untilPaid waits until the provider's page says that it is paid.
func (w *tab) untilPaid() {
	w.t.Helper()
	w.until("a charge that is paid", `document.getElementById("charge")?.dataset.status === "COMPLETED"`)
}

// closeDialog closes the dialog with our own button.
func (w *tab) closeDialog() {
	w.t.Helper()
	w.click("dialog button")
	w.untilClosed()
}

// untilClosed waits until there is no dialog.
func (w *tab) untilClosed() {
	w.t.Helper()
	w.until("the end of the dialog", `!document.querySelector("dialog")`)
}
