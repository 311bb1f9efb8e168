package sandbox

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"till/app/page"
	"till/app/sandbox/delivery"
	"till/app/sandbox/ledger"
	"till/app/sandbox/trouble"
)

// controlsPage shows and changes what holds for the whole sandbox.
type controlsPage struct {
	page.Frame
	Refusal      string // why the last form did nothing
	Secret       string // of an endpoint that was just added
	Clock        controlsClock
	Shape        string
	Shapes       []choice
	ConfirmAfter string
	Endpoints    []controlsEndpoint
	Faces        []controlsFace
	Troubles     []controlsTrouble
	Kinds        []trouble.Kind
	APIs         []string
}

// controlsFace is whose events an endpoint can be told of.
type controlsFace struct {
	Name, Label string
	Types       []string
}

func controlsFaces() []controlsFace {
	return []controlsFace{
		{delivery.Commerce, "Coinbase Commerce", delivery.Types(delivery.Commerce)},
		{delivery.Business, "Coinbase Business", delivery.Types(delivery.Business)},
	}
}

// choice is one entry of a list to choose from.
type choice struct{ Value, Label string }

// handleControlsPage handles GET /controls.
func (s *Sandbox) handleControlsPage(c *fiber.Ctx) error {
	return s.sendControls(c, fiber.StatusOK, controlsPage{})
}

// sendControls completes p with how things are.
func (s *Sandbox) sendControls(c *fiber.Ctx, status int, p controlsPage) error {
	endpoints, err := s.queue.Endpoints(c.UserContext())
	if err != nil {
		return err
	}
	now := s.current()
	p.Frame = s.pages.Frame("Controls")
	p.Clock = s.clockNow()
	p.Shape, p.ConfirmAfter = string(s.shapeNow()), now.ConfirmAfter.String()
	p.Shapes = []choice{
		{string(ledger.Classic), "2018: addresses, exceptions, one hour"},
		{string(ledger.Onchain), "onchain: one contract, no exceptions, 48 hours"},
	}
	p.Faces, p.Kinds, p.APIs = controlsFaces(), trouble.Kinds(), trouble.APIs()
	p.Endpoints = endpointsOf(endpoints)
	p.Troubles = troublesOf(s.troubles.List(), endpoints)
	return s.pages.Send(c, status, "sandbox/controls", p)
}

// answerControls ends a form: back to the page or, for a refusal, the page with
// a sentence that says why.
func (s *Sandbox) answerControls(c *fiber.Ctx, err error) error {
	if err == nil {
		return c.Redirect("/controls", fiber.StatusSeeOther)
	}
	p := problemOf(err)
	if p.status >= fiber.StatusInternalServerError || p.status == fiber.StatusNotFound {
		return err
	}
	return s.sendControls(c, p.status, controlsPage{Refusal: p.message})
}

// handleControlsBack handles GET of an address that only takes forms, which is
// where a browser is that loads a refusal again.
func handleControlsBack(c *fiber.Ctx) error { return c.Redirect("/controls", fiber.StatusSeeOther) }

// moment writes a time of the sandbox's clock for people.
func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") + " UTC" }
