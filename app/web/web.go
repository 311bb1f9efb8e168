// Package web is the shop as browsers and webhooks meet it: routes, pages,
// sockets and the receivers, on Fiber. Handlers return errors and one function
// answers them; a page is a struct; what decides about payments is elsewhere.
package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/time/rate"

	"till/app/auth"
	"till/app/live"
	"till/app/page"
	"till/app/shop"
)

// Cashier is the part of [shop.Cashier] that visitors reach.
type Cashier interface {
	Open(ctx context.Context, want shop.Purchase) (shop.Order, error)
	Retry(ctx context.Context, id shop.OrderID, shown string) (shop.Order, error)
	Cancel(ctx context.Context, id shop.OrderID) (shop.Order, error)
	Claim(ctx context.Context, id shop.OrderID, by shop.Customer, browser string) (shop.Order, error)
	Ask(ctx context.Context, id shop.PaymentID) error
}

// Inbox takes webhooks.
type Inbox interface {
	Accept(ctx context.Context, d shop.Delivery) error
}

// Orders finds orders, and answers whether the store works at all.
type Orders interface {
	Finder
	ListOrdersOf(ctx context.Context, id shop.CustomerID, limit int) ([]shop.Order, error)
	Ping(ctx context.Context) error
}

// Shelf is the part of [shop.Shelf] that shows products.
type Shelf interface {
	List(ctx context.Context) []shop.Product
	Find(ctx context.Context, slug shop.Slug) (shop.Product, error)
}

// Config is what a [Site] is made of.
type Config struct {
	Pages     *page.Pages
	Fragments *Fragments
	Hub       *live.Hub
	Cashier   Cashier
	Inbox     Inbox
	Orders    Orders
	Accounts  *auth.Auth
	Shelf     Shelf

	PublicURL      *url.URL       // the shop's own address
	AllowedHosts   []string       // further names it is reached by
	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed
	MetricsToken   string         // bearer token of /metrics; "": loopback only

	// What strangers may take; 0 is any number.
	LimitOrders       int // order forms a minute and address
	LimitAsks         int // visits a minute and address that make us ask the provider
	LimitSockets      int // sockets an address
	LimitOrderSockets int // sockets an order
	LimitWebhooks     int // webhooks a second, from everybody together

	MaxBody   int           // bytes of a request's body; 0: 4 MiB
	MaxHead   int           // bytes of a request's first line and headers; 0: 4 KiB
	FirstByte time.Duration // how long a request's head may take; 0: for ever
	Idle      time.Duration // how long a connection may be idle; 0: as FirstByte

	// Ready reports whether every other listener accepts.
	Ready    func() bool
	Registry *prometheus.Registry
	Now      func() time.Time
	Random   io.Reader
	Logger   *slog.Logger
}

// Site is the shop's web server.
type Site struct {
	cfg     Config
	app     *fiber.App
	metrics metrics
	// sockets counts those each network and each order holds.
	sockets, watchers tally
	webhooks          *rate.Limiter
}

// New returns a site ready to serve.
func New(cfg Config) (*Site, error) {
	s := &Site{
		cfg: cfg, sockets: newTally(cfg.LimitSockets), watchers: newTally(cfg.LimitOrderSockets),
		webhooks: rate.NewLimiter(rate.Inf, 0),
	}
	if cfg.LimitWebhooks > 0 {
		s.webhooks = rate.NewLimiter(rate.Limit(cfg.LimitWebhooks), cfg.LimitWebhooks)
	}
	s.metrics = newMetrics(cfg.Registry, cfg.Hub)
	s.app = s.server()
	s.routes()
	return s, nil
}

// Serve answers on the listener until ctx ends, then finishes the requests in
// hand. Sockets are the hub's to close.
func (s *Site) Serve(ctx context.Context, l net.Listener) error {
	failed := make(chan error, 1)
	go func() { failed <- s.app.Listener(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve the shop: %w", err)
	case <-ctx.Done():
	}
	if err := s.app.ShutdownWithTimeout(shutdownTimeout); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("shut the shop's server down: %w", err)
	}
	return nil
}

const shutdownTimeout = 5 * time.Second
