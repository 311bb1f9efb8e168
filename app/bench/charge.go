package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"till/app/coinbase/commerce"
)

// needed is how many confirmations a payment needs here.
const needed = steps - 1

// newCharge is the n-th charge, as wide as real ones are.
func newCharge(n int, want commerce.CreateCharge) commerce.Charge {
	now := commerce.Time{Time: time.Now().UTC().Truncate(time.Second)}
	code := fmt.Sprintf("C%07d", n)
	c := commerce.Charge{
		ID: fmt.Sprintf("c0ffee00-0000-4000-8000-%012d", n), Resource: "charge", Code: code,
		Name: want.Name, Description: strings.Repeat("A flat white, pulled by hand. ", 6),
		HostedURL: "https://commerce.coinbase.com/charges/" + code, CreatedAt: now,
		ExpiresAt: commerce.Time{Time: now.Add(time.Hour)}, PricingType: commerce.FixedPrice,
		Pricing: commerce.Pricing{"local": *want.LocalPrice}, Metadata: want.Metadata,
		Timeline: []commerce.Step{{Time: now, Status: commerce.StatusNew}},
	}
	c.Addresses, c.ExchangeRates = map[string]string{}, map[string]commerce.Amount{}
	for _, coin := range []string{
		"bitcoin", "ethereum", "litecoin", "bitcoincash", "dogecoin", "usdc", "dai", "apecoin", "shibainu", "tether",
	} {
		c.Addresses[coin] = "0x" + strings.Repeat("ef", 20)
		c.ExchangeRates[coin+"-USD"] = "1234.5678901234"
		c.Pricing[coin] = commerce.Money{Amount: "0.001234567890123456", Currency: coin}
	}
	return c
}

// webhook is what is sent at a step of the charge's payment, from 1: it is
// seen, gets a confirmation at each step, and is complete at the last.
func webhook(c commerce.Charge, step int) ([]byte, error) {
	at := commerce.Time{Time: c.CreatedAt.Add(time.Second)}
	c.Timeline = append(c.Timeline[:1:1], commerce.Step{Time: at, Status: commerce.StatusPending})
	event, status := commerce.EventPending, commerce.PaymentPending
	if step == steps {
		c.Timeline = append(c.Timeline, commerce.Step{Time: commerce.Time{Time: at.Add(time.Second)}, Status: commerce.StatusCompleted})
		c.ConfirmedAt, event, status = at, commerce.EventConfirmed, commerce.PaymentConfirmed
	}
	c.Payments = []commerce.Payment{{
		Network: "ethereum", TransactionID: "0x" + strings.Repeat("ab", 32), Status: status, DetectedAt: at,
		Value: commerce.Value{Local: c.Pricing.Local(), Crypto: c.Pricing["ethereum"]},
		Block: &commerce.Block{
			Height: 100, Hash: "0x" + strings.Repeat("cd", 32),
			Confirmations: commerce.Count(step - 1), ConfirmationsRequired: needed,
		},
	}}
	body, err := json.Marshal(commerce.Envelope{
		ID: "1", AttemptNumber: 1, ScheduledFor: at,
		Event: commerce.Event{
			ID: commerce.ID(fmt.Sprintf("%s-%010d", c.ID, step)), Resource: "event", Type: event,
			APIVersion: commerce.APIVersion, CreatedAt: at, Data: &c,
		},
	})
	if err != nil {
		return nil, fmt.Errorf("write a webhook: %w", err)
	}
	return body, nil
}
