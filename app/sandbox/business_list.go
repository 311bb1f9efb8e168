package sandbox

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"till/app/sandbox/ledger"
)

const (
	usualPageSize = 20
	maxPageSize   = 100
	tokenMark     = "page:"
)

type businessPage struct {
	Checkouts     []any  `json:"checkouts"`
	NextPageToken string `json:"nextPageToken,omitempty"` // absent at the end
}

// handleBusinessList handles GET /business/api/v1/checkouts, the newest first.
func (s *Sandbox) handleBusinessList(c *fiber.Ctx) error {
	ask, err := readBusinessQuery(c)
	if err != nil {
		return err
	}
	page, next, err := ledger.ListBusiness(c.UserContext(), s.db.Read(), ask)
	if err != nil {
		return err
	}
	reply := businessPage{Checkouts: []any{}}
	for _, checkout := range page {
		reply.Checkouts = append(reply.Checkouts, s.view.Business(checkout))
	}
	if next != 0 {
		reply.NextPageToken = base64.RawURLEncoding.EncodeToString([]byte(tokenMark + strconv.FormatInt(next, 10)))
	}
	return sendBusiness(c, fiber.StatusOK, reply)
}

func readBusinessQuery(c *fiber.Ctx) (ledger.BusinessQuery, error) {
	ask := ledger.BusinessQuery{Text: c.Query("descriptionQuery")}
	var err error
	if ask.Limit, err = strconv.Atoi(c.Query("pageSize", strconv.Itoa(usualPageSize))); err != nil || ask.Limit < 1 || ask.Limit > maxPageSize {
		return ask, invalid("pageSize must be a number from 1 to %d.", maxPageSize)
	}
	for _, state := range c.Context().QueryArgs().PeekMulti("status") {
		if !slices.Contains(ledger.BusinessStates(), string(state)) {
			return ask, invalid("status must be one of %s.", strings.Join(ledger.BusinessStates(), ", "))
		}
		ask.States = append(ask.States, string(state))
	}
	if ask.From, err = queryTime(c, "startTime"); err != nil {
		return ask, err
	}
	if ask.Until, err = queryTime(c, "endTime"); err != nil {
		return ask, err
	}
	ask.Before, err = readPageToken(c.Query("pageToken"))
	return ask, err
}

// queryTime reads a time, zero for none.
func queryTime(c *fiber.Ctx, name string) (time.Time, error) {
	text := c.Query(name)
	if text == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, invalid("%s must be a time such as 2026-03-01T12:00:00Z.", name)
	}
	return at, nil
}

// readPageToken reads what an earlier page ended with, 0 for none.
func readPageToken(token string) (int64, error) {
	if token == "" {
		return 0, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(token)
	number, ok := strings.CutPrefix(string(raw), tokenMark)
	before, broken := strconv.ParseInt(number, 10, 64)
	if err != nil || !ok || broken != nil || before < 1 {
		return 0, invalid("pageToken must be the nextPageToken of an earlier page.")
	}
	return before, nil
}
