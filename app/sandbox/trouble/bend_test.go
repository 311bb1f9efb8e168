package trouble_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"till/app/sandbox/trouble"
)

const body = `{"attempt_number":1,"event":{"data":{"code":"AAAAAAAA","fee_rate":0.010,"id":"c1","metadata":{"order_id":"o1"},` +
	`"pricing":{"local":{"amount":"4.50","currency":"EUR"}},"resource":"charge",` +
	`"timeline":[{"status":"NEW","time":"t"},{"context":"UNDERPAID","status":"UNRESOLVED","time":"t"}]},` +
	`"id":"e1","resource":"event","type":"charge:failed"},"id":"d1"}`

func TestBend(t *testing.T) {
	t.Parallel()
	for kind, tc := range map[string]struct{ has, hasNot []string }{
		trouble.ContextOther: {[]string{`"context":"OTHER"`, `"context":"UNDERPAID"`, `"fee_rate":0.010`}, nil},
		trouble.NoResource:   {[]string{`"code":"AAAAAAAA"`}, []string{`"resource"`}},
		trouble.IntegerID:    {[]string{`},"id":`, `"id":"e1"`, `"id":"c1"`}, []string{`"id":"d1"`}},
		trouble.ExtraFields: {[]string{`"metadata":{"order_id":"o1"}`, `{"amount":"4.50","currency":"EUR","sandbox_extra":"unknown"}`,
			`"sandbox_extra":{"list":[null,true,0.1]}`}, nil},
		trouble.ForeignEvent: {[]string{`"site":"another"`, `"resource":"charge"`, `"type":"charge:failed"`},
			[]string{`"d1"`, `"e1"`, `"c1"`, `"AAAAAAAA"`, `"o1"`}},
		trouble.WrongSignature: {[]string{body}, nil},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			got := bent(t, kind)
			if !json.Valid(got) || !bytes.Equal(got, bent(t, kind)) {
				t.Errorf("not JSON, or not the same twice: %s", got)
			}
			for _, want := range tc.has {
				if !strings.Contains(string(got), want) {
					t.Errorf("%s lacks %s", got, want)
				}
			}
			for _, unwanted := range tc.hasNot {
				if strings.Contains(string(got), unwanted) {
					t.Errorf("%s has %s", got, unwanted)
				}
			}
		})
	}
}

func bent(t *testing.T, kinds ...string) []byte {
	t.Helper()
	got, err := trouble.Bend([]byte(body), kinds, "seed")
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestExtraFieldsAreOnEveryLevel(t *testing.T) {
	t.Parallel()
	got := string(bent(t, trouble.ExtraFields))
	// envelope, event, data, pricing, local, two steps
	if n := strings.Count(got, "sandbox_extra"); n != 7 {
		t.Errorf("%d extra fields in %s", n, got)
	}
}

func TestBendsAddUp(t *testing.T) {
	t.Parallel()
	got := string(bent(t, trouble.NoResource, trouble.ContextOther))
	if strings.Contains(got, "resource") || !strings.Contains(got, "OTHER") {
		t.Errorf("both together give %s", got)
	}
}

func TestBreak(t *testing.T) {
	t.Parallel()
	for kind, changed := range map[string]int{trouble.AlteredBody: 1, trouble.TruncatedBody: 0, trouble.NoResource: 0} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			got, wantLen := trouble.Break([]byte(body), []string{kind}), len(body)
			if kind == trouble.TruncatedBody {
				wantLen /= 2
			}
			if len(got) != wantLen {
				t.Fatalf("%d bytes, want %d", len(got), wantLen)
			}
			differ := 0
			for i := range got {
				if got[i] != body[i] {
					differ++
				}
			}
			if differ != changed {
				t.Errorf("%d bytes changed, want %d: %s", differ, changed, got)
			}
		})
	}
}

func TestBodiesThatAreNoneAreLeftAlone(t *testing.T) {
	t.Parallel()
	for _, none := range []string{"null", "[]", ""} {
		if _, err := trouble.Bend([]byte(none), []string{trouble.IntegerID}, ""); err == nil {
			t.Errorf("%q was bent", none)
		}
	}
	for _, odd := range []string{`{}`, `{"event":null}`, `{"event":{"data":[]}}`, `{"event":{"data":{"timeline":{}}}}`} {
		kinds := []string{trouble.ContextOther, trouble.NoResource, trouble.IntegerID, trouble.ExtraFields, trouble.ForeignEvent}
		if got, err := trouble.Bend([]byte(odd), kinds, ""); err != nil || !json.Valid(got) {
			t.Errorf("%s became %s, %v", odd, got, err)
		}
	}
}
