package web_test

import (
	"crypto/rand"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"till/app/coinbase/business"
	"till/app/gateway"
	"till/app/shop"
	"till/app/web"
)

const (
	businessPage   = "https://payments.coinbase.com/payment-links/pl_01k9"
	businessSecret = "secret"
)

// signedAt is when the published vectors were signed.
func signedAt() time.Time { return time.Unix(1636936200, 0) }

// newBusiness is the gateway to Business, whose clock reads some seconds after
// the vectors' time. It cannot ask anybody.
func newBusiness(t testing.TB) shop.Gateway {
	t.Helper()
	id, secret, _, err := business.GenerateKey(rand.Reader)
	must(t, err)
	key, err := business.ParseKey(id, secret)
	must(t, err)
	client, err := business.NewClient(business.Config{BaseURL: "http://127.0.0.1:1", Path: "/api/v1", Key: key, Now: time.Now, Random: rand.Reader})
	must(t, err)
	g, err := gateway.NewBusiness(gateway.BusinessConfig{
		Client: client, Environment: shop.Sandbox, Secrets: []string{"another", businessSecret},
		Now: func() time.Time { return signedAt().Add(10 * time.Second) },
	})
	must(t, err)
	return g
}

// success is the event that the newest payment was paid.
func (s *site) success() string {
	req := s.coinbase.last()
	return fmt.Sprintf(`{"id":%q,"url":%q,"amount":"4.50","currency":"USDC","network":"base","description":"Coffee",`+
		`"eventType":"checkout.payment.success","metadata":{"order_id":%q,"payment_id":%q,"price_currency":"USD"},`+
		`"settlement":{"totalAmount":"4.50","feeAmount":"0.05","netAmount":"4.45","currency":"USDC"},"status":"COMPLETED",`+
		`"transactionHash":"0x3a1b","createdAt":"2025-11-13T20:15:49.329Z","updatedAt":"2025-11-13T20:16:55.097Z"}`,
		chargeID(req.PaymentID), businessPage, req.OrderID, req.PaymentID)
}

// sent are the headers of a delivery, but for its signature.
func sent(id string) http.Header {
	return http.Header{
		"Content-Type": {"application/json"}, business.EventIDHeader: {id}, business.EventTypeHeader: {"checkout.payment.success"},
	}
}

// receive posts a webhook to the receiver.
func (s *site) receive(t *testing.T, h http.Header, body, signature string) answer {
	t.Helper()
	headers := []string{business.SignatureHeader, signature}
	for name := range h {
		headers = append(headers, name, h.Get(name))
	}
	return s.post(t, "/webhooks/business", body, headers...)
}

const (
	notAnEvent   = "The body is not an event.\n"
	badSignature = "The signature is missing, too far from now, or fits none of the configured secrets.\n"
)

// TestTheBusinessVectorsPassTheReceiver sends the published vectors through the
// route. Their body is no event, and only who passes the signature learns that.
func TestTheBusinessVectorsPassTheReceiver(t *testing.T) {
	t.Parallel()
	s := newSiteAt(t, newBusiness(t))
	const v0 = "1b3d69df55f1e52f05224ba94a5162abeb17ef52cd7f4948c390f810d6a87e98"
	const v1 = "493c35f05443fdb74cb99fd4f00e0e7653c2ab6b24fbc97f4a7bd4d56b31758a"
	headers := http.Header{"X-Test": {"val1"}, "X-Test2": {"val2"}}
	for name, tt := range map[string]struct{ body, signature, want string }{
		"v0":                    {"hello !", "t=1636936200,v0=" + v0, notAnEvent},
		"v1":                    {"hello !", "t=1636936200,h=x-test x-test2,v1=" + v1, notAnEvent},
		"both":                  {"hello !", "t=1636936200,v0=" + v0 + ",h=x-test x-test2,v1=" + v1, notAnEvent},
		"v0 of another body":    {"hello ?", "t=1636936200,v0=" + v0, badSignature},
		"v1 of another body":    {"hello ?", "t=1636936200,h=x-test x-test2,v1=" + v1, badSignature},
		"v1 with another order": {"hello !", "t=1636936200,h=x-test2 x-test,v1=" + v1, badSignature},
		"a wrong v1, a true v0": {"hello !", "t=1636936200,v0=" + v0 + ",h=x-test x-test2,v1=" + v0, badSignature},
		"another time":          {"hello !", "t=1636936201,v0=" + v0, badSignature},
		"none":                  {"hello !", "", badSignature},
		"no signature at all":   {"hello !", "hello", badSignature},
	} {
		if a := s.receive(t, headers, tt.body, tt.signature); a.StatusCode != http.StatusBadRequest || a.body != tt.want {
			t.Errorf("%s: answered %d %q, want %q", name, a.StatusCode, a.body, tt.want)
		}
	}
}

func TestWhatTheBusinessReceiverAnswers(t *testing.T) {
	t.Parallel()
	s := newSiteAt(t, newBusiness(t))
	s.buy(t)
	body := s.success()
	names := []string{"content-type", "x-event-id", "x-event-type"}
	sign := func(id string, at time.Time, names ...string) string {
		return business.Sign(businessSecret, at, sent(id), names, []byte(body))
	}
	only := func(signature, dropped string) string {
		var kept []string
		for part := range strings.SplitSeq(signature, ",") {
			if !strings.HasPrefix(part, dropped) {
				kept = append(kept, part)
			}
		}
		return strings.Join(kept, ",")
	}
	altered := sent("altered")
	altered.Set(business.EventTypeHeader, "checkout.refund.success")
	for name, tt := range map[string]struct {
		headers         http.Header
		body, signature string
		status          int
	}{
		"as it should be":       {sent("plain"), body, sign("plain", signedAt(), names...), http.StatusOK},
		"v0 only":               {sent("v0"), body, only(sign("v0", signedAt(), names...), "v1="), http.StatusOK},
		"v1 only":               {sent("v1"), body, only(sign("v1", signedAt(), names...), "v0="), http.StatusOK},
		"another order of h":    {sent("order"), body, sign("order", signedAt(), "x-event-type", "content-type", "x-event-id"), http.StatusOK},
		"a header it lacks":     {sent("lacks"), body, sign("lacks", signedAt(), "x-nothing", "x-event-id"), http.StatusOK},
		"five minutes old":      {sent("old"), body, sign("old", signedAt().Add(-290*time.Second), names...), http.StatusOK},
		"an altered header":     {altered, body, sign("altered", signedAt(), names...), http.StatusBadRequest},
		"an altered body":       {sent("body"), body + " ", sign("body", signedAt(), names...), http.StatusBadRequest},
		"too old":               {sent("older"), body, sign("older", signedAt().Add(-5*time.Minute), names...), http.StatusBadRequest},
		"of the future":         {sent("future"), body, sign("future", signedAt().Add(6*time.Minute), names...), http.StatusBadRequest},
		"signed by another":     {sent("other"), body, business.Sign("guess", signedAt(), sent("other"), names, []byte(body)), http.StatusBadRequest},
		"the other provider's":  {sent("commerce"), body, "", http.StatusBadRequest},
		"signed, and not JSON":  {sent("text"), "x", business.Sign(businessSecret, signedAt(), sent("text"), names, []byte("x")), http.StatusBadRequest},
		"signed, and no event":  {sent("none"), "{}", business.Sign(businessSecret, signedAt(), sent("none"), names, []byte("{}")), http.StatusBadRequest},
		"signed, a list of one": {sent("list"), "[{}]", business.Sign(businessSecret, signedAt(), sent("list"), names, []byte("[{}]")), http.StatusBadRequest},
	} {
		if a := s.receive(t, tt.headers, tt.body, tt.signature); a.StatusCode != tt.status {
			t.Errorf("%s: answered %d %q, want %d", name, a.StatusCode, a.body, tt.status)
		}
		id := tt.headers.Get(business.EventIDHeader)
		if name == "v0 only" { // which does not cover the header
			id = chargeID(s.coinbase.last().PaymentID) + ":checkout.payment.success"
		}
		_, err := s.store.FindEvent(t.Context(), id)
		if stored := err == nil; stored != (tt.status == http.StatusOK) {
			t.Errorf("%s: stored %v (%v)", name, stored, err)
		}
	}
	if a := s.get(t, "/webhooks/business"); a.StatusCode != http.StatusOK {
		t.Errorf("GET answered %d", a.StatusCode)
	}
}

// TestTheLogSaysWhyAWebhookWasRefused: a wrong clock is not to be looked for among
// the secrets.
func TestTheLogSaysWhyAWebhookWasRefused(t *testing.T) {
	t.Parallel()
	var log lockedLog
	s := newSiteAt(t, newBusiness(t), func(c *web.Config) { c.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	sign := func(secret string, at time.Time, body string) string {
		return business.Sign(secret, at, sent("e"), []string{"x-event-id"}, []byte(body))
	}
	for name, tt := range map[string]struct{ signature, body, says string }{
		"too old":        {sign(businessSecret, signedAt().Add(-time.Hour), "{}"), "{}", "too old: check this machine's clock"},
		"too new":        {sign(businessSecret, signedAt().Add(time.Hour), "{}"), "{}", "from the future: check this machine's clock"},
		"another secret": {sign("guess", signedAt(), "{}"), "{}", "another secret"},
		"unreadable":     {"t=x", "{}", "cannot be read"},
		"none":           {"", "{}", "there is none"},
		"no event":       {sign(businessSecret, signedAt(), "{}"), "{}", "names no type of event"},
	} {
		s.receive(t, sent("e"), tt.body, tt.signature)
		if text := log.text(); !strings.Contains(text, tt.says) {
			t.Errorf("%s: the log does not say %q: %s", name, tt.says, text)
		}
	}
}

// TestABusinessWebhookConfirmsOnce delivers one event three times, each with a
// signature of its own as a retry has.
func TestABusinessWebhookConfirmsOnce(t *testing.T) {
	t.Parallel()
	s := newSiteAt(t, newBusiness(t))
	id := s.buy(t)
	body := s.success()
	for i := range 3 {
		signature := business.Sign(businessSecret, signedAt().Add(time.Duration(i)*time.Second), sent("e1"), []string{"x-event-id"}, []byte(body))
		if a := s.receive(t, sent("e1"), body, signature); a.StatusCode != http.StatusOK {
			t.Fatalf("answered %d: %s", a.StatusCode, a.body)
		}
	}
	eventually(t, "the order is confirmed", func() bool { return s.order(t, id).State() == shop.Confirmed })
	events, err := s.store.ListEvents(t.Context(), 10)
	must(t, err)
	if len(events) != 1 || events[0].Duplicates != 2 || events[0].Provider != shop.Business {
		t.Errorf("events %+v", events)
	}
	page := s.get(t, "/orders/"+string(id)).body
	if !strings.Contains(page, "Payment confirmed") || strings.Contains(page, "<progress") {
		t.Error("the page does not say so, or counts blocks that nobody tells of")
	}
}

// TestABusinessCheckoutIsPaidInAFrameOrWithAPhone looks at both pages that show
// the frame, and at what stands beside it.
func TestABusinessCheckoutIsPaidInAFrameOrWithAPhone(t *testing.T) {
	t.Parallel()
	s := newSiteAt(t, newBusiness(t))
	a := s.post(t, "/orders", "product=box&method=checkout", "HX-Request", "true")
	path := a.Header.Get("HX-Push-Url")
	for _, want := range []string{
		`data-embed="` + businessPage + `"`, `data-hosted="` + businessPage + `"`, `data-qr="` + path + `/qr.svg?version=`,
		`<img class="qr" src="` + path + `/qr.svg?version=`, `href="` + businessPage + `"`, "12.00 USD",
	} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the fragment has no %s", want)
		}
	}
	coffee := "/orders/" + string(s.buy(t))
	for path, want := range map[string]string{
		"/": "https://payments.coinbase.com", "/products/box": "https://payments.coinbase.com", path: "https://payments.coinbase.com",
		"/products/coffee": "'none'", coffee: "'none'",
	} {
		if csp := s.get(t, path).Header.Get("Content-Security-Policy"); !strings.Contains(csp, "frame-src "+want+";") {
			t.Errorf("GET %s: %s", path, csp)
		}
	}
	if page := s.get(t, coffee).body; strings.Contains(page, "data-embed") || !strings.Contains(page, `id="phone"`) {
		t.Error("an order without a checkout shows a frame, or has no way for a phone")
	}
}

func TestAPageElsewhereIsNotFramed(t *testing.T) {
	t.Parallel()
	s := newSiteAt(t, newBusiness(t), func(c *webConfig) { c.Fragments.Hosted = []string{"https://pay.coinbase.com"} })
	a := s.post(t, "/orders", "product=box", "HX-Request", "true")
	if strings.Contains(a.body, "data-embed") || !strings.Contains(a.body, `href="`+businessPage+`"`) {
		t.Error("a page that our policy would refuse is offered in a frame, or the link is missing")
	}
}
