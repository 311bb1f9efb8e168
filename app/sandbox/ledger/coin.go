package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"github.com/shopspring/decimal"
)

// Coin is something to pay with, at a pretended price that never moves.
type Coin struct {
	Name     string // the provider's key for it
	Title    string
	Symbol   string
	Network  string
	USD      decimal.Decimal
	Decimals int32
}

// Coins lists what a charge of the shape can be paid with; the first one is
// what the pretended buyer uses.
func (s Shape) Coins() []Coin {
	usdc := Coin{"usdc", "USD Coin", "USDC", "ethereum", decimal.NewFromInt(1), 6}
	if s == Onchain {
		usdc.Network = "base"
		return []Coin{usdc}
	}
	return []Coin{
		{"bitcoin", "Bitcoin", "BTC", "bitcoin", decimal.NewFromInt(64000), 8},
		{"ethereum", "Ethereum", "ETH", "ethereum", decimal.NewFromInt(3200), 9},
		{"litecoin", "Litecoin", "LTC", "litecoin", decimal.NewFromInt(80), 8},
		{"bitcoincash", "Bitcoin Cash", "BCH", "bitcoincash", decimal.NewFromInt(400), 8},
		{"dogecoin", "Dogecoin", "DOGE", "dogecoin", decimal.New(125, -3), 8},
		usdc,
		{"dai", "Dai", "DAI", "ethereum", decimal.NewFromInt(1), 9},
	}
}

// dollars is what one unit of currency is pretended to be worth. A currency
// without a rate here counts as dollars: the sandbox takes every price.
func dollars(currency string) decimal.Decimal {
	switch currency {
	case "EUR":
		return decimal.New(108, -2)
	case "GBP":
		return decimal.New(128, -2)
	case "CHF":
		return decimal.New(112, -2)
	case "SGD", "CAD":
		return decimal.New(75, -2)
	case "AUD":
		return decimal.New(66, -2)
	case "JPY":
		return decimal.New(66, -4)
	case "INR":
		return decimal.New(12, -3)
	case "BTC":
		return decimal.NewFromInt(64000)
	case "ETH":
		return decimal.NewFromInt(3200)
	default:
		return decimal.NewFromInt(1)
	}
}

// rate is what one coin costs in currency.
func (c Coin) rate(currency string) decimal.Decimal {
	return c.USD.DivRound(dollars(currency), 8)
}

// of is m in this coin, never nothing.
func (c Coin) of(m Money) Money {
	amount := m.Amount.Mul(dollars(m.Currency)).DivRound(c.USD, c.Decimals)
	return Money{Amount: decimal.Max(amount, decimal.New(1, -c.Decimals)), Currency: c.Symbol}
}

// tip is what the pretended buyer gives when he may decide.
func tip() Money { return Money{Amount: decimal.NewFromInt(10), Currency: "USD"} }

// Asked is the local price, and the same in the coin the buyer uses.
func (c *Charge) Asked() (local, crypto Money) {
	local = tip()
	if c.Terms.Price != nil {
		local = *c.Terms.Price
	}
	return local, c.Shape.Coins()[0].of(local)
}

// paid is what a payment of sum amounts to: half, all or double.
func (c *Charge) paid(sum Sum) (local, crypto Money) {
	local, crypto = c.Asked()
	switch sum {
	case Under:
		local.Amount = local.Amount.DivRound(decimal.NewFromInt(2), 8)
		crypto.Amount = crypto.Amount.DivRound(decimal.NewFromInt(2), 9)
	case Over:
		local.Amount = local.Amount.Add(local.Amount)
		crypto.Amount = crypto.Amount.Add(crypto.Amount)
	case Exact:
	}
	return local, crypto
}

// Address is where the coin would go. It is made to be refused by every
// wallet: money sent to a plausible one would be lost.
func (c *Charge) Address(coin Coin) string {
	return "sandbox-" + coin.Name + "-" + c.digest("address", coin.Name)[:24]
}

// transaction is the made-up id of the nth payment, from 1.
func (c *Charge) transaction(n int) string {
	id := c.digest("payment", strconv.Itoa(n))
	if c.Shape == Onchain {
		return "0x" + id
	}
	return id
}

// digest makes up something that looks random and is always the same.
func (c *Charge) digest(what, which string) string {
	sum := sha256.Sum256([]byte(c.ID + "|" + what + "|" + which))
	return hex.EncodeToString(sum[:])
}
