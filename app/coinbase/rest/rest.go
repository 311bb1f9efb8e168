// Package rest is what Coinbase's two REST APIs have in common: careful calls
// and tolerant reading. It knows no resource of either and nothing of any shop.
//
// A call is repeated only when that is safe: nothing was sent, the provider
// took no notice, or asking twice comes to the same as asking once. Its error
// tells whether the provider may have acted all the same. No redirect is
// followed, and no text of a stranger reaches a log uncleaned.
package rest
