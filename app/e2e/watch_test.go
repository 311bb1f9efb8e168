package e2e

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/fasthttp/websocket"
)

// watch is a page that waits for an order, as far as a socket tells: it keeps
// what it was last shown.
type watch struct {
	t     *testing.T
	conn  *websocket.Conn
	shown string // the last frame
}

// watch opens the order's socket and reads the frame that every connection
// begins with.
func (s *till) watch(t *testing.T, order string) *watch {
	t.Helper()
	conn, answer, err := websocket.DefaultDialer.DialContext(t.Context(), "ws"+strings.TrimPrefix(s.shop, "http")+"/orders/"+order+"/live", nil)
	if err != nil {
		t.Fatalf("the page's socket: %v", err)
	}
	_ = answer.Body.Close() // a socket's answer has none
	w := &watch{t: t, conn: conn}
	t.Cleanup(w.close)
	w.next()
	return w
}

// close leaves the page.
func (w *watch) close() { _ = w.conn.Close() } // twice is no harm

func (w *watch) next() {
	w.t.Helper()
	if err := w.conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		w.t.Fatal(err)
	}
	_, frame, err := w.conn.ReadMessage()
	if err != nil {
		w.t.Fatalf("%v, while the page shows:\n%s", err, w.shown)
	}
	w.shown = string(frame)
}

// until reads frames until the page shows an end: a state, and an exception
// behind a blank if it has one.
func (w *watch) until(end string) {
	w.t.Helper()
	state, exception, _ := strings.Cut(end, " ")
	wanted := regexp.MustCompile(fmt.Sprintf(`data-state=%q data-exception=%q`, state, exception))
	for !wanted.MatchString(w.shown) {
		w.next()
	}
}

// comeBack is the buyer whom the provider sends back: the shop then asks.
func (s *till) comeBack(t *testing.T, order string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.shop+"/success?order="+order, nil)
	if err != nil {
		t.Fatal(err)
	}
	if status, body := send(t, r); status != http.StatusOK {
		t.Fatalf("GET /success: %d %s", status, body)
	}
}
