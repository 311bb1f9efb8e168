package e2e

import (
	"fmt"
	"time"
)

// recorder notes, in every document, whatever a buyer can see of an order and
// how its sockets ended, so that a test may ask later what was shown when.
const recorder = `(() => {
  const seen = { shown: [], codes: [] };
  window.tillSeen = seen;
  let last = "";
  const note = () => {
    const status = document.getElementById("order-status");
    const now = {
      state: status?.dataset.state ?? "",
      step: status?.querySelector(".now")?.textContent.trim() ?? "",
      title: document.title,
      line: document.getElementById("connection")?.dataset.connection ?? "",
    };
    if (JSON.stringify(now) === last) return;
    last = JSON.stringify(now);
    seen.shown.push({ ...now, at: Date.now() });
  };
  new MutationObserver(note).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  document.addEventListener("htmx:ws:close", (e) => { if (e.detail.code) seen.codes.push(e.detail.code); });
  document.addEventListener("securitypolicyviolation", (e) => console.error("policy", e.effectiveDirective, e.blockedURI));
})()`

// sight is what a page showed from one moment on.
type sight struct {
	State string `json:"state"`
	Step  string `json:"step"`
	Title string `json:"title"`
	Line  string `json:"line"` // the connection's state
	At    int64  `json:"at"`   // in milliseconds, by the machine's clock
}

// at is when it was first shown.
func (s sight) at() time.Time { return time.UnixMilli(s.At) }

// sights is all that the tab's document has shown so far.
func (w *tab) sights() []sight {
	w.t.Helper()
	return evaluate[[]sight](w, "tillSeen.shown")
}

// first finds the first sight that fits.
func (w *tab) first(what string, fits func(sight) bool) sight {
	w.t.Helper()
	all := w.sights()
	for _, s := range all {
		if fits(s) {
			return s
		}
	}
	w.t.Errorf("never seen: %s; but %+v", what, all)
	return sight{}
}

// codes is how the document's sockets ended so far.
func (w *tab) codes() []int {
	w.t.Helper()
	return evaluate[[]int](w, "tillSeen.codes")
}

// buy clicks the button of a product's card.
func (w *tab) buy(product string) {
	w.t.Helper()
	w.click(buttonOf(product))
}

func buttonOf(product string) string {
	return fmt.Sprintf(`form:has(input[name="product"][value=%q]) button`, product)
}

// order is the id of the order that the tab shows.
func (w *tab) order() string {
	w.t.Helper()
	return evaluate[string](w, `document.getElementById("order").dataset.order`)
}

// untilState waits until the tab shows an order in a state.
func (w *tab) untilState(state string) {
	w.t.Helper()
	w.until("an order that is "+state, fmt.Sprintf(`document.getElementById("order-status")?.dataset.state === %q`, state))
}

// untilLine waits until the line about the connection is in a state.
func (w *tab) untilLine(state string) {
	w.t.Helper()
	w.until("a connection that is "+state, fmt.Sprintf(`document.getElementById("connection")?.dataset.connection === %q`, state))
}

// untilLive waits until the tab shows an order in a state and has a socket.
func (w *tab) untilLive(state string) {
	w.t.Helper()
	w.untilState(state)
	w.untilLine("open")
}
