package rest

import (
	"errors"
	"io"
	"net/http"
	"testing"
	"time"
)

// punctual takes only what is dated by its clock, and says what that reads.
func punctual(clock, credentials time.Duration, leeway time.Duration) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", time.Now().Add(clock).UTC().Format(http.TimeFormat))
		made, err := time.Parse(time.RFC3339Nano, r.Header.Get("Made"))
		if err != nil || time.Until(made.Add(-credentials)).Abs() > leeway {
			reply(401, `{"why":"unauthorized"}`)(w, r)
			return
		}
		reply(200, `{}`)(w, r)
	}
}

// TestCredentialsByTheClockThatIsRight: ours may be wrong, and so may be what
// seems to be the provider's.
func TestCredentialsByTheClockThatIsRight(t *testing.T) {
	t.Parallel()
	const minutes, close = 2 * time.Minute, 10 * time.Second
	for name, tc := range map[string]struct {
		provider http.HandlerFunc
		dated    bool
		want     []int64 // requests that have arrived after each call
		fails    bool
	}{
		"our clock is right":              {punctual(0, 0, close), true, []int64{1, 2, 3}, false},
		"ours is behind":                  {punctual(minutes, minutes, close), true, []int64{2, 3, 4}, false},
		"ours is ahead":                   {punctual(-minutes, -minutes, close), true, []int64{2, 3, 4}, false},
		"theirs is told wrong":            {punctual(minutes, 0, close), true, []int64{1, 2, 3}, false},
		"ours is behind, to no purpose":   {punctual(minutes, minutes, close), false, []int64{1, 2, 3}, true},
		"nothing is right":                {punctual(minutes, time.Hour, close), true, []int64{2, 4, 6}, true},
		"a wrong key, and the right time": {reply(401, `{}`), true, []int64{1, 2, 3}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			base, arrived := script(t, tc.provider)
			client := testClient(t, base, func(cfg *Config) {
				cfg.Dated = tc.dated
				cfg.Authorize = func(req *http.Request, now time.Time, _ io.Reader) (string, error) {
					req.Header.Set("Made", now.Format(time.RFC3339Nano))
					return "", nil
				}
			})
			for _, want := range tc.want {
				err := client.Call(t.Context(), Request{Method: http.MethodPost, Path: "/x", Body: []byte(`{}`), Read: readAll})
				var e *Error
				if arrived.Load() != want || (err != nil) != tc.fails || (err != nil && (!errors.As(err, &e) || e.Status != 401)) {
					t.Fatalf("%d requests have arrived, want %d (%v)", arrived.Load(), want, err)
				}
			}
		})
	}
}
