package commerce

import "strings"

// The statuses of a payment. Onchain writes them in lower case.
const (
	PaymentPending   = "PENDING"
	PaymentConfirmed = "CONFIRMED"
)

// Payment is money that was seen for a charge.
type Payment struct {
	PaymentID      string     `json:"payment_id,omitempty"`
	Network        string     `json:"network,omitempty"`
	TransactionID  string     `json:"transaction_id,omitempty"`
	Status         string     `json:"status"`
	DetectedAt     Time       `json:"detected_at,omitzero"`
	Value          Value      `json:"value"`
	Block          *Block     `json:"block,omitempty"`
	Deposited      *Deposited `json:"deposited,omitempty"`
	PayerAddresses []string   `json:"payer_addresses,omitempty"`
}

// Confirmed reports whether the payment is final, in either spelling.
func (p Payment) Confirmed() bool { return strings.EqualFold(p.Status, PaymentConfirmed) }

// Value is a sum in the buyer's coin and in the currency of the price.
type Value struct {
	Local  Money `json:"local"`
	Crypto Money `json:"crypto"`
}

// Block is where on the chain a payment sits, and how deep.
type Block struct {
	Height                   Count  `json:"height"`
	Hash                     string `json:"hash"`
	Confirmations            Count  `json:"confirmations"`
	ConfirmationsAccumulated Count  `json:"confirmations_accumulated,omitempty"` // its older name
	ConfirmationsRequired    Count  `json:"confirmations_required"`
}

// Depth is the number of confirmations under either of its names.
func (b *Block) Depth() int {
	if b == nil {
		return 0
	}
	return int(max(b.Confirmations, b.ConfirmationsAccumulated))
}

// Required is the number of confirmations asked for.
func (b *Block) Required() int {
	if b == nil {
		return 0
	}
	return int(b.ConfirmationsRequired)
}

// Deposited is what arrived in the merchant's account (2018 shape).
type Deposited struct {
	Amount                DepositedAmount `json:"amount"`
	Status                string          `json:"status,omitempty"`
	Destination           string          `json:"destination,omitempty"`
	ExchangeRate          *Money          `json:"exchange_rate,omitempty"`
	AutoconversionEnabled bool            `json:"autoconversion_enabled,omitempty"`
	AutoconversionStatus  string          `json:"autoconversion_status,omitempty"`
}

// DepositedAmount is a deposit before, after, and in fees.
type DepositedAmount struct {
	Gross       Value `json:"gross"`
	Net         Value `json:"net"`
	CoinbaseFee Value `json:"coinbase_fee"`
}
