package sandbox

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"till/app/sandbox/ledger"
)

// handleHostedShow handles GET /charges/{code} and GET /pay/{id}.
func (s *Sandbox) handleHostedShow(c *fiber.Ctx) error {
	charge, h, err := s.findHosted(c)
	if err != nil {
		return err
	}
	return s.sendHosted(c, fiber.StatusOK, h, s.controlsOf(charge, h))
}

func (s *Sandbox) sendHosted(c *fiber.Ctx, status int, h hostedCharge, controls chargeControls) error {
	title := "Pay " + h.Local + " " + h.Currency
	return s.pages.Send(c, status, "sandbox/charge", hostedPage{s.pages.Frame(title), h, controls})
}

// hostedUpdate is what a page that is open is sent.
type hostedUpdate struct {
	Charge   hostedCharge
	Controls chargeControls
}

// handleHostedStatus handles GET …/status, the fragment, and with it the
// controls that have become possible.
func (s *Sandbox) handleHostedStatus(c *fiber.Ctx) error {
	charge, err := ledger.Find(c.UserContext(), s.db.Read(), ref(c))
	if err != nil {
		return err
	}
	if s.shows(c, charge) {
		return c.SendStatus(fiber.StatusNoContent)
	}
	h, err := s.hostedAt(c, charge)
	if err != nil {
		return err
	}
	update := hostedUpdate{h, s.controlsOf(charge, h)}
	update.Controls.OutOfBand = true
	return s.pages.Send(c, fiber.StatusOK, "sandbox/charge_update", update)
}

// shownAs names what a page shows of c: its version and, since the countdown
// leaps with the clock, how far that is ahead.
func (s *Sandbox) shownAs(c *ledger.Charge) string {
	return fmt.Sprintf("%d.%d", c.Version(), s.clock.Offset()/time.Second)
}

// shows says that the page shows this already, so that nothing there has to
// move.
func (s *Sandbox) shows(c *fiber.Ctx, charge *ledger.Charge) bool {
	return c.Query("v") == s.shownAs(charge)
}

// handleHostedLeave handles GET …/leave: htmx takes the buyer to the shop.
func (s *Sandbox) handleHostedLeave(c *fiber.Ctx) error {
	_, h, err := s.findHosted(c)
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

func (s *Sandbox) findHosted(c *fiber.Ctx) (*ledger.Charge, hostedCharge, error) {
	charge, err := ledger.Find(c.UserContext(), s.db.Read(), ref(c))
	if err != nil {
		return nil, hostedCharge{}, err
	}
	h, err := s.hostedAt(c, charge)
	return charge, h, err
}

// hostedAt prepares the charge for its own page.
func (s *Sandbox) hostedAt(c *fiber.Ctx, charge *ledger.Charge) (hostedCharge, error) {
	return s.hosted(charge, place{charge.HostedPath(), url.Values{}}, c.Query("coin"))
}

// handleHostedPay handles POST …/pay.
func (s *Sandbox) handleHostedPay(c *fiber.Ctx) error { return s.changeHosted(c, s.payByBuyer(c)) }

// handleHostedCancel handles POST …/cancel.
func (s *Sandbox) handleHostedCancel(c *fiber.Ctx) error { return s.changeHosted(c, s.cancelByBuyer()) }

// changeHosted never answers with a redirect to the shop, which a browser would
// refuse after a form.
func (s *Sandbox) changeHosted(c *fiber.Ctx, do func(*ledger.Charge) error) error {
	charge, err := s.changeByBuyer(c, do)
	if err != nil {
		return err
	}
	return backToHosted(c, charge)
}

// backToHosted leads to the page, which goes on with the coin that was chosen.
func backToHosted(c *fiber.Ctx, charge *ledger.Charge) error {
	query := url.Values{}
	keepCoin(query, c, charge)
	return c.Redirect(charge.HostedPath()+asQuery(query), fiber.StatusSeeOther)
}

func keepCoin(query url.Values, c *fiber.Ctx, charge *ledger.Charge) {
	if coin, ok := charge.Shape.Coin(c.Query("coin")); ok {
		query.Set("coin", coin.Name)
	}
}

// payByBuyer pays what is due with the coin that was chosen. It asks for the
// speed first: inside a unit of work nobody may wait for a setting that waits
// to be written.
func (s *Sandbox) payByBuyer(c *fiber.Ctx) func(*ledger.Charge) error {
	speed, name := s.speed(), c.Query("coin")
	return func(charge *ledger.Charge) error {
		if !stageOf(charge).payable() {
			return &ledger.Refusal{Sentence: "There is nothing to pay here any more."}
		}
		return charge.Pay(s.clock.Now(), ledger.Transfer{
			Coin: chosenCoin(charge, name).Name, Sum: sumDue(charge), ConfirmAfter: speed,
		})
	}
}

// sumDue is all, or what is missing of it.
func sumDue(c *ledger.Charge) ledger.Sum {
	if len(c.Payments) > 0 {
		return ledger.Rest
	}
	return ledger.Exact
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
