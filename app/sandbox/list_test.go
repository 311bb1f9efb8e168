package sandbox_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

type listing struct {
	Pagination struct {
		Order         string   `json:"order"`
		StartingAfter *string  `json:"starting_after"`
		EndingBefore  *string  `json:"ending_before"`
		Total         int      `json:"total"`
		Limit         int      `json:"limit"`
		Yielded       int      `json:"yielded"`
		CursorRange   []string `json:"cursor_range"`
		PreviousURI   *string  `json:"previous_uri"`
		NextURI       *string  `json:"next_uri"`
	}
	Data []charge
}

func (l listing) ids() []string {
	ids := []string{}
	for _, c := range l.Data {
		ids = append(ids, c.ID)
	}
	return ids
}

func (r *rig) list(query string) listing {
	r.t.Helper()
	return decode[listing](r.t, r.want(r.send("GET", "/commerce/charges"+query, ""), http.StatusOK))
}

func TestListPages(t *testing.T) {
	t.Parallel()
	r := start(t)
	var id [4]string
	for i := range id {
		id[i] = r.create().ID
	}
	for name, tc := range map[string]struct {
		query string
		want  []string
		next  bool
	}{
		"all, newest first":        {"", []string{id[3], id[2], id[1], id[0]}, false},
		"the first page":           {"?limit=2", []string{id[3], id[2]}, true},
		"the last page, just full": {"?limit=2&starting_after=" + id[2], []string{id[1], id[0]}, false},
		"the page behind it":       {"?limit=2&starting_after=" + id[0], []string{}, false},
		"backward":                 {"?limit=2&ending_before=" + id[0], []string{id[2], id[1]}, true},
		"before the first":         {"?limit=2&ending_before=" + id[3], []string{}, false},
		"oldest first":             {"?limit=3&order=asc", []string{id[0], id[1], id[2]}, true},
		"oldest first, go on":      {"?limit=3&order=asc&starting_after=" + id[2], []string{id[3]}, false},
		"oldest first, backward":   {"?limit=1&order=asc&ending_before=" + id[2], []string{id[1]}, true},
		"only the total":           {"?limit=0", []string{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := r.in(t).list(tc.query)
			p := got.Pagination
			if !slices.Equal(got.ids(), tc.want) || p.Yielded != len(tc.want) || p.Total != 4 {
				t.Fatalf("ids %v, pagination %+v; want %v", got.ids(), p, tc.want)
			}
			if (p.NextURI != nil) != tc.next || (p.PreviousURI != nil) != (len(tc.want) > 0) {
				t.Errorf("next %v, previous %v", p.NextURI, p.PreviousURI)
			}
			wantRange := []string{}
			if n := len(tc.want); n > 0 {
				wantRange = []string{tc.want[0], tc.want[n-1]}
			}
			if p.CursorRange == nil || !slices.Equal(p.CursorRange, wantRange) {
				t.Errorf("cursor_range %#v, want %v", p.CursorRange, wantRange)
			}
			if wantOrder := map[bool]string{true: "asc", false: "desc"}[strings.Contains(tc.query, "asc")]; p.Order != wantOrder {
				t.Errorf("order %s, want %s", p.Order, wantOrder)
			}
		})
	}
}

func TestListLinksLeadOn(t *testing.T) {
	t.Parallel()
	r := start(t)
	for range 5 {
		r.create()
	}
	seen := 0
	for next := "?limit=2&order=asc"; next != ""; {
		page := r.list(next)
		if want := r.list("?order=asc").ids()[seen : seen+len(page.Data)]; !slices.Equal(page.ids(), want) {
			t.Fatalf("page %v, want %v", page.ids(), want)
		}
		seen += len(page.Data)
		next = ""
		if uri := page.Pagination.NextURI; uri != nil {
			next = strings.TrimPrefix(*uri, r.url+"/commerce/charges")
		}
	}
	if seen != 5 {
		t.Errorf("saw %d charges, want 5", seen)
	}
}
