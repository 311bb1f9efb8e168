package sandbox

import (
	"errors"
	"slices"

	"github.com/gofiber/fiber/v2"
	"github.com/shopspring/decimal"

	"till/app/sandbox/ledger"
)

// chargeControls are what no provider has: they make happen to a charge what
// otherwise takes a buyer, an hour or bad luck.
type chargeControls struct {
	Action    string // where the buttons lead
	Levers    []lever
	Refusal   string // why the last one did nothing
	OutOfBand bool   // they come to a page that is open
}

// lever is one button. It is offered at its stages, and only while the ledger
// would not refuse it.
type lever struct {
	Name   string
	Label  string
	Hint   string
	stages []stage
	pull   pull
}

type pull func(*ledger.Charge) error

// levers are all there are; coin is what their payments are made with.
func (s *Sandbox) levers(coin string) []lever {
	speed := s.speed()
	pay := func(sum ledger.Sum, never bool) pull {
		return func(c *ledger.Charge) error {
			return c.Pay(s.clock.Now(), ledger.Transfer{
				Coin: chosenCoin(c, coin).Name, Sum: sum, ConfirmAfter: speed, Never: never,
			})
		}
	}
	do := func(action string) pull {
		return func(c *ledger.Charge) error {
			return c.Do(action, s.clock.Now(), ledger.Transfer{Coin: chosenCoin(c, coin).Name})
		}
	}
	return slices.Concat(payLevers(pay, do), timeLevers(pay, do), s.refundLevers())
}

// refundLevers are what business's merchant can do afterwards.
func (s *Sandbox) refundLevers() []lever {
	at := []stage{stagePaid, stagePartlyRefunded}
	refund := func(part int64, end ledger.RefundStatus) pull {
		return func(c *ledger.Charge) error {
			amount := c.Refundable().DivRound(decimal.NewFromInt(part), 2)
			return c.RefundNow(s.clock.Now(), ledger.Claim{Amount: amount}, end)
		}
	}
	return []lever{
		{"refund", "Refund", "sends back all that is left", at, refund(1, ledger.RefundCompleted)},
		{"refund_half", "Refund half", "sends back half of what is left", at, refund(2, ledger.RefundCompleted)},
		{"refund_fail", "Fail a refund", "the money stays where it is", at, refund(1, ledger.RefundFailed)},
	}
}

// payLevers are what a buyer can do while there is time.
func payLevers(pay func(ledger.Sum, bool) pull, do func(string) pull) []lever {
	waiting, partial := []stage{stageWaiting}, []stage{stagePartial}
	return []lever{
		{"exact", "Pay exactly", "ends COMPLETED", waiting, pay(ledger.Exact, false)},
		{"under_slightly", "Pay a little less", "inside the threshold: ends COMPLETED", waiting, pay(ledger.UnderSlightly, false)},
		{"over_slightly", "Pay a little more", "inside the threshold: ends COMPLETED", waiting, pay(ledger.OverSlightly, false)},
		{"under", "Pay half", "outside the threshold: the rest stays due", waiting, pay(ledger.Under, false)},
		{"over", "Pay double", "outside the threshold: ends UNRESOLVED, OVERPAID", waiting, pay(ledger.Over, false)},
		{"twice", "Pay twice", "two full payments: ends UNRESOLVED, MULTIPLE", waiting, do("twice")},
		{"never", "Pay, never confirm", "is confirmed only when you say so", waiting, pay(ledger.Exact, true)},
		{"rest", "Pay the rest", "exactly what is still due", partial, pay(ledger.Rest, false)},
		{"rest_never", "Pay the rest, never confirm", "is confirmed only when you say so", partial, pay(ledger.Rest, true)},
	}
}

// timeLevers are what time, the network and the merchant do.
func timeLevers(pay func(ledger.Sum, bool) pull, do func(string) pull) []lever {
	return []lever{
		{"confirm", "Confirm now", "all three confirmations at once", []stage{stageConfirming, stagePartial, stagePaid}, do("confirm")},
		{"expire", "Expire now", "lets the time run out", []stage{stageWaiting, stagePartial}, do("expire")},
		{"late", "Pay after expiry", "ends UNRESOLVED, DELAYED", []stage{stageExpired}, pay(ledger.Exact, false)},
		{"rest_late", "Pay the rest late", "ends UNRESOLVED, DELAYED", []stage{stageUnderpaid}, pay(ledger.Rest, false)},
		{"again", "Pay once more", "ends UNRESOLVED, MULTIPLE", []stage{stagePaid}, do("twice")},
		{"fail", "Fail the transfer", "as onchain transfers can", []stage{stageWaiting, stageConfirming, stagePartial}, do("fail")},
		{"resolve", "Resolve", "the merchant accepts it", []stage{stageUnderpaid, stageOverpaid, stageLate, stageMultiple, stageUnresolved}, do("resolve")},
	}
}

// controlsOf are the levers that c offers now.
func (s *Sandbox) controlsOf(c *ledger.Charge, h hostedCharge) chargeControls {
	controls := chargeControls{Action: h.To("control")}
	for _, l := range s.levers(h.query.Get("coin")) {
		if slices.Contains(l.stages, h.Stage) && l.moves(c) {
			controls.Levers = append(controls.Levers, l)
		}
	}
	return controls
}

// moves asks a copy of c, so that the ledger's rules need not be told again.
func (l lever) moves(c *ledger.Charge) bool {
	return l.pull(c.Copy()) == nil
}

// handleHostedControl handles POST …/control.
func (s *Sandbox) handleHostedControl(c *fiber.Ctx) error {
	levers := s.levers(c.Query("coin"))
	i := slices.IndexFunc(levers, func(l lever) bool { return l.Name == c.FormValue("action") })
	if i < 0 {
		return fiber.ErrBadRequest
	}
	charge, err := s.change(c.UserContext(), ref(c), levers[i].pull)
	var refusal *ledger.Refusal
	if errors.As(err, &refusal) {
		return s.refuseControl(c, refusal)
	}
	if err != nil {
		return err
	}
	return backToHosted(c, charge)
}

// refuseControl shows the page as it is, and why nothing happened to it.
func (s *Sandbox) refuseControl(c *fiber.Ctx, refusal *ledger.Refusal) error {
	charge, h, err := s.findHosted(c)
	if err != nil {
		return err
	}
	controls := s.controlsOf(charge, h)
	controls.Refusal = refusal.Sentence
	return s.sendHosted(c, fiber.StatusConflict, h, controls)
}

// handleHostedBack handles GET …/control, which is where the browser is after a
// refusal: loading that page again shows the charge.
func (s *Sandbox) handleHostedBack(c *fiber.Ctx) error {
	charge, err := ledger.Find(c.UserContext(), s.db.Read(), ref(c))
	if err != nil {
		return err
	}
	return backToHosted(c, charge)
}
