package e2e

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// view is a page in a state.
type view struct {
	name, address string
	ready         string // the condition under which it shows that state
}

// look is how a page is looked at.
type look struct {
	width, height int64
	theme         string
}

var (
	desktopLight = look{1280, 900, "light"}
	phoneDark    = look{390, 844, "dark"}
	desktopDark  = look{1280, 900, "dark"}
	phoneLight   = look{390, 844, "light"}
)

// shopIsAccessible visits every page of the shop in every state.
func shopIsAccessible(t *testing.T, p place) {
	s := p.startTill(t)
	s.confirmAfter(time.Hour)
	views := []view{
		{"shop-cards", s.shop + "/", `document.querySelector(".cards")`},
		{"shop-product", s.shop + "/products/beans", `document.querySelector(".card")`},
		{"shop-notfound", s.shop + "/orders/nothing", `document.querySelector('[role="alert"]')`},
		{"shop-back", s.shop + "/success", `document.querySelector(".panel")`},
	}
	for _, e := range p.endings {
		order := s.order("coffee")
		s.bring(order, e.actions, e.state, e.exception)
		views = append(views, s.view(e.name, "/orders/"+order, e.state))
		if e.name == "detected" || e.name == "confirmed" {
			views = append(views, s.view("success-"+e.name, "/success?order="+order, e.state))
		}
		if e.name == "waiting" {
			views = append(views, s.view("cancel-"+e.name, "/cancel?order="+order, e.state))
		}
	}
	canceled := s.order("coffee")
	s.post("/orders/" + canceled + "/cancel")
	views = append(views, s.view("canceled", "/orders/"+canceled, "canceled"))
	p.inspect(t, append(views, openingViews(t, p)...))
}

// openingViews are of an order whose provider does not answer, before and after
// the shop has given up waiting.
func openingViews(t *testing.T, p place) []view {
	t.Helper()
	mute, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mute.Close() })
	s := p.startTill(t, p.outside(t, mute.Addr().String()).shop...)
	opening := s.view("opening", "/orders/"+s.order("coffee"), "opening")
	unanswered := opening
	unanswered.name = "order-unanswered"
	unanswered.ready += ` && document.getElementById("retry")`
	return []view{opening, unanswered}
}

// view is one of an order's pages in a state.
func (s *till) view(name, route, state string) view {
	return view{"order-" + name, s.shop + route, fmt.Sprintf(`document.getElementById("order-status")?.dataset.state === %q`, state)}
}

// hosted is the provider's page of an order's charge at a stage.
func (s *till) hosted(order, stage string) view {
	s.t.Helper()
	return view{"sandbox-" + stage, s.chargeOf(order).HostedURL, fmt.Sprintf(`document.querySelector("#charge.sandbox-%s")`, stage)}
}

// bring lets things happen to an order's charge until the shop knows. A page
// waits for it: what no webhook tells is asked for its sake.
func (s *till) bring(order string, actions []string, state, exception string) {
	s.t.Helper()
	page := s.watch(s.t, order)
	for _, action := range actions {
		s.act(order, action)
	}
	page.until(strings.TrimSpace(state + " " + exception))
	page.close()
}

// post sends an empty form to the shop.
func (s *till) post(route string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.shop+route, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	if status, body := send(s.t, r); status != http.StatusOK {
		s.t.Fatalf("POST %s: %d %s", route, status, body)
	}
}

// inspect lets axe judge each view with all its rules, in both themes and at
// both widths. With TILL_SHOTS it also takes the pictures.
func (p place) inspect(t *testing.T, views []view) {
	t.Helper()
	w := p.inspector(t)
	for _, v := range views {
		w.visit(v)
	}
}

// inspector opens a tab that has axe in each of its pages.
func (p place) inspector(t *testing.T) *tab {
	t.Helper()
	axe, err := os.ReadFile("../../public/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("%v: run `make vendor`", err)
	}
	w := p.buyer(t)
	command(w, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: string(axe)})
	// A paid page takes its buyer back to the shop; this one stays to be seen.
	command(w, network.SetBlockedURLs, network.SetBlockedURLsParams{
		URLPatterns: []*network.BlockPattern{{URLPattern: "http://*/*/leave", Block: true}},
	})
	return w
}

// visit opens a view and examines it.
func (w *tab) visit(v view) {
	w.t.Helper()
	w.put(desktopLight)
	w.open(v.address)
	w.until(v.name, v.ready)
	w.examine(v.name)
}

// examine judges and pictures what the tab shows now.
func (w *tab) examine(name string) {
	w.t.Helper()
	for _, l := range []look{desktopLight, phoneDark} {
		w.put(l)
		w.judge(name, l)
	}
	w.shoot(name)
}

// put changes the window and the theme. Nothing moves, so that what is judged
// and pictured is what stays.
func (w *tab) put(l look) {
	w.t.Helper()
	w.do(chromedp.EmulateViewport(l.width, l.height))
	command(w, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: l.theme}, {Name: "prefers-reduced-motion", Value: "reduce"},
	}})
}

// judge fails the test for every rule of axe that the page breaks, and for a
// page that is wider than its window.
func (w *tab) judge(name string, l look) {
	w.t.Helper()
	broken := evaluate[[]string](w, `axe.run(document).then((result) => result.violations.flatMap((rule) =>
	  rule.nodes.map((node) => rule.id + " at " + node.target.join(" ") + ": " + node.failureSummary)))`)
	if len(broken) > 0 {
		w.t.Errorf("%s, %s and %d wide, breaks the rules of axe:\n%s", name, l.theme, l.width, strings.Join(broken, "\n"))
	}
	if evaluate[bool](w, "document.documentElement.scrollWidth > document.documentElement.clientWidth") {
		w.t.Errorf("%s, %s and %d wide, has to be scrolled sideways", name, l.theme, l.width)
	}
}
