package config

import (
	"regexp"
	"strings"
)

// templates reports whether the provider has checkouts of its own, made once
// for many buyers. Coinbase Business has none: there a product that is paid
// through a checkout needs its own words, and each order a fresh checkout.
func (s *settings) templates() bool { return s.text(place{"coinbase", "provider"}) != business }

// standIn gives a product that is paid through a checkout what nobody wrote: the
// provider's own words count, and these only stand in for them in the sandbox.
func (s *settings) standIn(section, slug string) {
	for key, value := range map[string]string{
		"name": slug, "description": "Sold through a checkout.", "price": "1.00", "currency": "USD",
	} {
		if p := (place{section, key}); s.text(p) == "" {
			s.settle(p, value)
		}
	}
}

// checkouts returns the products for which a sandbox that runs alone makes a
// checkout. One with a mistake is passed over: the mistake is the shop's to tell.
func (s *settings) checkouts() []Product {
	var all []Product
	before := len(s.mistakes)
	for _, section := range s.products {
		if s.text(place{section, "method"}) != checkout {
			continue
		}
		if p := s.product(section); len(s.mistakes) == before && p.CheckoutID != "" {
			all = append(all, p)
		}
		s.mistakes = s.mistakes[:before]
	}
	return all
}

func (s *settings) checkoutID(p place, method string) string {
	value := s.text(p)
	id, ok := CheckoutID(value)
	switch {
	case value == "" && !s.templates():
		return ""
	case value == "" && method == checkout:
		s.wrong(p, "is missing; write the id or the link of a checkout, which `till checkout create` or your Coinbase dashboard makes, "+
			"or method = charge to go without one")
	case value != "" && method == charge:
		s.wrong(p, "is only for method = checkout; write that, or leave the line out: the product is paid by a charge")
	case value != "" && !ok:
		s.wrong(p, "%s is neither a checkout's id nor its link; copy it again, it looks like "+
			"https://commerce.coinbase.com/checkout/01234567-89ab-cdef-0123-456789abcdef", quoted(value))
	case ok:
		return s.settle(p, id)
	}
	return ""
}

// CheckoutID reads a checkout's id, or the link to its page as it is copied
// from a browser or a dashboard, and returns the id in small letters. False
// means that it is neither.
func CheckoutID(idOrLink string) (string, bool) {
	link, _, _ := strings.Cut(strings.TrimSpace(idOrLink), "#")
	link, _, _ = strings.Cut(link, "?")
	found := regexp.MustCompile(`^(?:(?:https?://)?(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]+)?/(?:embed/)?checkout/)?` +
		`([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/?$`).FindStringSubmatch(strings.ToLower(link))
	if found == nil {
		return "", false
	}
	return found[1], true
}
