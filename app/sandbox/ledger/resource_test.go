package ledger_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"till/app/sandbox/ledger"
)

func TestResourceTellsThePaymentInTheWordsOfItsShape(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		shape    ledger.Shape
		has, not []string
	}{
		"2018": {ledger.Classic,
			[]string{`"status":"CONFIRMED"`, `"confirmations":3`, `"network":"bitcoin"`, `"crypto":{"amount":"0.00007594","currency":"BTC"}`, `"dai":{"amount":"4.86"`, `"confirmed_at":"2026-03-01T12:00:00Z"`},
			[]string{`"payer_addresses"`}},
		"onchain": {ledger.Onchain,
			[]string{`"status":"confirmed"`, `"network":"base"`, `"payer_addresses"`, `"finalized":false`, `"finalized":true`, `"recipient_amount":"4860000"`},
			[]string{`"transfer_intent":null`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := open(tc.shape)
			if err := c.Do("pay", noon, ledger.Transfer{ConfirmAfter: time.Hour}); err != nil {
				t.Fatal(err)
			}
			raw, err := json.Marshal(ledger.View{PublicURL: "http://sandbox.test"}.Resource(c))
			if err != nil {
				t.Fatal(err)
			}
			for _, part := range tc.has {
				if !strings.Contains(string(raw), part) {
					t.Errorf("%s is missing in %s", part, raw)
				}
			}
			for _, part := range tc.not {
				if strings.Contains(string(raw), part) {
					t.Errorf("%s does not belong in %s", part, raw)
				}
			}
		})
	}
}
