package gateway

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"till/app/shop"
)

// pages answers GET /charges from a list of charges, each made a minute before
// the one in front of it, as many to a page as asked for.
func pages(t *testing.T, charges []string) http.HandlerFunc {
	t.Helper()
	return func(w http.ResponseWriter, r *http.Request) {
		from := 0
		if after := r.URL.Query().Get("starting_after"); after != "" {
			if _, err := fmt.Sscanf(after, "c%d", &from); err != nil {
				t.Error(err)
			}
			from++
		}
		to := min(from+pageSize, len(charges))
		say(w, 200, `{"pagination":{"order":"desc","next_uri":null},"data":[`+strings.Join(charges[from:to], ",")+`]}`)
	}
}

func minutes(t *testing.T, n int, newest time.Time) []string {
	t.Helper()
	charges := make([]string, n)
	for i := range charges {
		charges[i] = fmt.Sprintf(`{"id":"c%d","created_at":%q}`, i, newest.Add(-time.Duration(i)*time.Minute).Format(time.RFC3339))
	}
	return charges
}

func TestListReadsAsFarAsItMust(t *testing.T) {
	t.Parallel()
	newest := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	for name, tc := range map[string]struct {
		total int
		since time.Duration // before the newest
		found int
		asked int
	}{
		"none":                    {0, time.Hour, 0, 1},
		"one short page":          {30, 24 * time.Hour, 30, 1},
		"a page full to the rim":  {100, 24 * time.Hour, 100, 2},
		"three pages":             {250, 24 * time.Hour, 250, 3},
		"old enough on the first": {250, 90 * time.Minute, 100, 1},
		"within the margin":       {250, 97 * time.Minute, 200, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := play(t, pages(t, minutes(t, tc.total, newest)))
			found, err := newGateway(t, p.URL).List(t.Context(), newest.Add(-tc.since))
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(p.requests(), "order=desc"); len(found.All) != tc.found || n != tc.asked {
				t.Errorf("%d charges in %d questions", len(found.All), n)
			}
		})
	}
}

func TestListDoesNotTrustAnotherOrder(t *testing.T) {
	t.Parallel()
	newest := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	for name, spoil := range map[string]func([]string){
		"oldest first": func(c []string) {
			c[0], c[99] = strings.Replace(c[99], "c99", "c0", 1), strings.Replace(c[0], "c0", "c99", 1)
		},
		"no time": func(c []string) { c[99] = `{"id":"c99"}` },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			charges := minutes(t, 150, newest)
			spoil(charges)
			p := play(t, pages(t, charges))
			found, err := newGateway(t, p.URL).List(t.Context(), newest.Add(-time.Minute))
			if err != nil || len(found.All) != 150 {
				t.Errorf("%d charges, %v", len(found.All), err)
			}
		})
	}
}

func TestAListThatIsNotWholeIsNone(t *testing.T) {
	t.Parallel()
	newest := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	full := strings.Join(minutes(t, pageSize, newest), ",")
	for name, handler := range map[string]http.HandlerFunc{
		"in a circle":    func(w http.ResponseWriter, _ *http.Request) { say(w, 200, `{"data":[`+full+`]}`) },
		"a nameless one": func(w http.ResponseWriter, _ *http.Request) { say(w, 200, `{"data":[{"id":"a"},null]}`) },
		"not a list":     func(w http.ResponseWriter, _ *http.Request) { say(w, 200, `{"data":{}}`) },
		"no second page": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Has("starting_after") {
				say(w, 500, ``)
				return
			}
			say(w, 200, `{"data":[`+full+`]}`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := play(t, handler)
			found, err := newGateway(t, p.URL).List(t.Context(), newest.Add(-24*time.Hour))
			var e *shop.ProviderError
			if !errors.As(err, &e) || e.Problem != shop.Unanswered || found.All != nil {
				t.Fatalf("%d charges, %v", len(found.All), err)
			}
			if want := map[string]int{"in a circle": 1, "no second page": 1}[name]; e.Pages != want {
				t.Errorf("it is said to have cost %d further pages, want %d", e.Pages, want)
			}
		})
	}
}
