package gateway

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"till/app/coinbase/business"
	"till/app/shop"
)

// eventBody is a webhook's body: a checkout with the event's type beside its
// fields.
func eventBody(kind, checkout string) string {
	return `{"eventType":"` + kind + `",` + strings.TrimPrefix(checkout, "{")
}

// signedBusiness is a delivery as the provider makes it; an empty id sends none.
func signedBusiness(secret string, at time.Time, id, body string) shop.Delivery {
	h := http.Header{"Content-Type": {"application/json"}}
	if id != "" {
		h.Set(business.EventIDHeader, id)
	}
	names := []string{"content-type", "x-event-id"}
	h.Set(business.SignatureHeader, business.Sign(secret, at, h, names, []byte(body)))
	return shop.Delivery{Provider: shop.Business, Header: h, Body: []byte(body)}
}

func TestBusinessVerify(t *testing.T) {
	t.Parallel()
	const success = "checkout.payment.success"
	now := time.Now()
	paid := eventBody(success, checkoutJSON("COMPLETED"))
	back := eventBody("checkout.refund.success", checkoutJSON("REFUNDED", `"refunds":[`+refundJSON("r1", "4.50", "COMPLETED")+`]`))
	altered := signedBusiness(businessSecret, now, "e-1", paid)
	altered.Header.Set(business.EventIDHeader, "e-2")
	for name, tc := range map[string]struct {
		delivery shop.Delivery
		id, kind string
		err      error
	}{
		"its id":                   {signedBusiness(businessSecret, now, "0f9c1f3e-1", paid), "0f9c1f3e-1", success, nil},
		"the older secret":         {signedBusiness("older", now, "e", paid), "e", success, nil},
		"no id":                    {signedBusiness(businessSecret, now, "", paid), checkoutID + ":" + success, success, nil},
		"no id, later":             {signedBusiness(businessSecret, now.Add(time.Minute), "", paid), checkoutID + ":" + success, success, nil},
		"no id, a refund":          {signedBusiness(businessSecret, now, "", back), checkoutID + ":checkout.refund.success:r1", "checkout.refund.success", nil},
		"an id too long":           {signedBusiness(businessSecret, now, strings.Repeat("x", 200), paid), checkoutID + ":" + success, success, nil},
		"no id, no checkout":       {signedBusiness(businessSecret, now, "", `{"eventType":"x"}`), hash(`{"eventType":"x"}`), "x", nil},
		"no id, an odd checkout":   {signedBusiness(businessSecret, now, "", `{"eventType":"x","id":"a b"}`), hash(`{"eventType":"x","id":"a b"}`), "x", nil},
		"a long type":              {signedBusiness(businessSecret, now, "e", `{"eventType":"`+strings.Repeat("y", 200)+`"}`), "e", strings.Repeat("y", 64), nil},
		"another secret":           {signedBusiness("stranger", now, "e", paid), "", "", shop.ErrSignature},
		"no signature":             {shop.Delivery{Header: http.Header{}, Body: []byte(paid)}, "", "", shop.ErrSignature},
		"too old":                  {signedBusiness(businessSecret, now.Add(-10*time.Minute), "e", paid), "", "", shop.ErrSignature},
		"too new":                  {signedBusiness(businessSecret, now.Add(10*time.Minute), "e", paid), "", "", shop.ErrSignature},
		"an altered header":        {altered, "", "", shop.ErrSignature},
		"signed, no JSON":          {signedBusiness(businessSecret, now, "e", "hello"), "", "", shop.ErrMalformed},
		"signed, no type":          {signedBusiness(businessSecret, now, "e", checkoutJSON("COMPLETED")), "", "", shop.ErrMalformed},
		"unsigned, and no JSON":    {shop.Delivery{Header: http.Header{}, Body: []byte("hello")}, "", "", shop.ErrSignature},
		"an answer from a webhook": {signedBusiness(businessSecret, now, "e", eventBody(answerRefund, checkoutJSON("REFUNDED"))), "e", answerRefund, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, err := silentBusiness(t).Verify(tc.delivery)
			if !errors.Is(err, tc.err) {
				t.Fatalf("got %v", err)
			}
			if err == nil && (e.ID != tc.id || e.Type != tc.kind || e.Environment != businessPlace) {
				t.Errorf("got %+v", e)
			}
		})
	}
}

func businessEvent(kind, checkout string) shop.Event {
	return shop.Event{Provider: shop.Business, Environment: "the one it came from", Type: kind, Body: []byte(eventBody(kind, checkout))}
}

func TestBusinessReadBelievesTheStatusNotTheName(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		event shop.Event
		state shop.State
	}{
		"paid":                   {businessEvent("checkout.payment.success", checkoutJSON("COMPLETED")), shop.Confirmed},
		"failed":                 {businessEvent("checkout.payment.failed", checkoutJSON("FAILED")), shop.Failed},
		"expired":                {businessEvent("checkout.payment.expired", checkoutJSON("EXPIRED")), shop.Expired},
		"refunded":               {businessEvent("checkout.refund.success", checkoutJSON("REFUNDED")), shop.Refunded},
		"a refund failed":        {businessEvent("checkout.refund.failed", checkoutJSON("COMPLETED", `"refunds":[`+refundJSON("r1", "1", "FAILED")+`]`)), shop.Confirmed},
		"success is only active": {businessEvent("checkout.payment.success", checkoutJSON("ACTIVE")), shop.Waiting},
		"success without status": {businessEvent("checkout.payment.success", checkoutJSON("")), shop.Detected},
		"failed without status":  {businessEvent("checkout.payment.failed", checkoutJSON("")), shop.Waiting},
		"a name of later":        {businessEvent("checkout.payment.blessed", checkoutJSON("PROCESSING")), shop.Detected},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ev, err := silentBusiness(t).Read(tc.event)
			if err != nil {
				t.Fatal(err)
			}
			if ev.State != tc.state || ev.Environment != "the one it came from" || ev.PaymentID != testPayment || ev.Price.String() != "4.50 USD" {
				t.Errorf("got %+v", ev)
			}
		})
	}
}

func TestBusinessReadIgnoresWhatIsNoCheckout(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		event shop.Event
		err   error
	}{
		"another kind":          {businessEvent("payout.success", checkoutJSON("COMPLETED")), shop.ErrIgnored},
		"nobody's":              {businessEvent("checkout.payment.success", `{"status":"COMPLETED"}`), shop.ErrIgnored},
		"an answer of nobody's": {shop.Event{Type: answerRefund, Body: []byte(`{"refund":{"id":"r1"}}`)}, shop.ErrIgnored},
		"no JSON":               {shop.Event{Body: []byte("x")}, shop.ErrMalformed},
		"no JSON in an answer":  {shop.Event{Type: answerRefund, Body: []byte("x")}, shop.ErrMalformed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if ev, err := silentBusiness(t).Read(tc.event); !errors.Is(err, tc.err) {
				t.Errorf("got %+v, %v", ev, err)
			}
		})
	}
}

// FuzzBusinessWebhook feeds a body that somebody signed: reading it never
// panics, and whatever it says stays within bounds.
func FuzzBusinessWebhook(f *testing.F) {
	f.Add([]byte(eventBody("checkout.payment.success", checkoutJSON("COMPLETED"))))
	f.Add([]byte(eventBody("checkout.refund.success", checkoutJSON("REFUNDED", `"refundedAmount":1e999999999`, `"refunds":[`+refundJSON("r1", "1e9", "COMPLETED")+`,{}]`))))
	f.Add([]byte(eventBody("checkout.payment.success", checkoutJSON("COMPLETED", `"metadata":[]`, `"settlement":{"totalAmount":{}}`, `"amount":null`))))
	f.Add([]byte(eventBody(answerRefund, `{"checkout":`+checkoutJSON("REFUNDED")+`}`)))
	f.Add([]byte(eventBody(answerRefund, `{"checkout":{"id":{}}}`)))
	f.Add([]byte(`{"eventType":"checkout.x","id":"` + strings.Repeat("a", 300) + `"}`))
	g := silentBusiness(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		envelope, err := g.Verify(signedBusiness(businessSecret, time.Now(), "", string(body)))
		if err != nil {
			if !errors.Is(err, shop.ErrMalformed) {
				t.Fatalf("got %v", err)
			}
			return
		}
		if envelope.ID == "" || len(envelope.ID) > maxEventID || len([]rune(envelope.Type)) > maxEventType {
			t.Errorf("out of bounds: %+v", envelope)
		}
		ev, err := g.Read(shop.Event{Environment: businessPlace, Type: envelope.Type, Body: body})
		if err != nil {
			if !errors.Is(err, shop.ErrIgnored) {
				t.Errorf("got %v", err)
			}
			return
		}
		if ev.Exception != "" || ev.Custom || ev.Own || len(ev.HostedURL) > maxURL || len(ev.X402URL) > maxURL || len(ev.Price.String()) > 200 {
			t.Errorf("out of bounds: %+v", ev)
		}
		for _, id := range []string{string(ev.OrderID), string(ev.PaymentID), string(ev.CustomerID)} {
			if id != "" && !shop.ValidToken(id) {
				t.Errorf("a stranger's text became an id: %q", id)
			}
		}
		for _, n := range ev.Refunds {
			if n.ID == "" || len([]rune(n.ID)) > maxEventID || len([]rune(n.Reason)) > maxReason {
				t.Errorf("out of bounds: %+v", n)
			}
		}
	})
}
