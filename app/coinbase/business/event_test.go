package business

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const paid = `{"id":"69163c762331ed43dc64a6ef","url":"https://payments.coinbase.com/payment-links/pl_01k9","amount":"100.00","currency":"USDC",
 "network":"base","address":"0x742d","description":"Coffee","eventType":"checkout.payment.success",
 "expiresAt":"2026-12-31T23:59:59Z","metadata":{"order_id":"o1","n":7},
 "settlement":{"totalAmount":"100.00","feeAmount":"1.25","netAmount":"98.75","currency":"USDC"},"status":"COMPLETED",
 "successRedirectUrl":"https://shop.example/success","transactionHash":"0x3a1b","brandNew":{"x":1},
 "createdAt":"2025-11-13T20:15:49.329Z","updatedAt":"2025-11-13T20:16:55.097Z"}`

func instant(t *testing.T, s string) Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return At(at)
}

func TestParseEvent(t *testing.T) {
	t.Parallel()
	got, err := ParseEvent([]byte(paid))
	if err != nil {
		t.Fatal(err)
	}
	want := Event{Type: EventPaymentSuccess, Checkout: Checkout{
		ID: "69163c762331ed43dc64a6ef", URL: "https://payments.coinbase.com/payment-links/pl_01k9", Amount: "100.00", Currency: "USDC",
		Network: "base", Address: "0x742d", Status: StatusCompleted, Description: "Coffee", Metadata: Metadata{"order_id": "o1", "n": "7"},
		ExpiresAt: instant(t, "2026-12-31T23:59:59Z"), SuccessRedirectURL: "https://shop.example/success",
		Settlement: &Settlement{"100.00", "1.25", "98.75", "USDC"}, TransactionHash: "0x3a1b",
		CreatedAt: instant(t, "2025-11-13T20:15:49.329Z"), UpdatedAt: instant(t, "2025-11-13T20:16:55.097Z"),
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	again, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(again), `"createdAt":"2025-11-13T20:15:49.329Z"`) || !strings.Contains(string(again), `"expiresAt":"2026-12-31T23:59:59.000Z"`) {
		t.Errorf("times are not written to the millisecond: %s", again)
	}
	if back, err := ParseEvent(again); err != nil || !cmp.Equal(want, back) {
		t.Errorf("written and read again: %v\n%s", err, cmp.Diff(want, back))
	}
}

func TestParseEventBearsOddBodies(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		body    string
		noEvent bool
		id      string
		fails   bool
	}{
		"every kind wrong but the type": {`{"eventType":"x","id":7,"amount":{"a":1},"metadata":[],"settlement":"no","refunds":{},"createdAt":5}`, false, "", false},
		"an odd field before the id":    {`{"amount":[1],"status":{},"eventType":"x","id":"a1"}`, false, "a1", false},
		"nulls":                         {`{"eventType":"x","id":"a1","settlement":null,"refunds":null,"metadata":null,"createdAt":null}`, false, "a1", false},
		"no type":                       {`{"id":"a1"}`, true, "", true},
		"a list":                        {`[]`, true, "", true},
		"a legacy webhook":              {`{"id":1,"event":{"type":"charge:created"}}`, true, "", true},
		"not JSON":                      {`{"id":`, false, "", true},
		"nothing":                       {``, false, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, err := ParseEvent([]byte(tc.body))
			if (err != nil) != tc.fails || errors.Is(err, ErrNoEvent) != tc.noEvent || e.ID != tc.id {
				t.Errorf("got %+v, %v", e, err)
			}
		})
	}
}

func TestLatestRefund(t *testing.T) {
	t.Parallel()
	early, late := instant(t, "2026-01-01T10:00:00Z"), instant(t, "2026-01-01T11:00:00Z")
	for name, tc := range map[string]struct {
		refunds []Refund
		want    string
	}{
		"none":                   {nil, ""},
		"one":                    {[]Refund{{ID: "a"}}, "a"},
		"the newer comes first":  {[]Refund{{ID: "a", CreatedAt: late}, {ID: "b", CreatedAt: early}}, "a"},
		"without times the last": {[]Refund{{ID: "a"}, {ID: "b"}}, "b"},
		"completed last":         {[]Refund{{ID: "a", CreatedAt: early, CompletedAt: instant(t, "2026-01-01T12:00:00Z")}, {ID: "b", CreatedAt: late}}, "a"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, ok := Checkout{Refunds: tc.refunds}.LatestRefund()
			if got.ID != tc.want || ok != (tc.want != "") {
				t.Errorf("got %q, %v", got.ID, ok)
			}
		})
	}
}

func FuzzParseEvent(f *testing.F) {
	f.Add([]byte(paid))
	f.Add([]byte(`{"eventType":"x","refunds":[{"amount":1e999999999}],"metadata":{"a":null}}`))
	f.Add([]byte(`null`))
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := ParseEvent(body)
		if err != nil {
			return
		}
		if e.Type == "" {
			t.Error("an event without a type")
		}
		e.Amount.Decimal()
		again, err := json.Marshal(e)
		if err != nil {
			t.Fatalf("it cannot be written: %v", err)
		}
		if back, err := ParseEvent(again); err != nil || back.ID != e.ID || back.Status != e.Status || back.Amount != e.Amount {
			t.Errorf("written and read again: %+v, %v", back, err)
		}
	})
}
