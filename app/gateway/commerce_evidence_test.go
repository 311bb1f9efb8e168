package gateway

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"till/app/coinbase/commerce"
	"till/app/shop"
)

func instant(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

func read(t *testing.T, body string) commerce.Charge {
	t.Helper()
	var c commerce.Charge
	if err := json.Unmarshal([]byte(body), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEvidenceOfBothShapes(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]shop.Evidence{
		"charge_2018.json": {
			Ref: shop.Ref{ID: "f765421f-0000-4b2a-9c11-2f1f6c8f2a01", Code: "WK3TQ9ZA"},
			At:  instant(t, "2021-06-01T10:21:07Z"), Steps: 3,
			Price:      shop.Money{Amount: decimal.RequireFromString("9"), Currency: "USD"},
			Paid:       shop.Money{Amount: decimal.RequireFromString("9"), Currency: "USD"},
			Confirmed:  shop.Confirmations{Seen: 36, Needed: 35},
			CheckoutID: "0d2a9c0e-1111-4a53-8a3f-5f0f2c6f7a02",
			HostedURL:  "https://commerce.coinbase.com/charges/WK3TQ9ZA",
			CreatedAt:  instant(t, "2021-06-01T10:00:00Z"), ExpiresAt: instant(t, "2021-06-01T11:00:00Z"),
		},
		"charge_onchain.json": {
			Ref: shop.Ref{ID: "5b7e0c2e-2222-4ec5-8d0c-9a6f6d2b4c03", Code: "ONCH41NX"},
			At:  instant(t, "2024-02-23T05:48:55Z"), Steps: 4,
			Price:     shop.Money{Amount: decimal.RequireFromString("9.1"), Currency: "USD"},
			Paid:      shop.Money{Amount: decimal.RequireFromString("9.1"), Currency: "USD"},
			HostedURL: "https://commerce.coinbase.com/pay/5b7e0c2e-2222-4ec5-8d0c-9a6f6d2b4c03",
			CreatedAt: instant(t, "2024-02-23T05:46:01.25Z"), ExpiresAt: instant(t, "2024-02-25T05:46:01Z"),
		},
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			p := play(t, func(w http.ResponseWriter, _ *http.Request) { say(w, 200, fixture(t, file)) })
			got, err := newGateway(t, p.URL).Find(t.Context(), want.Ref)
			if err != nil {
				t.Fatal(err)
			}
			want.Provider, want.Environment, want.State = shop.Commerce, somewhere, shop.Confirmed
			want.OrderID, want.PaymentID = testOrder, testPayment
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTheTimelineDecides(t *testing.T) {
	t.Parallel()
	const first = `{"status":"NEW","time":"2026-05-01T12:00:00Z","context":"OTHER"}`
	step := func(status, context string) string {
		return fmt.Sprintf(`{"status":%q,"context":%q,"time":"2026-05-01T12:30:00Z"}`, status, context)
	}
	for name, tc := range map[string]struct {
		last      []string
		state     shop.State
		exception shop.Exception
		early     bool // the first step's time counts, not the last one's
	}{
		"new":                  {nil, shop.Waiting, "", true},
		"signed":               {[]string{step("SIGNED", "")}, shop.Waiting, "", false},
		"pending":              {[]string{step("PENDING", "")}, shop.Detected, "", false},
		"pending with OTHER":   {[]string{step("PENDING", "OTHER")}, shop.Detected, "", false},
		"completed":            {[]string{step("COMPLETED", "")}, shop.Confirmed, "", false},
		"completed with OTHER": {[]string{step("COMPLETED", "OTHER")}, shop.Confirmed, "", false},
		"completed, overpaid":  {[]string{step("COMPLETED", "OVERPAID")}, shop.Confirmed, "", false},
		"lower case":           {[]string{step("completed", "")}, shop.Confirmed, "", false},
		"expired":              {[]string{step("EXPIRED", "")}, shop.Expired, "", false},
		"canceled":             {[]string{step("CANCELED", "")}, shop.Canceled, "", false},
		"failed":               {[]string{step("FAILED", "")}, shop.Failed, "", false},
		"underpaid":            {[]string{step("UNRESOLVED", "UNDERPAID")}, shop.Unresolved, shop.Underpaid, false},
		"overpaid":             {[]string{step("UNRESOLVED", "OVERPAID")}, shop.Unresolved, shop.Overpaid, false},
		"delayed":              {[]string{step("EXPIRED", ""), step("UNRESOLVED", "DELAYED")}, shop.Unresolved, shop.Delayed, false},
		"multiple":             {[]string{step("UNRESOLVED", "MULTIPLE")}, shop.Unresolved, shop.Multiple, false},
		"manual":               {[]string{step("UNRESOLVED", "MANUAL")}, shop.Unresolved, shop.Other, false},
		"a context of later":   {[]string{step("UNRESOLVED", "HAUNTED")}, shop.Unresolved, shop.Other, false},
		"no context":           {[]string{step("UNRESOLVED", "")}, shop.Unresolved, shop.Other, false},
		"resolved":             {[]string{step("UNRESOLVED", "DELAYED"), step("RESOLVED", "DELAYED")}, shop.Confirmed, "", false},
		"refunded":             {[]string{step("COMPLETED", ""), step("REFUNDED", "")}, shop.Refunded, "", false},
		"refund pending":       {[]string{step("COMPLETED", ""), `{"status":"REFUND PENDING","time":"2026-05-01T13:00:00Z"}`}, shop.Confirmed, "", false},
		"refund of unresolved": {[]string{step("UNRESOLVED", "UNDERPAID"), step("REFUND PENDING", "")}, shop.Unresolved, shop.Underpaid, false},
		"a status of later":    {[]string{`{"status":"BLESSED","time":"2026-05-01T13:00:00Z"}`}, shop.Waiting, "", true},
		"odd entries":          {[]string{`null`, `{"status":null,"time":7}`, `"x"`}, shop.Waiting, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			steps := append([]string{first}, tc.last...)
			p := play(t, func(w http.ResponseWriter, _ *http.Request) { say(w, 200, `{"data":`+chargeJSON(steps...)+`}`) })
			ev, err := newGateway(t, p.URL).Find(t.Context(), shop.Ref{ID: "charge-1"})
			if err != nil {
				t.Fatal(err)
			}
			at := instant(t, "2026-05-01T12:30:00Z")
			if tc.early {
				at = instant(t, "2026-05-01T12:00:00Z")
			}
			if ev.State != tc.state || ev.Exception != tc.exception || ev.Steps != len(steps) || !ev.At.Equal(at) {
				t.Errorf("got %s %q at %s after %d steps", ev.State, ev.Exception, ev.At, ev.Steps)
			}
		})
	}
}

func TestAStrangersChargeIsHarmless(t *testing.T) {
	t.Parallel()
	g := silentGateway(t)
	for name, tc := range map[string]struct {
		charge string
		want   shop.Evidence
	}{
		"nothing but an id": {`{"id":"x"}`, shop.Evidence{Ref: shop.Ref{ID: "x"}}},
		"odd names":         {`{"id":"../admin","code":"CODE1234"}`, shop.Evidence{Ref: shop.Ref{Code: "CODE1234"}}},
		"odd metadata":      {`{"id":"x","metadata":{"order_id":"<script>","payment_id":"17"}}`, shop.Evidence{Ref: shop.Ref{ID: "x"}}},
		"odd link":          {`{"id":"x","hosted_url":"javascript:alert(1)"}`, shop.Evidence{Ref: shop.Ref{ID: "x"}}},
		"odd price":         {`{"id":"x","pricing":{"local":{"amount":1e999999999,"currency":"USD"}}}`, shop.Evidence{Ref: shop.Ref{ID: "x"}}},
		"odd currency":      {`{"id":"x","pricing":{"local":{"amount":"1","currency":"U\u0000D"}}}`, shop.Evidence{Ref: shop.Ref{ID: "x"}}},
		"no currency":       {`{"id":"x","pricing":{"local":{"amount":"1"}}}`, shop.Evidence{Ref: shop.Ref{ID: "x"}}},
		"the most blocks": {
			`{"id":"x","payments":[{"block":{"confirmations":2,"confirmations_required":6}},{"block":{"confirmations_accumulated":"5"}},{"block":{"confirmations":-9}},{}]}`,
			shop.Evidence{Ref: shop.Ref{ID: "x"}, Confirmed: shop.Confirmations{Seen: 5, Needed: 6}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tc.want.Provider, tc.want.Environment, tc.want.State = shop.Commerce, somewhere, shop.Waiting
			if diff := cmp.Diff(tc.want, g.evidence(read(t, tc.charge))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTimesAreCorrectedToOurClock(t *testing.T) {
	t.Parallel()
	p := play(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Date", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
		say(w, 200, `{"data":`+chargeJSON(`{"status":"NEW","time":"2026-05-01T12:00:00Z"}`)+`}`)
	})
	ev, err := newGateway(t, p.URL).Find(t.Context(), shop.Ref{ID: "charge-1"})
	if err != nil {
		t.Fatal(err)
	}
	if off := ev.CreatedAt.Sub(instant(t, "2026-05-01T11:00:00Z")).Abs(); off > 5*time.Second {
		t.Errorf("created at %s", ev.CreatedAt)
	}
	if !ev.At.Equal(instant(t, "2026-05-01T12:00:00Z")) {
		t.Errorf("the provider's own time was changed: %s", ev.At)
	}
	if !ev.ExpiresAt.IsZero() {
		t.Errorf("an expiry out of nothing: %s", ev.ExpiresAt)
	}
}
