// Package commerce is Coinbase Commerce as it is: its wire types in both
// shapes (2018 and onchain), a careful REST client, and the signature of its
// webhooks. It knows nothing of any shop.
//
// It is liberal in what it reads. Unknown fields are passed over, a field of
// the wrong kind counts as absent, null may stand anywhere; what matters is
// checked by whoever uses the value. It is strict about what it repeats: a
// request that may have made a charge is never sent twice.
package commerce
