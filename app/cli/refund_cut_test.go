package cli

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"till/app/shop"
	"till/app/store"
)

// learn has the refund that nobody answered clearly be told of, as a running till
// would after a webhook.
func learn(t *testing.T, s *store.Store, id string, outcome shop.RefundOutcome) {
	t.Helper()
	err := s.Write(t.Context(), func(ctx context.Context, l shop.Ledger) error {
		all, err := l.ListRefunds(ctx, someOrder)
		if err != nil {
			return err
		}
		for _, r := range all {
			if r.State == shop.RefundAsked {
				r.State, r.Outcome, r.ProviderID, r.Guessed = shop.RefundAnswered, outcome, id, true
				return l.SaveRefund(ctx, r)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestARefundHeardOfBeforeItsAnswerIsToldAsMade: the answer was cut, and a webhook
// was quick. Nobody says that nothing was done, nor waits for an answer.
func TestARefundHeardOfBeforeItsAnswerIsToldAsMade(t *testing.T) {
	t.Parallel()
	for outcome, says := range map[shop.RefundOutcome]string{
		shop.RefundPending:   "1.00 USD is on its way back: refund rf-1 is pending.",
		shop.RefundCompleted: "1.00 USD was sent back: refund rf-1 is completed.",
	} {
		t.Run(string(outcome), func(t *testing.T) {
			t.Parallel()
			var s *store.Store
			m := newMerchant(t, func(w http.ResponseWriter, r *http.Request) {
				learn(t, s, "rf-1", outcome)
				answering(500, ``)(w, r)
			})
			m.sell()
			s = m.open()
			status, stdout, stderr := m.run("refund", someOrder, "--amount", "1")
			if status != 0 || !strings.HasPrefix(stdout, says+"\nIt is a refund of payment ") || strings.Count(stdout, "\n") != 2 {
				t.Errorf("status %d: %s%s", status, stdout, stderr)
			}
		})
	}
}

// TestRepeatingARefundThatWasMadeUnseenSaysSo, and sends nothing. The command
// that the failure names does not say --again, though the first one did.
func TestRepeatingARefundThatWasMadeUnseenSaysSo(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	m := newMerchant(t, func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		answering(500, ``)(w, r)
	})
	m.sell()
	s := m.open()
	refund := []string{"refund", someOrder, "--amount", "1", "--again"}
	command := "`till refund " + someOrder + " --payment " + somePayment + " --amount 1.00"
	status, _, stderr := m.run(refund...)
	if status != 1 || !strings.Contains(stderr, "Run "+command+"` in a minute") {
		t.Fatalf("status %d: %s", status, stderr)
	}
	tried := calls.Load()
	learn(t, s, "rf-1", shop.RefundPending)
	status, stdout, stderr := m.run(refund...)
	for _, part := range []string{"1.00 USD", "not answered clearly was made: rf-1 is pending. Nothing was sent back this time.", "run " + command + " --again`"} {
		if status != 0 || !strings.Contains(stdout, part) {
			t.Errorf("status %d, does not say %q: %s%s", status, part, stdout, stderr)
		}
	}
	_, stdout, _ = m.run("refund", someOrder, "--amount", "1")
	if !strings.Contains(stdout, "This was asked for before") || calls.Load() != tried {
		t.Errorf("after %d more calls: %s", calls.Load()-tried, stdout)
	}
}
