package ledger

import (
	"strings"
	"time"
)

// Sum says how what is paid compares with what is due.
type Sum string

// The sums that control can make a buyer pay. What is inside the threshold
// counts as enough, what is outside does not.
const (
	Exact         Sum = "exact"          // the whole price
	Under         Sum = "under"          // half of what is due
	Over          Sum = "over"           // double
	UnderSlightly Sum = "under_slightly" // less, inside the threshold
	OverSlightly  Sum = "over_slightly"  // more, inside the threshold
	Rest          Sum = "rest"           // exactly what is due
)

// Sums lists them all.
func Sums() []Sum { return []Sum{Exact, Under, Over, UnderSlightly, OverSlightly, Rest} }

// Transfer is what the pretended buyer sends.
type Transfer struct {
	Coin         string        // a Coin's name; "" = the shape's first
	Sum          Sum           // "" = Rest
	ConfirmAfter time.Duration // from its detection to its confirmation
	Never        bool          // it is never confirmed by itself; Confirm still does it
	Again        bool          // the whole price once more, though nothing is due
}

// Pay sees a payment arrive. A late one is noticed for a week, and told of
// only when it is confirmed. It returns a [*Refusal].
func (c *Charge) Pay(now time.Time, t Transfer) error {
	coin, err := c.payable(now, t)
	if err != nil {
		return err
	}
	if t.Sum == "" {
		t.Sum = Rest
	}
	local := c.amountOf(t.Sum)
	c.Payments = append(c.Payments, Payment{
		DetectedAt: now, ConfirmAfter: t.ConfirmAfter, Never: t.Never, Sum: t.Sum,
		Coin: coin.Name, Local: local, Crypto: coin.Of(local),
	})
	if c.Status() != New {
		return nil // a further payment is no new step: its charge is where it was
	}
	if c.Shape == Onchain {
		c.add(Step{At: now, Status: Signed}, "")
	}
	c.add(Step{At: now, Status: Pending, Payment: len(c.Payments)}, EventPending)
	return nil
}

// payable finds the coin, or says why t cannot arrive now.
func (c *Charge) payable(now time.Time, t Transfer) (Coin, error) {
	if err := c.awaits(now, t.Again); err != nil {
		return Coin{}, err
	}
	switch t.Sum {
	case Exact, Rest, "":
	case Under, Over, UnderSlightly, OverSlightly:
		if err := c.bargains(); err != nil {
			return Coin{}, err
		}
	default:
		return Coin{}, refuse("Charge %s cannot be paid %q: a sum is one of exact, under, over, under_slightly, over_slightly, rest.", c.Code, t.Sum)
	}
	if t.Coin == "" {
		return c.Shape.Coins()[0], nil
	}
	coin, ok := c.Shape.Coin(t.Coin)
	if !ok {
		return Coin{}, refuse("Charge %s cannot be paid with %q: use %s.", c.Code, t.Coin, c.Shape.coinNames())
	}
	return coin, nil
}

// awaits says why no payment can arrive now.
func (c *Charge) awaits(now time.Time, again bool) error {
	late := c.Status() == Expired
	switch {
	case c.Shape == Business && (again || c.Status() != New):
		return refuse("Checkout %s is %s: only an ACTIVE checkout can be paid, and once.", c.ID, c.State())
	case late && c.Shape == Onchain:
		return refuse("Charge %s is EXPIRED: an onchain charge cannot be paid late.", c.Code)
	case again && c.Shape == Onchain:
		return refuse("Charge %s is onchain: there a charge is paid only once.", c.Code)
	case !c.accepts(again):
		return refuse("Charge %s is %s: only a NEW or an EXPIRED charge can be paid, or one that is short of its price.", c.Code, c.Status())
	case late && c.Confirming():
		return refuse("Charge %s has a late payment already: confirm that one.", c.Code)
	case c.Status() != New && now.After(c.CreatedAt.Add(watched)):
		return refuse("Charge %s is older than seven days: its payments are no longer noticed.", c.Code)
	default:
		return nil
	}
}

// accepts says whether the status allows a payment; again asks for one that
// nobody waits for.
func (c *Charge) accepts(again bool) bool {
	due := c.Owed().Amount.IsPositive()
	switch c.Status() {
	case New, Expired:
		return true
	case Pending:
		return due || again
	case Completed:
		return again
	case Unresolved:
		return c.Context() == Underpaid && due
	default:
		return false
	}
}

// bargains says why nothing but the price can be paid.
func (c *Charge) bargains() error {
	switch {
	case c.Shape == Business:
		return refuse("Checkout %s cannot be paid so: Business knows no payment of too little or too much.", c.ID)
	case c.Shape == Onchain:
		return refuse("Charge %s is onchain: there the exact sum is paid or none.", c.Code)
	case c.Terms.Price == nil:
		return refuse("Charge %s has no price: every sum is the right one.", c.Code)
	default:
		return nil
	}
}

// detect is Pay for control. An UNDERPAID charge is settled to a program that
// knows no sums: it gets the rest only when t names one.
func (c *Charge) detect(now time.Time, t Transfer) error {
	if c.Status() == Unresolved && t.Sum == "" {
		return refuse(`Charge %s is UNRESOLVED: only a named sum such as "rest" can be paid.`, c.Code)
	}
	return c.Pay(now, t)
}

// payAtOnce sees a payment arrive and, unless it never is, be confirmed.
func (c *Charge) payAtOnce(now time.Time, t Transfer) error {
	if err := c.detect(now, t); err != nil || t.Never {
		return err
	}
	return c.Confirm(now)
}

// settled says why an action that decides the sum itself is too late.
func (c *Charge) settled() error {
	if c.Status() == Unresolved {
		return refuse("Charge %s is UNRESOLVED: only a NEW, a PENDING or an EXPIRED charge can be paid so.", c.Code)
	}
	return nil
}

// overpay pays double.
func (c *Charge) overpay(now time.Time, t Transfer) error {
	t.Sum, t.Never = Over, false
	if err := c.settled(); err != nil {
		return err
	}
	return c.payAtOnce(now, t)
}

// underpay pays half and does not wait for the rest.
func (c *Charge) underpay(now time.Time, t Transfer) error {
	t.Sum, t.Never = Under, false
	if err := c.settled(); err != nil {
		return err
	}
	if err := c.payAtOnce(now, t); err != nil {
		return err
	}
	if c.short() {
		c.giveUpTheRest(now)
	}
	return nil
}

// payTwice pays the whole price once more than needed.
func (c *Charge) payTwice(now time.Time, t Transfer) error {
	t.Sum, t.Never, t.Again = Exact, false, true
	if err := c.awaits(now, t.Again); err != nil {
		return err
	}
	if c.Status() == Expired {
		return refuse("Charge %s is EXPIRED: only one late payment is noticed.", c.Code)
	}
	if c.Status() == New {
		if err := c.Pay(now, t); err != nil {
			return err
		}
	}
	return c.payAtOnce(now, t)
}

// Confirm gives all detected payments all their confirmations. It returns a
// [*Refusal] when there is none.
func (c *Charge) Confirm(now time.Time) error {
	pending := c.pending()
	if len(pending) == 0 {
		return c.refuse("only a detected payment can be confirmed.", "only a PROCESSING checkout can be confirmed.")
	}
	for _, p := range pending {
		p.Confirmations, p.Confirmed = Required, true
	}
	c.settle(now, len(c.Payments))
	return nil
}

// settle draws the conclusion from what is confirmed; payment is the number of
// the last one that was.
//
// That a further full payment turns a COMPLETED charge into UNRESOLVED/MULTIPLE
// with charge:failed is deduced from the contexts there are: no source shows it.
func (c *Charge) settle(at time.Time, payment int) {
	step := Step{At: at, Status: Unresolved, Payment: payment}
	switch status, excess := c.Status(), c.excess(); {
	case status == Expired, status == Unresolved && c.Context() == Underpaid && c.enough():
		step.Context = Delayed
		c.add(step, EventDelayed)
	case status == Unresolved, status == Resolved, !c.enough():
		// It is settled already, or the rest may still follow.
	case excess != "":
		step.Context = excess
		c.add(step, EventFailed)
	case status != Completed:
		c.ConfirmedAt = at
		step.Status = Completed
		c.add(step, EventConfirmed)
	}
}

// giveUpTheRest settles a charge whose window ended before all was paid.
func (c *Charge) giveUpTheRest(at time.Time) {
	c.add(Step{At: at, Status: Unresolved, Context: Underpaid, Payment: len(c.Payments)}, EventFailed)
}

func (s Shape) coinNames() string {
	var names []string
	for _, coin := range s.Coins() {
		names = append(names, coin.Name)
	}
	return strings.Join(names, ", ")
}
