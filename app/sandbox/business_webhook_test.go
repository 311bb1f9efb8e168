package sandbox_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"till/app/coinbase/business"
	"till/app/sandbox"
)

// verified holds a webhook's signature against a secret.
func verified(wh webhook, secret string) error {
	return business.Verify([]string{secret}, wh.header, wh.body, time.Now())
}

func TestConformanceOfBusinessEvents(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		actions []string
		told    []string
		status  string // in the last
		has     []string
		not     []string
	}{
		"4.4 success":              {[]string{"pay"}, []string{business.EventPaymentSuccess}, "COMPLETED", []string{`"settlement":{`, `"transactionHash":"0x`}, []string{"refund"}},
		"4.4 nothing for creating": {nil, nil, "", nil, nil},
		"4.4 nothing for money":    {[]string{"detect"}, nil, "", nil, nil},
		"4.4 nothing for the end":  {[]string{"cancel"}, nil, "", nil, nil},
		"4.4 seen, then success":   {[]string{"detect", "confirm"}, []string{business.EventPaymentSuccess}, "COMPLETED", nil, nil},
		"4.4 failed":               {[]string{"fail"}, []string{business.EventPaymentFailed}, "FAILED", nil, []string{"settlement", "transactionHash"}},
		"4.4 failed on its way":    {[]string{"detect", "fail"}, []string{business.EventPaymentFailed}, "FAILED", nil, []string{"settlement"}},
		"4.4 expired":              {[]string{"expire"}, []string{business.EventPaymentExpired}, "EXPIRED", nil, []string{"settlement", "transactionHash"}},
		"4.4 refund.success":       {[]string{"pay", "refund"}, []string{business.EventPaymentSuccess, business.EventRefundSuccess}, "REFUNDED", []string{`"refundedAmount":"4.50"`, `"refunds":[{"id":`}, nil},
		"4.4 refund of a part":     {[]string{"pay", `refund:{"amount":"1.50"}`}, []string{business.EventPaymentSuccess, business.EventRefundSuccess}, "PARTIALLY_REFUNDED", []string{`"refundedAmount":"1.50"`}, nil},
		"4.4 refund.failed":        {[]string{"pay", `refund:{"fail":true}`}, []string{business.EventPaymentSuccess, business.EventRefundFailed}, "COMPLETED", []string{`"status":"FAILED"`}, []string{"refundedAmount"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := startBusiness(t)
			id := r.order().ID
			r.act(id, tc.actions...)
			for _, kind := range tc.told {
				r.hook.await(t, kind, 1)
			}
			var told []string
			for _, d := range r.deliveries() {
				told = append(told, d.Type)
			}
			slices.Reverse(told)
			if !slices.Equal(told, tc.told) {
				t.Fatalf("told of %v, want %v", told, tc.told)
			}
			if len(told) == 0 {
				return
			}
			last := r.hook.await(t, told[len(told)-1], 1)
			e, err := business.ParseEvent(last.body)
			if err != nil || e.Type != told[len(told)-1] || e.ID != id || e.Status != tc.status || e.Metadata["order_id"] != "o1" {
				t.Errorf("event %s: %v", last.body, err)
			}
			for _, part := range tc.has {
				if !strings.Contains(string(last.body), part) {
					t.Errorf("%s is missing in %s", part, last.body)
				}
			}
			for _, part := range tc.not {
				if strings.Contains(string(last.body), part) {
					t.Errorf("%s does not belong in %s", part, last.body)
				}
			}
		})
	}
}

func TestConformanceOfBusinessSignatures(t *testing.T) {
	t.Parallel()
	r := startBusiness(t)
	r.advance("61m") // the sandbox's time, not the signature's
	r.hook.reply(func(w http.ResponseWriter, _ *http.Request, _ webhook) { w.WriteHeader(http.StatusServiceUnavailable) })
	r.act(r.order().ID, "pay")
	first := r.hook.await(t, business.EventPaymentSuccess, 1)
	h := first.header
	signature := h.Get(business.SignatureHeader)
	var names []string
	for part := range strings.SplitSeq(signature, ",") {
		name, _, _ := strings.Cut(part, "=")
		names = append(names, name)
	}
	if !slices.Equal(names, []string{"t", "v0", "h", "v1"}) || !strings.Contains(signature, ",h=content-type x-event-id x-event-type,") {
		t.Errorf("4.4 the signature is %s", signature)
	}
	if err := verified(first, businessSecret); err != nil {
		t.Errorf("4.4 v1 with t of now: %v", err)
	}
	bare := first
	bare.header = h.Clone()
	bare.header.Set(business.SignatureHeader, strings.Join(strings.Split(signature, ",")[:2], ","))
	if err := verified(bare, businessSecret); err != nil {
		t.Errorf("4.4 v0 alone: %v", err)
	}
	if h.Get("Content-Type") != "application/json" || h.Get("X-Event-Type") != business.EventPaymentSuccess || len(h.Get("X-Event-Id")) != 36 ||
		h.Get("X-Cc-Webhook-Signature") != "" {
		t.Errorf("4.4 the headers are %v", h)
	}
	if strings.Contains(string(first.body), h.Get("X-Event-Id")) {
		t.Error("4.4 the event's id is in the body")
	}
	again := r.hook.await(t, business.EventPaymentSuccess, 2)
	if again.header.Get("X-Event-Id") != h.Get("X-Event-Id") || string(again.body) != string(first.body) {
		t.Error("4.4 another attempt is another event")
	}
	if err := verified(again, businessSecret); err != nil {
		t.Errorf("4.4 t is taken anew: %v", err)
	}
}

func TestEachFaceIsToldItsOwn(t *testing.T) {
	t.Parallel()
	r := startBusiness(t)
	commerce := newHook(t)
	r.want(r.send("POST", "/control/endpoints", `{"url":"`+commerce.server.URL+`"}`), http.StatusOK)
	r.create()
	r.act(r.order().ID, "pay")
	r.hook.await(t, business.EventPaymentSuccess, 1)
	commerce.await(t, "charge:created", 1)
	if n, m := len(r.hook.all("")), len(commerce.all("")); n != 1 || m != 1 {
		t.Errorf("told %d and %d", n, m)
	}
	list := r.send("GET", "/control/endpoints", "").body
	if !strings.Contains(list, `{"id":"configured-business","face":"business","url":"`) || !strings.Contains(list, `"face":"commerce"`) {
		t.Errorf("endpoints %s", list)
	}
	for name, tc := range map[string]struct {
		path, body string
		status     int
	}{
		"an event of the other face": {"/control/endpoints", `{"url":"http://x","face":"business","events":["charge:created"]}`, 400},
		"a face that is none":        {"/control/endpoints", `{"url":"http://x","face":"prime"}`, 400},
		"its own event":              {"/control/endpoints", `{"url":"http://x","face":"business","events":["checkout.refund.failed"]}`, 200},
		"the configured url":         {"/control/endpoints/configured-business", `{"url":"http://x"}`, 409},
		"a test of the other face":   {"/control/endpoints/configured-business/test", `{"type":"charge:created"}`, 400},
		"a face afterwards":          {"/control/endpoints/configured-business", `{"face":"commerce"}`, 400},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r.in(t).want(r.in(t).send("POST", tc.path, tc.body), tc.status)
		})
	}
}

func TestEveryBusinessEventCanBeTested(t *testing.T) {
	t.Parallel()
	r := startBusiness(t)
	for _, kind := range business.EventTypes() {
		r.want(r.send("POST", "/control/endpoints/configured-business/test", `{"type":"`+kind+`"}`), http.StatusOK)
		got := r.hook.await(t, kind, 1)
		if err := verified(got, businessSecret); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		if e, err := business.ParseEvent(got.body); err != nil || !e.Known() || e.Type != kind {
			t.Errorf("%s: %v in %s", kind, err, got.body)
		}
	}
}

func TestBusinessWebhookTroubles(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		many   int   // webhooks that come
		err    error // of the last one's signature
		has    string
		header string // a part of the signature there is, or with "!" is not
	}{
		"wrong_signature": {1, business.ErrSignatureWrong, "", ""},
		"altered_body":    {1, business.ErrSignatureWrong, "", ""},
		"duplicate":       {2, nil, "", ""},
		"extra_fields":    {1, nil, "sandbox_extra", ""},
		"foreign_event":   {2, nil, "", ""},
		"v0_only":         {1, nil, "", "!v1="},
		"v1_only":         {1, nil, "", "!v0="},
		"old_timestamp":   {1, business.ErrSignatureTooOld, "", ""},
		"context_other":   {1, nil, "", "v1="},
		"no_resource":     {1, nil, "", "v1="},
		"integer_id":      {1, nil, "", "v1="},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := startBusiness(t)
			r.trouble(`{"kind":"` + name + `","order":"o1"}`)
			id := r.act(r.order().ID, "pay").ID
			got := r.hook.await(t, business.EventPaymentSuccess, tc.many)
			if err := verified(got, businessSecret); !errors.Is(err, tc.err) {
				t.Errorf("the signature: %v, want %v", err, tc.err)
			}
			if !strings.Contains(string(got.body), tc.has) || !strings.Contains(string(got.body), id) {
				t.Errorf("body %s", got.body)
			}
			part, missing := strings.CutPrefix(tc.header, "!")
			if strings.Contains(got.header.Get(business.SignatureHeader), part) == missing && part != "" {
				t.Errorf("signature %s", got.header.Get(business.SignatureHeader))
			}
			if tc.many < 2 {
				return
			}
			first := r.hook.await(t, business.EventPaymentSuccess, 1)
			same := string(first.body) == string(got.body) && first.header.Get(business.SignatureHeader) == got.header.Get(business.SignatureHeader)
			if same != (name == "duplicate") || verified(first, businessSecret) != nil {
				t.Errorf("first came %s", first.body)
			}
		})
	}
}

func TestBusinessWebhooksAreHeldBackAndLost(t *testing.T) {
	t.Parallel()
	r := startBusiness(t)
	r.trouble(`{"kind":"reorder","times":1}`)
	id := r.act(r.order().ID, "pay", "refund").ID
	r.hook.await(t, business.EventPaymentSuccess, 1)
	if all := r.hook.all(""); all[0].env.Event.Type != business.EventRefundSuccess {
		t.Errorf("first came %s", all[0].body)
	}
	r.trouble(`{"kind":"drop","code":"` + id + `"}`)
	r.trouble(`{"kind":"truncated_body"}`)
	other := r.act(r.order().ID, "expire").ID
	until(t, "the cut webhook", func() bool {
		d := r.deliveries()
		return d[0].Code == other && d[0].LastStatus == http.StatusBadRequest
	})
}

func TestABusinessDeliveryIsShownAsItWasSent(t *testing.T) {
	t.Parallel()
	r := startBusiness(t)
	r.act(r.order().ID, "pay")
	got := r.hook.await(t, business.EventPaymentSuccess, 1)
	var d deliveryRow
	until(t, "the log", func() bool { d = r.deliveries()[0]; return d.Status == "delivered" })
	shown := decode[struct {
		Data struct {
			Tries []struct {
				Request struct {
					Headers map[string]string
					Body    string
				}
			}
		}
	}](t, r.send("GET", "/control/deliveries/"+d.ID, "")).Data.Tries[0].Request
	for _, name := range []string{"Content-Type", "User-Agent", "X-Event-Id", "X-Event-Type", business.SignatureHeader} {
		if shown.Headers[name] != got.header.Get(name) {
			t.Errorf("%s: shown %q, sent %q", name, shown.Headers[name], got.header.Get(name))
		}
	}
	if shown.Body != string(got.body) {
		t.Errorf("shown %s", shown.Body)
	}
	page := r.want(r.send("GET", "/deliveries?code="+d.Code, ""), http.StatusOK).body
	if !strings.Contains(page, business.EventPaymentSuccess) {
		t.Errorf("the log of %s: %s", d.Code, page)
	}
}

func TestTroublesOfACheckoutKnowAllItsNames(t *testing.T) {
	t.Parallel()
	r := startBusiness(t)
	for name, named := range map[string]func(*rig, string) string{
		"its id":          func(_ *rig, id string) string { return id },
		"its id typed":    func(_ *rig, id string) string { return strings.ToUpper(id) },
		"its page's name": func(r *rig, id string) string { return strings.TrimPrefix(r.link(id), "/payment-links/") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := r.in(t)
			id, other := r.order().ID, r.order().ID
			called := named(r, id)
			for _, kind := range []string{"truncated_body", "server_error"} {
				a := r.want(r.send("POST", "/control/troubles", `{"kind":"`+kind+`","code":"`+called+`"}`), http.StatusOK)
				if !strings.Contains(a.body, `"code":"`+id+`"`) {
					t.Errorf("%s is told as %s", called, a.body)
				}
			}
			r.want(r.send("GET", checkoutsURL+"/"+strings.ToUpper(id), ""), http.StatusInternalServerError)
			r.want(r.send("GET", checkoutsURL+"/"+other, ""), http.StatusOK)
			r.want(r.send("POST", "/control/checkouts/"+id+"/pay", ""), http.StatusOK)
			until(t, "the webhook, refused", func() bool {
				list := decode[struct{ Data []deliveryRow }](t, r.send("GET", "/control/deliveries?code="+strings.ToUpper(id), "")).Data
				return len(list) == 1 && list[0].Code == id && list[0].LastStatus == http.StatusBadRequest
			})
		})
	}
}

func TestBusinessAPITroubles(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		trouble   string
		status    int
		says      string
		checkouts int
	}{
		"rate_limit":          {`{"kind":"rate_limit"}`, 429, fault("rate_limit_exceeded"), 0},
		"of checkouts":        {`{"kind":"rate_limit","api":"checkouts"}`, 429, "rate", 0},
		"unavailable":         {`{"kind":"unavailable"}`, 503, fault("internal_server_error"), 0},
		"of business":         {`{"kind":"server_error","api":"business"}`, 500, fault("internal_server_error"), 0},
		"of charges":          {`{"kind":"server_error","api":"charges"}`, 201, "ACTIVE", 1},
		"of commerce":         {`{"kind":"gone","api":"commerce"}`, 201, "ACTIVE", 1},
		"of subscriptions":    {`{"kind":"server_error","api":"subscriptions"}`, 201, "ACTIVE", 1},
		"html":                {`{"kind":"html_error"}`, 500, "<!DOCTYPE html>", 0},
		"after the work":      {`{"kind":"server_error","after":true}`, 500, "internal", 1},
		"an API that is gone": {`{"kind":"gone"}`, 410, fault("invalid_request"), 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := startBusiness(t)
			r.trouble(tc.trouble)
			a := r.want(r.send("POST", checkoutsURL, latte), tc.status)
			if !matches(tc.says, a.body) || (tc.status == 429 || tc.status == 503) != (a.Header.Get("Retry-After") == "1") {
				t.Errorf("answered %s, %v", a.body, a.Header)
			}
			r.want(r.send("DELETE", "/control/troubles", ""), http.StatusOK)
			if list := decode[struct{ Checkouts []any }](t, r.send("GET", checkoutsURL, "")); len(list.Checkouts) != tc.checkouts {
				t.Errorf("there are %d", len(list.Checkouts))
			}
		})
	}
	r := start(t, func(cfg *sandbox.Config) { cfg.WebhookURL = "" })
	r.trouble(`{"kind":"gone","api":"charges"}`)
	if a := r.want(r.send("GET", "/commerce/charges", ""), http.StatusGone); !strings.Contains(a.body, `"type":"gone"`) {
		t.Errorf("answered %s", a.body)
	}
}

// TestOneFaceIsGoneForGood: each API can be switched off as a whole, and the
// other one lives on.
func TestOneFaceIsGoneForGood(t *testing.T) {
	t.Parallel()
	commerce := []string{"/commerce/charges", "/commerce/checkouts", "/commerce/invoices", "/commerce/events"}
	later := []string{checkoutsURL, "/business/sandbox/api/v1/checkouts", "/platform/v2/data/webhooks/subscriptions"}
	for face, tc := range map[string]struct{ gone, alive []string }{
		"commerce": {commerce, later}, "business": {later, commerce},
	} {
		t.Run(face, func(t *testing.T) {
			t.Parallel()
			r := startBusiness(t)
			r.trouble(`{"kind":"gone","api":"` + face + `"}`)
			for _, path := range tc.gone {
				r.want(r.send("GET", path, ""), http.StatusGone)
			}
			for _, path := range tc.alive {
				r.want(r.send("GET", path, ""), http.StatusOK)
			}
		})
	}
}
