package web

import (
	"bytes"
	"errors"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"till/app/shop"
)

// handleWebhook handles POST /webhooks/{provider}. The answer is 200 only when
// the event is on disk; 400 for what will never be accepted; 503 for what the
// provider should send again.
func (s *Site) handleWebhook(c *fiber.Ctx) error {
	err := s.cfg.Inbox.Accept(c.UserContext(), shop.Delivery{
		Provider: shop.Provider(c.Params("provider")),
		Header:   http.Header(c.GetReqHeaders()),
		Body:     bytes.Clone(c.BodyRaw()), // Body would decompress, and the signature is on the bytes
	})
	switch {
	case err == nil:
		return s.answerWebhook(c, fiber.StatusOK, "accepted", "accepted\n")
	case errors.Is(err, shop.ErrSignature):
		s.warnRefused(c, "bad_signature", err)
		return s.answerWebhook(c, fiber.StatusBadRequest, "bad_signature",
			"The signature is missing, too far from now, or fits none of the configured secrets.\n")
	case errors.Is(err, shop.ErrMalformed):
		s.warnRefused(c, "malformed", err)
		return s.answerWebhook(c, fiber.StatusBadRequest, "malformed", "The body is not an event.\n")
	default:
		s.cfg.Logger.ErrorContext(c.UserContext(), "a webhook could not be stored; the provider will send it again", "error", err)
		return s.answerWebhook(c, fiber.StatusServiceUnavailable, "not_stored", "Not stored. Please send it again.\n")
	}
}

func (s *Site) answerWebhook(c *fiber.Ctx, status int, verdict, text string) error {
	s.metrics.webhooks.WithLabelValues(verdict).Inc()
	return c.Status(status).SendString(text)
}

// warnRefused tells the operator why: the sender is not told, and a clock that is
// wrong is not to be looked for among the secrets.
func (s *Site) warnRefused(c *fiber.Ctx, verdict string, err error) {
	s.cfg.Logger.WarnContext(c.UserContext(), "a webhook was refused", "verdict", verdict, "reason", err.Error(), "address", s.address(c))
}

// handleWebhookShow handles GET /webhooks/{provider}, for people who try the
// address in a browser.
func (s *Site) handleWebhookShow(c *fiber.Ctx) error {
	return c.SendString("This address receives webhooks by POST.\n")
}
