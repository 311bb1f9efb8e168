package cli

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"till/app/coinbase/business"
	"till/app/shop"
	"till/app/store"
)

const (
	someOrder      = "aaaaaaaaaaaaaaaaaaaaaaaaaa"
	somePayment    = "bbbbbbbbbbbbbbbbbbbbbbbbbb"
	someBusinessID = "69163c762331ed43dc64a6ef"
)

// merchant is a till whose Coinbase Business is a server of the test.
type merchant struct {
	t    *testing.T
	file string
	env  []string
	db   string
	base string
}

func newMerchant(t *testing.T, coinbase http.HandlerFunc) *merchant {
	t.Helper()
	server := httptest.NewServer(coinbase)
	t.Cleanup(server.Close)
	id, secret, _, err := business.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	m := &merchant{t: t, file: filepath.Join(dir, "config.ini"), db: "sqlite:" + filepath.Join(dir, "till.db"), base: server.URL}
	config := "[server]\npublic_url = https://shop.example\n[coinbase]\nprovider = business\n[product coffee]\nname = Coffee\ndescription = A cup.\nprice = 4.50\ncurrency = USD\n"
	if err := os.WriteFile(m.file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	m.env = []string{
		"TILL_STORE_URL=" + m.db, "TILL_BUSINESS_BASE_URL=" + server.URL, "TILL_BUSINESS_SUBSCRIPTIONS_URL=" + server.URL + "/subscriptions",
		"TILL_BUSINESS_KEY_ID=" + id, "TILL_BUSINESS_KEY_SECRET=" + strings.ReplaceAll(secret, "\n", `\n`),
	}
	return m
}

// run runs one command; the webhook secret is known to the configuration.
func (m *merchant) run(args ...string) (status int, stdout, stderr string) {
	return m.runWith(append(m.env, "TILL_BUSINESS_WEBHOOK_SECRETS=known-secret"), args...)
}

func (m *merchant) runWith(env []string, args ...string) (status int, stdout, stderr string) {
	m.t.Helper()
	var out, complaints bytes.Buffer
	host := Host{Now: time.Now, Random: rand.Reader}
	status = Run(m.t.Context(), host, append(args, "--config", m.file), env, strings.NewReader(""), &out, &complaints)
	return status, out.String(), complaints.String()
}

// open opens the till's store until the test ends or it is closed.
func (m *merchant) open() *store.Store {
	m.t.Helper()
	s, err := store.Open(m.t.Context(), m.db, slog.New(slog.DiscardHandler))
	if err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(func() { _ = s.Close() })
	return s
}

// sell stores an order of 4.50 USD that was paid at the merchant's Coinbase.
func (m *merchant) sell(change ...func(*shop.Payment)) {
	m.t.Helper()
	price, at := shop.Money{Amount: decimal.RequireFromString("4.5"), Currency: "USD"}, time.Now()
	p := shop.Payment{
		ID: somePayment, Provider: shop.Business, Environment: shop.Environment(m.base + "/api/v1"),
		Ref: shop.Ref{ID: someBusinessID}, Price: price, Standing: shop.Standing{State: shop.Confirmed}, CreatedAt: at,
	}
	for _, c := range change {
		c(&p)
	}
	o := shop.Order{ID: someOrder, Version: 1, Item: shop.Item{Slug: "coffee", Name: "Coffee"}, Price: price, Method: shop.MethodCharge, Payments: []shop.Payment{p}, CreatedAt: at, UpdatedAt: at}
	err := m.open().Write(m.t.Context(), func(ctx context.Context, l shop.Ledger) error { return l.SaveOrder(ctx, o) })
	if err != nil {
		m.t.Fatal(err)
	}
}

// refundAnswer is a refund that the provider took on.
func refundAnswer(amount, status string) string {
	return fmt.Sprintf(`{"checkout":{"id":%q,"status":"COMPLETED","amount":"4.50","currency":"USDC"},"refund":{"id":"rf-1","amount":%q,"currency":"USDC","status":%q}}`,
		someBusinessID, amount, status)
}

func answering(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // a command that gives up early hangs up
	}
}

func TestRefundTroublesInWords(t *testing.T) {
	t.Parallel()
	refuse := func(words string) string {
		return `{"errorType":"invalid_request","errorMessage":"` + words + `","correlationId":"c-1"}`
	}
	const unknown = "not known whether the refund was made. Run `till refund "
	commerce := func(p *shop.Payment) { p.Provider, p.Ref.Code = shop.Commerce, "CODE1234" }
	waiting := func(p *shop.Payment) { p.State = shop.Waiting }
	for name, tc := range map[string]struct {
		sold   []func(*shop.Payment)
		status int
		body   string
		args   []string
		says   []string
		silent string // about that
	}{
		"refused":           {nil, 400, refuse("At most 2.00 can be refunded."), nil, []string{"nothing was sent back", "Coinbase refuses: At most 2.00 can be refunded"}, unknown},
		"the key":           {nil, 401, `{}`, nil, []string{"nothing was sent back", "does not accept the API key", "TILL_BUSINESS_KEY_ID"}, unknown},
		"busy":              {nil, 429, `{}`, nil, []string{"nothing was sent back", "slow down"}, unknown},
		"in the making":     {nil, 409, refuse("in progress"), nil, []string{unknown + someOrder + " --payment " + somePayment + "` in a minute", "in progress", "till refund " + someOrder + " --forget "}, "nothing was sent back"},
		"broken":            {nil, 500, ``, nil, []string{unknown, "problem of its own"}, "nothing was sent back"},
		"no sense":          {nil, 200, `{}`, nil, []string{unknown}, "nothing was sent back"},
		"it failed":         {nil, 200, refundAnswer("4.50", "FAILED"), nil, []string{"rf-1 of 4.50 USD", "nothing was sent back", "dashboard"}, unknown},
		"commerce":          {[]func(*shop.Payment){commerce}, 200, ``, nil, []string{"Refund charge CODE1234 in Coinbase's dashboard"}, unknown},
		"not paid":          {[]func(*shop.Payment){waiting}, 200, ``, nil, []string{"is waiting"}, unknown},
		"too much":          {nil, 200, ``, []string{"--amount", "5"}, []string{"4.50 USD is left"}, unknown},
		"no sum":            {nil, 200, ``, []string{"--amount", "4,50"}, []string{`"4,50" is no sum`, "--amount 1.50"}, unknown},
		"nothing":           {nil, 200, ``, []string{"--amount", "0.00"}, []string{"above 0"}, unknown},
		"a part of a cent":  {nil, 200, ``, []string{"--amount", "1.001"}, []string{"is no sum"}, unknown},
		"a reason of lines": {nil, 200, ``, []string{"--reason", "a\nb"}, []string{"one line"}, unknown},
		"a long reason":     {nil, 200, ``, []string{"--reason", strings.Repeat("x", 201)}, []string{"200 characters"}, unknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMerchant(t, answering(tc.status, tc.body))
			m.sell(tc.sold...)
			status, stdout, stderr := m.run(append([]string{"refund", someOrder}, tc.args...)...)
			if status != 1 || stdout != "" {
				t.Errorf("status %d, stdout %q", status, stdout)
			}
			for _, part := range tc.says {
				if !strings.Contains(stderr, part) {
					t.Errorf("does not say %q: %s", part, stderr)
				}
			}
			if strings.Contains(stderr, tc.silent) {
				t.Errorf("says %q: %s", tc.silent, stderr)
			}
		})
	}
}

// TestRefundWithoutATill leaves the answer for the next start, and repeated says
// that it was done.
func TestRefundWithoutATill(t *testing.T) {
	t.Parallel()
	calls := make(chan string, 10)
	m := newMerchant(t, func(w http.ResponseWriter, r *http.Request) {
		calls <- r.Method + " " + r.URL.Path
		answering(200, refundAnswer("1.00", "PENDING"))(w, r)
	})
	m.sell()
	refund := []string{"refund", someOrder, "--amount", "1", "--reason", "one cup was cold"}
	of := "It is a refund of payment " + somePayment + " at business in " + m.base + "/api/v1."
	status, stdout, stderr := m.run(refund...)
	if status != 0 || !strings.Contains(stdout, "1.00 USD is on its way back: refund rf-1 is pending.") || !strings.Contains(stdout, of) || !strings.Contains(stdout, "No till is running") {
		t.Fatalf("status %d: %s%s", status, stdout, stderr)
	}
	status, stdout, stderr = m.run(refund[:4]...) // the reason does not count
	if status != 0 || !strings.Contains(stdout, of) || !strings.Contains(stdout, "asked for before") || !strings.Contains(stdout, "--again") {
		t.Errorf("again: status %d: %s%s", status, stdout, stderr)
	}
	if len(calls) != 1 || <-calls != "POST /api/v1/checkouts/"+someBusinessID+"/refund" {
		t.Errorf("%d more calls", len(calls))
	}
	_, stdout, _ = m.run("orders", "show", someOrder)
	for _, want := range []string{"refund 1", "one cup was cold", "1.00 USD", "pending", "rf-1"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is missing in\n%s", want, stdout)
		}
	}
	events, err := m.open().ListUnworked(t.Context(), time.Now(), 10)
	if err != nil || len(events) != 1 || events[0].Type != "answer.refund" || events[0].Provider != shop.Business {
		t.Errorf("left %+v, %v", events, err)
	}
}

func TestOrdersShowTellsOfEachRefund(t *testing.T) {
	t.Parallel()
	m := newMerchant(t, answering(500, ``))
	m.sell()
	s := m.open()
	amount := shop.Money{Amount: decimal.RequireFromString("0.5"), Currency: "USD"}
	for i, r := range []shop.Refund{
		{State: shop.RefundEnded, Note: shop.ByHand},
		{State: shop.RefundAsked},
		{State: shop.RefundRefused, Note: "At most 2.00."},
		{State: shop.RefundAnswered, Outcome: shop.RefundCompleted, ProviderID: "rf-3"},
		{State: shop.RefundAnswered, Outcome: shop.RefundFailed, ProviderID: "rf-4"},
	} {
		r.ID, r.OrderID, r.PaymentID, r.Amount = shop.RefundID(fmt.Sprint("id-", i)), someOrder, somePayment, amount
		r.AskedAt, r.ChangedAt = time.Now(), time.Now()
		if err := s.Write(t.Context(), func(ctx context.Context, l shop.Ledger) error { return l.SaveRefund(ctx, r) }); err != nil {
			t.Fatal(err)
		}
	}
	_, stdout, _ := m.run("orders", "show", someOrder)
	for _, want := range []string{
		"asked: Coinbase did not answer clearly; run `till refund " + someOrder + " --payment " + somePayment + " --amount 0.50` to find out", "refused: At most 2.00.", "completed", "failed: the money did not go back; run `till refund` again", "rf-4",
		"ended by hand; it may have been made: look for it in Coinbase's dashboard",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is missing in\n%s", want, stdout)
		}
	}
}

// TestAnUnclearRefundIsEndedByHand by the command that the failure names.
func TestAnUnclearRefundIsEndedByHand(t *testing.T) {
	t.Parallel()
	m := newMerchant(t, answering(404, `{}`))
	m.sell()
	refund := shop.Refund{ID: "5d0e6c1a-9b0f-4f5e-8b7a-3c2d1e0f9a8b", OrderID: someOrder, PaymentID: somePayment, State: shop.RefundAsked, AskedAt: time.Now(), ChangedAt: time.Now()}
	refund.Amount = shop.Money{Amount: decimal.RequireFromString("0.5"), Currency: "USD"}
	s := m.open()
	if err := s.Write(t.Context(), func(ctx context.Context, l shop.Ledger) error { return l.SaveRefund(ctx, refund) }); err != nil {
		t.Fatal(err)
	}
	forget := fmt.Sprintf("till refund %s --forget %s", someOrder, refund.ID)
	_, _, stderr := m.run("refund", someOrder, "--amount", "0.5")
	if !strings.Contains(stderr, "not known whether the refund was made") || !strings.Contains(stderr, forget) {
		t.Errorf("its end is not known: %s", stderr)
	}
	status, stdout, stderr := m.run(append(strings.Fields(forget)[1:], "--again")...)
	if status == 0 {
		t.Errorf("two wishes at once: %s%s", stdout, stderr)
	}
	if status, _, stderr = m.run(strings.Fields(forget)[1:]...); status == 0 || !strings.Contains(stderr, "may still be under way") {
		t.Errorf("ended while it may be under way: status %d, %s", status, stderr)
	}
	refund.ChangedAt = refund.ChangedAt.Add(-time.Hour)
	if err := s.Write(t.Context(), func(ctx context.Context, l shop.Ledger) error { return l.SaveRefund(ctx, refund) }); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr = m.run(strings.Fields(forget)[1:]...)
	if status != 0 || !strings.Contains(stdout, "of 0.50 USD is ended by hand; it may have been made.") || !strings.Contains(stdout, "payment "+somePayment) {
		t.Errorf("status %d: %s%s", status, stdout, stderr)
	}
	if all, err := s.ListRefunds(t.Context(), someOrder); err != nil || len(all) != 1 || all[0].State != shop.RefundEnded {
		t.Errorf("noted %+v, %v", all, err)
	}
}
