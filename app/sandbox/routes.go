package sandbox

import (
	"bufio"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/recover"
	"github.com/valyala/fasthttp"
)

const (
	maxBody = 256 << 10 // more than any request here needs
	maxHead = 64 << 10  // an embed's custom text comes in the address, escaped
)

func (s *Sandbox) routes() *fiber.App {
	app := fiber.New(fiber.Config{
		AppName: "Till sandbox", DisableStartupMessage: true, DisableDefaultDate: true,
		Immutable: true, BodyLimit: maxBody, ReadBufferSize: maxHead, ErrorHandler: s.answerError,
		ReadTimeout: 30 * time.Second, WriteTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute,
	})
	app.Use(s.stamp, tidyPath, recover.New())

	s.apiRoutes(app.Group("/commerce", s.requireKey, s.trouble))
	s.businessRoutes(app)
	s.controlRoutes(app.Group("/control", s.guardControl))
	html := app.Group("", forPeople(s.headers), forPeople(s.pages.SameOrigin()))
	s.pages.Mount(app)
	s.pageRoutes(html)
	refuseMethods(app)
	return app
}

// refuseMethods has a method that Fiber does not know refused as any other:
// Fiber would answer by itself, past every handler, in plain text.
func refuseMethods(app *fiber.App) {
	server := app.Server()
	handle := server.Handler
	server.Handler = func(c *fasthttp.RequestCtx) {
		if slices.Contains(fiber.DefaultMethods, string(c.Method())) {
			handle(c)
			return
		}
		server.ErrorHandler(c, fasthttp.ErrGetOnly)
	}
}

// forPeople keeps a page's handler from what programs ask for, unknown paths
// there included: they are never answered with HTML.
func forPeople(h fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		if forPrograms(c) {
			return c.Next()
		}
		return h(c)
	}
}

// stamp marks every answer.
func (s *Sandbox) stamp(c *fiber.Ctx) error {
	if err := s.mark(c); err != nil {
		return err
	}
	return c.Next()
}

// mark puts the business time and a request id on the answer.
func (s *Sandbox) mark(c *fiber.Ctx) error {
	// fasthttp keeps Date for itself: a header that is set by that name is
	// dropped, one that was read is sent.
	date := s.clock.Now().Format(http.TimeFormat)
	head := "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nDate: " + date + "\r\n\r\n"
	if err := c.Response().Header.Read(bufio.NewReader(strings.NewReader(head))); err != nil {
		return err
	}
	c.Response().Header.SetStatusMessage(nil) // not "OK", whatever the status becomes
	id, err := s.names.id()
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderXRequestID, id)
	return nil
}

// tidyPath serves /commerce//charges too: official clients put a slash at the
// end of the base URL and another one before the path.
func tidyPath(c *fiber.Ctx) error {
	path := c.Path()
	if !strings.Contains(path, "//") {
		return c.Next()
	}
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	c.Path(path)
	return c.RestartRouting()
}

// secure says whether browsers come by https.
func secure(url string) bool { return strings.HasPrefix(url, "https://") }
