package gateway

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"till/app/coinbase/commerce"
	"till/app/shop"
)

// The two signatures that others made.
const (
	body1      = `{"id":"3f0e3a52-6a1c-4a57-9f0c-0d6b3c5f9a11","scheduled_for":"2025-02-03T04:06:05Z","attempt_number":1,"event":{"id":"b1c9f6d2-2f0b-4c0e-8f44-5a0e7f2d9c33","resource":"event","type":"charge:confirmed","api_version":"2018-03-22","created_at":"2025-02-03T04:06:04Z","data":{"code":"ZX81ZX81","name":"Café ₿","metadata":{}}}}`
	signature1 = "e2e6eff08a06ecf9f4b5b26b0723e87f111a32a6cf24b11ba85a7e50d58686eb"
	secret2    = "e9ff8572755fea16d15b623120bb118da275716dde2c996b54509244c13e1aa6"
	body2      = `{"id":1, "event":{"resource":"event"}}`
	signature2 = "231055346fa57e134e8a65284147ea2a5776337f4863b62da3f90558ed027d56"
)

func delivery(body, signature string) shop.Delivery {
	h := http.Header{}
	h.Set(commerce.SignatureHeader, signature)
	return shop.Delivery{Provider: shop.Commerce, Header: h, Body: []byte(body)}
}

func hash(body string) string {
	sum := sha256.Sum256([]byte(body))
	return hex.EncodeToString(sum[:])
}

func TestVerify(t *testing.T) {
	t.Parallel()
	g := silentGateway(t)
	g.secrets = append(g.secrets, secret2)
	signed := func(body string) shop.Delivery { return delivery(body, commerce.Sign(testSecret, []byte(body))) }
	long := `{"event":{"id":"` + strings.Repeat("x", 200) + `","type":"` + strings.Repeat("y", 200) + `"}}`
	odd := `{"event":{"id":"a\u0000b","type":"charge:\u0000new"}}`
	for name, tc := range map[string]struct {
		delivery shop.Delivery
		id, typ  string
		err      error
	}{
		"first vector":         {delivery(body1, signature1), "b1c9f6d2-2f0b-4c0e-8f44-5a0e7f2d9c33", "charge:confirmed", nil},
		"second vector":        {delivery(body2, signature2), hash(body2), "", nil},
		"the older secret":     {delivery(body2, commerce.Sign("older", []byte(body2))), hash(body2), "", nil},
		"integer id":           {signed(`{"id":1,"event":{"id":42,"type":"charge:created"}}`), "42", "charge:created", nil},
		"long names":           {signed(long), hash(long), strings.Repeat("y", 64), nil},
		"unprintable names":    {signed(odd), hash(odd), "charge:new", nil},
		"blanks around":        {delivery(body1, " "+signature1+" "), "b1c9f6d2-2f0b-4c0e-8f44-5a0e7f2d9c33", "charge:confirmed", nil},
		"no signature":         {shop.Delivery{Body: []byte(body1)}, "", "", shop.ErrSignature},
		"wrong signature":      {delivery(body1, signature2), "", "", shop.ErrSignature},
		"changed body":         {delivery(body1+" ", signature1), "", "", shop.ErrSignature},
		"unsigned and no JSON": {delivery("hello", signature1), "", "", shop.ErrSignature},
		"signed, no JSON":      {signed("hello"), "", "", shop.ErrMalformed},
		"signed, no event":     {signed(`{"id":1}`), "", "", shop.ErrMalformed},
		"signed, event a list": {signed(`{"event":[1]}`), "", "", shop.ErrMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, err := g.Verify(tc.delivery)
			if !errors.Is(err, tc.err) {
				t.Fatalf("got %v", err)
			}
			if err == nil && (e.ID != tc.id || e.Type != tc.typ || e.Environment != somewhere) {
				t.Errorf("got %+v", e)
			}
		})
	}
}

func event(kind, data string) shop.Event {
	return shop.Event{
		Provider: shop.Commerce, Environment: "the one it came from",
		Body: fmt.Appendf(nil, `{"event":{"id":"e","type":%q,"created_at":"2026-05-01T13:00:00Z","data":%s}}`, kind, data),
	}
}

func TestReadBelievesTheTimelineNotTheName(t *testing.T) {
	t.Parallel()
	g := silentGateway(t)
	const begun = `{"status":"NEW","time":"2026-05-01T12:00:00Z"}`
	for name, tc := range map[string]struct {
		event     shop.Event
		state     shop.State
		exception shop.Exception
		at        string
	}{
		"failed is underpaid":    {event("charge:failed", chargeJSON(begun, `{"status":"UNRESOLVED","context":"UNDERPAID","time":"2026-05-01T12:20:00Z"}`)), shop.Unresolved, shop.Underpaid, "2026-05-01T12:20:00Z"},
		"failed is expired":      {event("charge:failed", chargeJSON(begun, `{"status":"EXPIRED","time":"2026-05-01T13:00:00Z"}`)), shop.Expired, "", "2026-05-01T13:00:00Z"},
		"confirmed is only new":  {event("charge:confirmed", chargeJSON(begun)), shop.Waiting, "", "2026-05-01T12:00:00Z"},
		"a name of later":        {event("charge:blessed", chargeJSON(begun, `{"status":"PENDING","time":"2026-05-01T12:05:00Z"}`)), shop.Detected, "", "2026-05-01T12:05:00Z"},
		"confirmed, no timeline": {event("charge:confirmed", chargeJSON()), shop.Detected, "", "2026-05-01T13:00:00Z"},
		"resolved, no timeline":  {event("charge:resolved", chargeJSON()), shop.Detected, "", "2026-05-01T13:00:00Z"},
		"pending, no timeline":   {event("charge:pending", chargeJSON()), shop.Detected, "", "2026-05-01T13:00:00Z"},
		"delayed, no timeline":   {event("charge:delayed", chargeJSON()), shop.Detected, "", "2026-05-01T13:00:00Z"},
		"failed, no timeline":    {event("charge:failed", chargeJSON()), shop.Waiting, "", "2026-05-01T13:00:00Z"},
		"created, no timeline":   {event("charge:created", chargeJSON()), shop.Waiting, "", "2026-05-01T13:00:00Z"},
		"unknown timeline only":  {event("charge:pending", chargeJSON(`{"status":"BLESSED"}`)), shop.Detected, "", "2026-05-01T13:00:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ev, err := g.Read(tc.event)
			if err != nil {
				t.Fatal(err)
			}
			if ev.State != tc.state || ev.Exception != tc.exception || !ev.At.Equal(instant(t, tc.at)) {
				t.Errorf("got %s %q at %s", ev.State, ev.Exception, ev.At)
			}
			if ev.Environment != "the one it came from" || ev.PaymentID != testPayment {
				t.Errorf("got %+v", ev)
			}
		})
	}
}

func TestReadIgnoresWhatIsNoCharge(t *testing.T) {
	t.Parallel()
	g := silentGateway(t)
	for name, e := range map[string]shop.Event{
		"another kind":     event("invoice:paid", chargeJSON()),
		"no kind":          event("", chargeJSON()),
		"no data":          event("charge:confirmed", `null`),
		"data of no shape": event("charge:confirmed", `[1,2]`),
		"data of nobody":   event("charge:confirmed", `{"name":"x"}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if ev, err := g.Read(e); !errors.Is(err, shop.ErrIgnored) {
				t.Errorf("got %+v, %v", ev, err)
			}
		})
	}
	if _, err := g.Read(shop.Event{Body: []byte("x")}); !errors.Is(err, shop.ErrMalformed) {
		t.Errorf("no JSON: %v", err)
	}
}

// FuzzWebhook feeds a body that somebody signed: reading it never panics, and
// whatever it says stays within bounds and never confirms without a timeline
// that does.
func FuzzWebhook(f *testing.F) {
	f.Add([]byte(body1))
	f.Add([]byte(body2))
	for _, name := range []string{"charge_2018.json", "charge_onchain.json"} {
		f.Add([]byte(strings.Replace(fixture(f, name), `{"data":`, `{"event":{"type":"charge:confirmed","data":`, 1) + "}"))
	}
	f.Add(event("charge:failed", chargeJSON(`{"status":"UNRESOLVED","context":"UNDERPAID"}`)).Body)
	f.Add([]byte(`{"event":{"type":"charge:resolved","data":{"id":"x","pricing":{"local":{"amount":1e999999999,"currency":"USD"}}}}}`))
	f.Add(event("charge:confirmed", embeddedJSON(`"`+string(testPayment)+`"`)).Body)
	f.Add(event("charge:confirmed", embeddedJSON(`"<script>alert(1)</script>"`)).Body)
	f.Add(event("charge:confirmed", embeddedJSON(`22222222222222222222222222`)).Body)
	f.Add(event("charge:confirmed", embeddedJSON(`{"payment_id":"`+string(testPayment)+`"}`)).Body)
	f.Add(event("charge:pending", `{"id":"x","checkout":"y","metadata":{"customer_id":null,"order_id":7,"payment_id":"","custom":[]}}`).Body)
	client, err := commerce.NewClient(commerce.Config{BaseURL: "http://provider.invalid", APIKey: "k", Now: time.Now, Random: zeros{}})
	if err != nil {
		f.Fatal(err)
	}
	g := &Commerce{client: client, environment: somewhere, secrets: []string{testSecret}}
	f.Fuzz(func(t *testing.T, body []byte) {
		if _, err := g.Verify(delivery(string(body), signature2)); string(body) != body2 && !errors.Is(err, shop.ErrSignature) {
			t.Fatalf("a foreign signature passed: %v", err)
		}
		envelope, err := g.Verify(delivery(string(body), commerce.Sign(testSecret, body)))
		if err != nil {
			if !errors.Is(err, shop.ErrMalformed) {
				t.Fatalf("got %v", err)
			}
			return
		}
		if envelope.ID == "" || len(envelope.ID) > maxEventID || len([]rune(envelope.Type)) > maxEventType {
			t.Errorf("out of bounds: %+v", envelope)
		}
		ev, err := g.Read(shop.Event{Environment: somewhere, Body: body})
		if err != nil {
			if !errors.Is(err, shop.ErrIgnored) {
				t.Errorf("got %v", err)
			}
			return
		}
		if ev.State == shop.Confirmed && ev.Steps == 0 {
			t.Error("confirmed without a timeline")
		}
		if (ev.Exception != "") != (ev.State == shop.Unresolved) {
			t.Errorf("state %s with exception %q", ev.State, ev.Exception)
		}
		if ev.Custom && (ev.OrderID != "" || ev.PaymentID == "") {
			t.Errorf("a buyer's text claims %q and %q", ev.OrderID, ev.PaymentID)
		}
		for _, id := range []string{string(ev.OrderID), string(ev.PaymentID), string(ev.CustomerID)} {
			if id != "" && !shop.ValidToken(id) {
				t.Errorf("a stranger's text became an id: %q", id)
			}
		}
		if len(ev.HostedURL) > maxURL || len(ev.Price.String()) > 200 {
			t.Errorf("out of bounds: %+v", ev)
		}
	})
}
