package delivery_test

import (
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"till/app/coinbase/commerce"
	"till/app/sandbox/delivery"
	"till/app/sandbox/trouble"
)

// want is what a trouble does to one event.
type want struct {
	requests int
	signed   bool // the last request's signature fits its bytes
	parsed   bool // and our own reader reads them
}

func TestTroublesAreSentAndWrittenAgain(t *testing.T) {
	t.Parallel()
	for kind, tc := range map[string]want{
		trouble.Duplicate:      {2, true, true},
		trouble.Drop:           {0, false, false},
		trouble.WrongSignature: {1, false, true},
		trouble.AlteredBody:    {1, false, true},
		trouble.TruncatedBody:  {1, false, false},
		trouble.ContextOther:   {1, true, true},
		trouble.NoResource:     {1, true, true},
		trouble.IntegerID:      {1, true, true},
		trouble.ExtraFields:    {1, true, true},
		trouble.ForeignEvent:   {2, true, true},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			h := newHook(t, nil)
			r := newRig(t, h.url)
			_, err := r.troubles.Add(t.Context(), trouble.Trouble{Kind: kind, Order: "o-AAAAAAAA"})
			r.must(err)
			r.add("AAAAAAAA", "charge:created")
			r.add("BBBBBBBB", "charge:created")
			r.settle()
			checkTrouble(t, r, h, kind, tc)
			if spared := find(r, r.list(delivery.Query{Code: "BBBBBBBB"})[0].ID); len(spared.Tries) != 1 || len(spared.Tries[0].Troubles) != 0 {
				t.Errorf("the other charge was hit, too: %+v", spared)
			}
		})
	}
}

func checkTrouble(t *testing.T, r *rig, h *hook, kind string, tc want) {
	t.Helper()
	d := find(r, r.list(delivery.Query{Code: "AAAAAAAA"})[0].ID)
	if d.Status != "delivered" || !slices.Contains(d.Tries[len(d.Tries)-1].Troubles, kind) && kind != trouble.ForeignEvent {
		t.Fatalf("delivery %+v", d)
	}
	sent := slices.DeleteFunc(h.all(), func(a arrival) bool { return a.code == "BBBBBBBB" })
	if len(sent) != tc.requests {
		t.Fatalf("%d requests, want %d", len(sent), tc.requests)
	}
	if tc.requests == 0 {
		if d.LastError != "dropped" || d.Tries[0].Request != nil || d.Tries[0].Response != nil {
			t.Errorf("dropped: %+v", d)
		}
		return
	}
	for i, got := range sent {
		same(t, d.Tries[i], got)
	}
	last := sent[len(sent)-1]
	if ok := commerce.Verify([]string{secret}, []byte(last.body), last.header.Get(commerce.SignatureHeader)); ok != tc.signed {
		t.Errorf("the signature fits: %v, want %v", ok, tc.signed)
	}
	if _, err := commerce.ParseEnvelope([]byte(last.body)); (err == nil) != tc.parsed {
		t.Errorf("our own reader says %v", err)
	}
}

// same fails unless what the log shows as sent is what came, byte for byte.
func same(t *testing.T, shown delivery.Try, came arrival) {
	t.Helper()
	if shown.Request == nil || shown.Request.Body != came.body {
		t.Fatalf("the log shows\n%+v\nand this came:\n%s", shown.Request, came.body)
	}
	for name, value := range shown.Request.Headers {
		if came.header.Get(name) != value {
			t.Errorf("the log shows %s: %s, and %q came", name, value, came.header.Get(name))
		}
	}
}

func TestEveryRetryIsWrittenAgain(t *testing.T) {
	t.Parallel()
	h := newHook(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) })
	r := newRig(t, h.url)
	for _, k := range trouble.Kinds() { // all at once, but those that leave nothing to compare
		if k.Where == trouble.Webhook && k.Name != trouble.Drop {
			_, err := r.troubles.Add(t.Context(), trouble.Trouble{Kind: k.Name})
			r.must(err)
		}
	}
	r.add("AAAAAAAA", "charge:created")
	for range 4 {
		r.pass(time.Minute)
	}
	d := find(r, r.list(delivery.Query{})[0].ID)
	came := h.all()
	if len(came) != 9 || len(d.Tries) != 9 || d.Attempts != 3 { // a foreign one, the real one and its twin, three times
		t.Fatalf("%d came, %d tries, %d attempts", len(came), len(d.Tries), d.Attempts)
	}
	for i := range came {
		same(t, d.Tries[i], came[i])
	}
	if first := d.Tries[1].Troubles; !slices.Contains(first, trouble.Delay) || !slices.Contains(first, trouble.Reorder) {
		t.Errorf("the first attempt's troubles are %v", first)
	}
	if second := d.Tries[4].Troubles; slices.Contains(second, trouble.Delay) {
		t.Errorf("the second attempt's troubles are %v", second)
	}
}

func TestForeignEventIsNobodysHere(t *testing.T) {
	t.Parallel()
	h := newHook(t, nil)
	r := newRig(t, h.url)
	_, err := r.troubles.Add(t.Context(), trouble.Trouble{Kind: trouble.ForeignEvent})
	r.must(err)
	r.add("AAAAAAAA", "charge:created")
	r.settle()
	foreign, err := commerce.ParseEnvelope([]byte(h.all()[0].body))
	r.must(err)
	own, err := commerce.ParseEnvelope([]byte(h.all()[1].body))
	r.must(err)
	if foreign.Event.ID == own.Event.ID || foreign.Event.Data.Code == own.Event.Data.Code || strings.Contains(h.all()[0].body, "o-AAAAAAAA") {
		t.Errorf("foreign %s", h.all()[0].body)
	}
	if d := find(r, r.list(delivery.Query{})[0].ID); d.Tries[0].EventID != string(foreign.Event.ID) || d.Attempts != 1 {
		t.Errorf("log %+v", d)
	}
}

func TestReorder(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		events []string
		pass   time.Duration
		want   string
	}{
		"two change places":        {[]string{"charge:pending", "charge:confirmed"}, 0, "charge:confirmed charge:pending"},
		"one waits for a later":    {[]string{"charge:created"}, 9 * time.Second, ""},
		"but not for ever":         {[]string{"charge:created"}, 10 * time.Second, "charge:created"},
		"the third waits for none": {[]string{"charge:created", "charge:pending", "charge:confirmed"}, 11 * time.Second, "charge:created charge:confirmed charge:pending"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHook(t, nil)
			r := newRig(t, h.url)
			_, err := r.troubles.Add(t.Context(), trouble.Trouble{Kind: trouble.Reorder})
			r.must(err)
			r.add("AAAAAAAA", tc.events...)
			r.settle()
			r.pass(tc.pass)
			if len(tc.events) == 3 {
				got := h.kinds() // the two that are let go by the first may come together
				slices.Sort(got[1:])
				if len(got) != 3 || got[0] == "charge:created" {
					t.Errorf("got %v", h.kinds())
				}
				return
			}
			if got := strings.Join(h.kinds(), " "); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

func TestDelayHoldsOnce(t *testing.T) {
	t.Parallel()
	h := newHook(t, nil)
	r := newRig(t, h.url)
	_, err := r.troubles.Add(t.Context(), trouble.Trouble{Kind: trouble.Delay, Delay: time.Hour})
	r.must(err)
	r.add("AAAAAAAA", "charge:created")
	r.settle()
	r.pass(59 * time.Minute)
	if len(h.all()) != 0 {
		t.Fatal("it was not held back")
	}
	r.pass(time.Minute)
	slicesEqual(t, h.kinds(), []string{"charge:created"})
}

func TestTroubleCountsDownAndTheRetryIsWell(t *testing.T) {
	t.Parallel()
	var refused atomic.Int32
	h := newHook(t, func(w http.ResponseWriter, _ *http.Request) {
		if refused.Add(1) == 1 {
			w.WriteHeader(http.StatusBadRequest)
		}
	})
	r := newRig(t, h.url)
	_, err := r.troubles.Add(t.Context(), trouble.Trouble{Kind: trouble.WrongSignature, Code: "AAAAAAAA", Times: 1})
	r.must(err)
	r.add("AAAAAAAA", "charge:created")
	r.settle()
	r.pass(time.Second)
	d := find(r, r.list(delivery.Query{})[0].ID)
	if len(r.troubles.List()) != 0 || d.Status != "delivered" || len(d.Tries) != 2 || len(d.Tries[1].Troubles) != 0 {
		t.Errorf("left %v; %+v", r.troubles.List(), d)
	}
}
