package sandbox

import (
	"bufio"
	"net/http"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/recover"
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

	api := app.Group("/commerce", s.requireKey)
	api.Post("/charges", s.handleChargeCreate)
	api.Get("/charges", s.handleChargeList)
	api.Get("/charges/:ref", s.handleChargeShow)
	api.Post("/charges/:ref/cancel", s.handleChargeCancel)
	api.Post("/charges/:ref/resolve", s.handleChargeResolve)
	api.Post("/checkouts", s.handleCheckoutCreate)
	api.Get("/checkouts", s.handleCheckoutList)
	api.Get("/checkouts/:id", s.handleCheckoutShow)
	api.Put("/checkouts/:id", s.handleCheckoutChange)
	api.Delete("/checkouts/:id", s.handleCheckoutDelete)

	control := app.Group("/control", s.guardControl)
	control.Get("/charges", s.handleControlCharges)
	control.Post("/charges/:ref/:action", s.handleControlAction)
	control.Get("/checkouts", s.handleControlCheckouts)
	control.Get("/clock", s.handleClockShow)
	control.Post("/clock", s.handleClockAdvance)
	control.Get("/deliveries", s.handleDeliveryList)
	control.Post("/deliveries/:id/resend", s.handleDeliveryResend)
	control.Get("/settings", s.handleSettingsShow)
	control.Post("/settings", s.handleSettingsChange)

	html := app.Group("", forPeople(s.headers), forPeople(s.pages.SameOrigin()))
	s.pages.Mount(app)
	html.Get("/", s.handleHome)
	for _, hosted := range []string{"/charges/:ref", "/pay/:ref"} {
		html.Get(hosted, s.handleHostedShow)
		html.Get(hosted+"/status", s.handleHostedStatus)
		html.Get(hosted+"/leave", s.handleHostedLeave)
		html.Post(hosted+"/pay", s.handleHostedPay)
		html.Post(hosted+"/cancel", s.handleHostedCancel)
	}
	html.Get("/checkout/:id", s.handleCheckoutPage)
	html.Post("/checkout/:id", s.handleCheckoutBegin)
	s.embedRoutes(html)
	return app
}

// embedRoutes are what another site's page shows in a frame, and its script.
func (s *Sandbox) embedRoutes(html fiber.Router) {
	html.Get("/v1/checkout.js", s.handleEmbedScript)
	html.Get("/embed/checkout/:id", s.handleEmbedCheckout)
	html.Post("/embed/checkout/:id", s.handleEmbedBegin)
	html.Get("/embed/charges/:ref", s.handleEmbedCharge)
	html.Get("/embed/charges/:ref/status", s.handleEmbedStatus)
	html.Post("/embed/charges/:ref/pay", s.handleEmbedPay)
	html.Post("/embed/charges/:ref/cancel", s.handleEmbedCancel)
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

// stamp puts the business time and a request id on every answer.
func (s *Sandbox) stamp(c *fiber.Ctx) error {
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
	return c.Next()
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
