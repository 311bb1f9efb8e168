package sandbox_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"till/app/coinbase/commerce"
	"till/app/sandbox"
)

type deliveryRow struct {
	ID         string     `json:"id"`
	EventID    string     `json:"event_id"`
	Type       string     `json:"type"`
	Code       string     `json:"code"`
	Status     string     `json:"status"`
	Attempts   int        `json:"attempts"`
	NextAt     *time.Time `json:"next_at"`
	LastAt     *time.Time `json:"last_at"`
	LastStatus int        `json:"last_status"`
	LastError  string     `json:"last_error"`
}

func (r *rig) deliveries() []deliveryRow {
	r.t.Helper()
	return decode[struct{ Data []deliveryRow }](r.t, r.want(r.send("GET", "/control/deliveries", ""), http.StatusOK)).Data
}

func TestWebhookIsSignedAndShaped(t *testing.T) {
	t.Parallel()
	for shape, resource := range map[string]string{"2018": "charge", "onchain": ""} {
		t.Run(shape, func(t *testing.T) {
			t.Parallel()
			r := start(t, func(cfg *sandbox.Config) { cfg.Shape = shape })
			c := r.create()
			got := r.hook.await(t, "charge:created", 1)
			if !commerce.Verify([]string{testSecret}, got.body, got.header.Get(commerce.SignatureHeader)) {
				t.Error("the signature does not fit the bytes")
			}
			if got.header.Get("User-Agent") != "weipay-webhooks" || got.header.Get("Content-Type") != "application/json" {
				t.Errorf("header %v", got.header)
			}
			if _, err := commerce.ParseEnvelope(got.body); err != nil {
				t.Errorf("our own reader refuses it: %v", err)
			}
			e := got.env
			if len(e.ID) != 36 || e.AttemptNumber != 1 || e.ScheduledFor == "" || len(e.Event.ID) != 36 ||
				e.Event.Resource != "event" || e.Event.APIVersion != "2018-03-22" || e.Event.CreatedAt != c.CreatedAt {
				t.Errorf("envelope %s", got.body)
			}
			if d := e.Event.Data; d.ID != c.ID || d.Resource != resource || d.Metadata["order_id"] != "o1" {
				t.Errorf("data %s", got.body)
			}
		})
	}
}

func TestWebhookTellsTheChargeAsItWas(t *testing.T) {
	t.Parallel()
	r := start(t)
	c := r.create()
	r.do(c.Code, "pay")
	for kind, steps := range map[string]string{
		"charge:created": "NEW", "charge:pending": "NEW PENDING", "charge:confirmed": "NEW PENDING COMPLETED",
	} {
		if got := r.hook.await(t, kind, 1).env.Event.Data.steps(); got != steps {
			t.Errorf("%s says %s, want %s", kind, got, steps)
		}
	}
}

func TestFailingWebhookIsRetried(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	r := start(t, func(cfg *sandbox.Config) { cfg.Now = func() time.Time { return now } })
	r.hook.reply(func(w http.ResponseWriter, _ *http.Request, _ webhook) {
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(http.StatusFound) // not a success, and not followed
	})
	r.create()
	at, gap := now, time.Second
	for n := 1; n <= 3; n++ {
		got := r.hook.await(t, "charge:created", n)
		if got.env.AttemptNumber != n || got.env.ScheduledFor != at.Format(time.RFC3339) {
			t.Errorf("attempt %d: number %d, scheduled for %s", n, got.env.AttemptNumber, got.env.ScheduledFor)
		}
		until(t, "the attempt to be recorded", func() bool { return r.deliveries()[0].Attempts == n })
		d := r.deliveries()[0]
		if at = at.Add(gap); d.Status != "waiting" || d.LastStatus != http.StatusFound || !d.NextAt.Equal(at) {
			t.Errorf("after attempt %d: %+v, want the next at %v", n, d, at)
		}
		if n == 3 {
			r.hook.reply(nil)
		}
		r.advance(gap.String())
		gap *= 2
	}
	last := r.hook.await(t, "charge:created", 4)
	if first := r.hook.all("")[0]; last.env.Event.ID != first.env.Event.ID || last.env.ID != first.env.ID {
		t.Error("the ids changed between the attempts")
	}
	until(t, "the delivery", func() bool { return r.deliveries()[0].Status == "delivered" })
	if d := r.deliveries()[0]; d.NextAt != nil || d.LastStatus != http.StatusOK || d.Attempts != 4 {
		t.Errorf("in the end: %+v", d)
	}
}

func TestWebhookIsAbandonedAfterThreeDaysAndCanBeResent(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.hook.reply(func(w http.ResponseWriter, _ *http.Request, _ webhook) { w.WriteHeader(http.StatusInternalServerError) })
	r.create()
	until(t, "the first attempt", func() bool { return r.deliveries()[0].Attempts == 1 })
	r.advance("72h")
	until(t, "giving up", func() bool { return r.deliveries()[len(r.deliveries())-1].Status == "abandoned" })

	r.hook.reply(nil)
	id := r.deliveries()[len(r.deliveries())-1].ID
	r.want(r.send("POST", "/control/deliveries/"+id+"/resend", ""), http.StatusOK)
	until(t, "the delivery", func() bool { return r.deliveries()[len(r.deliveries())-1].Status == "delivered" })
	r.want(r.send("POST", "/control/deliveries/nothing/resend", ""), http.StatusNotFound)
}

func TestSlowWebhookDelaysNoOther(t *testing.T) {
	t.Parallel()
	r := start(t)
	slow := r.create()
	r.hook.await(t, "charge:created", 1)
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	r.hook.reply(func(_ http.ResponseWriter, req *http.Request, wh webhook) {
		if wh.env.Event.Data.Code == slow.Code {
			select {
			case <-release:
			case <-req.Context().Done():
			}
		}
	})
	r.do(slow.Code, "pay")
	r.hook.await(t, "charge:pending", 1)
	quick := r.create()
	until(t, "the other's delivery", func() bool { return r.deliveries()[0].Status == "delivered" })
	if d := r.deliveries()[0]; d.Code != quick.Code {
		t.Errorf("delivered %s, want %s", d.Code, quick.Code)
	}
	r.stop() // cuts the slow ones short
}

func TestWithoutAWebhookURLNothingIsSent(t *testing.T) {
	t.Parallel()
	r := start(t, func(cfg *sandbox.Config) { cfg.WebhookURL = "" })
	r.do(r.create().Code, "pay")
	if got := r.send("GET", "/control/deliveries", "").body; got != `{"data":[],"next":null}` {
		t.Errorf("deliveries %s", got)
	}
	if a := r.send("POST", "/control/deliveries/x/resend", ""); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "webhook_url") {
		t.Errorf("resend: %d %s", a.StatusCode, a.body)
	}
}
