package web_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"till/app/coinbase/commerce"
	"till/app/shop"
)

// TestSignatureVectors sends the two published vectors through the route.
func TestSignatureVectors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ body, signature string }{
		"the first secret, UTF-8": {
			`{"id":"3f0e3a52-6a1c-4a57-9f0c-0d6b3c5f9a11","scheduled_for":"2025-02-03T04:06:05Z","attempt_number":1,"event":{"id":"b1c9f6d2-2f0b-4c0e-8f44-5a0e7f2d9c33","resource":"event","type":"charge:confirmed","api_version":"2018-03-22","created_at":"2025-02-03T04:06:04Z","data":{"code":"ZX81ZX81","name":"Café ₿","metadata":{}}}}`,
			"e2e6eff08a06ecf9f4b5b26b0723e87f111a32a6cf24b11ba85a7e50d58686eb",
		},
		"the second secret, integer id, a blank": {
			`{"id":1, "event":{"resource":"event"}}`,
			"231055346fa57e134e8a65284147ea2a5776337f4863b62da3f90558ed027d56",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			if a := s.post(t, "/webhooks/commerce", tt.body, commerce.SignatureHeader, tt.signature); a.StatusCode != http.StatusOK {
				t.Errorf("answered %d: %s", a.StatusCode, a.body)
			}
			events, err := s.store.ListEvents(t.Context(), 10)
			must(t, err)
			if len(events) != 1 || string(events[0].Body) != tt.body {
				t.Errorf("stored %d events, want the body as it came", len(events))
			}
			altered := strings.Replace(tt.body, `"event"`, `"event" `, 1)
			if a := s.post(t, "/webhooks/commerce", altered, commerce.SignatureHeader, tt.signature); a.StatusCode != http.StatusBadRequest {
				t.Errorf("an altered body answered %d", a.StatusCode)
			}
		})
	}
}

func TestWhatTheReceiverAnswers(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.buy(t)
	event := `{"event":{"id":"e1","type":"charge:confirmed","data":{"id":"x","code":"Y"}}}`
	signed := func(body string) string { return commerce.Sign(secret, []byte(body)) }
	tests := map[string]struct {
		path, body, signature string
		status                int
		stored                bool
	}{
		"no signature":           {"commerce", event, "", http.StatusBadRequest, false},
		"a wrong one":            {"commerce", event, strings.Repeat("0", 64), http.StatusBadRequest, false},
		"one of another body":    {"commerce", event, signed(event + " "), http.StatusBadRequest, false},
		"signed, not JSON":       {"commerce", "hello", signed("hello"), http.StatusBadRequest, false},
		"signed, empty":          {"commerce", "", signed(""), http.StatusBadRequest, false},
		"signed, no event":       {"commerce", `{"id":1}`, signed(`{"id":1}`), http.StatusBadRequest, false},
		"signed, event a string": {"commerce", `{"event":"x"}`, signed(`{"event":"x"}`), http.StatusBadRequest, false},
		"to another provider":    {"business", event, signed(event), http.StatusBadRequest, false},
		"a foreign charge":       {"commerce", event, signed(event), http.StatusOK, true},
		"an unknown type": {"commerce", `{"event":{"id":"e2","type":"invoice:paid","data":{}}}`,
			signed(`{"event":{"id":"e2","type":"invoice:paid","data":{}}}`), http.StatusOK, true},
	}
	want := 0
	for name, tt := range tests {
		a := s.post(t, "/webhooks/"+tt.path, tt.body, commerce.SignatureHeader, tt.signature)
		if a.StatusCode != tt.status {
			t.Errorf("%s: answered %d, want %d", name, a.StatusCode, tt.status)
		}
		if tt.stored {
			want++
		}
	}
	events, err := s.store.ListEvents(t.Context(), 100)
	must(t, err)
	if len(events) != want {
		t.Errorf("%d events were stored, want %d", len(events), want)
	}
	for id, verdict := range map[string]shop.Verdict{"e1": shop.Foreign, "e2": shop.Ignored} {
		eventually(t, id+" is worked off to "+string(verdict), func() bool {
			e, err := s.store.FindEvent(t.Context(), id)
			return err == nil && e.Verdict == verdict
		})
	}
	if a := s.get(t, "/webhooks/commerce"); a.StatusCode != http.StatusOK {
		t.Errorf("GET answered %d", a.StatusCode)
	}
}

// TestABodyOverAMegabyteIsRefusedUnread announces the body and does not send
// it: the answer must not wait for what it refuses.
func TestABodyOverAMegabyteIsRefusedUnread(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	must(t, err)
	defer func() { _ = conn.Close() }()
	must(t, conn.SetDeadline(time.Now().Add(5*time.Second)))
	_, err = fmt.Fprintf(conn, "POST /webhooks/commerce HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n", 1<<20+1)
	must(t, err)
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	must(t, err)
	if res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("answered %d, want 413", res.StatusCode)
	}
}

func TestTheSameWebhookFiftyTimesAtOnceIsOneChange(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.buy(t)
	before := s.order(t, id).Version
	body := s.webhook("e1", "charge:confirmed", "COMPLETED")
	var wg sync.WaitGroup
	statuses := make(chan int, 50)
	for range 50 {
		wg.Go(func() { statuses <- s.deliver(t, body).StatusCode })
	}
	wg.Wait()
	close(statuses)
	for status := range statuses {
		if status != http.StatusOK {
			t.Errorf("one of them was answered %d", status)
		}
	}
	eventually(t, "the order is confirmed", func() bool { return s.order(t, id).State() == shop.Confirmed })
	if got := s.order(t, id).Version; got != before+1 {
		t.Errorf("the order went from version %d to %d, want one change", before, got)
	}
	events, err := s.store.ListEvents(t.Context(), 100)
	must(t, err)
	if len(events) != 1 || events[0].Duplicates != 49 || events[0].Verdict != shop.Settled {
		t.Errorf("%d events, the first came again %d times and was %s; want 1, 49 and settled",
			len(events), events[0].Duplicates, events[0].Verdict)
	}
}

func TestAStoreThatFailsAnswers503(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.buy(t)
	body := s.webhook("e1", "charge:confirmed", "COMPLETED")
	must(t, s.store.Close())
	if a := s.deliver(t, body); a.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("a webhook that was not stored was answered %d", a.StatusCode)
	}
	if a := s.get(t, "/readyz"); a.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("/readyz answered %d", a.StatusCode)
	}
	if a := s.get(t, "/livez"); a.StatusCode != http.StatusOK {
		t.Errorf("/livez answered %d", a.StatusCode)
	}
}
