package ledger

type x402Resource struct {
	Version int         `json:"x402Version"`
	Error   string      `json:"error"`
	Accepts []x402Offer `json:"accepts"`
}

type x402Offer struct {
	Scheme      string            `json:"scheme"`
	Network     string            `json:"network"`
	MaxAmount   string            `json:"maxAmountRequired"` // in the token's smallest unit
	Resource    string            `json:"resource"`
	Description string            `json:"description"`
	MimeType    string            `json:"mimeType"`
	PayTo       string            `json:"payTo"`
	MaxTimeout  int               `json:"maxTimeoutSeconds"`
	Asset       string            `json:"asset"`
	Extra       map[string]string `json:"extra"`
}

// X402 is what a program is told that wants to pay a checkout of the business
// shape.
func (v View) X402(c *Charge) any {
	_, crypto := c.Asked()
	coin := c.Shape.Coins()[0]
	return x402Resource{1, paymentNeeded, []x402Offer{{
		Scheme: "exact", Network: coin.Network, MaxAmount: crypto.Amount.Shift(coin.Units).String(),
		Resource: v.PublicURL + c.X402Path(), Description: c.Terms.Description, MimeType: "application/json",
		PayTo: c.Address(coin), MaxTimeout: 60, Asset: nowhere,
		Extra: map[string]string{"name": coin.Title, "version": "2"},
	}}}
}

const paymentNeeded = "X-PAYMENT header is required"
