package sandbox

import (
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"till/app/sandbox/ledger"
)

// handleEventList handles GET /commerce/events.
func (s *Sandbox) handleEventList(c *fiber.Ctx) error {
	ask, err := readQuery(c)
	if err != nil {
		return err
	}
	page, err := ledger.ListEventPage(c.UserContext(), s.db.Read(), ask)
	if errors.Is(err, ledger.ErrNotFound) {
		return invalid("The cursor is not the id of an event.")
	}
	if err != nil {
		return err
	}
	return send(c, fiber.StatusOK, pageOf(s.cfg.PublicURL+"/commerce/events", ask, page, func(e *ledger.Event) (string, any) {
		return e.ID, e.Body
	}))
}

// handleEventShow handles GET /commerce/events/{id}. It never warns: one
// official client reads warnings here as an object and fails on a list.
func (s *Sandbox) handleEventShow(c *fiber.Ctx) error {
	event, err := ledger.FindEvent(c.UserContext(), s.db.Read(), strings.ToLower(c.Params("id")))
	if err != nil {
		return err
	}
	return sendPlain(c, fiber.StatusOK, envelope{Data: event.Body})
}
