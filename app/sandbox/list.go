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
	return send(c, fiber.StatusOK, pageOf(s.cfg.PublicURL+"/commerce/charges", ask, page, func(charge *ledger.Charge) (string, any) {
		return charge.ID, s.view.Resource(charge)
	}))
}

// handleCheckoutList handles GET /commerce/checkouts.
func (s *Sandbox) handleCheckoutList(c *fiber.Ctx) error {
	ask, err := readQuery(c)
	if err != nil {
		return err
	}
	page, err := ledger.ListCheckoutPage(c.UserContext(), s.db.Read(), ask)
	if errors.Is(err, ledger.ErrNotFound) {
		return invalid("The cursor is not the id of a checkout.")
	}
	if err != nil {
		return err
	}
	return send(c, fiber.StatusOK, pageOf(s.cfg.PublicURL+"/commerce/checkouts", ask, page, func(checkout *ledger.Checkout) (string, any) {
		return checkout.ID, s.view.Checkout(checkout)
	}))
}

// pageOf writes a page of the list at uri as the provider does; show tells an item's id and how it
// looks.
func pageOf[T any](uri string, ask ledger.Query, page ledger.Page[T], show func(*T) (string, any)) envelope {
	ids, data := []string{}, make([]any, 0, len(page.Items))
	for _, item := range page.Items {
		id, resource := show(item)
		ids, data = append(ids, id), append(data, resource)
	}
	p := paginate(uri, ask, ids, page.More)
	p.Total = page.Total
	return envelope{Pagination: p, Data: data}
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

// paginate describes the page at uri that shows ids; more says that some follow.
func paginate(uri string, ask ledger.Query, ids []string, more bool) pagination {
	p := pagination{
		Order: "desc", Limit: ask.Limit, Yielded: len(ids),
		CursorRange: []string{}, StartingAfter: optional(ask.After), EndingBefore: optional(ask.Before),
	}
	if ask.Ascending {
		p.Order = "asc"
	}
	if p.Yielded == 0 {
		return p
	}
	first, last := ids[0], ids[p.Yielded-1]
	p.CursorRange = []string{first, last}
	p.PreviousURI = optional(listURI(uri, ask, "ending_before", first))
	if more {
		p.NextURI = optional(listURI(uri, ask, "starting_after", last))
	}
	return p
}

func listURI(uri string, ask ledger.Query, cursor, id string) string {
	q := url.Values{"limit": {strconv.Itoa(ask.Limit)}, cursor: {id}}
	if ask.Ascending {
		q.Set("order", "asc")
	}
	return uri + "?" + q.Encode()
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
