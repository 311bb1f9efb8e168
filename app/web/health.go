package web

import (
	"crypto/subtle"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"till/app/live"
)

// metrics are the shop's own; the process's and Go's stand beside them.
type metrics struct {
	requests *prometheus.CounterVec
	webhooks *prometheus.CounterVec
}

func newMetrics(r *prometheus.Registry, hub *live.Hub) metrics {
	m := metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "till_http_requests_total", Help: "HTTP requests by status."}, []string{"status"}),
		webhooks: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "till_webhooks_total", Help: "Webhook deliveries by verdict of the receiver."}, []string{"verdict"}),
	}
	// An alert on a rate does not see the first step of a counter that was not
	// there before.
	for _, verdict := range []string{"accepted", "bad_signature", "malformed", "too_many", "not_stored"} {
		m.webhooks.WithLabelValues(verdict)
	}
	sockets := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "till_sockets", Help: "Pages that wait on a socket now."}, func() float64 { return float64(hub.Count()) })
	r.MustRegister(m.requests, m.webhooks, sockets,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// handleLive handles GET /livez: the process answers.
func (s *Site) handleLive(c *fiber.Ctx) error { return c.SendString("alive\n") }

// handleReady handles GET /readyz: the store answers and every listener
// accepts. The provider's health does not count: orders wait for it.
func (s *Site) handleReady(c *fiber.Ctx) error {
	if err := s.cfg.Orders.Ping(c.UserContext()); err != nil {
		s.cfg.Logger.ErrorContext(c.UserContext(), "not ready", "error", err)
		return c.Status(fiber.StatusServiceUnavailable).SendString("the store does not answer\n")
	}
	if !s.cfg.Ready() {
		return c.Status(fiber.StatusServiceUnavailable).SendString("not every listener accepts yet\n")
	}
	return c.SendString("ready\n")
}

// guardMetrics lets in who has the token; without a token, who asks from this
// machine and not through a proxy.
func (s *Site) guardMetrics(c *fiber.Ctx) error {
	if token := s.cfg.MetricsToken; token != "" {
		sent, _ := strings.CutPrefix(c.Get(fiber.HeaderAuthorization), "Bearer ")
		if subtle.ConstantTimeCompare([]byte(sent), []byte(token)) == 1 {
			return c.Next()
		}
		return fiber.ErrForbidden
	}
	direct := c.Get(fiber.HeaderXForwardedFor) == "" && c.Get("Forwarded") == ""
	if direct && c.Context().RemoteIP().IsLoopback() {
		return c.Next()
	}
	return fiber.ErrForbidden
}
