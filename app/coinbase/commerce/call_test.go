package commerce

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// transport answers without a network, so that time can be pretended.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func status(code int, header map[string]string) *http.Response {
	res := &http.Response{StatusCode: code, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader([]byte(`{}`)))}
	for k, v := range header {
		res.Header.Set(k, v)
	}
	return res
}

func TestPauses(t *testing.T) {
	t.Parallel()
	const date = "Sat, 01 Jan 2000 00:00:00 GMT" // where a bubble's clock begins
	for name, tc := range map[string]struct {
		method string
		code   int
		header map[string]string
		tries  int
		took   time.Duration
	}{
		"doubling":            {http.MethodGet, 500, nil, 4, 50*time.Millisecond + 100*time.Millisecond + 200*time.Millisecond},
		"seconds that fit":    {http.MethodGet, 503, map[string]string{"Retry-After": "2"}, 4, 6*time.Second + 350*time.Millisecond},
		"only some fit":       {http.MethodPost, 429, map[string]string{"Retry-After": "3"}, 3, 6*time.Second + 150*time.Millisecond},
		"just too long":       {http.MethodPost, 429, map[string]string{"Retry-After": "8"}, 1, 0},
		"far too long":        {http.MethodPost, 429, map[string]string{"Retry-After": "99999999999999999999"}, 1, 0},
		"a date that fits":    {http.MethodPost, 429, map[string]string{"Retry-After": "Sat, 01 Jan 2000 00:00:02 GMT", "Date": date}, 4, 6*time.Second + 350*time.Millisecond},
		"on a clock off":      {http.MethodPost, 429, map[string]string{"Retry-After": "Sat, 01 Jan 2000 09:00:02 GMT", "Date": "Sat, 01 Jan 2000 09:00:00 GMT"}, 4, 6*time.Second + 350*time.Millisecond},
		"a date too far":      {http.MethodPost, 429, map[string]string{"Retry-After": "Sat, 01 Jan 2000 00:01:00 GMT", "Date": date}, 1, 0},
		"a date in the past":  {http.MethodPost, 429, map[string]string{"Retry-After": "Fri, 31 Dec 1999 00:00:00 GMT"}, 4, 350 * time.Millisecond},
		"nonsense":            {http.MethodPost, 429, map[string]string{"Retry-After": "soon"}, 4, 350 * time.Millisecond},
		"a negative one":      {http.MethodPost, 429, map[string]string{"Retry-After": "-5"}, 4, 350 * time.Millisecond},
		"not to be repeated":  {http.MethodGet, 400, map[string]string{"Retry-After": "1"}, 1, 0},
		"no time to be wrong": {http.MethodGet, 401, nil, 1, 0},
		"a question":          {http.MethodGet, 429, map[string]string{"Retry-After": "1"}, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				tries, began := 0, time.Now()
				client, _ := testClient(t, "http://api.example", func(cfg *Config) {
					cfg.Timeout = 8 * time.Second
					cfg.HTTP = &http.Client{Transport: transport(func(*http.Request) (*http.Response, error) {
						tries++
						return status(tc.code, tc.header), nil
					})}
				})
				e := failure(t, client, tc.method)
				if took := time.Since(began); tries != tc.tries || took != tc.took || e.Status != tc.code {
					t.Errorf("%d tries in %s (%v), want %d in %s", tries, took, e, tc.tries, tc.took)
				}
			})
		})
	}
}

func TestGivingUpWhileWaitingKeepsTheAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, _ := testClient(t, "http://api.example", func(cfg *Config) {
			cfg.HTTP = &http.Client{Transport: transport(func(*http.Request) (*http.Response, error) {
				return status(503, map[string]string{"Retry-After": "4"}), nil
			})}
		})
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		err := ask(ctx, client, http.MethodGet)
		var e *Error
		if !errors.As(err, &e) || e.Status != 503 || !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}

func TestATransportThatTellsNothingCountsAsSent(t *testing.T) {
	t.Parallel()
	tries := 0
	client, _ := testClient(t, "http://api.example", func(cfg *Config) {
		cfg.HTTP = &http.Client{Transport: transport(func(*http.Request) (*http.Response, error) {
			tries++
			return nil, errors.New("gone")
		})}
	})
	if e := failure(t, client, http.MethodPost); !e.Sent || tries != 1 {
		t.Errorf("sent %v after %d tries", e.Sent, tries)
	}
}

func TestSkew(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	for name, tc := range map[string]struct {
		date string
		want time.Duration
	}{
		"never told":        {"", 0},
		"agreed":            {"Fri, 01 May 2026 12:00:00 GMT", 0},
		"within a second":   {"Fri, 01 May 2026 11:59:59 GMT", 0},
		"an hour and ahead": {"Fri, 01 May 2026 13:00:00 GMT", time.Hour + 500*time.Millisecond},
		"behind":            {"Fri, 01 May 2026 11:59:00 GMT", -time.Minute + 500*time.Millisecond},
		"nonsense":          {"noon", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, _ := testClient(t, "http://api.example", func(cfg *Config) {
				cfg.Now = func() time.Time { return now }
				cfg.HTTP = &http.Client{Transport: transport(func(*http.Request) (*http.Response, error) {
					return status(404, map[string]string{"Date": tc.date}), nil
				})}
			})
			if client.SkewKnown() {
				t.Error("known before anybody was asked")
			}
			_ = failure(t, client, http.MethodGet)
			if got := client.Skew(); got != tc.want || !client.SkewKnown() {
				t.Errorf("got %s, known %v, want %s", got, client.SkewKnown(), tc.want)
			}
		})
	}
}
