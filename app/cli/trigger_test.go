package cli

import (
	"bytes"
	"crypto/rand"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"till/app/coinbase/commerce"
)

const hookSecret = "secret-of-the-test"

// hook is a merchant's receiver: it believes what is signed, remembers it, and
// answers with status.
func hook(t *testing.T, status int) (url string, got func() []commerce.Envelope) {
	t.Helper()
	all := make(chan commerce.Envelope, 100)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || !commerce.Verify([]string{hookSecret}, body, r.Header.Get(commerce.SignatureHeader)) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		e, err := commerce.ParseEnvelope(body)
		if err != nil {
			t.Error(err)
		}
		all <- e
		w.WriteHeader(status)
		_, _ = io.WriteString(w, "thank\x1b[31m you\n") // whoever reads it is tested
	}))
	t.Cleanup(server.Close)
	return server.URL + "/hook/?of=test", func() []commerce.Envelope {
		envelopes := []commerce.Envelope{}
		for len(all) > 0 {
			envelopes = append(envelopes, <-all)
		}
		return envelopes
	}
}

// typed runs a command line with an environment and nothing else.
func typed(t *testing.T, env []string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, complaints bytes.Buffer
	host := Host{Now: time.Now, Random: rand.Reader}
	status = Run(t.Context(), host, args, env, strings.NewReader(""), &out, &complaints)
	return status, out.String(), complaints.String()
}

func TestTriggerAtAURL(t *testing.T) {
	t.Parallel()
	const created, pending, confirmed = commerce.EventCreated, commerce.EventPending, commerce.EventConfirmed
	const failed, delayed, resolved = commerce.EventFailed, commerce.EventDelayed, commerce.EventResolved
	for name, tc := range map[string]struct {
		args    string
		types   []string // as they come
		status  string   // of the charge in the first
		context string
	}{
		"created":                   {created, []string{created}, "NEW", ""},
		"pending":                   {pending, []string{pending}, "PENDING", ""},
		"confirmed":                 {confirmed, []string{confirmed}, "COMPLETED", ""},
		"confirmed, slightly under": {confirmed + " --slightly-under", []string{confirmed}, "COMPLETED", ""},
		"confirmed, slightly over":  {confirmed + " --slightly-over", []string{confirmed}, "COMPLETED", ""},
		"confirmed, onchain":        {confirmed + " --shape onchain", []string{confirmed}, "COMPLETED", ""},
		"failed":                    {failed, []string{failed}, "EXPIRED", ""},
		"failed, underpaid":         {failed + " --underpaid", []string{failed}, "UNRESOLVED", "UNDERPAID"},
		"failed, overpaid":          {failed + " --overpaid", []string{failed}, "UNRESOLVED", "OVERPAID"},
		"failed, twice":             {failed + " --twice", []string{failed}, "UNRESOLVED", "MULTIPLE"},
		"delayed":                   {delayed, []string{delayed}, "UNRESOLVED", "DELAYED"},
		"resolved":                  {resolved, []string{resolved}, "RESOLVED", ""},
		"three times":               {pending + " --times 3", []string{pending, pending, pending}, "PENDING", ""},
		"out of order":              {confirmed + " --out-of-order", []string{confirmed, pending, created}, "COMPLETED", ""},
		"out of order, twice":       {failed + " --out-of-order --times 2", []string{failed, failed, created}, "EXPIRED", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, got := hook(t, http.StatusOK)
			args := append([]string{"trigger", "--url", url, "--order", "42", "--metadata", "a=b", "--charge", "ABCD1234"}, strings.Fields(tc.args)...)
			status, stdout, stderr := typed(t, []string{"TILL_TRIGGER_SECRET=" + hookSecret}, args...)
			if status != 0 || stderr != "" {
				t.Fatalf("status %d: %s", status, stderr)
			}
			envelopes := got()
			if types := typesOf(envelopes); !slices.Equal(types, tc.types) {
				t.Fatalf("came: %v", types)
			}
			if n := strings.Count(stdout, "of charge ABCD1234: 200 thank [31m you\n"); n != len(tc.types) {
				t.Errorf("told: %s", stdout)
			}
			c := envelopes[0].Event.Data
			last := c.Timeline[len(c.Timeline)-1]
			if last.Status != tc.status || last.Context != tc.context {
				t.Errorf("the charge is %s (%s)", last.Status, last.Context)
			}
			if c.Code != "ABCD1234" || c.Metadata["order_id"] != "42" || c.Metadata["a"] != "b" || c.Pricing.Local().Amount != "4.50" {
				t.Errorf("the charge is %+v", c)
			}
		})
	}
}

func typesOf(envelopes []commerce.Envelope) []string {
	types := []string{}
	for _, e := range envelopes {
		types = append(types, e.Event.Type)
	}
	return types
}

func TestTriggerTimesAreAttemptsOfOneDelivery(t *testing.T) {
	t.Parallel()
	url, got := hook(t, http.StatusOK)
	status, _, stderr := typed(t, nil, "trigger", "charge:confirmed", "--url", url, "--secret", hookSecret, "--times", "2")
	all := got()
	if status != 0 || len(all) != 2 {
		t.Fatalf("%d webhooks: %s", len(all), stderr)
	}
	if all[0].Event.ID != all[1].Event.ID || all[0].ID != all[1].ID || all[0].AttemptNumber != 1 || all[1].AttemptNumber != 2 {
		t.Errorf("came: %+v and %+v", all[0], all[1])
	}
}

func TestTriggerRefusesInWords(t *testing.T) {
	t.Parallel()
	url, got := hook(t, http.StatusServiceUnavailable)
	for name, tc := range map[string]struct{ args, says string }{
		"another secret":      {"charge:created --url " + url + " --secret other", "it answered 401"},
		"not taken":           {"charge:created --url " + url + " --secret " + hookSecret, "it answered 503"},
		"nobody there":        {"charge:created --secret x --url http://127.0.0.1:1/", "does not answer: start it, or check --url"},
		"no address":          {"charge:created --secret x --url hook", "--url is no web address"},
		"a password":          {"charge:created --secret x --url http://me:hunter2@127.0.0.1/", "without a name or password"},
		"no secret":           {"charge:created --url " + url, "set TILL_TRIGGER_SECRET"},
		"no such event":       {"charge:paid --url " + url, `"charge:paid" is no event: say charge:created, `},
		"no event":            {"--url " + url, "say which event"},
		"no times":            {"charge:created --times 0", "write a number from 1 to 100"},
		"two sums":            {"charge:failed --underpaid --overpaid", "--underpaid and --overpaid contradict each other: choose one"},
		"two places":          {"charge:failed --url " + url + " --sandbox http://127.0.0.1:1", "two places"},
		"two charges":         {"charge:failed --charge A --order B", "two charges"},
		"nothing to pay":      {"charge:created --underpaid", "nothing is paid"},
		"twice unconfirmed":   {"charge:pending --twice --secret x --url " + url, "say charge:failed"},
		"late twice":          {"charge:delayed --twice --secret x --url " + url, "one late payment is enough"},
		"nothing odd":         {"charge:resolved --slightly-over --secret x --url " + url, "nothing to resolve"},
		"never confirmed":     {"charge:confirmed --never-confirm", "charge:pending alone"},
		"a secret for none":   {"charge:confirmed --secret x", "goes with --url"},
		"a new code":          {"charge:created --charge ABCD1234", "leave --charge out"},
		"an old price":        {"charge:confirmed --amount 7", "--amount describes a new charge"},
		"no price":            {"charge:created --amount 0 --secret x --url " + url, "is no price"},
		"a float":             {"charge:created --amount 1e400000 --secret x --url " + url, "is no price"},
		"no currency":         {"charge:created --currency dollars", "is no currency"},
		"no shape":            {"charge:created --shape round", "is not known"},
		"half a checkout":     {"checkout.payment.success --underpaid", "in full or not at all"},
		"a checkout's shape":  {"checkout.payment.success --shape onchain --secret x --url " + url, "--shape is of charges"},
		"a checkout's price":  {"checkout.payment.success --amount 7", "--amount describes a new charge"},
		"a refund's currency": {"checkout.refund.success --amount 7 --currency EUR", "--currency describes a new charge"},
		"a refund's two sums": {"checkout.refund.success --amount 7 --refund 6", "--amount describes a new charge"},
		"a refund of nothing": {"checkout.refund.success --refund 0", `--refund "0" is no sum`},
		"a refund of more":    {"checkout.refund.success --amount 7 --refund 7.01 --secret x --url " + url, "left to refund"},
		"no refund":           {"checkout.payment.success --refund 1", "--refund goes with checkout.refund.success"},
		"a checkout in francs": {"checkout.payment.success --currency CHF --secret x --url " + url,
			"--currency CHF: a checkout of Business is priced in USDC, USD, EUR, GBP, SGD"},
		"onchain, too late": {"charge:delayed --shape onchain --secret x --url " + url, "cannot be paid late"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, _, stderr := typed(t, nil, append([]string{"trigger"}, strings.Fields(tc.args)...)...)
			if status != 1 || !strings.Contains(stderr, tc.says) || strings.Contains(stderr, "hunter2") {
				t.Errorf("status %d, says %q", status, stderr)
			}
		})
	}
	t.Cleanup(func() {
		if n := len(got()); n != 1 {
			t.Errorf("%d webhooks were sent, want that of \"not taken\"", n)
		}
	})
}
