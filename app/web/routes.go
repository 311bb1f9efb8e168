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
	app.Use(s.observe, s.recoverPanic, s.cfg.Pages.Headers(page.Policy{}), checkURL)

	app.Get("/livez", s.handleLive)
	app.Get("/readyz", s.handleReady)
	app.Get("/metrics", s.guardMetrics, adaptor.HTTPHandler(promhttp.HandlerFor(s.cfg.Registry, promhttp.HandlerOpts{})))

	app.Use(s.checkHost)
	app.Get("/webhooks/:provider", s.handleWebhookShow)
	app.Post("/webhooks/:provider", s.limitWebhooks, s.handleWebhook)

	app.Use(s.sameOrigin())
	s.cfg.Pages.Mount(app)
	app.Get("/", s.handleProductList)
	app.Get("/products/:slug", s.handleProductShow)

	orders, asks := s.perMinute(s.cfg.LimitOrders, refuseTooMany), s.perMinute(s.cfg.LimitAsks, askTooMany)
	app.Post("/orders", orders, s.handleOrderCreate)
	app.Get("/orders/:id", s.handleOrderShow)
	app.Get("/orders/:id/status", s.handleOrderStatus)
	app.Get("/orders/:id/qr.svg", s.handleOrderQR)
	app.Get("/orders/:id/live", s.checkSocket, websocket.New(s.handleSocket, s.socketConfig()))
	app.Post("/orders/:id/payments", asks, s.handleOrderRetry)
	app.Post("/orders/:id/cancel", asks, s.handleOrderCancel)
	app.Post("/orders/:id/claim", orders, s.handleOrderClaim)

	s.accountRoutes(app)
	app.Get("/success", asks, s.handleSuccess)
	app.Get("/cancel", asks, s.handleCancel)
	app.Use(func(*fiber.Ctx) error { return fiber.ErrNotFound })
}

// accountRoutes registers what people do with their accounts.
func (s *Site) accountRoutes(app *fiber.App) {
	app.Get("/register", s.handleRegisterShow)
	app.Post("/register", s.handleRegister)
	app.Get("/login", s.handleLoginShow)
	app.Post("/login", s.handleLogin)
	app.Post("/logout", s.handleLogout)

	app.Get("/account", s.member(s.handleAccountShow))
	app.Get("/account/orders", s.member(s.handleAccountOrders))
	app.Get("/account/password", s.member(s.handlePasswordShow))
	app.Post("/account/password", s.member(s.handlePasswordChange))
	app.Get("/account/delete", s.member(s.handleAccountDeleteShow))
	app.Post("/account/delete", s.member(s.handleAccountDelete))
	app.Get("/account/sessions", s.member(s.handleSessionList))
	app.Post("/account/sessions/:id/revoke", s.member(s.handleSessionRevoke))
}
