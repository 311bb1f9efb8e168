package sandbox_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"till/app/sandbox"
)

// trouble switches one on.
func (r *rig) trouble(body string) {
	r.t.Helper()
	r.want(r.send("POST", "/control/troubles", body), http.StatusOK)
}

// call is a request to the API that may end without an answer.
func (r *rig) call(ctx context.Context, method, path, body string) (answer, error) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(ctx, method, r.url+path, strings.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("X-CC-Api-Key", testKey)
	req.Header.Set("Content-Type", "application/json")
	transport := &http.Transport{DisableKeepAlives: true} // nothing is tried again on another connection
	resp, err := (&http.Client{Transport: transport}).Do(req)
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = resp.Body.Close() }() // it is read to its end
	text, err := io.ReadAll(resp.Body)
	return answer{resp, string(text)}, err
}

func TestAPITroublesAnswerInTheWorksPlace(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		trouble string
		status  int
		kind    string // of content
		says    string
		charges int // that exist afterwards
	}{
		"rate_limit":         {`{"kind":"rate_limit"}`, 429, "application/json", `"type":"rate_limit_exceeded"`, 0},
		"server_error":       {`{"kind":"server_error"}`, 500, "application/json", `"type":"internal_server_error"`, 0},
		"html_error":         {`{"kind":"html_error"}`, 500, "text/html", "<!DOCTYPE html>", 0},
		"unavailable":        {`{"kind":"unavailable"}`, 503, "application/json", `{"error":{"message":"`, 0},
		"server_error after": {`{"kind":"server_error","after":true}`, 500, "application/json", `"type":"internal_server_error"`, 1},
		"html_error after":   {`{"kind":"html_error","after":true}`, 500, "text/html", "<!DOCTYPE html>", 1},
		"a little latency":   {`{"kind":"latency","delay":"1ms"}`, 201, "application/json", `"code"`, 1},
		"for another api":    {`{"kind":"server_error","api":"events"}`, 201, "application/json", `"code"`, 1},
		"for this api":       {`{"kind":"server_error","api":"charges"}`, 500, "application/json", `"error"`, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t)
			r.trouble(tc.trouble)
			a := r.send("POST", "/commerce/charges", coffee)
			if a.StatusCode != tc.status || !strings.HasPrefix(a.Header.Get("Content-Type"), tc.kind) || !strings.Contains(a.body, tc.says) {
				t.Errorf("%d %s %s", a.StatusCode, a.Header.Get("Content-Type"), a.body)
			}
			if wait := a.Header.Get("Retry-After"); (wait == "1") != (tc.status == http.StatusTooManyRequests || tc.status == http.StatusServiceUnavailable) {
				t.Errorf("Retry-After %q", wait)
			}
			if n := r.charges(); n != tc.charges {
				t.Errorf("%d charges, want %d", n, tc.charges)
			}
			r.want(r.send("DELETE", "/control/troubles", ""), http.StatusOK)
			r.create()
		})
	}
}

// charges is how many there are.
func (r *rig) charges() int {
	r.t.Helper()
	return len(decode[listing](r.t, r.want(r.send("GET", "/control/charges", ""), http.StatusOK)).Data)
}

// calm says whether no trouble is switched on.
func (r *rig) calm() bool {
	r.t.Helper()
	return strings.HasPrefix(r.send("GET", "/control/troubles", "").body, `{"data":[],`)
}

func TestResetCutsTheConnection(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		trouble string
		charges int
	}{
		"before the work": {`{"kind":"reset","times":1}`, 0},
		"after the work":  {`{"kind":"reset","times":1,"after":true}`, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t)
			r.trouble(tc.trouble)
			if a, err := r.call(t.Context(), "POST", "/commerce/charges", coffee); !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("answer %+v, %v, want a reset", a, err)
			}
			if n := r.charges(); n != tc.charges {
				t.Errorf("%d charges, want %d", n, tc.charges)
			}
			if a, err := r.call(t.Context(), "POST", "/commerce/charges", coffee); err != nil || a.StatusCode != http.StatusCreated {
				t.Errorf("when it is over: %v", err)
			}
		})
	}
}

func TestLatencyAfterTheWorkLosesTheAnswerOnly(t *testing.T) {
	t.Parallel()
	for after, charges := range map[string]int{"true": 1, "false": 0} {
		t.Run(after, func(t *testing.T) {
			t.Parallel()
			r := start(t)
			r.trouble(`{"kind":"latency","delay":"1m","times":1,"after":` + after + `}`)
			ctx, cancel := context.WithCancel(t.Context())
			gaveUp := make(chan error, 1)
			go func() {
				_, err := r.call(ctx, "POST", "/commerce/charges", coffee)
				gaveUp <- err
			}()
			until(t, "the call to be delayed", r.calm)
			until(t, "the charge", func() bool { return r.charges() == charges })
			cancel()
			if err := <-gaveUp; !errors.Is(err, context.Canceled) {
				t.Errorf("the caller got %v", err)
			}
			if n := r.charges(); n != charges {
				t.Errorf("%d charges, want %d", n, charges)
			}
		})
	}
}

func TestSandboxStopsWhateverTroubleIsOn(t *testing.T) {
	t.Parallel()
	r := start(t, func(cfg *sandbox.Config) { cfg.ConfirmAfter = time.Hour })
	for _, kind := range []string{"delay", "reorder", "duplicate"} {
		r.trouble(`{"kind":"` + kind + `"}`)
	}
	r.create()
	r.want(r.send("DELETE", "/control/troubles", ""), http.StatusOK)
	r.trouble(`{"kind":"latency","delay":"1m","times":1}`)
	ended := make(chan error, 1)
	go func() {
		_, err := r.call(context.WithoutCancel(t.Context()), "GET", "/commerce/charges", "")
		ended <- err
	}()
	until(t, "the call to be delayed", r.calm)
	r.stop() // fails after five seconds
	if err := <-ended; err != nil {
		t.Errorf("the delayed call was not answered: %v", err)
	}
}

func TestAPITroublesOfAChargeKnowAllItsNames(t *testing.T) {
	t.Parallel()
	r := start(t)
	for name, named := range map[string]func(charge) string{
		"its code":       func(c charge) string { return c.Code },
		"its code typed": func(c charge) string { return strings.ToLower(c.Code) },
		"its id":         func(c charge) string { return c.ID },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := r.in(t)
			c, other := r.create(), r.create()
			r.trouble(`{"kind":"server_error","code":"` + named(c) + `"}`)
			for _, ref := range []string{c.Code, c.ID} {
				r.want(r.send("GET", "/commerce/charges/"+ref, ""), http.StatusInternalServerError)
			}
			r.want(r.send("GET", "/commerce/charges/"+other.Code, ""), http.StatusOK)
		})
	}
}

func TestControlIsSparedByAPITroubles(t *testing.T) {
	t.Parallel()
	r := start(t)
	r.trouble(`{"kind":"reset"}`)
	r.want(r.send("GET", "/control/charges", ""), http.StatusOK)
	r.want(r.send("GET", "/", ""), http.StatusOK)
}
