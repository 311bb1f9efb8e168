package sandbox

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"till/app/page"
	"till/app/sandbox/delivery"
)

// deliveryPage is one delivery with all its attempts, the newest first.
type deliveryPage struct {
	page.Frame
	Row     deliveryRow
	Refusal string // why it is not sent again
	Tries   []deliveryTry
}

// deliveryTry is one attempt: what was sent, and what was answered.
type deliveryTry struct {
	Number          string
	Open            bool // shown at once
	At, Took        string
	Outcome, Mood   string
	Error           string
	Troubles        []string
	Sent, Answered  bool
	RequestHeaders  string
	RequestBody     string
	ResponseHeaders string
	ResponseBody    string
}

// handleDeliveryPage handles GET /deliveries/{id}.
func (s *Sandbox) handleDeliveryPage(c *fiber.Ctx) error {
	return s.sendDelivery(c, fiber.StatusOK, "")
}

func (s *Sandbox) sendDelivery(c *fiber.Ctx, status int, refusal string) error {
	d, err := s.queue.Find(c.UserContext(), c.Params("id"))
	if err != nil {
		return err
	}
	p := deliveryPage{Frame: s.pages.Frame("Webhook " + d.Type), Row: rowOf(d), Refusal: refusal}
	for _, try := range slices.Backward(d.Tries) {
		p.Tries = append(p.Tries, tryOf(try))
	}
	if len(p.Tries) > 0 {
		p.Tries[0].Open = true
	}
	return s.pages.Send(c, status, "sandbox/delivery", p)
}

// handleDeliveryAgain handles POST /deliveries/{id}/resend.
func (s *Sandbox) handleDeliveryAgain(c *fiber.Ctx) error {
	err := s.queue.Resend(c.UserContext(), c.Params("id"))
	if err == nil {
		return c.Redirect("/deliveries/"+c.Params("id"), fiber.StatusSeeOther)
	}
	if p := problemOf(err); p.status == fiber.StatusConflict {
		return s.sendDelivery(c, p.status, p.message)
	}
	return err
}

// handleDeliveryBack handles GET /deliveries/{id}/resend, which is where a
// browser is that loads a refusal again.
func handleDeliveryBack(c *fiber.Ctx) error {
	return c.Redirect("/deliveries/"+c.Params("id"), fiber.StatusSeeOther)
}

func tryOf(t delivery.Try) deliveryTry {
	try := deliveryTry{
		Number: fmt.Sprintf("Attempt %d", t.Number), At: moment(t.At), Took: fmt.Sprintf("%d ms", t.DurationMS),
		Outcome: "no answer", Mood: "bad", Error: t.Error, Troubles: t.Troubles,
	}
	if t.Request != nil {
		try.Sent, try.RequestHeaders, try.RequestBody = true, headLines(t.Request.Headers), t.Request.Body
	} else {
		try.Outcome, try.Mood, try.Took, try.Error = "not sent", "warn", "on purpose", ""
	}
	if r := t.Response; r != nil {
		try.Answered, try.ResponseHeaders, try.ResponseBody = true, headLines(r.Headers), r.Body
		try.Outcome = fmt.Sprint(r.Status)
		if r.Status >= 200 && r.Status <= 299 {
			try.Mood = "good"
		}
	}
	return try
}

// headLines writes headers as they stand above a body.
func headLines(headers map[string]string) string {
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		lines = append(lines, name+": "+headers[name])
	}
	return strings.Join(lines, "\n")
}
