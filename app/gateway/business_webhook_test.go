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
	onlyV0, onlyType := signedBusiness(businessSecret, now, "e", paid), signedBusiness(businessSecret, now, "e", paid)
	onlyV0.Header.Set(business.SignatureHeader, strings.Split(onlyV0.Header.Get(business.SignatureHeader), ",h=")[0])
	onlyType.Header.Set(business.SignatureHeader, business.Sign(businessSecret, now, onlyType.Header, []string{"content-type"}, onlyType.Body))
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
		"an id v0 does not cover":  {onlyV0, checkoutID + ":" + success, success, nil},
		"an id v1 does not cover":  {onlyType, checkoutID + ":" + success, success, nil},
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

// TestTwoRefundsThatEndAlikeAreTwoEvents, in whichever order they end, also
// where no header names them.
func TestTwoRefundsThatEndAlikeAreTwoEvents(t *testing.T) {
	t.Parallel()
	refund := func(id, status, minute string) string {
		return `{"id":"` + id + `","amount":"1","currency":"USDC","status":"` + status + `","createdAt":"2026-05-03T09:` + minute + `:00Z"}`
	}
	for _, end := range []struct{ status, kind string }{{"FAILED", business.EventRefundFailed}, {"COMPLETED", business.EventRefundSuccess}} {
		for name, first := range map[string][2]string{"the older first": {end.status, "PENDING"}, "the younger first": {"PENDING", end.status}} {
			t.Run(end.status+", "+name, func(t *testing.T) {
				t.Parallel()
				g := silentBusiness(t)
				seen := map[string]bool{}
				for _, s := range [][2]string{first, {end.status, end.status}, {end.status, end.status}} { // the last one is sent again
					body := eventBody(end.kind, checkoutJSON("COMPLETED", `"refunds":[`+refund("r1", s[0], "00")+`,`+refund("r2", s[1], "05")+`]`))
					e, err := g.Verify(signedBusiness(businessSecret, time.Now(), "", body))
					if err != nil {
						t.Fatal(err)
					}
					seen[e.ID] = true
				}
				if len(seen) != 2 {
					t.Errorf("the events are %v", seen)
				}
			})
		}
	}
}

// TestOtherNewsIsAnotherEvent where no header names it and it may happen again.
// What is brought twice is one.
func TestOtherNewsIsAnotherEvent(t *testing.T) {
	t.Parallel()
	refund := func(id, status string) string { return `"refunds":[` + refundJSON(id, "1", status) + `]` }
	for name, tc := range map[string]struct {
		kind          string
		first, second string
	}{
		"a type of later":               {"checkout.updated", checkoutJSON("COMPLETED"), checkoutJSON("REFUNDED")},
		"a second payment fails":        {business.EventPaymentFailed, checkoutJSON("FAILED"), checkoutJSON("FAILED", `"updatedAt":"2026-05-01T13:00:00Z"`)},
		"refunds that are not told":     {business.EventRefundSuccess, checkoutJSON("PARTIALLY_REFUNDED"), checkoutJSON("REFUNDED")},
		"a refund that is not told of":  {business.EventRefundSuccess, checkoutJSON("COMPLETED", refund("r1", "PENDING")), checkoutJSON("REFUNDED", refund("r1", "COMPLETED"))},
		"refunds that have no name":     {business.EventRefundFailed, checkoutJSON("COMPLETED", refund("", "FAILED")), checkoutJSON("PARTIALLY_REFUNDED", refund("", "FAILED"))},
		"a refund of a status of later": {business.EventRefundFailed, checkoutJSON("COMPLETED", refund("r1", "QUEUED")), checkoutJSON("COMPLETED", refund("r1", "STOPPED"))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seen := map[string]bool{}
			for _, checkout := range []string{tc.first, tc.second, tc.first} {
				d := signedBusiness(businessSecret, time.Now(), "", eventBody(tc.kind, checkout))
				e, err := silentBusiness(t).Verify(d)
				if err != nil {
					t.Fatal(err)
				}
				seen[e.ID] = true
			}
			if len(seen) != 2 {
				t.Errorf("the events are %v", seen)
			}
		})
	}
}

// TestAWebhookByTheProvidersClock: ours may be off, and what tells the provider's
// may be another machine than the one that signs.
func TestAWebhookByTheProvidersClock(t *testing.T) {
	t.Parallel()
	const hour = time.Hour
	paid := eventBody("checkout.payment.success", checkoutJSON("COMPLETED"))
	for name, tc := range map[string]struct {
		told, signed time.Duration // the provider's clock minus ours
		want         error
	}{
		"ours is behind":            {hour, hour, nil},
		"ours is ahead":             {-hour, -hour, nil},
		"who signs has our time":    {hour, 0, nil},
		"old by either clock":       {hour, -10 * time.Minute, business.ErrSignatureTooOld},
		"of the future by both":     {-hour, 10 * time.Minute, business.ErrSignatureTooNew},
		"between both":              {hour, hour / 2, business.ErrSignatureTooOld},
		"the clocks agree, too old": {0, -10 * time.Minute, business.ErrSignatureTooOld},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := clockedBusiness(t, tc.told)
			if _, err := g.Verify(signedBusiness(businessSecret, time.Now().Add(tc.signed), "e", paid)); !errors.Is(err, tc.want) {
				t.Errorf("got %v", err)
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
			if ev.State != tc.state || ev.Environment != "the one it came from" || ev.PaymentID != testPayment || ev.Price.String() != "4.50 USDC" {
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
