package main

import (
	"fmt"
	"slices"
)

// provider is who takes the payments.
type provider string

// The providers. A storm at Business begins at Commerce, and moves.
const (
	providerCommerce provider = "commerce"
	providerBusiness provider = "business"
)

// check refuses a name that is none.
func (p provider) check() error {
	if !slices.Contains([]provider{providerCommerce, providerBusiness}, p) {
		return fmt.Errorf("there is no provider %q: write -provider commerce or -provider business", p)
	}
	return nil
}

// currency is what the second product costs: Business takes no euros.
func (p provider) currency() string {
	if p == providerBusiness {
		return "USD"
	}
	return "EUR"
}

// environments are what shop and sandbox are told, and what the shop is told
// once it has moved.
func (p provider) environments(box, shop string) (before, after []string, err error) {
	before = append(cleanEnvironment(), commerceEnvironment(box, shop, confirmAfter)...)
	if p != providerBusiness {
		return before, nil, nil
	}
	more, err := businessEnvironment(box, shop)
	before = append(before, more...)
	return before, append(slices.Clone(before), "TILL_COINBASE_PROVIDER=business"), err
}
