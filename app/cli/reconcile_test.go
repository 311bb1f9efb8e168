package cli

import (
	"bytes"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"till/app/shop"
	"till/app/store"
)

// TestTheStoresFailureIsNotCoinbases: a reconciliation that cannot read what was
// paid fails, and blames nobody else.
func TestTheStoresFailureIsNotCoinbases(t *testing.T) {
	t.Parallel()
	m := newMerchant(t, answering(200, `{"checkouts":[]}`))
	var out bytes.Buffer
	p := &program{
		host: Host{Now: time.Now, Random: rand.Reader}, env: append(slices.Clone(m.env), "TILL_BUSINESS_WEBHOOK_SECRETS=s"),
		file: m.file, stdout: &out, stderr: &out,
	}
	err := p.withStore(t.Context(), func(s *store.Store) error {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		_, err := p.recall(t.Context(), s)
		return err
	})
	var failure *shop.ProviderError
	if err == nil || errors.As(err, &failure) || strings.Contains(out.String(), "refunded") {
		t.Errorf("got %v, and said %q", err, out.String())
	}
}
