package inbox_test

import (
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"till/app/inbox"
	"till/app/shop"
)

func TestAcceptedIsOnDiskAsItCame(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	header := http.Header{
		"Secret": {"sesame"}, "X-Many": {"1", "2"},
		"Authorization": {"Bearer x"}, "Cookie": {"a=b"}, "cookie": {"c=d"}, "Proxy-Authorization": {"Basic x"},
	}
	d := shop.Delivery{Provider: shop.Commerce, Header: header, Body: []byte("e1 confirmed \xff\x00")}
	if err := r.Accept(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	r.restart()
	want := shop.Event{
		Seq: 1, Provider: shop.Commerce, Environment: shop.Sandbox, ID: "e1", Type: "charge:confirmed",
		Header: http.Header{"Secret": {"sesame"}, "X-Many": {"1", "2"}}, Body: []byte("e1 confirmed \xff\x00"),
		ReceivedAt: dawn, Verdict: shop.Received,
	}
	if diff := cmp.Diff(want, r.event("e1")); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
	if len(header) != 6 {
		t.Errorf("the caller's headers were changed: %v", header)
	}
}

func TestAcceptStoresNothingItCannotBelieve(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		provider shop.Provider
		secret   string
		body     string
		want     error
	}{
		"wrong signature":                   {shop.Commerce, "simsalabim", "e1 confirmed", shop.ErrSignature},
		"no signature":                      {shop.Commerce, "", "e1 confirmed", shop.ErrSignature},
		"wrong signature and malformed":     {shop.Commerce, "simsalabim", "e1", shop.ErrSignature},
		"signed, malformed":                 {shop.Commerce, "sesame", "e1", shop.ErrMalformed},
		"signed, empty":                     {shop.Commerce, "sesame", "", shop.ErrMalformed},
		"provider without a gateway":        {shop.Business, "sesame", "e1 confirmed", shop.ErrSignature},
		"provider that nobody has heard of": {"paypal", "sesame", "e1 confirmed", shop.ErrSignature},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRig(t)
			err := r.Accept(t.Context(), shop.Delivery{
				Provider: tc.provider, Body: []byte(tc.body), Header: http.Header{"Secret": {tc.secret}},
			})
			if !errors.Is(err, tc.want) {
				t.Errorf("err = %v, want %v", err, tc.want)
			}
			if n := r.count(); n != 0 {
				t.Errorf("%d events are stored", n)
			}
		})
	}
}

// TestTheGatewayWhoseSecretFitsDecides: two environments of one provider share
// one address.
func TestTheGatewayWhoseSecretFitsDecides(t *testing.T) {
	t.Parallel()
	pretended := &teller{provider: shop.Commerce, env: shop.Sandbox, secret: "sesame"}
	earnest := &teller{provider: shop.Commerce, env: "https://api.example", secret: "earnest"}
	other := &teller{provider: shop.Business, env: "https://business.example", secret: "sesame"}
	cases := map[string]struct {
		secret, body string
		env          shop.Environment
		err          error
	}{
		"first's secret":             {secret: "sesame", body: "e1 confirmed", env: shop.Sandbox},
		"second's secret":            {secret: "earnest", body: "e1 confirmed", env: "https://api.example"},
		"nobody's secret":            {secret: "?", body: "e1 confirmed", err: shop.ErrSignature},
		"first's secret, malformed":  {secret: "sesame", body: "e1", err: shop.ErrMalformed},
		"second's secret, malformed": {secret: "earnest", body: "e1", err: shop.ErrMalformed},
	}
	for name, tc := range cases {
		for order, all := range map[string][]shop.Gateway{"": {pretended, earnest, other}, ", turned round": {other, earnest, pretended}} {
			t.Run(name+order, func(t *testing.T) {
				t.Parallel()
				r := newRig(t, gateways(all...))
				d := delivery(tc.body)
				d.Header.Set("Secret", tc.secret)
				if err := r.Accept(t.Context(), d); !errors.Is(err, tc.err) {
					t.Fatalf("err = %v, want %v", err, tc.err)
				}
				if tc.err != nil {
					return
				}
				if e := r.event("e1"); e.Environment != tc.env || e.Provider != shop.Commerce {
					t.Errorf("the event is %s's in %s, want %s", e.Provider, e.Environment, tc.env)
				}
				r.sweep(2 * time.Second)
				r.wantVerdict("e1", shop.Settled)
			})
		}
	}
}

// TestWhatIsNotStoredIsNotAccepted: the provider is to send it again, and
// until then nothing of it is worked off.
func TestWhatIsNotStoredIsNotAccepted(t *testing.T) {
	t.Parallel()
	broken := &faulty{}
	r := newRig(t, over(broken))
	broken.set("insert", true)
	err := r.Accept(t.Context(), delivery("e1 confirmed"))
	if !errors.Is(err, errBoom) || errors.Is(err, shop.ErrSignature) || errors.Is(err, shop.ErrMalformed) {
		t.Errorf("err = %v, want the store's", err)
	}
	broken.set("insert", false)
	stop := r.run()
	r.accept("e2 confirmed")
	r.untilSettled("e2")
	stop()
	if got := r.cashier.charges(); len(got) != 1 {
		t.Errorf("settled %v, want e2 alone", got)
	}
	r.accept("e1 confirmed") // sent again
	r.sweep(2 * time.Second)
	r.wantVerdict("e1", shop.Settled)
}

// untilSettled waits until the inbox that runs has settled an event.
func (r *rig) untilSettled(id string) {
	r.t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(10 * time.Second); ; <-tick.C {
		if r.event(id).Verdict == shop.Settled {
			return
		}
		if time.Now().After(deadline) {
			r.t.Fatalf("event %s is not settled within 10 s", id)
		}
	}
}

func TestFiftyOfTheSameAtOnceAreOneEvent(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	stop := r.run()
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if err := r.Accept(t.Context(), delivery("e1 confirmed")); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	r.untilSettled("e1")
	r.accept("e1 confirmed") // and once more, long after
	stop()
	r.sweep(time.Hour)
	if got := r.cashier.charges(); len(got) != 1 {
		t.Errorf("settled %d times, want once", len(got))
	}
	if e := r.event("e1"); r.count() != 1 || e.Duplicates != 50 {
		t.Errorf("%d events, %d duplicates; want 1 and 50", r.count(), e.Duplicates)
	}
}

func TestAnInboxNeedsAGateway(t *testing.T) {
	t.Parallel()
	if _, err := inbox.New(inbox.Config{Now: time.Now, Logger: slog.New(slog.DiscardHandler)}); err == nil {
		t.Error("an inbox that believes nobody was made")
	}
}
