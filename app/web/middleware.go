package web

import (
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"till/app/page"
	"till/app/shop"
)

// observe gives each request an id and logs how it ended.
func (s *Site) observe(c *fiber.Ctx) error {
	id, err := shop.NewToken(s.cfg.Random)
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderXRequestID, id)
	c.SetUserContext(page.WithRequest(c.UserContext(), id))
	started := time.Now() // how long it took is about the machine, not the shop's clock
	if err := c.Next(); err != nil {
		if err := s.handleError(c, err); err != nil {
			return err
		}
	}
	status := c.Response().StatusCode()
	s.metrics.requests.WithLabelValues(fmt.Sprint(status)).Inc()
	s.cfg.Logger.Log(c.UserContext(), requestLevel(c, status), "request",
		"method", c.Method(), "path", c.Path(), "status", status, "took", time.Since(started))
	return nil
}

// requestLevel keeps what machines ask all day out of the log.
func requestLevel(c *fiber.Ctx, status int) slog.Level {
	quiet := []string{"/assets/", "/livez", "/readyz", "/metrics", "/webhooks/"}
	isQuiet := slices.ContainsFunc(quiet, func(p string) bool { return strings.HasPrefix(c.Path(), p) })
	if status < fiber.StatusBadRequest && (isQuiet || strings.HasSuffix(c.Path(), "/status") || c.Path() == "/account/orders") {
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

// recoverPanic turns a handler's panic into a 500 that tells nothing.
func (s *Site) recoverPanic(c *fiber.Ctx) (err error) {
	defer func() {
		if r := recover(); r != nil {
			s.cfg.Logger.ErrorContext(c.UserContext(), "a handler panicked", "panic", r, "stack", string(debug.Stack()))
			err = fiber.ErrInternalServerError
		}
	}()
	return c.Next()
}

// sameOrigin refuses what a browser sends for another site: a person with a page,
// a program that asks for it with JSON.
func (s *Site) sameOrigin() fiber.Handler {
	withPage := s.cfg.Pages.SameOrigin()
	return func(c *fiber.Ctx) error {
		if wantsJSON(c) && page.CrossSite(c) {
			return shop.Errorf(shop.Forbidden, page.FromElsewhere)
		}
		return withPage(c)
	}
}

// checkHost refuses requests for a name that is not ours, so that a foreign
// name that was made to point here (DNS rebinding) reads nothing.
func (s *Site) checkHost(c *fiber.Ctx) error {
	if s.ownHost(string(c.Request().Host())) {
		return c.Next()
	}
	return fiber.ErrMisdirectedRequest
}

func (s *Site) ownHost(hostport string) bool {
	host := (&url.URL{Host: hostport}).Hostname()
	public := s.cfg.PublicURL.Hostname()
	if strings.EqualFold(host, public) || (isLoopback(host) && isLoopback(public)) {
		return true
	}
	return slices.ContainsFunc(s.cfg.AllowedHosts, func(allowed string) bool { return strings.EqualFold(allowed, host) })
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
