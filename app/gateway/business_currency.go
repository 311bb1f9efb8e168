package gateway

// usdc is what a checkout is charged in.
const usdc = "USDC"

// usd is the one other currency a price may be in: a dollar is charged as one
// USDC.
const usd = "USD"

// priceKey is the entry of a checkout's metadata that tells whoever looks at it
// in which currency the shop named the price.
const priceKey = "price_currency"

// BusinessTakes reports whether a product priced in that currency can be paid
// through Coinbase Business: in USDC, and in USD at one to one. Whether and at
// which rate it takes other currencies is not sure enough to ask people for
// money.
func BusinessTakes(currency string) bool { return currency == usdc || currency == usd }
