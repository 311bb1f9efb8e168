package shop_test

import (
	"context"
	"crypto/rand"
	"errors"
	"testing"
	"time"

	"till/app/shop"
)

// relay is a Business provider of which each call is a function of its own, so
// that one may happen in the midst of another.
type relay struct {
	provider

	calls []func(shop.RefundRequest) (shop.RefundOutcome, error)
	keys  map[shop.RefundID]bool // under which money was sent
}

func (r *relay) Provider() shop.Provider { return shop.Business }

func (r *relay) Refund(_ context.Context, _ shop.Ref, req shop.RefundRequest) (shop.RefundAnswer, error) {
	call := r.calls[0]
	r.calls = r.calls[1:]
	outcome, err := call(req)
	if err != nil {
		return shop.RefundAnswer{}, err
	}
	r.keys[req.ID] = true
	return shop.RefundAnswer{
		Refund: shop.RefundNote{ID: "at-" + string(req.ID), Outcome: outcome, Amount: req.Amount},
		Event:  shop.Event{Provider: shop.Business, Environment: shop.Sandbox, Type: "answer.refund", Body: []byte(`{}`)},
	}, nil
}

// TestACommandThatFailsLateUndoesNothing: while it hung, another one continued
// the same refund. Whatever came of that one counts, and nothing is paid twice.
func TestACommandThatFailsLateUndoesNothing(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		meanwhile func(r *relay) func(shop.RefundRequest) (shop.RefundOutcome, error)
		made      bool
	}{
		"the other was answered": {func(*relay) func(shop.RefundRequest) (shop.RefundOutcome, error) { return as(shop.RefundPending) }, true},
		"the other's answer was cut": {func(r *relay) func(shop.RefundRequest) (shop.RefundOutcome, error) {
			return func(req shop.RefundRequest) (shop.RefundOutcome, error) {
				r.keys[req.ID] = true
				return "", &shop.ProviderError{Problem: shop.Unanswered, Err: errors.New("cut")}
			}
		}, false},
	} {
		for _, problem := range []shop.Problem{shop.Unreachable, shop.Busy, shop.Credentials, shop.Refused} {
			t.Run(name+", "+string(problem), func(t *testing.T) {
				t.Parallel()
				c, r := newCounter(t, willing), &relay{keys: map[shop.RefundID]bool{}}
				c.paidOrder(t, confirmed)
				desk := shop.NewRefunds(shop.RefundsConfig{Store: c.store, Gateways: []shop.Gateway{r}, Now: c.Now, Random: rand.Reader})
				r.calls = []func(shop.RefundRequest) (shop.RefundOutcome, error){
					func(req shop.RefundRequest) (shop.RefundOutcome, error) {
						if _, err := desk.Ask(t.Context(), wish("1")); (err == nil) != tc.made {
							t.Errorf("the other got %v", err)
						}
						return failed(problem)(req)
					},
					tc.meanwhile(r),
					as(shop.RefundPending),
				}
				result, err := desk.Ask(t.Context(), wish("1"))
				if (err == nil) != tc.made || result.Before || (tc.made && result.Refund.State != shop.RefundAnswered) {
					t.Errorf("the first got %+v, %v", result, err)
				}
				c.pass(2 * time.Minute)
				if _, err := desk.Ask(t.Context(), wish("1")); err != nil {
					t.Errorf("the third got %v", err)
				}
				if all := c.refunds(t); len(all) != 1 || all[0].State != shop.RefundAnswered || len(r.keys) != 1 {
					t.Errorf("money was sent under %d keys, noted %+v", len(r.keys), all)
				}
			})
		}
	}
}

// TestACommandThatFailsAfterAWebhook of just such a refund takes that for its
// own, and undoes nothing. It has made that, for all anybody knows.
func TestACommandThatFailsAfterAWebhook(t *testing.T) {
	t.Parallel()
	c, b := newCounter(t, willing), &bank{}
	c.paidOrder(t, confirmed)
	b.answer = func(req shop.RefundRequest) (shop.RefundOutcome, error) {
		c.settle(t, said(t, shop.Confirmed, "0", note(t, "rf-1", "1", shop.RefundPending)))
		return failed(shop.Busy)(req)
	}
	result, err := refundDesk(c, b).Ask(t.Context(), wish("1"))
	if err != nil || result.Before || !result.Refund.Made() || result.Refund.ProviderID != "rf-1" {
		t.Errorf("got %+v, %v", result, err)
	}
	if all := c.refunds(t); len(all) != 1 || all[0].State != shop.RefundAnswered {
		t.Errorf("noted %+v", all)
	}
	again := wish("1")
	again.Again = true
	b.answer = as(shop.RefundPending)
	if result, err := refundDesk(c, b).Ask(t.Context(), again); err != nil || result.Before {
		t.Errorf("the merchant knows, and got %+v, %v", result, err)
	}
}
