package cli_test

import (
	"crypto/rand"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"till/app/cli"
)

const (
	rulesFile  = "../../.alerts/till.rules.yml"
	readmeFile = "../../.alerts/README.md"
)

// TestAlertsAndTableNameWhatThereIs holds the example alerts and the table of
// metrics against what a till that runs tells about itself.
func TestAlertsAndTableNameWhatThereIs(t *testing.T) {
	t.Parallel()
	r := serve(t, plainConfig)
	ask(t, http.MethodGet, r.shop+"/livez", "") // a status is counted from its first request on
	_, text := ask(t, http.MethodGet, r.shop+"/metrics", "")
	types := metricTypes(text)
	exprs := exprsOf(t)
	if len(exprs) < 8 {
		t.Fatalf("only %d alerts were found", len(exprs))
	}
	for _, expr := range exprs {
		for _, name := range namesIn(expr) {
			base := regexp.MustCompile(`_(bucket|sum|count)$`).ReplaceAllString(name, "")
			switch kind := types[base]; {
			case kind == "":
				t.Errorf("an alert asks for %s, which there is not: %s", name, expr)
			case base != name && kind != "histogram":
				t.Errorf("an alert takes the %s %s for a histogram", kind, base)
			}
		}
		for _, sample := range regexp.MustCompile(`till_[a-z_]+\{[a-z]+="[a-z_]+"\}`).FindAllString(expr, -1) {
			if !strings.Contains(text, "\n"+sample+" ") {
				t.Errorf("an alert asks for %s, which does not begin at zero", sample)
			}
		}
	}
	readme, err := os.ReadFile(readmeFile)
	must(t, err)
	for _, row := range regexp.MustCompile("(?m)^\\| `(till_[a-z_]+)").FindAllStringSubmatch(string(readme), -1) {
		if types[row[1]] == "" {
			t.Errorf("the table has %s, which there is not", row[1])
		}
		delete(types, row[1])
	}
	for name := range types {
		if strings.HasPrefix(name, "till_") {
			t.Errorf("the table does not have %s", name)
		}
	}
}

// metricTypes reads name and type of each metric.
func metricTypes(text string) map[string]string {
	types := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (\S+) (\S+)$`).FindAllStringSubmatch(text, -1) {
		types[m[1]] = m[2]
	}
	return types
}

func exprsOf(t *testing.T) []string {
	t.Helper()
	rules, err := os.ReadFile(rulesFile)
	must(t, err)
	var exprs []string
	for _, m := range regexp.MustCompile(`(?m)^ +expr: (.+)$`).FindAllStringSubmatch(string(rules), -1) {
		exprs = append(exprs, m[1])
	}
	if alerts := strings.Count(string(rules), "- alert: "); alerts != len(exprs) {
		t.Errorf("%d alerts have %d expressions on one line", alerts, len(exprs))
	}
	return exprs
}

// namesIn returns the metrics of an expression: what has an underscore, but for
// functions. `up` is Prometheus's own.
func namesIn(expr string) []string {
	var names []string
	bare := regexp.MustCompile(`\{[^}]*\}|"[^"]*"`).ReplaceAllString(expr, "")
	for _, name := range regexp.MustCompile(`[a-z]+(_[a-z]+)+`).FindAllString(bare, -1) {
		if !strings.Contains(bare, name+"(") {
			names = append(names, name)
		}
	}
	return names
}

// TestMetricsTellOfOnePayment buys and pays in the sandbox, and reads what is
// counted.
func TestMetricsTellOfOnePayment(t *testing.T) {
	t.Parallel()
	r := serve(t, plainConfig)
	ask(t, http.MethodPost, r.shop+"/orders", "product=coffee")
	_, charges := ask(t, http.MethodGet, r.box+"/control/charges", "")
	code := regexp.MustCompile(`"code":"([A-Z0-9]{8})"`).FindStringSubmatch(charges)
	if code == nil {
		t.Fatalf("no charge in %s", charges)
	}
	ask(t, http.MethodPost, r.box+"/control/charges/"+code[1]+"/pay", "{}", "Content-Type", "application/json")
	ask(t, http.MethodPost, r.shop+"/webhooks/commerce", "{}", "X-CC-Webhook-Signature", "00")
	eventually(t, "the payment's webhooks are counted", func() bool {
		_, text := ask(t, http.MethodGet, r.shop+"/metrics", "")
		for _, want := range []string{
			`(?m)^till_events_worked_total\{verdict="settled"\} [1-9]`, `(?m)^till_event_settle_seconds_count [1-9]`,
			`(?m)^till_webhooks_total\{verdict="accepted"\} [1-9]`, `(?m)^till_webhooks_total\{verdict="bad_signature"\} 1$`,
			`(?m)^till_ready 1$`, `(?m)^till_events_unworked 0$`, `(?m)^till_event_oldest_unworked_seconds 0$`, `(?m)^till_inbox_queue 0$`,
		} {
			if !regexp.MustCompile(want).MatchString(text) {
				return false
			}
		}
		return true
	})
	tellsOfReplays(t, r)
}

// tellsOfReplays: hours old events that are worked off once more say nothing of
// how quick the till is.
func tellsOfReplays(t *testing.T, r *running) {
	t.Helper()
	figures := func() (worked, settled int) {
		_, text := ask(t, http.MethodGet, r.shop+"/metrics", "")
		for _, m := range regexp.MustCompile(`(?m)^(till_events_worked_total|till_event_settle_seconds_count)(?:\{.*\})? (\d+)$`).FindAllStringSubmatch(text, -1) {
			n, err := strconv.Atoi(m[2])
			must(t, err)
			if m[1] == "till_events_worked_total" {
				worked += n
			} else {
				settled += n
			}
		}
		return worked, settled
	}
	eventually(t, "all three webhooks are worked off", func() bool {
		worked, _ := figures()
		return worked == 3
	})
	_, settled := figures()
	host := cli.Host{Now: time.Now, Random: rand.Reader}
	args := []string{"replay", "--since", "1h", "--config", filepath.Join(r.dir, "config.ini")}
	if status := cli.Run(t.Context(), host, args, nil, strings.NewReader(""), io.Discard, r.log); status != 0 {
		t.Fatalf("till replay ended with status %d:\n%s", status, r.log)
	}
	eventually(t, "the replayed events are counted", func() bool {
		worked, _ := figures()
		return worked == 6
	})
	if _, now := figures(); now != settled {
		t.Errorf("%d replayed events count as just come in", now-settled)
	}
}
