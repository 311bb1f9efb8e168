// Package business is Coinbase Business as it is: the wire types of its
// Checkouts API, a careful client with a token for every request, the client
// for webhook subscriptions, and the signature of webhooks. It knows nothing of
// any shop.
//
// It is liberal in what it reads: unknown fields are passed over, a field of
// the wrong kind counts as absent. It is strict about what it sends: what the
// API is known to refuse is not asked for.
package business
