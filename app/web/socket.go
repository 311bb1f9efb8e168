package web

import (
	"net/url"
	"strings"
	"sync"
	"time"

	fasthttpws "github.com/fasthttp/websocket"
	"github.com/gofiber/contrib/websocket"
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"till/app/live"
	"till/app/shop"
)

const (
	// sendDeadline is how long a frame may take. It fits the socket's buffer
	// unless the reader has stopped reading long ago; a second leaves room for
	// a machine that is out of breath.
	sendDeadline = time.Second
	// silence is how long a socket may say nothing, not even answer a ping.
	silence = 70 * time.Second
	// inbound bounds what a page may send; it has nothing to say.
	inbound = 512
)

// checkSocket answers GET /orders/{id}/live before it becomes a socket: the
// order exists, the page is ours, and neither the visitor's network nor the
// order has too many. A page that is refused here polls instead.
func (s *Site) checkSocket(c *fiber.Ctx) error {
	if !websocket.IsWebSocketUpgrade(c) {
		return fiber.ErrUpgradeRequired
	}
	if !fitsHost(c.Get(fiber.HeaderOrigin), string(c.Request().Host())) {
		return fiber.ErrForbidden
	}
	order, err := s.findOrder(c, c.Params("id"))
	if err != nil {
		return err
	}
	network := s.network(c)
	if s.sockets.full(network) || s.watchers.full(string(order.ID)) {
		return shop.Errorf(shop.TooMany, "Too many pages wait on a live connection already. This one asks every few seconds instead.")
	}
	slim(&c.Request().Header)
	c.Locals(socketKey, socketVisit{order: order.ID, network: network, request: c.Context()})
	return c.Next()
}

// slim leaves of a handshake what the upgrade reads: contrib/websocket copies
// every header there is, cookies too, and keeps the copies as long as the
// socket.
func slim(h *fasthttp.RequestHeader) {
	key, version := string(h.Peek(fiber.HeaderSecWebSocketKey)), string(h.Peek(fiber.HeaderSecWebSocketVersion))
	h.Reset()
	h.Set(fiber.HeaderConnection, fiber.HeaderUpgrade)
	h.Set(fiber.HeaderUpgrade, "websocket")
	h.Set(fiber.HeaderSecWebSocketKey, key)
	h.Set(fiber.HeaderSecWebSocketVersion, version)
}

// fitsHost reports whether a socket's Origin is absent or that of the host it
// asks for. Without this any page in the buyer's browser could listen in.
func fitsHost(origin, host string) bool {
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host != "" && strings.EqualFold(u.Host, host)
}

const socketKey = "socket"

// socketVisit is what the check leaves for the socket.
type socketVisit struct {
	order   shop.OrderID
	network string
	request *fasthttp.RequestCtx
}

// forget drops request and response, which are over but would stay in memory
// as long as the socket. From the first line of its handler on they are the
// socket's alone.
func (v socketVisit) forget() {
	v.request.Request = fasthttp.Request{}
	v.request.Response = fasthttp.Response{}
}

// socketConfig keeps an idle socket small: a page sends nothing worth a read
// buffer, and write buffers are shared.
func (s *Site) socketConfig() websocket.Config {
	return websocket.Config{
		ReadBufferSize:  128, // a control frame's payload at least
		WriteBufferSize: 4096,
		WriteBufferPool: &sync.Pool{},
		RecoverHandler: func(*websocket.Conn) {
			if r := recover(); r != nil {
				s.cfg.Logger.Error("a socket's handler panicked", "panic", r)
			}
		},
	}
}

// handleSocket handles GET /orders/{id}/live: it subscribes first, the hub then
// reads and sends. It ends when the buyer leaves or the hub closes the socket.
func (s *Site) handleSocket(conn *websocket.Conn) {
	visit, ok := conn.Locals(socketKey).(socketVisit)
	if !ok || !s.takeSocket(visit) { // others may have come since the check
		socket{conn: conn.Conn}.Close(live.CloseTryAgainLater)
		return
	}
	defer s.giveSocket(visit)
	visit.forget()
	seat := s.cfg.Hub.Join(visit.order, socket{conn: conn.Conn})
	if seat == nil {
		socket{conn: conn.Conn}.Close(live.CloseServiceRestart)
		return
	}
	defer seat.Leave()
	conn.SetReadLimit(inbound)
	hear := func(string) error { return conn.SetReadDeadline(time.Now().Add(silence)) }
	conn.SetPongHandler(hear)
	if hear("") != nil {
		return
	}
	for {
		if _, _, err := conn.NextReader(); err != nil {
			return
		}
	}
}

// takeSocket reports whether there is room for one more.
func (s *Site) takeSocket(v socketVisit) bool {
	if !s.sockets.take(v.network) {
		return false
	}
	if s.watchers.take(string(v.order)) {
		return true
	}
	s.sockets.give(v.network)
	return false
}

func (s *Site) giveSocket(v socketVisit) {
	s.sockets.give(v.network)
	s.watchers.give(string(v.order))
}

// socket implements [live.Conn]. It holds the connection itself: the struct
// that contrib/websocket puts around it is reused for another buyer as soon as
// the handler has returned.
type socket struct {
	conn *fasthttpws.Conn
}

// Send writes a frame.
func (s socket) Send(frame []byte) error {
	if err := s.conn.SetWriteDeadline(time.Now().Add(sendDeadline)); err != nil {
		return err
	}
	return s.conn.WriteMessage(websocket.TextMessage, frame)
}

// Ping sends a ping.
func (s socket) Ping() error {
	return s.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(sendDeadline))
}

// Close sends the code and ends the read that the handler waits in; closing the
// connection from here would do nothing.
func (s socket) Close(code int) {
	_ = s.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(sendDeadline))
	_ = s.conn.SetReadDeadline(time.Now())
}
