package sandbox

import (
	"errors"
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"till/app/sandbox/ledger"
)

// pagination is how the provider describes a page.
type pagination struct {
	Order         string   `json:"order"`
	StartingAfter *string  `json:"starting_after"`
	EndingBefore  *string  `json:"ending_before"`
	Total         int      `json:"total"`
	Limit         int      `json:"limit"`
	Yielded       int      `json:"yielded"`
	CursorRange   []string `json:"cursor_range"`
	PreviousURI   *string  `json:"previous_uri"`
	NextURI       *string  `json:"next_uri"`
}

// handleChargeList handles GET /commerce/charges.
func (s *Sandbox) handleChargeList(c *fiber.Ctx) error {
	ask, err := readQuery(c)
	if err != nil {
		return err
	}
	page, err := ledger.ListPage(c.UserContext(), s.db.Read(), ask)
	if errors.Is(err, ledger.ErrNotFound) {
		return invalid("The cursor is not the id of a charge.")
	}
	if err != nil {
		return err
	}
	data := make([]any, 0, len(page.Charges))
	for _, charge := range page.Charges {
		data = append(data, s.view.Resource(charge))
	}
	return send(c, fiber.StatusOK, envelope{Pagination: s.paginate(ask, page), Data: data})
}

func readQuery(c *fiber.Ctx) (ledger.Query, error) {
	q := ledger.Query{After: c.Query("starting_after"), Before: c.Query("ending_before")}
	limit, err := strconv.Atoi(c.Query("limit", "25"))
	if err != nil || limit < 0 || limit > 100 {
		return q, invalid("limit must be a number from 0 to 100")
	}
	q.Limit = limit
	switch order := c.Query("order", "desc"); order {
	case "asc", "desc":
		q.Ascending = order == "asc"
	default:
		return q, invalid("order must be asc or desc")
	}
	if q.After != "" && q.Before != "" {
		return q, invalid("starting_after and ending_before cannot be used together")
	}
	return q, nil
}

func (s *Sandbox) paginate(ask ledger.Query, page ledger.Page) pagination {
	p := pagination{
		Order: "desc", Total: page.Total, Limit: ask.Limit, Yielded: len(page.Charges),
		CursorRange: []string{}, StartingAfter: optional(ask.After), EndingBefore: optional(ask.Before),
	}
	if ask.Ascending {
		p.Order = "asc"
	}
	if p.Yielded == 0 {
		return p
	}
	first, last := page.Charges[0].ID, page.Charges[p.Yielded-1].ID
	p.CursorRange = []string{first, last}
	p.PreviousURI = optional(s.listURI(ask, "ending_before", first))
	if page.More {
		p.NextURI = optional(s.listURI(ask, "starting_after", last))
	}
	return p
}

func (s *Sandbox) listURI(ask ledger.Query, cursor, id string) string {
	q := url.Values{"limit": {strconv.Itoa(ask.Limit)}, cursor: {id}}
	if ask.Ascending {
		q.Set("order", "asc")
	}
	return s.cfg.PublicURL + "/commerce/charges?" + q.Encode()
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
