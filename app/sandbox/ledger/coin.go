package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"github.com/shopspring/decimal"
)

// Coin is something to pay with, at a pretended price that never moves.
type Coin struct {
	Name     string // the provider's key for it, unique within a shape
	Title    string
	Symbol   string
	Network  string
	USD      decimal.Decimal
	Decimals int32 // that a sum is written with
	Units    int32 // decimals of the chain's smallest unit
	Chain    int   // the chain's number where ethereum's rules hold, else 0
	Token    bool  // a contract on Chain, not the chain's own coin
}

// The chains whose payment requests are written as ethereum's are.
const (
	ethereum = 1
	polygon  = 137
	base     = 8453
)

// Coins lists what a charge of the shape can be paid with; the first one is
// what the pretended buyer uses unless he chooses.
func (s Shape) Coins() []Coin {
	switch s {
	case Onchain:
		return onchainCoins()
	case Business:
		return []Coin{{"usdc", "USD Coin", "USDC", "base", decimal.NewFromInt(1), 2, 6, base, true}}
	default:
		return append(ownChains(), ethereumCoins()...)
	}
}

// Coin finds one of the shape's coins by its name.
func (s Shape) Coin(name string) (Coin, bool) {
	for _, coin := range s.Coins() {
		if coin.Name == name {
			return coin, true
		}
	}
	return Coin{}, false
}

func onchainCoins() []Coin {
	one := decimal.NewFromInt(1)
	return []Coin{
		{"busdc", "USD Coin", "USDC", "base", one, 6, 6, base, true},
		{"pusdc", "USD Coin", "USDC", "polygon", one, 6, 6, polygon, true},
		{"usdc", "USD Coin", "USDC", "ethereum", one, 6, 6, ethereum, true},
	}
}

func ownChains() []Coin {
	return []Coin{
		{"bitcoin", "Bitcoin", "BTC", "bitcoin", decimal.NewFromInt(64000), 8, 8, 0, false},
		{"ethereum", "Ethereum", "ETH", "ethereum", decimal.NewFromInt(3200), 9, 18, ethereum, false},
		{"litecoin", "Litecoin", "LTC", "litecoin", decimal.NewFromInt(80), 8, 8, 0, false},
		{"bitcoincash", "Bitcoin Cash", "BCH", "bitcoincash", decimal.NewFromInt(400), 8, 8, 0, false},
		{"dogecoin", "Dogecoin", "DOGE", "dogecoin", decimal.New(125, -3), 8, 8, 0, false},
	}
}

// ethereumCoins are what followed with the years, most of them tokens.
func ethereumCoins() []Coin {
	one := decimal.NewFromInt(1)
	return []Coin{
		{"usdc", "USD Coin", "USDC", "ethereum", one, 6, 6, ethereum, true},
		{"dai", "Dai", "DAI", "ethereum", one, 9, 18, ethereum, true},
		{"apecoin", "ApeCoin", "APE", "ethereum", decimal.New(125, -2), 9, 18, ethereum, true},
		{"shibainu", "Shiba Inu", "SHIB", "ethereum", decimal.New(2, -5), 8, 18, ethereum, true},
		{"tether", "Tether", "USDT", "ethereum", one, 6, 6, ethereum, true},
		{"polygon", "Polygon", "MATIC", "polygon", decimal.New(5, -1), 9, 18, polygon, false},
		{"pusdc", "USD Coin", "PUSDC", "polygon", one, 6, 6, polygon, true},
		{"pweth", "Wrapped Ether", "PWETH", "polygon", decimal.NewFromInt(3200), 9, 18, polygon, true},
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

// Of is m in this coin, never nothing.
func (c Coin) Of(m Money) Money {
	amount := m.Amount.Mul(dollars(m.Currency)).DivRound(c.USD, c.Decimals)
	return Money{Amount: decimal.Max(amount, decimal.New(1, -c.Decimals)), Currency: c.Symbol}
}

// Rate is what one coin costs in a charge's currency.
type Rate struct {
	Coin  Coin
	Local decimal.Decimal
}

// Rates lists what the charge's coins cost in its currency.
func (c *Charge) Rates() []Rate {
	local, _ := c.Asked()
	var rates []Rate
	for _, coin := range c.Shape.Coins() {
		rates = append(rates, Rate{coin, coin.rate(local.Currency)})
	}
	return rates
}

// paidWith is what the nth payment was made with, from 1; without it the shape's
// first. Payments that were written down before there was a choice name none.
func (c *Charge) paidWith(n int) Coin {
	if n > 0 && n <= len(c.Payments) {
		if coin, ok := c.Shape.Coin(c.Payments[n-1].Coin); ok {
			return coin
		}
	}
	return c.Shape.Coins()[0]
}

// Address is where the coin would go. It is made to be refused by every
// wallet: money sent to a plausible one would be lost.
func (c *Charge) Address(coin Coin) string {
	return "sandbox-" + coin.Name + "-" + c.digest("address", coin.Name)[:24]
}

// transaction is the made-up id of the nth payment, from 1.
func (c *Charge) transaction(n int) string {
	id := c.digest("payment", strconv.Itoa(n))
	if c.Shape == Classic {
		return id
	}
	return "0x" + id
}

// digest makes up something that looks random and is always the same.
func (c *Charge) digest(what, which string) string {
	sum := sha256.Sum256([]byte(c.ID + "|" + what + "|" + which))
	return hex.EncodeToString(sum[:])
}
