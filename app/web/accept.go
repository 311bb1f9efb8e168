package web

import (
	"github.com/gofiber/fiber/v2"
)

// wantsJSON reports whether a program asks, which names JSON before HTML. Who
// takes anything gets the page.
func wantsJSON(c *fiber.Ctx) bool {
	return c.Accepts(fiber.MIMETextHTML, fiber.MIMEApplicationJSON) == fiber.MIMEApplicationJSON
}

// failureJSON is an answer that tells a program what is wrong.
type failureJSON struct {
	Error struct {
		Status  int    `json:"status"`
		Message string `json:"message"`
	} `json:"error"`
}

func sendFailure(c *fiber.Ctx, status int, message string) error {
	var answer failureJSON
	answer.Error.Status, answer.Error.Message = status, message
	return sendJSON(c, status, answer)
}

// sendJSON answers a program. As with a page, no cache may keep it.
func sendJSON(c *fiber.Ctx, status int, body any) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Status(status).JSON(body)
}
