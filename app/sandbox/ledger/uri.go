package ledger

import (
	"strconv"

	"github.com/shopspring/decimal"
)

// PaymentURI is what a QR code holds: a request for what is owed in coin, as
// that coin's wallets write one. Its address is one that they all refuse.
func (c *Charge) PaymentURI(coin Coin) string {
	owed := c.OwedIn(coin).Amount
	switch {
	case coin.Chain == 0:
		return coin.Network + ":" + c.Address(coin) + parameter("?amount=", owed)
	case coin.Token:
		return "ethereum:sandbox-contract-" + coin.Name + "@" + strconv.Itoa(coin.Chain) +
			"/transfer?address=" + c.Address(coin) + parameter("&uint256=", owed.Shift(coin.Units))
	default:
		return "ethereum:" + c.Address(coin) + "@" + strconv.Itoa(coin.Chain) +
			parameter("?value=", owed.Shift(coin.Units))
	}
}

// parameter leaves out a sum of nothing.
func parameter(name string, amount decimal.Decimal) string {
	if amount.IsZero() {
		return ""
	}
	return name + amount.String()
}
