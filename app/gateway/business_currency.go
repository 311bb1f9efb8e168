package gateway

import (
	"till/app/coinbase/business"
	"till/app/shop"
)

// usdc is what a checkout is charged in.
const usdc = "USDC"

// usd is the one other currency a price may be in: a dollar is charged as one
// USDC.
const usd = "USD"

// priceKey is the entry of a checkout's metadata that tells in which currency
// the shop named the price.
const priceKey = "price_currency"

// BusinessTakes reports whether a product priced in that currency can be paid
// through Coinbase Business: in USDC, and in USD at one to one. Whether and at
// which rate it takes other currencies is not sure enough to ask people for
// money.
func BusinessTakes(currency string) bool { return currency == usdc || currency == usd }

// priced says in which currency the shop named a sum that the provider tells in
// USDC. Only a holder of the API key can write a checkout's metadata.
func priced(sum shop.Money, m business.Metadata) shop.Money {
	if sum.Currency == usdc && upper(m[priceKey]) == usd {
		sum.Currency = usd
	}
	return sum
}
