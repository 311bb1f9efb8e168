package sandbox

import (
	"errors"
	"fmt"
	"maps"
	"net/url"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"till/app/page"
	"till/app/sandbox/ledger"
)

// hostedPage is the page on which a buyer pays.
type hostedPage struct {
	page.Frame
	Charge hostedCharge
}

// hostedCharge is a charge as its buyer sees it; the page and the fragment
// that refreshes itself share it.
type hostedCharge struct {
	Path, Code        string
	Name, Description string
	Local, Currency   string
	Crypto, Symbol    string
	Coin, Network     string
	Address           string
	QR                picture
	Version           int
	Status            string
	Stage             stage
	Confirmations     int
	Required          int
	SecondsLeft       int
	TimeLeft          string
	CanCancel         bool
	LeaveURL          string // where the buyer goes from here, "" = nowhere
	Leaving           bool   // he is taken there
	Final             bool
	Events            string     // what an embedded page tells the one around it
	query             url.Values // what every link here repeats
}

// To is the address of one of the charge's steps.
func (h hostedCharge) To(step string) string { return h.Path + "/" + step + asQuery(h.query) }

// StatusURL asks for what differs from the version shown.
func (h hostedCharge) StatusURL() string {
	query := url.Values{"v": {strconv.Itoa(h.Version)}}
	maps.Copy(query, h.query)
	return h.Path + "/status" + asQuery(query)
}

// stage is what a buyer has to know of a charge's status.
type stage string

const (
	stageWaiting    stage = "waiting"
	stageConfirming stage = "confirming"
	stagePaid       stage = "paid"
	stageUnderpaid  stage = "underpaid"
	stageOverpaid   stage = "overpaid"
	stageLate       stage = "late"
	stageExpired    stage = "expired"
	stageCanceled   stage = "canceled"
	stageFailed     stage = "failed"
)

func stageOf(c *ledger.Charge) stage {
	switch c.Status() {
	case ledger.Completed, ledger.Resolved:
		return stagePaid
	case ledger.Canceled:
		return stageCanceled
	case ledger.Failed:
		return stageFailed
	case ledger.Unresolved:
		return stageOfProblem(c.Context())
	}
	switch {
	case c.Confirming():
		return stageConfirming
	case c.Status() == ledger.Expired:
		return stageExpired
	default:
		return stageWaiting
	}
}

func stageOfProblem(context string) stage {
	switch context {
	case "UNDERPAID":
		return stageUnderpaid
	case "OVERPAID":
		return stageOverpaid
	default:
		return stageLate
	}
}

// hosted prepares c for its page.
func (s *Sandbox) hosted(c *ledger.Charge) (hostedCharge, error) {
	local, crypto := c.Asked()
	coin := c.Shape.Coins()[0]
	address := c.Address(coin)
	code, err := drawQR("sandbox:" + address + "?amount=" + crypto.Amount.String() + "&coin=" + coin.Symbol)
	if err != nil {
		return hostedCharge{}, err
	}
	left := max(c.ExpiresAt.Sub(s.clock.Now()), 0).Truncate(time.Second)
	h := hostedCharge{
		Path: hostedPath(c), Code: c.Code, Name: c.Terms.Name, Description: c.Terms.Description,
		Local: ledger.Amount(local.Amount), Currency: local.Currency,
		Crypto: crypto.Amount.String(), Symbol: coin.Symbol, Coin: coin.Title, Network: coin.Network,
		Address: address, QR: code, Version: c.Version(), Status: string(c.Status()), Stage: stageOf(c),
		Confirmations: c.Confirmations(), Required: ledger.Required,
		SecondsLeft: int(left.Seconds()), TimeLeft: clockFace(left), CanCancel: c.Shape == ledger.Classic,
	}
	h.Final = h.Stage != stageWaiting && h.Stage != stageConfirming
	if h.Network == coin.Name {
		h.Network = "" // Bitcoin on bitcoin tells nobody anything
	}
	h.LeaveURL = c.Terms.RedirectURL
	if h.Stage == stageWaiting || h.Stage == stageCanceled || h.Stage == stageExpired || h.Stage == stageFailed {
		h.LeaveURL = c.Terms.CancelURL
	}
	h.Leaving = h.LeaveURL != "" && (h.Stage == stagePaid || h.Stage == stageCanceled)
	return h, nil
}

// hostedPath is the path of the page: the provider has one for each shape.
func hostedPath(c *ledger.Charge) string {
	if c.Shape == ledger.Onchain {
		return "/pay/" + c.ID
	}
	return "/charges/" + c.Code
}

// clockFace writes a time left as people read it: 59:07, or 47:59:07.
func clockFace(d time.Duration) string {
	h, m, sec := int(d.Hours()), int(d.Minutes())%60, int(d.Seconds())%60
	if h > 0 {
		return fmt.Sprintf("%d:%02d:%02d", h, m, sec)
	}
	return fmt.Sprintf("%02d:%02d", m, sec)
}

// handleHostedShow handles GET /charges/{code} and GET /pay/{id}.
func (s *Sandbox) handleHostedShow(c *fiber.Ctx) error {
	h, err := s.findHosted(c)
	if err != nil {
		return err
	}
	title := "Pay " + h.Local + " " + h.Currency
	return s.pages.Send(c, fiber.StatusOK, "sandbox/charge", hostedPage{s.pages.Frame(title), h})
}

// handleHostedStatus handles GET …/status, the fragment.
func (s *Sandbox) handleHostedStatus(c *fiber.Ctx) error {
	h, err := s.findHosted(c)
	if err != nil {
		return err
	}
	return s.sendStatus(c, h)
}

// sendStatus answers with the fragment. To a page that shows this version
// already it says nothing, so that nothing there moves.
func (s *Sandbox) sendStatus(c *fiber.Ctx, h hostedCharge) error {
	if c.Query("v") == strconv.Itoa(h.Version) {
		return c.SendStatus(fiber.StatusNoContent)
	}
	return s.pages.Send(c, fiber.StatusOK, "sandbox/charge_status", h)
}

// handleHostedLeave handles GET …/leave: htmx takes the buyer to the shop.
func (s *Sandbox) handleHostedLeave(c *fiber.Ctx) error {
	h, err := s.findHosted(c)
	if err != nil {
		return err
	}
	if !h.Leaving {
		return c.SendStatus(fiber.StatusNoContent)
	}
	u, err := url.Parse(h.LeaveURL)
	if err != nil {
		return fmt.Errorf("read the way back to the shop: %w", err)
	}
	c.Set("HX-Redirect", u.String())
	return c.SendStatus(fiber.StatusOK)
}

func (s *Sandbox) findHosted(c *fiber.Ctx) (hostedCharge, error) {
	charge, err := ledger.Find(c.UserContext(), s.db.Read(), ref(c))
	if err != nil {
		return hostedCharge{}, err
	}
	return s.hosted(charge)
}

// handleHostedPay handles POST …/pay.
func (s *Sandbox) handleHostedPay(c *fiber.Ctx) error { return s.changeHosted(c, s.payByBuyer()) }

// handleHostedCancel handles POST …/cancel.
func (s *Sandbox) handleHostedCancel(c *fiber.Ctx) error { return s.changeHosted(c, s.cancelByBuyer()) }

// changeHosted never answers with a redirect to the shop, which a browser would
// refuse after a form.
func (s *Sandbox) changeHosted(c *fiber.Ctx, do func(*ledger.Charge) error) error {
	charge, err := s.changeByBuyer(c, do)
	if err != nil {
		return err
	}
	return c.Redirect(hostedPath(charge), fiber.StatusSeeOther)
}

// payByBuyer asks for the speed first: inside a unit of work nobody may wait
// for a setting that waits to be written.
func (s *Sandbox) payByBuyer() func(*ledger.Charge) error {
	speed := s.speed()
	return func(charge *ledger.Charge) error {
		return charge.Detect(s.clock.Now(), ledger.Exact, speed)
	}
}

func (s *Sandbox) cancelByBuyer() func(*ledger.Charge) error {
	return func(charge *ledger.Charge) error { return charge.Cancel(s.clock.Now()) }
}

// changeByBuyer takes a refusal for done: the page that follows shows how
// things are, also to whoever clicked twice.
func (s *Sandbox) changeByBuyer(c *fiber.Ctx, do func(*ledger.Charge) error) (*ledger.Charge, error) {
	charge, err := s.change(c.UserContext(), ref(c), do)
	if errors.As(err, new(*ledger.Refusal)) {
		err = nil
	}
	return charge, err
}
