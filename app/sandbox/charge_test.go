package sandbox_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"till/app/sandbox"
)

func TestAPIRefuses(t *testing.T) {
	t.Parallel()
	r := start(t)
	c := r.create()
	long := strings.Repeat("ü", 101)
	for name, tc := range map[string]struct {
		method, path, body string
		header             string
		status             int
		kind, message      string
	}{
		"no key":              {"GET", "/commerce/charges", "", "X-CC-Api-Key: ", 401, "authentication_error", "API key"},
		"a wrong key":         {"GET", "/commerce/charges", "", "X-CC-Api-Key: x", 401, "authentication_error", "API key"},
		"an unknown charge":   {"GET", "/commerce/charges/NOTTHERE", "", "", 404, "not_found", "Not found"},
		"an unknown path":     {"GET", "/commerce/nothing", "", "", 404, "not_found", "Not found"},
		"a cross-site path":   {"POST", "/commerce/nothing", "", "Sec-Fetch-Site: cross-site", 404, "not_found", "Not found"},
		"a wrong method":      {"DELETE", "/commerce/charges", "{}", "", 405, "invalid_request", "Method not allowed"},
		"another body type":   {"POST", "/commerce/charges", coffee, "Content-Type: text/plain", 400, "invalid_request", "Required parameter missing: pricing_type"},
		"no JSON":             {"POST", "/commerce/charges", "{", "", 400, "invalid_request", "JSON"},
		"no body":             {"POST", "/commerce/charges", "", "", 400, "invalid_request", "Required parameter missing: pricing_type"},
		"no name":             {"POST", "/commerce/charges", strings.Replace(coffee, "Coffee", "", 1), "", 400, "invalid_request", "missing: name"},
		"no description":      {"POST", "/commerce/charges", strings.Replace(coffee, "A cup", "", 1), "", 400, "invalid_request", "missing: description"},
		"a long name":         {"POST", "/commerce/charges", strings.Replace(coffee, "Coffee", long, 1), "", 400, "validation_error", "100"},
		"a long description":  {"POST", "/commerce/charges", strings.Replace(coffee, "A cup", long+long, 1), "", 400, "validation_error", "200"},
		"an unknown pricing":  {"POST", "/commerce/charges", strings.Replace(coffee, "fixed_price", "free", 1), "", 400, "validation_error", "pricing_type"},
		"no price":            {"POST", "/commerce/charges", `{"name":"a","description":"b","pricing_type":"fixed_price"}`, "", 400, "invalid_request", "missing: local_price"},
		"a price too much":    {"POST", "/commerce/charges", strings.Replace(coffee, "fixed_price", "no_price", 1), "", 400, "invalid_request", "not allowed"},
		"a price of nothing":  {"POST", "/commerce/charges", strings.Replace(coffee, "4.50", "0.00", 1), "", 400, "validation_error", "more than 0"},
		"a price below zero":  {"POST", "/commerce/charges", strings.Replace(coffee, "4.50", "-1", 1), "", 400, "validation_error", "decimal"},
		"a price as exponent": {"POST", "/commerce/charges", strings.Replace(coffee, "4.50", "1e999999", 1), "", 400, "validation_error", "decimal"},
		"no currency":         {"POST", "/commerce/charges", strings.Replace(coffee, "EUR", "euro", 1), "", 400, "validation_error", "ISO 4217"},
		"a script as link":    {"POST", "/commerce/charges", strings.Replace(coffee, "http://127.0.0.1:9/success", "javascript:alert", 1), "", 400, "validation_error", "redirect_url"},
		"metadata as a list":  {"POST", "/commerce/charges", strings.Replace(coffee, `{"order_id":"o1"}`, `[]`, 1), "", 400, "validation_error", "metadata"},
		"resolving a new one": {"POST", "/commerce/charges/" + c.Code + "/resolve", "", "", 400, "invalid_request", "can only resolve an UNRESOLVED charge"},
		"a limit too high":    {"GET", "/commerce/charges?limit=101", "", "", 400, "invalid_request", "limit"},
		"an unknown order":    {"GET", "/commerce/charges?order=up", "", "", 400, "invalid_request", "order"},
		"an unknown cursor":   {"GET", "/commerce/charges?starting_after=x", "", "", 400, "invalid_request", "cursor"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := r.in(t)
			var header []string
			if tc.header != "" {
				header = append(header, tc.header)
			}
			a := r.send(tc.method, tc.path, tc.body, header...)
			got := decode[struct {
				Error    struct{ Type, Message string }
				Warnings []string
			}](t, a)
			if a.StatusCode != tc.status || got.Error.Type != tc.kind || !strings.Contains(got.Error.Message, tc.message) {
				t.Errorf("%d %s, want %d %s %q", a.StatusCode, a.body, tc.status, tc.kind, tc.message)
			}
			if kind := a.Header.Get("Content-Type"); kind != "application/json; charset=utf-8" {
				t.Errorf("Content-Type %q", kind)
			}
			if got.Warnings != nil {
				t.Errorf("warnings %v for a request with a version", got.Warnings)
			}
		})
	}
}

// TestAPIRefusesTooMuchBeforeReadingIt announces a large body and sends none.
func TestAPIRefusesTooMuchBeforeReadingIt(t *testing.T) {
	t.Parallel()
	r := start(t)
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(r.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }() // nothing was written that could be lost
	_, err = io.WriteString(conn, "POST /commerce/charges HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n")
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }() // the body was read to its end
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(string(body), `{"error":{"type":"invalid_request"`) {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
}

func TestChargeShapes(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for shape, tc := range map[string]struct {
		life     time.Duration
		has, not []string
	}{
		"2018": {time.Hour,
			[]string{`"addresses"`, `"exchange_rates"`, `"payment_threshold"`, `"bitcoin"`, `"redirect_url"`, "/charges/"},
			[]string{`"web3_data"`, `"redirects"`, `"charge_kind"`}},
		"onchain": {48 * time.Hour,
			[]string{`"charge_kind":"WEB3"`, `"web3_data"`, `"settlement"`, `"will_redirect_after_success":true`, `"transfer_intent":null`, "/pay/"},
			[]string{`"addresses"`, `"exchange_rates"`, `"redirect_url"`}},
	} {
		t.Run(shape, func(t *testing.T) {
			t.Parallel()
			r := start(t, func(cfg *sandbox.Config) {
				cfg.Shape = shape
				cfg.Now = func() time.Time { return now }
			})
			a := r.want(r.send("POST", "/commerce/charges", coffee), http.StatusCreated)
			for _, part := range tc.has {
				if !strings.Contains(a.body, part) {
					t.Errorf("%s is missing in %s", part, a.body)
				}
			}
			for _, part := range tc.not {
				if strings.Contains(a.body, part) {
					t.Errorf("%s does not belong in %s", part, a.body)
				}
			}
			if a.Status != "201 Created" {
				t.Errorf("status line %q", a.Status)
			}
			c := decode[one](t, a).Data
			if c.CreatedAt != "2026-03-01T12:00:00Z" || c.ExpiresAt != now.Add(tc.life).Format(time.RFC3339) {
				t.Errorf("created %s, expires %s", c.CreatedAt, c.ExpiresAt)
			}
			if p := c.Pricing["local"]; c.Resource != "charge" || p.Amount != "4.50" || p.Currency != "EUR" || c.Metadata["order_id"] != "o1" {
				t.Errorf("resource %q, price %v, metadata %v", c.Resource, p, c.Metadata)
			}
			if got := a.Header.Get("Date"); got != "Sun, 01 Mar 2026 12:00:00 GMT" {
				t.Errorf("Date %q is not the business time", got)
			}
			r.want(r.send("GET", strings.TrimPrefix(c.HostedURL, r.url), ""), http.StatusOK)
		})
	}
}

func TestChargeIsFoundByCodeAndID(t *testing.T) {
	t.Parallel()
	r := start(t)
	c := r.create()
	for _, path := range []string{"/commerce/charges/" + c.Code, "/commerce/charges/" + c.ID, "/commerce//charges/" + c.Code, "/commerce/charges/" + c.Code + "/"} {
		if got := decode[one](t, r.want(r.send("GET", path, ""), http.StatusOK)).Data; got.ID != c.ID {
			t.Errorf("%s: charge %s, want %s", path, got.ID, c.ID)
		}
	}
	r.want(r.send("POST", "/commerce//charges/", coffee), http.StatusCreated)
}

func TestAnswersCarryARequestID(t *testing.T) {
	t.Parallel()
	r := start(t)
	for _, path := range []string{"/", "/commerce/charges", "/control/clock", "/nothing"} {
		if a := r.send("GET", path, ""); len(a.Header.Get("X-Request-Id")) != 36 || len(a.Header.Values("Date")) != 1 {
			t.Errorf("%s: request id %q, Date %q", path, a.Header.Get("X-Request-Id"), a.Header.Values("Date"))
		}
	}
}

func TestWarningsWithoutAVersion(t *testing.T) {
	t.Parallel()
	r := start(t)
	for _, path := range []string{"/commerce/charges", "/commerce/charges/NOTTHERE"} {
		if a := r.send("GET", path, "", "X-CC-Version: "); !strings.Contains(a.body, `"warnings":["Missing X-CC-Version header`) {
			t.Errorf("%s: no warning in %s", path, a.body)
		}
		if a := r.send("GET", path, ""); strings.Contains(a.body, "warnings") {
			t.Errorf("%s: a warning in %s", path, a.body)
		}
	}
}

func TestMerchantCancelsAndResolves(t *testing.T) {
	t.Parallel()
	r := start(t)
	c := r.create()
	for _, body := range []string{"", "{}"} {
		c := r.create()
		a := r.want(r.send("POST", "/commerce/charges/"+c.Code+"/cancel", body), http.StatusOK)
		if got := decode[one](t, a).Data; got.steps() != "NEW CANCELED" {
			t.Errorf("canceled with body %q: %s", body, got.steps())
		}
		r.want(r.send("POST", "/commerce/charges/"+c.Code+"/cancel", body), http.StatusBadRequest)
	}
	r.do(c.Code, "underpay")
	a := r.want(r.send("POST", "/commerce/charges/"+c.ID+"/resolve", ""), http.StatusOK)
	if got := decode[one](t, a).Data; got.steps() != "NEW PENDING UNRESOLVED/UNDERPAID RESOLVED" {
		t.Errorf("resolved: %s", got.steps())
	}
	if got := r.hook.await(t, "charge:resolved", 1); got.env.Event.Data.Code != c.Code {
		t.Errorf("charge:resolved tells of %s, want %s", got.env.Event.Data.Code, c.Code)
	}
}

func TestOnchainNothingIsCanceledOrResolved(t *testing.T) {
	t.Parallel()
	r := start(t, func(cfg *sandbox.Config) { cfg.Shape = "onchain" })
	c := r.create()
	r.want(r.send("POST", "/commerce/charges/"+c.ID+"/cancel", ""), http.StatusNotFound)
	r.want(r.send("POST", "/commerce/charges/"+c.ID+"/resolve", ""), http.StatusNotFound)
}

func TestConfigIsChecked(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		set  func(*sandbox.Config)
		want string
	}{
		"no key":           {func(c *sandbox.Config) { c.APIKey = "" }, "API key"},
		"no secret":        {func(c *sandbox.Config) { c.WebhookSecret = "" }, "webhook secret"},
		"an unknown shape": {func(c *sandbox.Config) { c.Shape = "2019" }, `"2019"`},
		"a negative time":  {func(c *sandbox.Config) { c.ConfirmAfter = -1 }, "below zero"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := sandbox.Config{APIKey: testKey, WebhookSecret: testSecret, Shape: "2018"}
			tc.set(&cfg)
			if _, err := sandbox.New(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("New: %v, want it to speak of %s", err, tc.want)
			}
		})
	}
}
