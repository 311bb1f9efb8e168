package web

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"till/app/page"
)

const (
	// bodyTimes is how much longer than its head a request's body may take.
	bodyTimes = 2
	// writeTime is how long a visitor may take to read the answer.
	writeTime = 10 * time.Second
	// longestURL has room for a page to come back to after logging in.
	longestURL = 8 << 10
)

// server makes the server below the routes. A connection costs a goroutine and,
// while a request is being read, a buffer of MaxHead; what is slow is cut: each
// step has a time of its own.
func (s *Site) server() *fiber.App {
	app := fiber.New(fiber.Config{
		AppName:               "Till",
		DisableStartupMessage: true,
		Immutable:             true, // strings of a request are kept after its handler
		BodyLimit:             s.cfg.MaxBody,
		ReadBufferSize:        s.cfg.MaxHead,
		ReadTimeout:           s.cfg.FirstByte,
		WriteTimeout:          writeTime,
		IdleTimeout:           s.cfg.Idle,
		ReduceMemoryUsage:     true, // an idle socket then holds no request buffers
		// Without this Fiber believes X-Forwarded-Host and its kin from anybody.
		EnableTrustedProxyCheck: true,
		ErrorHandler:            s.refuseUnread,
	})
	server := app.Server()
	server.HeaderReceived = func(*fasthttp.RequestHeader) fasthttp.RequestConfig {
		return fasthttp.RequestConfig{ReadTimeout: bodyTimes * s.cfg.FirstByte}
	}
	server.CloseOnShutdown = true // who is answered last is told not to come back here
	// Fiber answers a method it does not know by itself, past all middleware.
	handle := server.Handler
	server.Handler = func(c *fasthttp.RequestCtx) {
		if slices.Contains(fiber.DefaultMethods, string(c.Method())) {
			handle(c)
			return
		}
		server.ErrorHandler(c, fasthttp.ErrGetOnly)
	}
	return app
}

// refuseUnread answers what could not be read as a request: too large, too slow
// or no HTTP. No middleware has seen it, so it does here what they would have.
// Only who may be a person with too many cookies or too large a form is sent a
// page; a thousand connections that were too slow shall not cost one each.
func (s *Site) refuseUnread(c *fiber.Ctx, err error) error {
	var known *fiber.Error
	status := fiber.StatusBadRequest
	// Fiber calls a connection that broke off a bad gateway.
	if errors.As(err, &known) && known.Code != fiber.StatusBadGateway {
		status = known.Code
	}
	s.metrics.requests.WithLabelValues(fmt.Sprint(status)).Inc()
	s.cfg.Pages.Protect(c, page.Policy{})
	title, message := page.Words(status)
	if wantsJSON(c) { // as far as its headers were read
		return sendFailure(c, status, message)
	}
	switch status {
	case fiber.StatusRequestHeaderFieldsTooLarge, fiber.StatusRequestEntityTooLarge:
		return s.cfg.Pages.Fail(c, status, title, message)
	}
	return c.Status(status).SendString(message + "\n")
}

// checkURL refuses addresses longer than any of ours.
func checkURL(c *fiber.Ctx) error {
	if len(c.Request().RequestURI()) > longestURL {
		return fiber.ErrRequestURITooLong
	}
	return c.Next()
}
