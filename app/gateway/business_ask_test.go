package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"till/app/shop"
)

func TestBusinessFind(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		status   int
		body     string
		problem  shop.Problem // "": it is found
		notFound bool
		gone     bool
	}{
		"found":               {200, checkoutJSON("PROCESSING"), "", false, false},
		"no such checkout":    {404, `{"errorType":"not_found","errorMessage":"No such checkout."}`, shop.Refused, true, false},
		"no such page":        {404, `<html>`, shop.Refused, false, false},
		"gone for good":       {410, `<html>`, shop.Refused, false, true},
		"another checkout":    {200, checkoutJSON("COMPLETED", `"id":"69163c762331ed43dc64a6ee"`), shop.Unanswered, false, false},
		"no sense":            {200, `[]`, shop.Unanswered, false, false},
		"asked too much":      {429, `{"errorType":"rate_limit_exceeded"}`, shop.Busy, false, false},
		"a key that is ended": {401, `{"errorType":"unauthorized"}`, shop.Credentials, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := play(t, func(w http.ResponseWriter, _ *http.Request) { say(w, tc.status, tc.body) })
			ev, err := newBusiness(t, p.URL).Find(t.Context(), shop.Ref{ID: checkoutID})
			if tc.problem == "" {
				if err != nil || ev.State != shop.Detected || ev.Ref.ID != checkoutID {
					t.Errorf("got %+v, %v", ev, err)
				}
				return
			}
			var e *shop.ProviderError
			if !errors.As(err, &e) || e.Problem != tc.problem || e.NotFound != tc.notFound || e.Gone != tc.gone {
				t.Errorf("got %#v", err)
			}
			if p.requests() != "GET /api/v1/checkouts/"+checkoutID {
				t.Errorf("it was asked %s", p.requests())
			}
		})
	}
}

func TestBusinessIsNotAskedAboutNothing(t *testing.T) {
	t.Parallel()
	p := play(t, func(w http.ResponseWriter, _ *http.Request) { say(w, 200, `{}`) })
	g := newBusiness(t, p.URL)
	for _, ref := range []shop.Ref{{}, {ID: "../payment-links"}} {
		_, findErr := g.Find(t.Context(), ref)
		_, cancelErr := g.Cancel(t.Context(), ref)
		for _, err := range []error{findErr, cancelErr} {
			var e *shop.ProviderError
			if !errors.As(err, &e) || e.Problem != shop.Refused {
				t.Errorf("%+v: %v", ref, err)
			}
		}
	}
	_, err := g.FindCheckout(t.Context(), testCheckout)
	var e *shop.ProviderError
	if !errors.As(err, &e) || e.Problem != shop.Refused || !strings.Contains(err.Error(), "name and a price") {
		t.Errorf("a checkout for many: %v", err)
	}
	if p.requests() != "" {
		t.Errorf("it was asked %s", p.requests())
	}
}

func TestBusinessCancel(t *testing.T) {
	t.Parallel()
	const post, get = "POST /api/v1/checkouts/" + checkoutID + "/deactivate", "GET /api/v1/checkouts/" + checkoutID
	const no = `{"errorType":"invalid_request","errorMessage":"not ACTIVE"}`
	for name, tc := range map[string]struct {
		status int
		body   string
		asked  string
		state  shop.State
		fails  shop.Problem
	}{
		"deactivated":       {200, checkoutJSON("DEACTIVATED"), post, shop.Canceled, ""},
		"paid meanwhile":    {400, no, post + "\n" + get, shop.Detected, ""},
		"a conflict":        {409, no, post + "\n" + get, shop.Detected, ""},
		"no such call":      {404, `<html>`, post + "\n" + get, shop.Detected, ""},
		"wrong key":         {401, `{}`, post, "", shop.Credentials},
		"broken":            {500, ``, post, "", shop.Unanswered},
		"an odd way to say": {200, `{}`, post, "", shop.Unanswered},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := play(t, func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/deactivate") {
					say(w, tc.status, tc.body)
					return
				}
				say(w, 200, checkoutJSON("PROCESSING"))
			})
			ev, err := newBusiness(t, p.URL).Cancel(t.Context(), shop.Ref{ID: checkoutID})
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

func TestBusinessListReadsEveryPage(t *testing.T) {
	t.Parallel()
	since := time.Now().Add(-time.Hour).UTC()
	p := play(t, func(w http.ResponseWriter, r *http.Request) {
		next := map[string]string{"": "two", "two": "three", "three": ""}[r.URL.Query().Get("pageToken")]
		say(w, 200, fmt.Sprintf(`{"checkouts":[%s],"nextPageToken":%q}`, checkoutJSON("ACTIVE", `"id":"c`+next+`"`), next))
	})
	list, err := newBusiness(t, p.URL).List(t.Context(), since)
	all := list.All
	if err != nil || len(all) != 3 || list.Pages != 2 || all[0].Ref.ID != "ctwo" || all[2].Ref.ID != "c" || all[1].PaymentID != testPayment {
		t.Fatalf("got %+v, %v", list, err)
	}
	first, _, _ := strings.Cut(p.requests(), "\n")
	u, err := url.Parse(strings.TrimPrefix(first, "GET "))
	if err != nil {
		t.Fatal(err)
	}
	start, err := time.Parse(time.RFC3339, u.Query().Get("startTime"))
	if err != nil || start.After(since.Add(-clockMargin)) || start.Before(since.Add(-2*clockMargin)) {
		t.Errorf("it was listed since %s, %v", start, err)
	}
}

// TestBusinessListsWhatWasRefunded in full or in part, and nothing else.
func TestBusinessListsWhatWasRefunded(t *testing.T) {
	t.Parallel()
	since := time.Now().Add(-30 * 24 * time.Hour).UTC()
	p := play(t, func(w http.ResponseWriter, _ *http.Request) {
		say(w, 200, `{"checkouts":[`+checkoutJSON("REFUNDED")+`,`+checkoutJSON("PARTIALLY_REFUNDED", `"id":"part"`, `"refunds":[`+refundJSON("r1", "1.50", "COMPLETED")+`]`)+`]}`)
	})
	list, err := newBusiness(t, p.URL).ListRefunded(t.Context(), since)
	if err != nil || len(list.All) != 2 || list.All[0].State != shop.Refunded || list.All[1].State != shop.PartlyRefunded || list.All[1].Refunded.String() != "1.5" {
		t.Fatalf("got %+v, %v", list, err)
	}
	u, err := url.Parse(strings.TrimPrefix(strings.TrimSpace(p.requests()), "GET "))
	if err != nil || !slices.Equal(u.Query()["status"], []string{"REFUNDED", "PARTIALLY_REFUNDED"}) {
		t.Errorf("asked %s, %v", p.requests(), err)
	}
	if start, err := time.Parse(time.RFC3339, u.Query().Get("startTime")); err != nil || start.After(since.Add(-clockMargin)) || start.Before(since.Add(-2*clockMargin)) {
		t.Errorf("it was listed since %s, %v", start, err)
	}
}

// TestBusinessListsOnTheProvidersClock also when it learns of that clock from
// the list itself: a checkout must not be missing from what is called complete.
func TestBusinessListsOnTheProvidersClock(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for name, tc := range map[string]struct {
		skew  time.Duration
		lists int // the first time
	}{"a day behind": {-day, 2}, "a day ahead": {day, 1}, "right": {0, 1}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			created := time.Now().Add(tc.skew)
			p := play(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Date", time.Now().Add(tc.skew).UTC().Format(http.TimeFormat))
				start, err := time.Parse(time.RFC3339, r.URL.Query().Get("startTime"))
				if err != nil || created.Before(start) {
					say(w, 200, `{"checkouts":[]}`)
					return
				}
				say(w, 200, `{"checkouts":[`+checkoutJSON("ACTIVE")+`]}`)
			})
			g := newBusiness(t, p.URL)
			for asked, want := range []int{tc.lists, tc.lists + 1} {
				list, err := g.List(t.Context(), time.Now())
				lists := strings.Count(p.requests(), "GET ")
				if err != nil || len(list.All) != 1 || lists != want || list.Pages != max(0, tc.lists-1-asked) {
					t.Errorf("%d checkouts of %d lists, %v; want %d", len(list.All), lists, err, want)
				}
			}
		})
	}
}

// TestABusinessListThatBrokeOffSaysWhatItCost.
func TestABusinessListThatBrokeOffSaysWhatItCost(t *testing.T) {
	t.Parallel()
	full := strings.TrimSuffix(strings.Repeat(checkoutJSON("ACTIVE")+",", pageSize), ",")
	p := play(t, func(w http.ResponseWriter, r *http.Request) {
		next := map[string]string{"": "two", "two": "three"}[r.URL.Query().Get("pageToken")]
		if next == "" {
			say(w, 401, `{"errorType":"unauthorized"}`)
			return
		}
		say(w, 200, fmt.Sprintf(`{"checkouts":[%s],"nextPageToken":%q}`, full, next))
	})
	_, err := newBusiness(t, p.URL).List(t.Context(), time.Now())
	var e *shop.ProviderError
	if !errors.As(err, &e) || e.Pages != 2 {
		t.Errorf("got %#v", err)
	}
}

// TestAnEntryWithoutAnId may be the one that is looked for, unless it shows that
// it is not.
func TestAnEntryWithoutAnId(t *testing.T) {
	t.Parallel()
	now := time.Now().UTC()
	odd := func(at time.Time, metadata string) string {
		return fmt.Sprintf(`{"id":7.5,"amount":"4.50","createdAt":%q,"metadata":%s}`, at.Format(time.RFC3339), metadata)
	}
	for name, tc := range map[string]struct {
		entry string
		whole bool
	}{
		"of now":                      {odd(now, `null`), false},
		"within the margin":           {odd(now.Add(-clockMargin/2), `{}`), false},
		"of a payment of ours":        {odd(now, `{"payment_id":"`+string(testPayment)+`"}`), false},
		"of some other program":       {odd(now, `{"orderId":"12345"}`), true},
		"older than what is wished":   {odd(now.Add(-time.Hour), `null`), true},
		"our own, of an older time":   {odd(now.Add(-time.Hour), `{"payment_id":"`+string(testPayment)+`"}`), true},
		"of a time that is no time":   {`{"createdAt":"soon"}`, false},
		"no checkout at all":          {`7`, false},
		"an id that leads to nowhere": {`{"id":"../x"}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := play(t, func(w http.ResponseWriter, _ *http.Request) {
				say(w, 200, `{"checkouts":[`+tc.entry+`,`+checkoutJSON("ACTIVE")+`]}`)
			})
			list, err := newBusiness(t, p.URL).List(t.Context(), now)
			var e *shop.ProviderError
			if tc.whole && (err != nil || len(list.All) != 1 || list.All[0].Ref.ID != checkoutID) {
				t.Errorf("got %+v, %v", list, err)
			}
			if !tc.whole && (list.All != nil || !errors.As(err, &e) || e.Problem != shop.Unanswered) {
				t.Errorf("got %+v, %v", list, err)
			}
		})
	}
}

// TestABusinessListWithoutEndWasAnswered, page by page.
func TestABusinessListWithoutEndWasAnswered(t *testing.T) {
	t.Parallel()
	p := play(t, func(w http.ResponseWriter, _ *http.Request) {
		say(w, 200, `{"checkouts":[`+checkoutJSON("ACTIVE")+`],"nextPageToken":"again"}`)
	})
	_, err := newBusiness(t, p.URL).List(t.Context(), time.Now())
	var e *shop.ProviderError
	if !errors.As(err, &e) || e.Problem != shop.Unanswered || e.Pages != 1 || !strings.Contains(err.Error(), "in a circle") {
		t.Errorf("got %#v", err)
	}
}

func TestABusinessListThatIsNotWholeIsNone(t *testing.T) {
	t.Parallel()
	for name, second := range map[string]struct {
		status int
		body   string
	}{"the second page fails": {500, ``}, "the second page is none": {200, `{"nextPageToken":""}`}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := play(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Query().Get("pageToken") == "" {
					say(w, 200, `{"checkouts":[`+checkoutJSON("ACTIVE")+`],"nextPageToken":"two"}`)
					return
				}
				say(w, second.status, second.body)
			})
			g := newBusiness(t, p.URL)
			for _, ask := range []func(context.Context, time.Time) (shop.Listed, error){g.List, g.ListRefunded} {
				list, err := ask(t.Context(), time.Now())
				var e *shop.ProviderError
				if list.All != nil || !errors.As(err, &e) || e.Problem != shop.Unanswered {
					t.Errorf("got %v, %v", list, err)
				}
			}
		})
	}
}
