package config

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

const (
	longestSlug        = 60
	longestName        = 100
	longestDescription = 200
)

func (s *settings) productList() []Product {
	if len(s.products) == 0 {
		s.add("%s: [%s]: there is nothing to sell; add a section such as [product coffee] with name, description, price and currency",
			s.file, productSection)
	}
	var all []Product
	for _, section := range s.products {
		all = append(all, s.product(section))
	}
	return all
}

func (s *settings) product(section string) Product {
	at := func(key string) place { return place{section, key} }
	slug, method := s.slug(section), s.method(at("method"))
	if method == checkout && s.templates() {
		s.standIn(section, slug)
	}
	return Product{
		Slug:        slug,
		Name:        s.words(at("name"), longestName),
		Description: s.words(at("description"), longestDescription),
		Price:       s.price(at("price")),
		Currency:    s.currency(at("currency")),
		Method:      method,
		CheckoutID:  s.checkoutID(at("checkout_id"), method),
		Image:       s.image(at("image")),
	}
}

func (s *settings) slug(section string) string {
	slug := strings.TrimPrefix(section, productPrefix)
	if len(slug) > longestSlug || !regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`).MatchString(slug) {
		s.add("%s: [%s]: %s cannot stand in a web address; name the product with at most %d lower-case letters, digits and single dashes, such as [product coffee-beans]",
			s.file, section, quoted(slug), longestSlug)
	}
	return slug
}

// words reads a text that people see, here and at Coinbase, which has the same
// limits and wants both.
func (s *settings) words(p place, longest int) string {
	value := s.text(p)
	switch n := utf8.RuneCountInString(value); {
	case n == 0:
		s.wrong(p, "is missing; write what the buyer shall read, at most %d characters", longest)
	case n > longest:
		s.wrong(p, "has %d characters, Coinbase takes %d; shorten it", n, longest)
	}
	return value
}

// price takes plain digits only. The pattern also bounds the amount: nobody
// pays more than 999,999.99 for one thing by mistake.
func (s *settings) price(p place) decimal.Decimal {
	value := s.text(p)
	amount := decimal.Zero
	if regexp.MustCompile(`^[0-9]{1,6}(\.[0-9]{1,2})?$`).MatchString(value) {
		amount, _ = decimal.NewFromString(value)
	}
	if !amount.IsPositive() {
		s.wrong(p, "%s is no price; write digits and a point, above 0, at most 999999.99, such as 4.50", quoted(value))
	}
	return amount
}

func (s *settings) currency(p place) string {
	value := s.text(p)
	if !regexp.MustCompile(`^[A-Z]{3,5}$`).MatchString(value) {
		s.wrong(p, "%s is no currency; write its code in capital letters, such as USD, EUR or USDC", quoted(value))
	}
	return value
}

func (s *settings) method(p place) string { return s.choice(p, charge, checkout) }

func (s *settings) image(p place) string {
	value := s.text(p)
	if value != "" && !regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`).MatchString(value) {
		s.wrong(p, "%s is no plain file name; put the picture into public/img and write its name alone, such as coffee.svg", quoted(value))
	}
	return value
}
