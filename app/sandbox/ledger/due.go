package ledger

import "github.com/shopspring/decimal"

// tip is what the pretended buyer gives when he may decide.
func tip() Money { return Money{Amount: decimal.NewFromInt(10), Currency: "USD"} }

// Asked is the local price, and the same in the shape's first coin.
func (c *Charge) Asked() (local, crypto Money) {
	local = tip()
	if c.Terms.Price != nil {
		local = *c.Terms.Price
	}
	return local, c.Shape.Coins()[0].Of(local)
}

// Paid is the sum of all payments seen, confirmed or not, in local currency.
func (c *Charge) Paid() Money {
	local, _ := c.Asked()
	return Money{c.sum(func(*Payment) bool { return true }), local.Currency}
}

// Owed is what is still to be paid in local currency: what was asked minus all
// payments seen, and nothing as soon as the difference is inside the threshold.
func (c *Charge) Owed() Money {
	local, _ := c.Asked()
	owed := Money{local.Amount.Sub(c.Paid().Amount), local.Currency}
	if len(c.Payments) > 0 && (c.Terms.Price == nil || owed.Amount.LessThanOrEqual(c.threshold())) {
		owed.Amount = decimal.Zero
	}
	return owed
}

// OwedIn is what is still to be paid, in coin.
func (c *Charge) OwedIn(coin Coin) Money {
	owed := c.Owed()
	if owed.Amount.IsZero() {
		return Money{Currency: coin.Symbol}
	}
	return coin.Of(owed)
}

// short says that the open charge has got a payment, but not enough.
func (c *Charge) short() bool { return c.Status() == Pending && c.Owed().Amount.IsPositive() }

// enough says that what is confirmed is worth the price, but for the threshold.
func (c *Charge) enough() bool { return c.covers(c.sum(confirmed)) }

// excess says how more than the price is confirmed, "" for not.
func (c *Charge) excess() string {
	whole := 0
	for i := range c.Payments {
		if p := &c.Payments[i]; p.Confirmed && c.covers(p.Local.Amount) {
			whole++
		}
	}
	local, _ := c.Asked()
	switch {
	case whole > 1:
		return Multiple
	case c.Terms.Price != nil && c.sum(confirmed).GreaterThan(local.Amount.Add(c.threshold())):
		return Overpaid
	default:
		return ""
	}
}

func confirmed(p *Payment) bool { return p.Confirmed }

// sum adds up the payments that count, in local currency.
func (c *Charge) sum(counts func(*Payment) bool) decimal.Decimal {
	sum := decimal.Zero
	for i := range c.Payments {
		if counts(&c.Payments[i]) {
			sum = sum.Add(c.Payments[i].Local.Amount)
		}
	}
	return sum
}

// covers says whether amount is worth the price, but for the threshold.
func (c *Charge) covers(amount decimal.Decimal) bool {
	local, _ := c.Asked()
	if c.Terms.Price == nil {
		return amount.IsPositive()
	}
	return amount.GreaterThanOrEqual(local.Amount.Sub(c.threshold()))
}

// The provider's thresholds: an absolute one in the price's currency, and one
// relative to the price.
const (
	absoluteThreshold = "5.00"
	relativeThreshold = "0.005"
)

// threshold is the lower one: how far a payment may be off and still counts as
// exact, in the price's currency.
func (c *Charge) threshold() decimal.Decimal {
	local, _ := c.Asked()
	return decimal.Min(decimal.RequireFromString(absoluteThreshold), c.relative(local))
}

func (c *Charge) relative(local Money) decimal.Decimal {
	return local.Amount.Mul(decimal.RequireFromString(relativeThreshold))
}

// thresholdType names the one that applies, in the provider's words.
func (c *Charge) thresholdType() string {
	local, _ := c.Asked()
	if c.relative(local).LessThan(decimal.RequireFromString(absoluteThreshold)) {
		return "RELATIVE"
	}
	return "ABSOLUTE"
}

// amountOf is what a payment of sum amounts to now.
func (c *Charge) amountOf(sum Sum) Money {
	local, _ := c.Asked()
	due := c.Owed()
	if due.Amount.IsZero() {
		due = local // paid once more
	}
	two := decimal.NewFromInt(2)
	slack := c.threshold().Div(two)
	switch sum {
	case Exact:
		return local
	case Under:
		due.Amount = due.Amount.DivRound(two, 8)
	case Over:
		due.Amount = due.Amount.Mul(two)
	case UnderSlightly:
		due.Amount = due.Amount.Sub(slack)
	case OverSlightly:
		due.Amount = due.Amount.Add(slack)
	case Rest:
	}
	return due
}
