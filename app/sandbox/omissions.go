package sandbox

import "slices"

// omission is something of the provider's that is not imitated.
type omission struct {
	What string
	Why  string
}

// notImitated is what a program must not learn from this sandbox. The home page
// shows it; the conformance tests hold all the rest.
func notImitated() []omission {
	return slices.Concat(apiOmissions(), chargeOmissions(), businessOmissions())
}

func apiOmissions() []omission {
	return []omission{
		{"More than one account", "Here is one account with one key: every charge, checkout, invoice and event is its own."},
		{"The error type param_required", "The one real answer known for a missing parameter says invalid_request, so the sandbox says it, too."},
		{"The error type authorization_error", "Only one client's tests know it. A wrong key answers authentication_error."},
		{"Errors that are text instead of an object", "They come from accounts that are not set up. The API troubles make other failures: 500, 503, HTML, resets."},
		{"Rate limits", "None was ever published. A 429 comes when you ask for it with the trouble rate_limit."},
		{`{"id":…,"deleted":true} as the answer to a deletion`, "The clients' tests do not agree. The sandbox answers 204 with nothing, which most of them take."},
		{"https only", "Links, endpoints and the API work with http too, because a shop that is being tested often runs on localhost."},
		{"Events of checkouts and invoices", "No documented list has any: an invoice shows in the events of its charges."},
		{"The invoice status UNRESOLVED", "It is in one third-party schema only. Here an invoice whose charge is UNRESOLVED stays VIEWED until that is resolved."},
		{"Voiding what is being paid", "A 2018 charge on which nothing was paid is canceled with its invoice. An onchain one cannot be, so it can still be paid, and the invoice stays VOID."},
		{"requested_info of a checkout", "It is stored and shown, but the hosted page asks the buyer for nothing."},
		{"total_price, buyer_locale and metadata of a checkout", "They are accepted and ignored; a charge keeps its metadata."},
		{"The address webhooks come from", "The provider's network is its own. Verify the signature, never the sender."},
	}
}

func chargeOmissions() []omission {
	return []omission{
		{"Coins, chains and prices", "Nothing is sent. Rates never move, and every address is made so that a real wallet refuses it."},
		{"Expiry after 15 minutes", "The oldest charges had it. Here a 2018 charge lives for 60 minutes, as it did from 2021 on."},
		{"Confirmations as each chain needs them", "Here three confirm every payment, spread over confirm_after."},
		{"deposited, autoconversion, and payer_addresses in the 2018 shape", "There is no merchant's wallet into which anything could go."},
		{"The fee of your account", "fee_rate is 0.01 and fees_settled is true, always."},
		{"The statuses REFUND PENDING and REFUNDED", "Refunds never went through this API, and no source shows such a timeline."},
		{"The context MANUAL", "No source shows when it is written. OTHER comes with the trouble context_other."},
		{"A charge:pending for a second payment", "No source shows one: a further payment is in payments, and told of with the next step."},
		{"A wallet's signature, gas and swaps onchain", "The buyer has no wallet: web3_data has the fields with addresses and sums that no contract takes, and payments are made in USDC."},
		{"web3_retail_payment_metadata and subsidized_payments_chain_to_tokens", "They tell of offers between the provider and the buyer's wallet that a merchant's program has no use for."},
		{"The schedule of the provider's retries", "Only its bounds were published: exponential, an hour apart at most, for three days. Here it starts at one second and doubles."},
	}
}

func businessOmissions() []omission {
	return []omission{
		{"Two stores, one for each path of Business", "Checkouts made below /sandbox/api/v1 are seen below /api/v1 as well, and the configured endpoint is told of both. A subscription is told of one side, by its label."},
		{"What the provider's own sandbox forgets", "It forgets after 30 days, and its coins are on a test network. Here nothing is forgotten, and the network is called base on both paths."},
		{"Payment links, the forerunner of checkouts", "That API is deprecated. Its objects and events are those of checkouts by another name."},
		{"Limits on the number of requests", "The sources do not agree. A 429 comes when you ask for it with the trouble rate_limit."},
		{"403 and 409 of Business", "One key may do everything here. A key that is used for another request answers 422, which the sources name beside 409."},
		{"A Cancel on the page of a checkout", "No source shows whether the provider's page has one. Here it deactivates the checkout and leads to failRedirectUrl."},
		{"The id of a key that was given by its public half alone", "Who signs with the other half may call it anything. Of a key that was made here, and of the shop's beside this sandbox, the id is known: with another one the answer is 401."},
		{"The form of an idempotency key", "A uuid of version 4 is what the provider's pages show, 1 to 128 characters what they allow elsewhere. Here the latter holds; send a uuid."},
		{"How long an idempotency key is remembered", "It is not published. Here it is 72 hours of this sandbox's clock: when that is moved further, the same request with the same key is a new one."},
		{"What the body of a request is said to be", "Content-Type is not looked at: what is JSON is read. A null in metadata counts as an empty text."},
		{"Exchange rates that move", "A price in euros, pounds or Singapore dollars becomes USDC at the rate of this sandbox, and a refund comes back at the same one."},
		{"The settlement's fee", "It is one in a hundred, always. Yours stands in your account."},
		{"Payments by a program, beyond their form", "x402_url answers 402 with what to pay. Whatever comes in X-PAYMENT then is taken for the right sum: no signature is checked."},
		{"x402_url once a checkout is not ACTIVE", "What the provider answers then is not known. Here it is 409 and a sentence, with a payment or without one, so that no program pays twice (deduced)."},
		{"A bound on a token's life, and its nonce", "The provider's programs make a token of two minutes, with a nonce, for every request. Here a longer life or no nonce is refused, whatever the provider does (deduced)."},
		{"The schedule of Business's retries", "It is not published beyond exponential. Here it is that of Commerce: one second, doubled, for three days."},
	}
}
