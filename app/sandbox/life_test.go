package sandbox_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"till/app/sandbox"
)

func TestPaymentIsConfirmedByItself(t *testing.T) {
	t.Parallel()
	for shape, steps := range map[string]string{"2018": "NEW PENDING COMPLETED", "onchain": "NEW SIGNED PENDING COMPLETED"} {
		t.Run(shape, func(t *testing.T) {
			t.Parallel()
			r := start(t, func(cfg *sandbox.Config) { cfg.Shape = shape })
			r.want(r.send("POST", "/control/settings", `{"confirm_after":"9ms"}`), http.StatusOK)
			c := r.create()
			r.do(c.Code, "detect")
			until(t, "completion", func() bool { return r.show(c.Code).steps() == steps })
			for _, kind := range []string{"charge:created", "charge:pending", "charge:confirmed"} {
				if got := r.hook.await(t, kind, 1); got.env.Event.Data.Code != c.Code {
					t.Errorf("%s tells of %s", kind, got.env.Event.Data.Code)
				}
			}
		})
	}
}

func TestConfirmationsAreCounted(t *testing.T) {
	t.Parallel()
	r := start(t, func(cfg *sandbox.Config) { cfg.ConfirmAfter = 30 * time.Minute })
	c := r.create()
	r.do(c.Code, "detect")
	for want := range 3 {
		p := r.show(c.Code).Payments[0]
		if p.Block.Confirmations != want || p.Block.Required != 3 || p.Status != "PENDING" {
			t.Errorf("after %d steps: %+v", want, p)
		}
		r.advance("10m")
	}
	got := r.show(c.Code)
	if p := got.Payments[0]; p.Block.Confirmations != 3 || p.Status != "CONFIRMED" || got.steps() != "NEW PENDING COMPLETED" {
		t.Errorf("in the end: %s, %+v", got.steps(), p)
	}
}

func TestUnpaidChargeExpires(t *testing.T) {
	t.Parallel()
	for shape, tc := range map[string]struct{ before, after string }{
		"2018":    {"59m", "1m"},
		"onchain": {"47h", "1h"},
	} {
		t.Run(shape, func(t *testing.T) {
			t.Parallel()
			r := start(t, func(cfg *sandbox.Config) { cfg.Shape = shape })
			c := r.create()
			r.advance(tc.before)
			if got := r.show(c.Code).steps(); got != "NEW" {
				t.Fatalf("before its time: %s", got)
			}
			r.advance(tc.after)
			if got := r.show(c.Code); got.steps() != "NEW EXPIRED" || got.Timeline[1].Time != c.ExpiresAt {
				t.Errorf("after its time: %+v", got.Timeline)
			}
			if got := r.hook.await(t, "charge:failed", 1).env.Event.Data; got.steps() != "NEW EXPIRED" {
				t.Errorf("charge:failed says %s", got.steps())
			}
		})
	}
}

func TestInjectedClockDecides(t *testing.T) {
	t.Parallel()
	var passed atomic.Int64
	r := start(t, func(cfg *sandbox.Config) {
		cfg.Now = func() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(passed.Load())) }
	})
	c := r.create()
	passed.Store(int64(time.Hour))
	r.want(r.send("POST", "/control/charges/"+c.Code+"/pay", ""), http.StatusOK) // too late, though nobody had looked
	if got := r.show(c.Code).steps(); got != "NEW EXPIRED UNRESOLVED/DELAYED" {
		t.Errorf("steps %s", got)
	}
	r.hook.await(t, "charge:delayed", 1)
}

func TestStateSurvivesARestart(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.hook.reply(func(w http.ResponseWriter, _ *http.Request, _ webhook) { w.WriteHeader(http.StatusServiceUnavailable) })
	r.want(r.send("POST", "/control/settings", `{"confirm_after":"30m","shape":"2018"}`), http.StatusOK)
	r.want(r.send("POST", "/control/settings", `{"embed_messages":false,"embed_origins":["https://shop.example/"]}`), http.StatusOK)
	r.advance("10m")
	waiting, paying := r.create(), r.create()
	r.do(paying.Code, "detect")
	r.advance("10m")
	r.stop()

	r.hook.reply(nil)
	r.serve()
	if got := r.send("GET", "/control/settings", "").body; got != `{"data":{"confirm_after":"30m0s","embed_messages":false,"embed_origins":["https://shop.example"],"shape":"2018"}}` {
		t.Errorf("settings %s", got)
	}
	if got := r.show(paying.Code); got.Payments[0].Block.Confirmations != 1 {
		t.Errorf("confirmations %d, want 1", got.Payments[0].Block.Confirmations)
	}
	r.advance("50m")
	if got := r.show(waiting.Code).steps() + ", " + r.show(paying.Code).steps(); got != "NEW EXPIRED, NEW PENDING COMPLETED" {
		t.Errorf("after the restart: %s", got)
	}
	for _, kind := range []string{"charge:created", "charge:pending", "charge:confirmed", "charge:failed"} {
		until(t, kind+" after the restart", func() bool { return r.delivered(kind) })
	}
}

// delivered says whether nothing of that type waits and something was taken.
func (r *rig) delivered(kind string) bool {
	r.t.Helper()
	done := false
	for _, d := range r.deliveries() {
		if d.Type == kind && d.Status == "waiting" {
			return false
		}
		done = done || (d.Type == kind && d.Status == "delivered")
	}
	return done
}
