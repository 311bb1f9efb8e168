package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// worksByKeyboard buys, pays in the dialog and closes it without a mouse.
func worksByKeyboard(t *testing.T, p place) {
	s := p.startTill(t)
	s.confirmAfter(aMoment)
	buyer := p.buyer(t)
	buyer.open(s.shop)
	loaded := buyer.loaded()
	buyer.tabTo(buttonOf("pastries"))
	buyer.press(kb.Enter)
	buyer.untilLive("waiting")
	buyer.until("the focus on what is new", `document.activeElement.id === "main"`)

	buyer.tabTo("#embed")
	buyer.press(kb.Enter)
	frame := buyer.frame()
	frame.untilThere(p.entry)
	if p.entry != payButton {
		frame.tabTo(p.entry)
		buyer.press(kb.Enter)
		frame.untilThere(payButton)
	}
	frame.tabTo(payButton)
	buyer.press(kb.Enter)
	buyer.untilState("confirmed")
	frame.untilPaid()
	frame.isHappy()
	if focus := evaluate[string](buyer, "document.activeElement.localName"); focus != "iframe" {
		t.Fatalf("the focus has left the frame for %s", focus)
	}
	if p.is(atBusiness) { // whose page keeps Escape to itself
		buyer.tabTo("dialog button")
	}
	buyer.press(kb.Escape)
	buyer.untilClosed()
	buyer.until("the focus on the page, as the button is gone", `document.activeElement.id === "main"`)
	buyer.stayed(loaded)
	buyer.isHappy()
}

// keepsTheFocus goes round in the open dialog, and out of it to where the buyer
// was: by Escape on our button and in the frame, and by the buttons of both.
func keepsTheFocus(t *testing.T, p place) {
	s := p.startTill(t)
	buyer := p.buyer(t)
	buyer.orderPastries(s)

	// A page of Business was not made for frames: it has no way to close ours.
	closings := []struct {
		name   string
		only   string
		closes func(frame *tab)
	}{
		{"Escape on our button", "", func(*tab) { buyer.tabTo("dialog button"); buyer.press(kb.Escape) }},
		{"Enter on our button", "", func(*tab) { buyer.tabTo("dialog button"); buyer.press(kb.Enter) }},
		{"Escape in the frame", atCommerce, func(frame *tab) { frame.tabTo(beginButton); buyer.press(kb.Escape) }},
		{"Enter on the frame's own button", atCommerce, func(frame *tab) { frame.tabTo("#close"); buyer.press(kb.Enter) }},
		{"a click on the frame's own button", atCommerce, func(frame *tab) { frame.click("#close") }},
	}
	for _, c := range closings {
		if !p.is(c.only) {
			continue
		}
		buyer.tabTo("#embed")
		buyer.press(kb.Enter)
		frame := buyer.frame()
		frame.untilThere(p.entry)
		buyer.goesRound(kb.Tab)
		buyer.goesRound(kb.Tab, chromedp.KeyModifiers(chromedp.ModifierShift))
		c.closes(frame)
		buyer.untilClosed()
		buyer.until("the focus on the button again, after "+c.name, `document.activeElement.id === "embed"`)
	}
	buyer.isHappy()
}

// goesRound fails the test if a key leads out of the dialog, or not to all of
// its parts. Between its end and its beginning a browser may look at itself.
func (w *tab) goesRound(key string, options ...chromedp.KeyOption) {
	w.t.Helper()
	const round, most = 12, 60 // a page in the frame may have many stops
	visited := map[string]bool{}
	all := func() bool { return visited["button"] && visited["iframe"] && visited["a"] }
	for i := 0; i < round || (i < most && !all()); i++ {
		w.do(chromedp.KeyEvent(key, options...))
		visited[evaluate[string](w, `((e) => e === document.body || e.closest("dialog") ? e.localName : "outside")(document.activeElement)`)] = true
	}
	for _, part := range []string{"button", "iframe", "a"} {
		if !visited[part] {
			w.t.Errorf("the keyboard never reaches the dialog's %s, only %v", part, visited)
		}
	}
	if visited["outside"] {
		w.t.Errorf("the keyboard leaves the dialog while it is open: %v", visited)
	}
}

// press presses a key.
func (w *tab) press(key string) {
	w.t.Helper()
	w.do(chromedp.KeyEvent(key))
}

// tabTo presses Tab until something has the focus. In a frame it is the tab
// around that hears the keys.
func (w *tab) tabTo(selector string) {
	w.t.Helper()
	hears := w
	if w.around != nil {
		hears = w.around
	}
	for range 60 {
		if evaluate[bool](w, fmt.Sprintf("document.hasFocus() && !!document.activeElement?.matches(%q)", selector)) {
			return
		}
		hears.press(kb.Tab)
	}
	w.t.Fatalf("the keyboard never reaches %s\n%s", selector, w.describe())
}
