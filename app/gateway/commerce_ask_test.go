package gateway

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"till/app/shop"
)

func TestFindTellsNotFoundFromNotThere(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status   int
		body     string
		problem  shop.Problem
		notFound bool
	}{
		"no such charge":          {404, `{"error":{"type":"not_found","message":"Not found"}}`, shop.Refused, true},
		"no such charge, plain":   {404, `{"error":"Not found"}`, shop.Refused, true},
		"no such page":            {404, `<html>404</html>`, shop.Refused, false},
		"another type":            {404, `{"error":{"type":"invalid_request","message":"gone"}}`, shop.Refused, false},
		"an answer with no sense": {200, `[]`, shop.Unanswered, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := play(t, func(w http.ResponseWriter, _ *http.Request) { say(w, tc.status, tc.body) })
			_, err := newGateway(t, p.URL).Find(t.Context(), shop.Ref{ID: "charge-1", Code: "CODE1234"})
			var e *shop.ProviderError
			if !errors.As(err, &e) || e.Problem != tc.problem || e.NotFound != tc.notFound || e.RequestID != "req-9" {
				t.Errorf("got %#v", err)
			}
			if p.requests() != "GET /charges/CODE1234" {
				t.Errorf("it was asked %s", p.requests())
			}
		})
	}
}

func TestAPaymentWithoutAChargeIsNotAskedAbout(t *testing.T) {
	t.Parallel()
	p := play(t, func(w http.ResponseWriter, _ *http.Request) { say(w, 200, `{}`) })
	g := newGateway(t, p.URL)
	for _, ref := range []shop.Ref{{}, {ID: "../checkouts"}} {
		_, findErr := g.Find(t.Context(), ref)
		_, cancelErr := g.Cancel(t.Context(), ref)
		for _, err := range []error{findErr, cancelErr} {
			var e *shop.ProviderError
			if !errors.As(err, &e) || e.Problem != shop.Refused {
				t.Errorf("%+v: %v", ref, err)
			}
		}
	}
	if p.requests() != "" {
		t.Errorf("it was asked %s", p.requests())
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	const post, get = "POST /charges/CODE1234/cancel", "GET /charges/CODE1234"
	for name, tc := range map[string]struct {
		status int
		body   string
		asked  string
		state  shop.State
		fails  shop.Problem
	}{
		"canceled":        {200, `{"data":` + chargeJSON(`{"status":"NEW"}`, `{"status":"CANCELED"}`) + `}`, post, shop.Canceled, ""},
		"paid meanwhile":  {400, `{"error":{"type":"invalid_request","message":"only NEW"}}`, post + "\n" + get, shop.Detected, ""},
		"no such call":    {404, `<html>`, post + "\n" + get, shop.Detected, ""},
		"no such method":  {405, ``, post + "\n" + get, shop.Detected, ""},
		"not implemented": {501, ``, post + "\n" + get, shop.Detected, ""},
		"wrong key":       {401, ``, post, "", shop.Credentials},
		"broken":          {500, ``, post, "", shop.Unanswered},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := play(t, func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/cancel") {
					say(w, tc.status, tc.body)
					return
				}
				say(w, 200, `{"data":`+chargeJSON(`{"status":"NEW"}`, `{"status":"PENDING"}`)+`}`)
			})
			ev, err := newGateway(t, p.URL).Cancel(t.Context(), shop.Ref{ID: "charge-1", Code: "CODE1234"})
			var e *shop.ProviderError
			if tc.fails != "" && (!errors.As(err, &e) || e.Problem != tc.fails) {
				t.Errorf("got %v", err)
			}
			if tc.fails == "" && (err != nil || ev.State != tc.state) {
				t.Errorf("got %s, %v", ev.State, err)
			}
			if p.requests() != tc.asked {
				t.Errorf("it was asked:\n%s", p.requests())
			}
		})
	}
}
