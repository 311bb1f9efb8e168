package main

import (
	"testing"

	"till/app/coinbase/commerce"
)

// TestWebhooksChangeTheOrderAtEachStep makes sure that what is measured can be
// seen: each webhook is an event of its own that moves the payment on.
func TestWebhooksChangeTheOrderAtEachStep(t *testing.T) {
	t.Parallel()
	charge := newCharge(1, commerce.CreateCharge{LocalPrice: &commerce.Money{Amount: "4.50", Currency: "USD"}})
	seen := map[commerce.ID]bool{}
	for step := 1; step <= steps; step++ {
		body, err := webhook(charge, step)
		if err != nil {
			t.Fatal(err)
		}
		if len(body) < 2500 || len(body) > 4500 {
			t.Errorf("step %d has %d bytes, want about 3 KB", step, len(body))
		}
		envelope, err := commerce.ParseEnvelope(body)
		if err != nil {
			t.Fatal(err)
		}
		event := envelope.Event
		if seen[event.ID] {
			t.Errorf("step %d repeats the event %s", step, event.ID)
		}
		seen[event.ID] = true
		want := commerce.StatusPending
		if step == steps {
			want = commerce.StatusCompleted
		}
		if got := event.Data.Status(); got != want {
			t.Errorf("step %d has status %s, want %s", step, got, want)
		}
		if got := event.Data.Payments[0].Block.Depth(); got != step-1 {
			t.Errorf("step %d has %d confirmations, want %d", step, got, step-1)
		}
	}
	if charge.Status() != commerce.StatusNew {
		t.Errorf("the charge itself became %s", charge.Status())
	}
}
