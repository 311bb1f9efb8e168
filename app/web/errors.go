package web

import (
	"errors"

	"github.com/gofiber/fiber/v2"

	"till/app/page"
	"till/app/shop"
)

// statuses is the one table of code to status.
var statuses = map[shop.Code]int{
	shop.Invalid:     fiber.StatusUnprocessableEntity,
	shop.NotFound:    fiber.StatusNotFound,
	shop.Conflict:    fiber.StatusConflict,
	shop.Forbidden:   fiber.StatusForbidden,
	shop.TooMany:     fiber.StatusTooManyRequests,
	shop.Unavailable: fiber.StatusServiceUnavailable,
}

// handleError answers every error a handler returns: a person with a page, a
// program that asks for it with JSON. Only a [shop.Error] was written for
// people; of any other they see its status in our words.
func (s *Site) handleError(c *fiber.Ctx, err error) error {
	var told *shop.Error
	if !errors.As(err, &told) || statuses[told.Code] == 0 {
		told = nil
	}
	if err := s.failPage(c, err, told); err != nil || !wantsJSON(c) {
		return err
	}
	status := c.Response().StatusCode()
	_, message := page.Words(status)
	if told != nil {
		message = told.Message
	}
	return sendFailure(c, status, message)
}

func (s *Site) failPage(c *fiber.Ctx, err error, told *shop.Error) error {
	c.Vary(fiber.HeaderAccept)
	if told == nil {
		return s.cfg.Pages.Error(c, err)
	}
	status := statuses[told.Code]
	if status >= fiber.StatusInternalServerError {
		s.cfg.Logger.ErrorContext(c.UserContext(), "request failed", "method", c.Method(), "path", c.Path(), "status", status, "error", err)
	}
	title, _ := page.Words(status)
	return s.cfg.Pages.Fail(c, status, title, told.Message)
}
