package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// control answers as the sandbox's control door does.
func control(t *testing.T, answer func(r *http.Request) any) *box {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := json.NewEncoder(w).Encode(map[string]any{"data": answer(r)}); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(s.Close)
	return &box{url: s.URL, http: s.Client()}
}

func TestTheCalmLeavesGoneWhatIsGone(t *testing.T) {
	t.Parallel()
	var taken []string
	b := control(t, func(r *http.Request) any {
		if r.Method == http.MethodDelete {
			taken = append(taken, r.URL.Path)
			return nil
		}
		return []map[string]string{{"id": "1", "kind": "drop"}, {"id": "2", "kind": "gone"}, {"id": "3", "kind": "latency"}}
	})
	left, err := b.takeAll(t.Context())
	if want := []string{"/control/troubles/1", "/control/troubles/3"}; err != nil || left != 1 || !slices.Equal(taken, want) {
		t.Errorf("took %v and left %d, %v; want %v and 1", taken, left, err, want)
	}
}

func TestNoticesAreReadToTheEndTheOldestFirst(t *testing.T) {
	t.Parallel()
	const all = 2500
	b := control(t, func(r *http.Request) any {
		newest := all
		if before := r.URL.Query().Get("before"); before != "" {
			if _, err := fmt.Sscan(strings.TrimPrefix(before, "d"), &newest); err != nil {
				t.Error(err)
			}
			newest--
		}
		page := []map[string]string{}
		for n := newest; n > 0 && len(page) < 1000; n-- {
			d := map[string]string{"id": fmt.Sprint("d", n), "code": "A", "type": fmt.Sprint(n), "status": "delivered"}
			switch n {
			case 2:
				d["last_error"] = "dropped"
			case 3:
				d["status"], d["last_error"] = "waiting", "dropped"
			}
			page = append(page, d)
		}
		return page
	})
	got, err := b.notices(t.Context())
	if err != nil || len(got["A"]) != all {
		t.Fatalf("%d webhooks, %v", len(got["A"]), err)
	}
	for i, n := range got["A"] {
		if n.Type != fmt.Sprint(i+1) || n.Dropped != (i == 1) {
			t.Errorf("webhook %d is %+v", i+1, n)
		}
	}
}
