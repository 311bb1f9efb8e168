package web_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/fasthttp/websocket"

	"till/app/shop"
	"till/app/web"
)

// watch opens a socket on an order.
func (s *site) watch(t *testing.T, id shop.OrderID, header http.Header) (*websocket.Conn, *http.Response, error) {
	t.Helper()
	address := "ws" + strings.TrimPrefix(s.url, "http") + "/orders/" + string(id) + "/live"
	conn, res, err := websocket.DefaultDialer.DialContext(t.Context(), address, header)
	if err == nil {
		t.Cleanup(func() { _ = conn.Close() })
	}
	return conn, res, err
}

func (s *site) mustWatch(t *testing.T, id shop.OrderID) *websocket.Conn {
	t.Helper()
	conn, _, err := s.watch(t, id, nil)
	must(t, err)
	return conn
}

// frame reads one frame.
func frame(t *testing.T, conn *websocket.Conn) string {
	t.Helper()
	must(t, conn.SetReadDeadline(time.Now().Add(5*time.Second)))
	_, text, err := conn.ReadMessage()
	must(t, err)
	return string(text)
}

func TestASocketIsSentTheTruthAtOnceAndEveryStep(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.buy(t)
	conn := s.mustWatch(t, id)
	first := frame(t, conn)
	if !strings.HasPrefix(first, `<section id="order-status"`) || !strings.Contains(first, `data-state="waiting"`) ||
		!strings.Contains(first, `hx-swap-oob="outerMorph"`) {
		t.Errorf("the first frame is %s", first)
	}
	s.deliver(t, s.webhook("e1", "charge:pending", "PENDING"))
	if next := frame(t, conn); !strings.Contains(next, `data-state="detected"`) {
		t.Errorf("after the pending webhook came %s", next)
	}
	s.deliver(t, s.webhook("e2", "charge:confirmed", "COMPLETED"))
	if last := frame(t, conn); !strings.Contains(last, "Payment confirmed") || !strings.Contains(last, `data-state="confirmed"`) {
		t.Errorf("after the confirmed webhook came %s", last)
	}
}

func TestTwoBuyersNeverSeeEachOther(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	a := s.buy(t)
	s.client = browser(t)
	b := s.buy(t)
	first, second := s.mustWatch(t, a), s.mustWatch(t, b)
	frame(t, first)
	frame(t, second)
	s.deliver(t, s.webhook("e1", "charge:confirmed", "COMPLETED")) // about the newest: b
	got := frame(t, second)
	if !strings.Contains(got, "confirmed") || strings.Contains(got, string(a)) {
		t.Errorf("the second buyer got %s", got)
	}
	_ = s.hub // the first buyer's socket must stay silent
	must(t, first.SetReadDeadline(time.Now().Add(300*time.Millisecond)))
	if _, text, err := first.ReadMessage(); err == nil {
		t.Errorf("the first buyer got %s", text)
	}
}

func TestWhoMayOpenASocket(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.buy(t)
	tests := map[string]struct {
		id     shop.OrderID
		header http.Header
		status int
	}{
		"our page":            {id, http.Header{"Origin": {s.url}}, http.StatusSwitchingProtocols},
		"no browser":          {id, nil, http.StatusSwitchingProtocols},
		"a foreign Origin":    {id, http.Header{"Origin": {"https://evil.example"}}, http.StatusForbidden},
		"an opaque Origin":    {id, http.Header{"Origin": {"null"}}, http.StatusForbidden},
		"our name, no port":   {id, http.Header{"Origin": {"http://127.0.0.1"}}, http.StatusForbidden},
		"a foreign Host":      {id, http.Header{"Host": {"evil.example"}}, http.StatusMisdirectedRequest},
		"a guessed order":     {shop.OrderID(strings.Repeat("a", 26)), nil, http.StatusNotFound},
		"an order like a dot": {"..", nil, http.StatusNotFound},
	}
	for name, tt := range tests {
		_, res, err := s.watch(t, tt.id, tt.header)
		if res == nil {
			t.Errorf("%s: no answer: %v", name, err)
		} else if res.StatusCode != tt.status {
			t.Errorf("%s: answered %d, want %d", name, res.StatusCode, tt.status)
		}
	}
	if a := s.get(t, "/orders/"+string(id)+"/live"); a.StatusCode != http.StatusUpgradeRequired {
		t.Errorf("without an upgrade: %d", a.StatusCode)
	}
}

func TestSocketsAreLimitedPerAddressAndGivenBack(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(c *web.Config) { c.LimitSockets = 2 })
	id := s.buy(t)
	first, second := s.mustWatch(t, id), s.mustWatch(t, id)
	frame(t, first) // both are seated now
	frame(t, second)
	if _, res, err := s.watch(t, id, nil); err == nil || res.StatusCode != http.StatusTooManyRequests {
		t.Errorf("a third socket was let in (%v)", err)
	}
	must(t, first.Close())
	eventually(t, "a place becomes free", func() bool {
		_, _, err := s.watch(t, id, nil)
		return err == nil
	})
}

func TestClosingTheHubSendsEveryPageAwayWith1012(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.buy(t)
	conn := s.mustWatch(t, id)
	frame(t, conn)
	s.hub.Close(context.Background(), time.Second)
	_, _, err := conn.ReadMessage()
	var closed *websocket.CloseError
	if !errors.As(err, &closed) || closed.Code != websocket.CloseServiceRestart {
		t.Errorf("the socket ended with %v, want 1012", err)
	}
	late, _, err := s.watch(t, id, nil)
	must(t, err)
	if _, _, err := late.ReadMessage(); !errors.As(err, &closed) || closed.Code != websocket.CloseServiceRestart {
		t.Errorf("a late socket ended with %v, want 1012", err)
	}
}

func TestAPageThatTalksTooMuchIsCut(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	conn := s.mustWatch(t, s.buy(t))
	frame(t, conn)
	// The cut may come while this is still being written, and is then its error.
	if err := conn.WriteMessage(websocket.TextMessage, []byte(strings.Repeat("x", 1<<16))); err == nil {
		must(t, conn.SetReadDeadline(time.Now().Add(5*time.Second)))
		if _, _, err := conn.ReadMessage(); err == nil {
			t.Error("the socket stayed open")
		}
	}
	eventually(t, "its seat is free", func() bool { return s.hub.Count() == 0 })
}
