package web

import (
	"github.com/gofiber/contrib/websocket"
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"till/app/page"
)

// routes registers every route of the shop. What stands before the host check
// is asked by machines that know no name of ours.
func (s *Site) routes() {
	app := s.app
	app.Use(s.observe, s.recoverPanic, s.cfg.Pages.Headers(page.Policy{}))

	app.Get("/livez", s.handleLive)
	app.Get("/readyz", s.handleReady)
	app.Get("/metrics", s.guardMetrics, adaptor.HTTPHandler(promhttp.HandlerFor(s.cfg.Registry, promhttp.HandlerOpts{})))

	app.Use(s.checkHost)
	app.Get("/webhooks/:provider", s.handleWebhookShow)
	app.Post("/webhooks/:provider", s.handleWebhook)

	app.Use(s.cfg.Pages.SameOrigin())
	s.cfg.Pages.Mount(app)
	app.Get("/", s.handleProductList)
	app.Get("/products/:slug", s.handleProductShow)

	limit := s.limitOrders()
	app.Post("/orders", limit, s.handleOrderCreate)
	app.Get("/orders/:id", s.handleOrderShow)
	app.Get("/orders/:id/status", s.handleOrderStatus)
	app.Get("/orders/:id/live", s.checkSocket, websocket.New(s.handleSocket, s.socketConfig()))
	app.Post("/orders/:id/payments", limit, s.handleOrderRetry)
	app.Post("/orders/:id/cancel", limit, s.handleOrderCancel)

	app.Get("/success", s.handleSuccess)
	app.Get("/cancel", s.handleCancel)
	app.Use(func(*fiber.Ctx) error { return fiber.ErrNotFound })
}
