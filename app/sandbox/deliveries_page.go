package sandbox

import (
	"fmt"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"till/app/page"
	"till/app/sandbox/delivery"
)

// deliveriesPage is the log of webhooks.
type deliveriesPage struct {
	page.Frame
	Code, Status string // what it is narrowed to
	Statuses     []string
	Filtered     bool
	Rows         []deliveryRow
	Older        string // where it goes on, "" = nowhere
}

// deliveryRow is one delivery in a line.
type deliveryRow struct {
	ID, Type, Code, URL, EventID string
	Status                       string
	Mood                         string // the badge's class
	Attempts                     string
	Last                         string // how the last attempt went
	Next                         string // when the next one is
}

// deliveriesShown is how many a page lists.
const deliveriesShown = 50

// handleDeliveriesPage handles GET /deliveries.
func (s *Sandbox) handleDeliveriesPage(c *fiber.Ctx) error {
	ask := delivery.Query{
		Limit: deliveriesShown, Before: c.Query("before"),
		Code: typedCode(c.Query("code")), Status: c.Query("status"),
	}
	all, next, err := s.queue.List(c.UserContext(), ask)
	if err != nil {
		return err
	}
	p := deliveriesPage{
		Frame: s.pages.Frame("Webhooks"), Code: ask.Code, Status: ask.Status,
		Statuses: []string{"waiting", "delivered", "abandoned"}, Filtered: ask.Code != "" || ask.Status != "",
	}
	for _, d := range all {
		p.Rows = append(p.Rows, rowOf(d))
	}
	if next != "" {
		p.Older = "/deliveries?" + url.Values{"before": {next}, "code": {ask.Code}, "status": {ask.Status}}.Encode()
	}
	return s.pages.Send(c, fiber.StatusOK, "sandbox/deliveries", p)
}

func rowOf(d delivery.Delivery) deliveryRow {
	row := deliveryRow{
		ID: d.ID, Type: d.Type, Code: d.Code, URL: d.URL, EventID: d.EventID, Status: d.Status,
		Mood: moodOf(d.Status), Attempts: attempts(d.Attempts),
	}
	switch {
	case d.LastAt == nil:
	case d.LastStatus != 0:
		row.Last = fmt.Sprintf("last answered %d at %s", d.LastStatus, moment(*d.LastAt))
	default:
		row.Last = d.LastError + " at " + moment(*d.LastAt)
	}
	if d.NextAt != nil {
		row.Next = moment(*d.NextAt)
	}
	return row
}

func attempts(n int) string {
	switch n {
	case 0:
		return "not sent yet"
	case 1:
		return "1 attempt"
	default:
		return fmt.Sprintf("%d attempts", n)
	}
}

func moodOf(status string) string {
	switch status {
	case "delivered":
		return "good"
	case "abandoned":
		return "bad"
	default:
		return ""
	}
}
