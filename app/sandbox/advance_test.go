package sandbox_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"till/app/sandbox"
)

// ofType finds the deliveries of one type of event.
func (r *rig) ofType(kind string) deliveryRow {
	r.t.Helper()
	for _, d := range r.deliveries() {
		if d.Type == kind {
			return d
		}
	}
	r.t.Fatalf("there is no delivery of %s", kind)
	return deliveryRow{}
}

func TestThreeDaysInOneStepHaveAllTheirAttempts(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.hook.reply(func(w http.ResponseWriter, _ *http.Request, _ webhook) { w.WriteHeader(http.StatusInternalServerError) })
	r.create()
	r.advance("72h")
	until(t, "giving up", func() bool { return r.ofType("charge:created").Status == "abandoned" })
	// 13 while the gaps double up to an hour, and one in each of the hours left.
	if n := r.ofType("charge:created").Attempts; n < 80 || n > 84 {
		t.Errorf("%d attempts in three days, want about 82", n)
	}
	// What the charge did on the way was told at its time, and has an hour left.
	if d := r.ofType("charge:failed"); d.Status != "waiting" || d.Attempts < 79 || d.Attempts > 83 {
		t.Errorf("the end of its hour: %+v", d)
	}
}

func TestWebhookThatComesBackOnTheWayIsServedThere(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	r := start(t, func(cfg *sandbox.Config) { cfg.Now = func() time.Time { return now } })
	var asked atomic.Int32
	r.hook.reply(func(w http.ResponseWriter, _ *http.Request, wh webhook) {
		if wh.env.Event.Type == "charge:created" && asked.Add(1) < 5 {
			w.WriteHeader(http.StatusBadGateway)
		}
	})
	r.create()
	r.advance("30m")
	d := r.ofType("charge:created")
	// After 1 + 2 + 4 + 8 seconds, and up to one more at each step.
	if at := d.LastAt.Sub(now); d.Status != "delivered" || d.Attempts != 5 || at < 15*time.Second || at > 19*time.Second {
		t.Errorf("%+v, %v after it was due", d, at)
	}
	if got, want := r.send("GET", "/control/clock", "").body, `{"data":{"now":"2026-03-01T12:30:00Z","offset":"30m0s"}}`; got != want {
		t.Errorf("clock %s, want %s", got, want)
	}
}

func TestWebhookThatHangsHoldsTheClockForAMoment(t *testing.T) {
	t.Parallel()
	r := start(t)
	release := make(chan struct{})
	t.Cleanup(func() { close(release) })
	r.hook.reply(func(_ http.ResponseWriter, req *http.Request, _ webhook) {
		select {
		case <-release:
		case <-req.Context().Done():
		}
	})
	c := r.create()
	r.hook.await(t, "charge:created", 1)
	began := time.Now()
	r.advance("61m")
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
	if got := r.show(c.Code); got.steps() != "NEW EXPIRED" {
		t.Errorf("the charge: %s", got.steps())
	}
	r.stop() // cuts it short
}

func TestClockCannotBeMovedTooFar(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.advance("87000h")
	for _, by := range []string{"1000h", "2562047h", "2562047h47m16.854775807s", "9999999h", "-1s", "soon", ""} {
		if a := r.send("POST", "/control/clock", `{"advance":"`+by+`"}`); a.StatusCode != http.StatusBadRequest || !strings.Contains(a.body, "ten years in all") {
			t.Errorf("%s: %d %s", by, a.StatusCode, a.body)
		}
		if a := r.send("POST", "/controls/clock", "advance="+by, "Content-Type: application/x-www-form-urlencoded"); a.StatusCode != http.StatusBadRequest {
			t.Errorf("%s, on the page: %d", by, a.StatusCode)
		}
	}
	if got := r.send("GET", "/control/clock", "").body; !strings.Contains(got, `"offset":"87000h0m0s"`) {
		t.Errorf("the clock stands at %s", got)
	}
}

func TestOneStoreHasOneSandbox(t *testing.T) {
	t.Parallel()
	r := start(t)
	second := r.cfg
	second.WebhookURL = "http://127.0.0.1:9/second"
	if _, err := sandbox.New(t.Context(), second); err == nil || !strings.Contains(err.Error(), "another sandbox that runs has the store sqlite:") {
		t.Fatalf("a second one on the same store: %v", err)
	}
	r.create()
	r.hook.await(t, "charge:created", 1)
	r.stop()
	r.serve() // it is free again
}
