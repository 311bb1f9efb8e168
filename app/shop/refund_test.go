package shop_test

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"till/app/shop"
)

// bank is a Business provider that sends money back as the test says.
type bank struct {
	provider

	mu     sync.Mutex
	asked  []shop.RefundRequest
	answer func(shop.RefundRequest) (shop.RefundOutcome, error)
}

func (b *bank) Provider() shop.Provider { return shop.Business }

func (b *bank) Refund(_ context.Context, _ shop.Ref, req shop.RefundRequest) (shop.RefundAnswer, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked = append(b.asked, req)
	outcome, err := b.answer(req)
	if err != nil {
		return shop.RefundAnswer{}, err
	}
	return shop.RefundAnswer{
		Refund: shop.RefundNote{ID: "at-coinbase-" + string(req.ID), Outcome: outcome, Amount: req.Amount},
		Event:  shop.Event{Provider: shop.Business, Environment: shop.Sandbox, Type: "answer.refund", Header: http.Header{}, Body: []byte(`{}`)},
	}, nil
}

func as(o shop.RefundOutcome) func(shop.RefundRequest) (shop.RefundOutcome, error) {
	return func(shop.RefundRequest) (shop.RefundOutcome, error) { return o, nil }
}

func failed(p shop.Problem) func(shop.RefundRequest) (shop.RefundOutcome, error) {
	return func(shop.RefundRequest) (shop.RefundOutcome, error) {
		return "", &shop.ProviderError{Problem: p, Err: errors.New("no luck")}
	}
}

// paidOrder stores an order of 4.50 USD whose Business payment stands like this.
func (c *counter) paidOrder(t *testing.T, s shop.Standing) shop.Order {
	t.Helper()
	price := money(t, "4.50")
	o := shop.Order{
		ID: "order-1", Version: 1, Price: price, Method: shop.MethodCharge, CreatedAt: c.Now(), UpdatedAt: c.Now(),
		Payments: []shop.Payment{{
			ID: "payment-1", Provider: shop.Business, Environment: shop.Sandbox, Ref: shop.Ref{ID: "checkout-1"},
			Price: price, Standing: s, CreatedAt: c.Now(),
		}},
	}
	err := c.store.Write(t.Context(), func(ctx context.Context, l shop.Ledger) error { return l.SaveOrder(ctx, o) })
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// said is what the provider says about the checkout.
func said(t *testing.T, s shop.State, refunded string, notes ...shop.RefundNote) shop.Evidence {
	t.Helper()
	ev := shop.Evidence{
		Provider: shop.Business, Environment: shop.Sandbox, Ref: shop.Ref{ID: "checkout-1"}, PaymentID: "payment-1",
		State: s, Price: money(t, "4.50"), Refunded: decimal.RequireFromString(refunded), Refunds: notes,
		At: time.Date(2026, 3, 1, 13, 0, 0, 0, time.UTC),
	}
	for _, n := range notes {
		ev.Refunding = ev.Refunding || n.Outcome == shop.RefundPending
	}
	return ev
}

func note(t *testing.T, id, amount string, o shop.RefundOutcome) shop.RefundNote {
	t.Helper()
	return shop.RefundNote{ID: id, Amount: money(t, amount), Outcome: o, Reason: "from the dashboard"}
}

func refundDesk(c *counter, b *bank) *shop.Refunds {
	return shop.NewRefunds(shop.RefundsConfig{
		Store: c.store, Gateways: []shop.Gateway{b}, Now: c.Now, Random: rand.Reader,
	})
}

func (c *counter) refunds(t *testing.T) []shop.Refund {
	t.Helper()
	all, err := c.store.ListRefunds(t.Context(), "order-1")
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func wish(amount string) shop.RefundWish {
	w := shop.RefundWish{Order: "order-1"}
	if amount != "" {
		w.Amount = decimal.RequireFromString(amount)
	}
	return w
}

var confirmed = shop.Standing{State: shop.Confirmed}

func TestWhatCanBeRefunded(t *testing.T) {
	t.Parallel()
	partly := shop.Standing{State: shop.PartlyRefunded, Refunded: decimal.RequireFromString("1.5")}
	for name, tc := range map[string]struct {
		standing shop.Standing
		before   []shop.RefundNote
		want     shop.RefundWish
		sum      string
		says     string
	}{
		"all":                        {confirmed, nil, wish(""), "4.50 USD", ""},
		"a part":                     {confirmed, nil, wish("0.01"), "0.01 USD", ""},
		"all as a sum":               {confirmed, nil, wish("4.5"), "4.50 USD", ""},
		"what is left":               {partly, nil, wish(""), "3.00 USD", ""},
		"more than is left":          {partly, nil, wish("3.01"), "", "of 4.50 USD, 3.00 USD is left"},
		"while another is under way": {partly, []shop.RefundNote{note(t, "r2", "1", shop.RefundPending)}, wish(""), "2.00 USD", ""},
		"one that failed":            {confirmed, []shop.RefundNote{note(t, "r2", "1", shop.RefundFailed)}, wish(""), "4.50 USD", ""},
		"one heard of before its sum": {
			confirmed, []shop.RefundNote{note(t, "r2", "4", shop.RefundCompleted)}, wish(""), "0.50 USD", "",
		},
		"all is under way":     {confirmed, []shop.RefundNote{note(t, "r2", "4.50", shop.RefundPending)}, wish(""), "", "4.50 USD is on its way"},
		"more than was paid":   {confirmed, nil, wish("4.51"), "", "4.50 USD is left"},
		"less than nothing":    {confirmed, nil, wish("-1"), "", "above 0"},
		"a part of a cent":     {confirmed, nil, wish("1.001"), "", "two decimals"},
		"refunded":             {shop.Standing{State: shop.Refunded}, nil, wish(""), "", "refunded in full already"},
		"not paid":             {shop.Standing{State: shop.Waiting}, nil, wish(""), "", "is waiting: only a payment that was confirmed"},
		"an order of nobody's": {confirmed, nil, shop.RefundWish{Order: "order-2"}, "", "does not exist"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, b := newCounter(t, willing), &bank{answer: as(shop.RefundPending)}
			o := c.paidOrder(t, tc.standing)
			if len(tc.before) > 0 {
				c.settle(t, said(t, tc.standing.State, o.Payments[0].Refunded.String(), tc.before...))
			}
			result, err := refundDesk(c, b).Ask(t.Context(), tc.want)
			if tc.says != "" {
				if code := shop.ErrorCode(err); code == shop.Internal || code == "" || !strings.Contains(err.Error(), tc.says) {
					t.Errorf("got %v", err)
				}
				if len(b.asked) != 0 {
					t.Errorf("it was asked %+v", b.asked)
				}
				return
			}
			if err != nil || len(b.asked) != 1 || b.asked[0].Amount.String() != tc.sum || result.Refund.Outcome != shop.RefundPending {
				t.Errorf("got %+v, %v, asked %+v", result, err, b.asked)
			}
		})
	}
}

func TestWhoCannotRefund(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		change func(*shop.Payment)
		says   string
	}{
		"commerce":          {func(p *shop.Payment) { p.Provider = shop.Commerce; p.Ref.Code = "CODE1" }, "Refund charge CODE1 in Coinbase's dashboard"},
		"another place":     {func(p *shop.Payment) { p.Environment = "https://old.example" }, "no key for that"},
		"another's gateway": {func(*shop.Payment) {}, "no key for that"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCounter(t, willing)
			o := c.paidOrder(t, confirmed)
			o.ID, o.Payments[0].ID, o.Payments[0].Ref.ID = "order-2", "payment-2", "checkout-2"
			tc.change(&o.Payments[0])
			err := c.store.Write(t.Context(), func(ctx context.Context, l shop.Ledger) error { return l.SaveOrder(ctx, o) })
			if err != nil {
				t.Fatal(err)
			}
			desk := shop.NewRefunds(shop.RefundsConfig{Store: c.store, Now: c.Now, Random: strings.NewReader(strings.Repeat("x", 16))})
			_, err = desk.Ask(t.Context(), shop.RefundWish{Order: "order-2"})
			if shop.ErrorCode(err) != shop.Invalid || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("got %v", err)
			}
			if all, err := c.store.ListRefunds(t.Context(), "order-2"); len(all) != 0 || err != nil {
				t.Errorf("noted %+v, %v", all, err)
			}
		})
	}
}

// TestARefundIsMadeOnce, however often it is asked for, unless --again is.
func TestARefundIsMadeOnce(t *testing.T) {
	t.Parallel()
	c, b := newCounter(t, willing), &bank{answer: as(shop.RefundCompleted)}
	c.paidOrder(t, confirmed)
	desk := refundDesk(c, b)
	again, other, third := wish("1"), wish("1"), wish("1")
	again.Again, other.Reason = true, "another reason"
	third.Again, third.Reason = true, "another reason"
	for i, step := range []struct {
		want          shop.RefundWish
		before        bool
		asked, events int
	}{
		{wish("1"), false, 1, 1},
		{wish("1.00"), true, 1, 1},
		{again, false, 2, 2},
		{other, true, 2, 2},
		{third, false, 3, 3},
		{wish(""), false, 4, 4}, // the rest: 1.50
		{wish(""), true, 4, 4},
	} {
		c.pass(time.Second)
		result, err := desk.Ask(t.Context(), step.want)
		if err != nil || result.Before != step.before || len(b.asked) != step.asked {
			t.Fatalf("step %d: %+v, %v, asked %d times", i, result, err, len(b.asked))
		}
		events, err := c.store.ListUnworked(t.Context(), c.Now(), 100)
		if err != nil || len(events) != step.events {
			t.Fatalf("step %d: %d events, %v", i, len(events), err)
		}
	}
	if got := b.asked[3].Amount.String(); got != "1.50 USD" {
		t.Errorf("the rest was %s", got)
	}
}

// TestAnUnclearRefundIsContinued under its own id and sum, and nothing else is
// asked for before.
func TestAnUnclearRefundIsContinued(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		first func(shop.RefundRequest) (shop.RefundOutcome, error)
		again bool
	}{
		"no answer":            {failed(shop.Unanswered), false},
		"no answer, --again":   {failed(shop.Unanswered), true},
		"an error of our own":  {func(shop.RefundRequest) (shop.RefundOutcome, error) { return "", errors.New("a hole") }, false},
		"the caller gave up":   {func(shop.RefundRequest) (shop.RefundOutcome, error) { return "", context.Canceled }, false},
		"a crash in the midst": {nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, b := newCounter(t, willing), &bank{answer: tc.first}
			c.paidOrder(t, confirmed)
			want := wish("")
			want.Again = tc.again
			if tc.first == nil {
				b.answer = func(shop.RefundRequest) (shop.RefundOutcome, error) { panic("the machine stops") }
				func() {
					defer func() { _ = recover() }()
					_, _ = refundDesk(c, b).Ask(t.Context(), want) // it does not return
				}()
			} else if _, err := refundDesk(c, b).Ask(t.Context(), want); err == nil {
				t.Fatal("no error")
			}
			if all := c.refunds(t); len(all) != 1 || all[0].State != shop.RefundAsked {
				t.Fatalf("noted %+v", all)
			}
			b.answer = as(shop.RefundPending)
			c.pass(time.Hour)
			_, err := refundDesk(c, b).Ask(t.Context(), wish("1"))
			if shop.ErrorCode(err) != shop.Conflict || !strings.Contains(err.Error(), "`till refund order-1 --payment payment-1`") {
				t.Fatalf("another one: %v", err)
			}
			result, err := refundDesk(c, b).Ask(t.Context(), want)
			if err != nil || result.Before || result.Refund.State != shop.RefundAnswered {
				t.Fatalf("then %+v, %v", result, err)
			}
			first, second := b.asked[0], b.asked[1]
			if len(b.asked) != 2 || first.ID != second.ID || !first.Amount.Same(second.Amount) || !first.Since.IsZero() || !second.Since.Equal(c.Now().Add(-time.Hour)) {
				t.Errorf("asked %+v", b.asked)
			}
			if all := c.refunds(t); len(all) != 1 || all[0].ProviderID != "at-coinbase-"+string(first.ID) {
				t.Errorf("noted %+v", all)
			}
		})
	}
}

// TestARefundThatWasNotMadeIsOver, where that is certain; a later one is fresh.
func TestARefundThatWasNotMadeIsOver(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		tries []shop.Problem
		state shop.RefundState
		pause time.Duration // before the second try; 0: a minute
	}{
		"refused":                    {[]shop.Problem{shop.Refused}, shop.RefundRefused, 0},
		"unreachable":                {[]shop.Problem{shop.Unreachable}, shop.RefundRefused, 0},
		"busy":                       {[]shop.Problem{shop.Busy}, shop.RefundRefused, 0},
		"credentials":                {[]shop.Problem{shop.Credentials}, shop.RefundRefused, 0},
		"unanswered":                 {[]shop.Problem{shop.Unanswered}, shop.RefundAsked, 0},
		"unanswered, then refused":   {[]shop.Problem{shop.Unanswered, shop.Refused}, shop.RefundRefused, 0},
		"refused in the same minute": {[]shop.Problem{shop.Unanswered, shop.Refused}, shop.RefundAsked, 59 * time.Second},
		"unanswered, no connection":  {[]shop.Problem{shop.Unanswered, shop.Unreachable}, shop.RefundAsked, 0},
		"unanswered, key not taken":  {[]shop.Problem{shop.Unanswered, shop.Credentials}, shop.RefundAsked, 0},
		"unanswered, and then again": {[]shop.Problem{shop.Unanswered, shop.Unanswered}, shop.RefundAsked, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, b := newCounter(t, willing), &bank{}
			c.paidOrder(t, confirmed)
			for _, problem := range tc.tries {
				c.pass(cmp.Or(tc.pause, time.Minute))
				b.answer = failed(problem)
				result, err := refundDesk(c, b).Ask(t.Context(), wish("1"))
				var e *shop.ProviderError
				if !errors.As(err, &e) || e.Problem != problem || result.Refund.ID == "" {
					t.Fatalf("got %+v, %v", result, err)
				}
			}
			all := c.refunds(t)
			if len(all) != 1 || all[0].State != tc.state || (tc.state == shop.RefundRefused) != (all[0].Note == "no luck") {
				t.Fatalf("noted %+v", all)
			}
			if p := c.order(t, "order-1").Payments[0]; !p.AskAt.Equal(c.Now()) {
				t.Errorf("the payment is asked about at %s", p.AskAt)
			}
		})
	}
}
