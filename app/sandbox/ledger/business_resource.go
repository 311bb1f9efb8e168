package ledger

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/shopspring/decimal"
)

// feeRate is what the provider keeps of a payment: one in a hundred.
const feeRate = "0.01"

type businessResource struct {
	ID              string              `json:"id"`
	URL             string              `json:"url"`
	X402URL         string              `json:"x402_url"`
	Amount          string              `json:"amount"`
	Currency        string              `json:"currency"`
	Network         string              `json:"network"`
	Address         string              `json:"address"`
	TokenAddress    string              `json:"tokenAddress"`
	Status          string              `json:"status"`
	Description     string              `json:"description,omitempty"`
	Metadata        json.RawMessage     `json:"metadata,omitempty"`
	ExpiresAt       string              `json:"expiresAt"`
	SuccessURL      string              `json:"successRedirectUrl,omitempty"`
	FailURL         string              `json:"failRedirectUrl,omitempty"`
	Settlement      *settlementResource `json:"settlement,omitempty"`
	TransactionHash string              `json:"transactionHash,omitempty"`
	FiatAmount      string              `json:"fiatAmount,omitempty"`
	FiatCurrency    string              `json:"fiatCurrency,omitempty"`
	RefundedAmount  string              `json:"refundedAmount,omitempty"`
	Refunds         []refundResource    `json:"refunds,omitempty"`
	CreatedAt       string              `json:"createdAt"`
	UpdatedAt       string              `json:"updatedAt"`
}

type settlementResource struct {
	TotalAmount string `json:"totalAmount"`
	FeeAmount   string `json:"feeAmount"`
	NetAmount   string `json:"netAmount"`
	Currency    string `json:"currency"`
}

type refundResource struct {
	ID              string       `json:"id"`
	CheckoutID      string       `json:"checkoutId"`
	Amount          string       `json:"amount"`
	Currency        string       `json:"currency"`
	Status          RefundStatus `json:"status"`
	Reason          string       `json:"reason,omitempty"`
	TransactionHash string       `json:"transactionHash,omitempty"`
	CreatedAt       string       `json:"createdAt"`
	CompletedAt     string       `json:"completedAt,omitempty"`
	FiatAmount      string       `json:"fiatAmount,omitempty"`
	FiatCurrency    string       `json:"fiatCurrency,omitempty"`
	ExchangeRate    string       `json:"exchangeRate,omitempty"`
}

// Business is a checkout of the business shape as the REST API answers it.
func (v View) Business(c *Charge) any { return v.business(c) }

// Refund is one of its refunds.
func (v View) Refund(c *Charge, r Refund) any { return refundOf(c, r) }

func (v View) business(c *Charge) businessResource {
	local, crypto := c.Asked()
	coin := c.Shape.Coins()[0]
	r := businessResource{
		ID: c.ID, URL: v.HostedURL(c), X402URL: v.PublicURL + c.X402Path(),
		Amount: Amount(crypto.Amount), Currency: crypto.Currency, Network: coin.Network,
		Address: c.Address(coin), TokenAddress: nowhere, Status: c.State(),
		Description: c.Terms.Description, Metadata: c.Terms.Metadata, ExpiresAt: milli(c.ExpiresAt),
		SuccessURL: c.Terms.RedirectURL, FailURL: c.Terms.CancelURL,
		CreatedAt: milli(c.CreatedAt), UpdatedAt: milli(c.updatedAt()),
	}
	if local.Currency != crypto.Currency {
		r.FiatAmount, r.FiatCurrency = Amount(local.Amount), local.Currency
	}
	if c.Status() == Completed {
		r.Settlement, r.TransactionHash = settlementOf(crypto), c.transaction(len(c.Payments))
	}
	if sent := c.Refunded(); sent.IsPositive() {
		r.RefundedAmount = Amount(sent)
	}
	for _, refund := range c.Refunds {
		r.Refunds = append(r.Refunds, refundOf(c, refund))
	}
	return r
}

func settlementOf(total Money) *settlementResource {
	fee := total.Amount.Mul(decimal.RequireFromString(feeRate)).Round(2)
	return &settlementResource{
		TotalAmount: Amount(total.Amount), FeeAmount: Amount(fee), NetAmount: Amount(total.Amount.Sub(fee)), Currency: total.Currency,
	}
}

func refundOf(c *Charge, r Refund) refundResource {
	local, crypto := c.Asked()
	shown := refundResource{
		ID: r.ID, CheckoutID: c.ID, Amount: Amount(r.Amount), Currency: crypto.Currency,
		Status: r.Status, Reason: r.Reason, CreatedAt: milli(r.CreatedAt),
	}
	if r.Status == RefundCompleted {
		shown.CompletedAt, shown.TransactionHash = milli(r.EndedAt), "0x"+c.digest("refunded", r.ID)
	}
	if local.Currency != crypto.Currency {
		rate := c.Shape.Coins()[0].rate(local.Currency)
		shown.FiatAmount, shown.FiatCurrency, shown.ExchangeRate = Amount(r.Amount.Mul(rate).Round(2)), local.Currency, rate.String()
	}
	return shown
}

// X402Path is where a program can pay a checkout of the business shape.
func (c *Charge) X402Path() string { return "/x402/" + c.ID }

// updatedAt is when something last happened.
func (c *Charge) updatedAt() time.Time {
	last := c.Timeline[len(c.Timeline)-1].At
	for _, r := range c.Refunds {
		for _, at := range []time.Time{r.CreatedAt, r.EndedAt} {
			if at.After(last) {
				last = at
			}
		}
	}
	return last
}

// businessControl is what control shows: the checkout, and what a charge has
// for programs that steer both.
func (v View) businessControl(c *Charge) any {
	shown := struct {
		businessResource
		Code      string         `json:"code"`
		HostedURL string         `json:"hosted_url"`
		Timeline  []stepResource `json:"timeline"`
	}{v.business(c), c.Code, v.HostedURL(c), []stepResource{}}
	for _, s := range c.Timeline {
		shown.Timeline = append(shown.Timeline, stepOf(c, s))
	}
	return shown
}

// businessEvent words what happened: the checkout, flat, and the type beside
// its fields. The id stands nowhere in it.
func (v View) businessEvent(id string, h Happening) (Event, error) {
	body, err := json.Marshal(struct {
		businessResource
		EventType string `json:"eventType"`
	}{v.business(&h.Charge), h.Type})
	if err != nil {
		return Event{}, fmt.Errorf("encode event %s of checkout %s: %w", h.Type, h.Charge.ID, err)
	}
	return Event{ID: id, ChargeID: h.Charge.ID, Code: h.Charge.Code, Type: h.Type, CreatedAt: h.At, Body: body}, nil
}

// milli writes a time as this face does: UTC, milliseconds.
func milli(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
