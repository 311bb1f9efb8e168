package business

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// pages answers with so many pages of one checkout each.
func pages(most int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var n int
		_, _ = fmt.Sscanf(r.URL.Query().Get("pageToken"), "after %d", &n) // without one it is the first
		next := ""
		if n+1 < most {
			next = fmt.Sprintf("after %d", n+1)
		}
		answer(200, fmt.Sprintf(`{"checkouts":[{"id":"c%d"}],"nextPageToken":%q}`, n, next))(w, r)
	}
}

func TestAllPagesAreListed(t *testing.T) {
	t.Parallel()
	p := newProvider(t, pages(3))
	got, err := p.client(t).ListCheckouts(t.Context(), testNow)
	if err != nil || len(got.Checkouts) != 3 || got.Calls != 3 || got.Checkouts[0].ID != "c0" || got.Checkouts[2].ID != "c2" {
		t.Errorf("got %+v, %v", got, err)
	}
	for _, a := range p.arrivals() {
		if !strings.Contains(a.Line, "startTime=2026-05-01T12%3A00%3A00.000Z") {
			t.Errorf("a page without the time: %s", a.Line)
		}
	}
}

// TestAListOfStatuses names them on every page; without any, it names none.
func TestAListOfStatuses(t *testing.T) {
	t.Parallel()
	for _, want := range [][]string{nil, {StatusRefunded}, {StatusRefunded, StatusPartiallyRefunded}} {
		p := newProvider(t, pages(2))
		got, err := p.client(t).ListCheckouts(t.Context(), testNow, want...)
		if err != nil || len(got.Checkouts) != 2 {
			t.Errorf("got %+v, %v", got, err)
		}
		for _, a := range p.arrivals() {
			if n := strings.Count(a.Line, "status="); n != len(want) {
				t.Errorf("%d statuses are named by %s", n, a.Line)
			}
			for _, status := range want {
				if !strings.Contains(a.Line+"&", "status="+status+"&") {
					t.Errorf("%s is not named by %s", status, a.Line)
				}
			}
		}
	}
}

func TestAnEndlessListIsGivenUp(t *testing.T) {
	t.Parallel()
	p := newProvider(t, pages(1<<30))
	got, err := p.client(t).ListCheckouts(t.Context(), time.Time{})
	var e *Error
	if !errors.As(err, &e) || !e.Sent || len(got.Checkouts) != maxPages || got.Calls != maxPages || len(p.arrivals()) != maxPages {
		t.Errorf("%d checkouts, %d requests, %v", len(got.Checkouts), len(p.arrivals()), err)
	}
}

func TestAListInACircleIsGivenUp(t *testing.T) {
	t.Parallel()
	p := newProvider(t, answer(200, `{"checkouts":[{"id":"c"}],"nextPageToken":"again"}`))
	got, err := p.client(t).ListCheckouts(t.Context(), time.Time{})
	var e *Error
	if !errors.As(err, &e) || !e.Sent || got.Calls != 2 || len(p.arrivals()) != 2 {
		t.Errorf("%d requests, %+v, %v", len(p.arrivals()), got, err)
	}
}

func TestAListThatBreaksOffIsNotComplete(t *testing.T) {
	t.Parallel()
	p := newProvider(t, pages(2), answer(400, `{"errorType":"invalid_request","errorMessage":"Bad token"}`))
	got, err := p.client(t).ListCheckouts(t.Context(), testNow)
	if err == nil || len(got.Checkouts) != 1 || got.Calls != 2 {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestListAnswers(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		body string
		want int // -1: an error
	}{
		"empty":            {`{"checkouts":[],"nextPageToken":""}`, 0},
		"null":             {`{"checkouts":null,"nextPageToken":null}`, 0},
		"two odd ones":     {`{"checkouts":[7,{"id":"a"},{"amount":"1"}]}`, 3},
		"no list":          {`{}`, -1},
		"a list of others": {`{"paymentLinks":[]}`, -1},
		"an object":        {`{"checkouts":{"a":1}}`, -1},
		"not JSON":         {`<p>`, -1},
		"a bare list":      {`[]`, -1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := newProvider(t, answer(200, tc.body)).client(t).ListCheckouts(t.Context(), testNow)
			if (err != nil) != (tc.want < 0) || (err == nil && len(got.Checkouts) != tc.want) {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}
