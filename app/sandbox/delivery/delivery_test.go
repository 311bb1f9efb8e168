package delivery_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"till/app/coinbase/commerce"
	"till/app/sandbox/delivery"
)

func TestEachEndpointGetsWhatItWants(t *testing.T) {
	t.Parallel()
	configured, other := newHook(t, nil), newHook(t, nil)
	r := newRig(t, configured.url)
	added, err := r.queue.AddEndpoint(t.Context(), delivery.Endpoint{URL: other.url, Events: []string{"charge:confirmed"}})
	r.must(err)
	r.add("AAAAAAAA", "charge:created", "charge:confirmed")
	r.settle()
	slicesEqual(t, sorted(configured.kinds()), []string{"charge:confirmed", "charge:created"})
	slicesEqual(t, other.kinds(), []string{"charge:confirmed"})
	for _, got := range []struct {
		a      arrival
		secret string
	}{{configured.all()[0], secret}, {other.all()[0], added.Secret}} {
		if !commerce.Verify([]string{got.secret}, []byte(got.a.body), got.a.header.Get(commerce.SignatureHeader)) {
			t.Errorf("not signed with %s", got.secret)
		}
	}
	if d := r.list(delivery.Query{Endpoint: added.ID}); len(d) != 1 || d[0].Status != "delivered" || d[0].URL != other.url {
		t.Errorf("the other's deliveries: %+v", d)
	}
}

func TestSlowEndpointDelaysNoOther(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	slow := newHook(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	quick := newHook(t, nil)
	r := newRig(t, slow.url)
	_, err := r.queue.AddEndpoint(t.Context(), delivery.Endpoint{URL: quick.url})
	r.must(err)
	for _, code := range strings.Split("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "") { // more charges than there are slots
		r.add(code, "charge:created", "charge:pending")
	}
	r.run()
	until(t, "everything at the quick endpoint", func() bool { return len(quick.all()) == 52 })
	if n := len(slow.all()); n > 16 {
		t.Errorf("%d requests at once at the slow one", n)
	}
	close(release)
	r.clock.SetOffset(time.Hour) // for those that were too slow on a busy machine
	until(t, "everything at the slow one", func() bool { return len(r.list(delivery.Query{Status: "waiting"})) == 0 })
}

func TestSlowChargeStarvesNoOther(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	h := newHook(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Test-Code") == "SLOW" {
			select {
			case <-release:
			case <-r.Context().Done():
			}
		}
	})
	r := newRig(t, h.url)
	r.add("SLOW", slices.Repeat([]string{"charge:created"}, 100)...)
	r.add("QUICK", slices.Repeat([]string{"charge:created"}, 40)...)
	r.run()
	until(t, "the quick charge's events", func() bool { return len(r.list(delivery.Query{Code: "QUICK", Status: "delivered"})) == 40 })
	close(release)
	r.clock.SetOffset(time.Hour) // for those that were too slow on a busy machine
	until(t, "the slow one's", func() bool { return len(r.list(delivery.Query{Status: "waiting"})) == 0 })
}

func TestDeliveriesSurviveARestart(t *testing.T) {
	t.Parallel()
	var well atomic.Bool
	h := newHook(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Reason", "short and stout")
		if !well.Load() {
			w.WriteHeader(http.StatusTeapot)
		}
		_, _ = w.Write([]byte(strings.Repeat("x", 10_000)))
	})
	r := newRig(t, h.url)
	r.add("AAAAAAAA", "charge:created")
	r.settle()
	before := find(r, r.list(delivery.Query{})[0].ID)
	r.close()
	well.Store(true)
	r.open()
	r.settle() // the second attempt is not due yet
	if after := find(r, before.ID); after.Status != "waiting" || len(after.Tries) != 1 || after.Tries[0].Request.Body != before.Tries[0].Request.Body {
		t.Errorf("after the restart: %+v", after)
	}
	r.pass(time.Second)
	d := find(r, before.ID)
	if d.Status != "delivered" || d.Attempts != 2 || d.Tries[1].Number != 2 {
		t.Fatalf("in the end: %+v", d)
	}
	first := d.Tries[0].Response
	if first.Status != http.StatusTeapot || first.Headers["X-Reason"] != "short and stout" || len(first.Body) != 4096 {
		t.Errorf("the first answer: %d %v and %d bytes", first.Status, first.Headers, len(first.Body))
	}
}

func TestSwitchedOffEndpoint(t *testing.T) {
	t.Parallel()
	h := newHook(t, nil)
	r := newRig(t, h.url)
	r.add("AAAAAAAA", "charge:created")
	on, off := true, false
	_, err := r.queue.ChangeEndpoint(t.Context(), delivery.Configured, delivery.Change{Enabled: &off})
	r.must(err)
	r.add("BBBBBBBB", "charge:created")
	_, err = r.queue.Turn(t.Context())
	r.must(err)
	r.queue.Wait()
	all := r.list(delivery.Query{})
	if len(h.all()) != 0 || len(all) != 1 || all[0].Code != "AAAAAAAA" || all[0].Status != "waiting" {
		t.Errorf("while it is off: %d sent, %+v", len(h.all()), all)
	}
	var refused *delivery.Refusal
	if err := r.queue.Resend(t.Context(), all[0].ID); !errors.As(err, &refused) || !refused.Conflict {
		t.Errorf("resend: %v", err)
	}
	_, err = r.queue.ChangeEndpoint(t.Context(), delivery.Configured, delivery.Change{Enabled: &on})
	r.must(err)
	r.settle()
	slicesEqual(t, h.kinds(), []string{"charge:created"})
}

func TestRemovedEndpointIsGivenUp(t *testing.T) {
	t.Parallel()
	down := newHook(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	r := newRig(t, "")
	to, err := r.queue.AddEndpoint(t.Context(), delivery.Endpoint{URL: down.url})
	r.must(err)
	r.add("AAAAAAAA", "charge:created")
	r.settle()
	r.must(r.queue.RemoveEndpoint(t.Context(), to.ID))
	d := find(r, r.list(delivery.Query{})[0].ID)
	if d.Status != "abandoned" || d.NextAt != nil || len(d.Tries) != 1 || !strings.Contains(d.LastError, "removed") {
		t.Errorf("its delivery: %+v", d)
	}
	if err := r.queue.RemoveEndpoint(t.Context(), to.ID); !errors.Is(err, delivery.ErrNoEndpoint) {
		t.Errorf("removed twice: %v", err)
	}
}

func TestEndpointThatIsRemovedWhileAsked(t *testing.T) {
	t.Parallel()
	asked, release := make(chan struct{}), make(chan struct{})
	h := newHook(t, func(w http.ResponseWriter, _ *http.Request) {
		close(asked)
		<-release
		w.WriteHeader(http.StatusBadGateway)
	})
	r := newRig(t, "")
	to, err := r.queue.AddEndpoint(t.Context(), delivery.Endpoint{URL: h.url})
	r.must(err)
	r.add("AAAAAAAA", "charge:created")
	r.run()
	<-asked
	r.must(r.queue.RemoveEndpoint(t.Context(), to.ID))
	close(release)
	until(t, "the attempt", func() bool { return r.list(delivery.Query{})[0].Attempts == 1 })
	if d := r.list(delivery.Query{})[0]; d.Status != "abandoned" {
		t.Errorf("its delivery: %+v", d)
	}
}

func TestMovedWebhookGetsWhatWaits(t *testing.T) {
	t.Parallel()
	down := httptest.NewServer(http.NotFoundHandler())
	down.Close()
	r := newRig(t, down.URL)
	r.add("AAAAAAAA", "charge:created")
	r.settle()
	r.close()
	h := newHook(t, nil)
	r.url = h.url
	r.open()
	r.pass(time.Second)
	d := find(r, r.list(delivery.Query{})[0].ID)
	if d.Status != "delivered" || d.URL != h.url || d.Tries[0].URL != down.URL || !strings.Contains(d.Tries[0].Error, "no answer: dial") {
		t.Errorf("the delivery: %+v", d)
	}
}

func TestResendsAddUp(t *testing.T) {
	t.Parallel()
	h := newHook(t, nil)
	r := newRig(t, h.url)
	r.add("AAAAAAAA", "charge:created")
	r.settle()
	for range 4 {
		r.must(r.queue.Resend(t.Context(), r.list(delivery.Query{})[0].ID))
	}
	r.settle()
	if d := r.list(delivery.Query{})[0]; len(h.all()) != 5 || d.Attempts != 5 || d.Status != "delivered" {
		t.Errorf("%d requests, %+v", len(h.all()), d)
	}
}

func TestTestEventGoesToOneEndpoint(t *testing.T) {
	t.Parallel()
	h, other := newHook(t, nil), newHook(t, nil)
	r := newRig(t, h.url)
	to, err := r.queue.AddEndpoint(t.Context(), delivery.Endpoint{URL: other.url, Events: []string{"charge:failed"}})
	r.must(err)
	d, err := r.queue.Test(t.Context(), to.ID, "charge:resolved") // which it does not want otherwise
	r.must(err)
	r.settle()
	if got := find(r, d.ID); got.Status != "delivered" || got.Code != "MADEUP00" || len(h.all()) != 0 {
		t.Errorf("the test: %+v; the other endpoint got %d", got, len(h.all()))
	}
	slicesEqual(t, other.kinds(), []string{"charge:resolved"})
	var refused *delivery.Refusal
	if _, err := r.queue.Test(t.Context(), to.ID, "charge:lost"); !errors.As(err, &refused) {
		t.Errorf("an event that is none: %v", err)
	}
	if _, err := r.queue.Test(t.Context(), "nothing", "charge:failed"); !errors.Is(err, delivery.ErrNoEndpoint) {
		t.Errorf("an endpoint that is none: %v", err)
	}
}

func TestListIsPaged(t *testing.T) {
	t.Parallel()
	r := newRig(t, newHook(t, nil).url)
	r.add("AAAAAAAA", slices.Repeat([]string{"charge:created"}, 3)...)
	r.add("BBBBBBBB", slices.Repeat([]string{"charge:created"}, 4)...)
	var pages []int
	for query := (delivery.Query{Limit: 2, Code: "BBBBBBBB"}); ; {
		all, next, err := r.queue.List(t.Context(), query)
		r.must(err)
		pages = append(pages, len(all))
		if query.Before = next; next == "" {
			break
		}
	}
	if !slices.Equal(pages, []int{2, 2}) {
		t.Errorf("pages of %v", pages)
	}
	if all, next, err := r.queue.List(t.Context(), delivery.Query{}); err != nil || len(all) != 7 || next != "" {
		t.Errorf("without a limit: %d, %q, %v", len(all), next, err)
	}
	if _, _, err := r.queue.List(t.Context(), delivery.Query{Limit: 2, Before: "nothing"}); !errors.Is(err, delivery.ErrNotFound) {
		t.Errorf("before nothing: %v", err)
	}
}

func TestLogGoesOn(t *testing.T) {
	t.Parallel()
	r := newRig(t, newHook(t, nil).url)
	r.add("AAAAAAAA", "charge:created", "charge:pending", "charge:confirmed")
	r.settle()
	first, err := r.queue.Log(t.Context(), 0, 2)
	r.must(err)
	rest, err := r.queue.Log(t.Context(), first[1].Seq, 2)
	r.must(err)
	last, err := r.queue.Last(t.Context())
	r.must(err)
	if len(first) != 2 || len(rest) != 1 || rest[0].Seq != last || rest[0].Code != "AAAAAAAA" || rest[0].Status != 200 || rest[0].Endpoint != delivery.Configured {
		t.Errorf("log %+v, then %+v, last %d", first, rest, last)
	}
}

func find(r *rig, id string) delivery.Delivery {
	r.t.Helper()
	d, err := r.queue.Find(r.t.Context(), id)
	r.must(err)
	return d
}

func sorted(all []string) []string {
	slices.Sort(all)
	return all
}

func slicesEqual(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestLeapOverTheEndLeavesOneMoreAttempt(t *testing.T) {
	t.Parallel()
	var r *rig
	h := newHook(t, func(w http.ResponseWriter, _ *http.Request) {
		r.clock.SetOffset(100 * time.Hour) // while it is being asked
		w.WriteHeader(http.StatusBadGateway)
	})
	r = newRig(t, h.url)
	r.add("AAAAAAAA", "charge:created")
	_, err := r.queue.Turn(t.Context())
	r.must(err)
	r.queue.Wait()
	if d := r.list(delivery.Query{})[0]; d.Status != "waiting" || d.NextAt == nil || !d.NextAt.Equal(r.clock.Now()) {
		t.Errorf("after the attempt before the leap: %+v", d)
	}
	r.settle()
	if d := r.list(delivery.Query{})[0]; d.Status != "abandoned" || d.Attempts != 2 {
		t.Errorf("in the end: %+v", d)
	}
}

func TestNextIsTheEarliestThatIsSent(t *testing.T) {
	t.Parallel()
	h := newHook(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	r := newRig(t, h.url)
	next := func(after time.Time) time.Time {
		at, err := r.queue.Next(t.Context(), after)
		r.must(err)
		return at
	}
	if at := next(time.Time{}); !at.IsZero() {
		t.Errorf("of none: %v", at)
	}
	r.add("AAAAAAAA", "charge:created")
	r.settle()
	r.add("BBBBBBBB", "charge:created") // due at once
	if at := next(time.Time{}); !at.Equal(noon) {
		t.Errorf("the first: %v", at)
	}
	if at := next(noon); !at.Equal(noon.Add(time.Second)) {
		t.Errorf("the one after it: %v", at)
	}
	off := false
	_, err := r.queue.ChangeEndpoint(t.Context(), delivery.Configured, delivery.Change{Enabled: &off})
	r.must(err)
	if at := next(time.Time{}); !at.IsZero() {
		t.Errorf("at an endpoint that is off: %v", at)
	}
}
