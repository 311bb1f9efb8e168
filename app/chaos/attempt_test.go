package main

import (
	"net/http"
	"testing"
)

// TestWhatHasNoSignedNameIsReadWhole tells its body by its SHA-256, of the
// attempt that was answered well.
func TestWhatHasNoSignedNameIsReadWhole(t *testing.T) {
	t.Parallel()
	b := control(t, func(r *http.Request) any {
		switch {
		case r.URL.Path == "/control/deliveries/d1":
			request := func(body string) map[string]string { return map[string]string{"body": body} }
			return map[string]any{"tries": []map[string]any{{"seq": 1, "request": nil}, {"seq": 2, "request": request("hello")}, {"seq": 3, "request": request("other")}}}
		case r.URL.Path == "/control/attempts" && r.URL.Query().Get("after") == "0":
			return []map[string]any{
				{"seq": 1, "delivery": "d0", "event_id": "a", "status": 503, "troubles": []string{"v0_only"}},
				{"seq": 2, "delivery": "d1", "event_id": "b", "status": 200, "troubles": []string{"v0_only"}},
				{"seq": 3, "delivery": "d2", "event_id": "c", "status": 200},
			}
		case r.URL.Path == "/control/attempts":
			return []any{}
		}
		t.Errorf("asked for %s", r.URL)
		return nil
	})
	got, err := b.attempts(t.Context())
	if err != nil || len(got) != 3 {
		t.Fatalf("%+v, %v", got, err)
	}
	const hello = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
	for i, want := range []string{"", hello, ""} {
		if got[i].Digest != want {
			t.Errorf("attempt %d has digest %q, want %q", i+1, got[i].Digest, want)
		}
	}
}
