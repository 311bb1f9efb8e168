package sandbox

import (
	"encoding/json"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"till/app/coinbase/business"
)

// errorLink is where the provider explains its errors.
const errorLink = "https://docs.cdp.coinbase.com/api-reference/v2/errors#"

// sendBusiness answers with JSON as business does: without an envelope.
func sendBusiness(c *fiber.Ctx, status int, reply any) error {
	body, err := json.Marshal(reply)
	if err != nil {
		return fmt.Errorf("encode the answer: %w", err)
	}
	return sendRaw(c, status, body)
}

func sendRaw(c *fiber.Ctx, status int, body []byte) error {
	head(c)
	c.Set(fiber.HeaderContentType, "application/json; charset=utf-8")
	return c.Status(status).Send(body)
}

// sendFault answers with an error in business's words.
func sendFault(c *fiber.Ctx, p *problem) error {
	kind := faultOf(p)
	return sendBusiness(c, p.status, business.ErrorReply{
		Type: kind, Message: p.message, Link: errorLink + kind,
		CorrelationID: string(c.Response().Header.Peek(fiber.HeaderXRequestID)),
	})
}

// faultOf is the type of an error: its status decides, whatever Commerce calls
// it.
func faultOf(p *problem) string {
	switch p.status {
	case fiber.StatusUnauthorized:
		return business.TypeUnauthorized
	case fiber.StatusForbidden:
		return business.TypeForbidden
	case fiber.StatusNotFound:
		return business.TypeNotFound
	case fiber.StatusUnprocessableEntity:
		return business.TypeIdempotency
	case fiber.StatusTooManyRequests:
		return business.TypeRateLimit
	}
	if p.status >= fiber.StatusInternalServerError {
		return business.TypeInternal
	}
	return business.TypeInvalidRequest
}
