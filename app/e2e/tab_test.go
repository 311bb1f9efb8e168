package e2e

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// tab is one tab, with an ear for what its pages complain of.
type tab struct {
	t   *testing.T
	ctx context.Context //nolint:containedctx // chromedp's handle of a tab is a context

	at     provider // whose pages it is used for
	around *tab     // for a frame: the tab it is in

	entered map[target.ID]bool // the frames it was in

	mu         sync.Mutex
	complaints []string // what went to the console in red
	loads      []string // the addresses of the documents it loaded
}

// openTab opens a tab, or with the option for it takes one that is open.
func openTab(parent context.Context, t *testing.T, options ...chromedp.ContextOption) *tab {
	t.Helper()
	w := &tab{t: t, entered: map[target.ID]bool{}}
	ctx, closeTab := chromedp.NewContext(parent, append(options, chromedp.WithListener(w.hear))...)
	t.Cleanup(closeTab)
	w.ctx = ctx
	// The first call opens the tab for as long as its context lives, so it gets
	// no deadline.
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	command(w, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: recorder})
	return w
}

// hear is called for each event of the tab, in order.
func (w *tab) hear(event any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch e := event.(type) {
	case *page.EventFrameNavigated:
		if e.Frame.ParentID == "" {
			w.loads = append(w.loads, e.Frame.URL)
		}
	case *runtime.EventExceptionThrown:
		w.complaints = append(w.complaints, (&chromedp.ExceptionError{ExceptionDetails: e.ExceptionDetails}).Error())
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning || e.Type == runtime.ConsoleAPICalledTypeAssert {
			w.complaints = append(w.complaints, fmt.Sprintf("console.%s: %s", e.Type, written(e.Args)))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			w.complaints = append(w.complaints, fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL))
		}
	}
}

func written(args []*runtime.RemoteObject) string {
	var b strings.Builder
	for _, a := range args {
		_, _ = fmt.Fprintf(&b, "%s %s ", a.Value, a.Description) // a Builder never fails
	}
	return b.String()
}

// isHappy fails the test if a page complained, or a policy was violated.
func (w *tab) isHappy() {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, complaint := range w.complaints {
		w.t.Errorf("a page complained: %s", complaint)
	}
}

// isHappyButOffline is isHappy for a page whose network failed on purpose.
func (w *tab) isHappyButOffline() {
	w.t.Helper()
	w.isHappyBut("net::ERR_", "WebSocket connection to", "htmx: htmx:ws:error")
}

// isHappyBut is isHappy for a page that had to complain of something.
func (w *tab) isHappyBut(expected ...string) {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, complaint := range w.complaints {
		if !slices.ContainsFunc(expected, func(words string) bool { return strings.Contains(complaint, words) }) {
			w.t.Errorf("a page complained: %s", complaint)
		}
	}
}

// loaded is how many documents the tab has loaded so far.
func (w *tab) loaded() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.loads)
}

// stayed fails the test if the tab has loaded a document since.
func (w *tab) stayed(since int) {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.loads) != since {
		w.t.Errorf("the page that waits went elsewhere: %v", w.loads[since:])
	}
}

// do runs actions and fails the test if one fails.
func (w *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		w.t.Fatalf("%v\n%s", err, w.describe())
	}
}

// command runs a command of the browser's protocol.
func command[P, R any](w *tab, c cdp.Command[P, R], params P) R {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	result, err := chromedp.Call(ctx, c, params)
	if err != nil {
		w.t.Fatalf("%s: %v", c.Method, err)
	}
	return result
}

// evaluate runs JavaScript in the page; a promise is awaited.
func evaluate[T any](w *tab, script string) T {
	w.t.Helper()
	v, err := attempt[T](w, script)
	if err != nil {
		w.t.Fatalf("%s: %v", script, err)
	}
	return v
}

func attempt[T any](w *tab, script string) (T, error) {
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
}

// open loads an address.
func (w *tab) open(address string) {
	w.t.Helper()
	w.do(chromedp.Navigate(address))
}

// click clicks what a person sees; a tab in the background comes forward.
func (w *tab) click(selector string) {
	w.t.Helper()
	front := w
	if w.around != nil {
		front = w.around
	}
	command(front, page.BringToFront, cdp.Empty{})
	w.do(chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible))
}

// until waits until a condition holds in the page, across loads.
func (w *tab) until(what, condition string) {
	w.t.Helper()
	if !eventually(w.t.Context(), func() bool {
		is, err := attempt[bool](w, "!!("+condition+")")
		return err == nil && is // a page that is being left answers nothing
	}) {
		w.t.Fatalf("never came: %s\n%s", what, w.describe())
	}
}

// untilThere waits until something is on the page.
func (w *tab) untilThere(selector string) {
	w.t.Helper()
	w.until(selector, fmt.Sprintf(`document.readyState === "complete" && document.querySelector(%q)`, selector))
}

// describe says for a failed test what the tab shows.
func (w *tab) describe() string {
	shown, err := attempt[string](w, `location.href + "\n" + document.title + "\n" + (document.body?.innerText ?? "")`)
	if err != nil {
		shown = err.Error()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return fmt.Sprintf("the tab shows:\n%s\nit complained of: %q", shown, w.complaints)
}

// follow clicks a link that opens a tab and returns that tab.
func (w *tab) follow(selector string) *tab {
	w.t.Helper()
	address := evaluate[string](w, fmt.Sprintf("document.querySelector(%q).href", selector))
	w.click(selector)
	var found target.ID
	if !eventually(w.t.Context(), func() bool {
		all, err := chromedp.Targets(w.ctx)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, info := range all {
			if info.URL == address && !info.Attached {
				found = info.TargetID
			}
		}
		return found != ""
	}) {
		w.t.Fatalf("no tab opened %s\n%s", address, w.describe())
	}
	return w.another(chromedp.WithTargetID(found))
}

// another opens a tab beside this one, of the same buyer.
func (w *tab) another(options ...chromedp.ContextOption) *tab {
	w.t.Helper()
	other := openTab(w.ctx, w.t, options...)
	other.at = w.at
	return other
}
