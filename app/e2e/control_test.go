package e2e

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"
	"testing"
	"time"
)

// charge is what the sandbox's control tells of a charge, or of what takes its
// place at Business.
type charge struct {
	Code      string            `json:"code"`
	Status    string            `json:"status"`
	HostedURL string            `json:"hosted_url"`
	Metadata  map[string]string `json:"metadata"`
}

// control asks the sandbox's control, with a JSON body unless it is empty.
func (s *till) control(method, route, body string, into any) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.sandbox+"/control/"+route, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	status, answer := send(s.t, r)
	if status != http.StatusOK {
		s.t.Fatalf("%s /control/%s: %d %s", method, route, status, answer)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal([]byte(answer), into); err != nil {
		s.t.Fatalf("%s /control/%s: %v in %s", method, route, err, answer)
	}
}

// charges lists every charge, newest first.
func (s *till) charges() []charge {
	s.t.Helper()
	var list struct {
		Data []charge `json:"data"`
	}
	s.control(http.MethodGet, "charges", "", &list)
	return list.Data
}

// chargeOf finds the newest charge of an order.
func (s *till) chargeOf(order string) charge {
	s.t.Helper()
	for _, c := range s.charges() {
		if c.Metadata["order_id"] == order {
			return c
		}
	}
	s.t.Fatalf("order %s has no charge", order)
	return charge{}
}

// act lets something happen to the newest charge of an order; a body follows
// behind a blank.
func (s *till) act(order, act string) {
	s.t.Helper()
	s.play(s.chargeOf(order).Code, act)
}

// play lets something happen to a charge.
func (s *till) play(code, act string) {
	s.t.Helper()
	action, body, _ := strings.Cut(act, " ")
	s.control(http.MethodPost, s.at.things+"/"+code+"/"+action, cmp.Or(body, "{}"), nil)
}

// confirmAfter sets how long payments take from now on.
func (s *till) confirmAfter(d time.Duration) {
	s.t.Helper()
	s.control(http.MethodPost, "settings", fmt.Sprintf(`{"confirm_after":%q}`, d), nil)
}

// advance moves the sandbox's clock.
func (s *till) advance(d time.Duration) {
	s.t.Helper()
	s.control(http.MethodPost, "clock", fmt.Sprintf(`{"advance":%q}`, d), nil)
}

// untilCharge waits for the status of an order's charge and returns when it was
// first seen.
func (s *till) untilCharge(order, status string) time.Time {
	s.t.Helper()
	if !eventually(s.t.Context(), func() bool { return s.chargeOf(order).Status == status }) {
		s.t.Fatalf("the charge of order %s never became %s, it is %s", order, status, s.chargeOf(order).Status)
	}
	return time.Now()
}

// order buys a product without a browser and returns the order's id.
func (s *till) order(product string) string {
	s.t.Helper()
	form := url.Values{"product": {product}}.Encode()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.shop+"/orders", strings.NewReader(form))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultTransport.RoundTrip(r) // a client would follow the redirect
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusSeeOther {
		s.t.Fatalf("POST /orders: %s", answer.Status)
	}
	return path.Base(answer.Header.Get("Location"))
}

// untilOrder waits until the shop itself says that an order is in a state, and
// with an exception if one is named.
func (s *till) untilOrder(order, state, exception string) {
	s.t.Helper()
	wanted := regexp.MustCompile(fmt.Sprintf(`data-state=%q data-exception=%q`, state, exception))
	last := ""
	if !eventually(s.t.Context(), func() bool {
		r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.shop+"/orders/"+order+"/status", nil)
		if err != nil {
			s.t.Fatal(err)
		}
		_, last = send(s.t, r)
		return wanted.MatchString(last)
	}) {
		s.t.Fatalf("the order never became %s %s:\n%s", state, exception, last)
	}
}

func send(t *testing.T, r *http.Request) (status int, body string) {
	t.Helper()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}
