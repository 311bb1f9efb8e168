package e2e

import (
	"crypto/rand"
	"testing"

	"till/app/coinbase/business"
)

const (
	sandboxKey    = "a-key-for-tests-0001"
	sandboxSecret = "a-secret-for-tests"
)

// outside is a provider that runs by itself, as Coinbase does.
type outside struct {
	shop []string // what the shop is told of it
	box  []string // what it is told
}

// outside prepares a provider that is to listen at an address.
func (p place) outside(t *testing.T, address string) outside {
	t.Helper()
	if p.name == atCommerce {
		return outside{
			shop: []string{
				"TILL_SANDBOX_ENABLED=false", "TILL_COINBASE_BASE_URL=http://" + address + "/commerce/",
				"TILL_COINBASE_API_KEY=" + sandboxKey, "TILL_COINBASE_WEBHOOK_SECRETS=" + sandboxSecret,
			},
			box: []string{"TILL_SANDBOX_LISTEN=" + address, "TILL_SANDBOX_API_KEY=" + sandboxKey, "TILL_SANDBOX_WEBHOOK_SECRET=" + sandboxSecret},
		}
	}
	id, private, public, err := business.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return outside{
		shop: []string{
			"TILL_SANDBOX_ENABLED=false", "TILL_BUSINESS_BASE_URL=http://" + address + "/business",
			"TILL_BUSINESS_KEY_ID=" + id, "TILL_BUSINESS_KEY_SECRET=" + private, "TILL_BUSINESS_WEBHOOK_SECRETS=" + sandboxSecret,
		},
		box: []string{"TILL_SANDBOX_LISTEN=" + address, "TILL_SANDBOX_BUSINESS_PUBLIC_KEY=" + public, "TILL_SANDBOX_BUSINESS_WEBHOOK_SECRET=" + sandboxSecret},
	}
}

// toldBy returns what the provider is told of where the shop hears it.
func (o outside) toldBy(s *till) []string {
	return append(o.box, "TILL_SANDBOX_WEBHOOK_URL="+s.shop+"/webhooks/commerce", "TILL_SANDBOX_BUSINESS_WEBHOOK_URL="+s.shop+"/webhooks/business")
}
