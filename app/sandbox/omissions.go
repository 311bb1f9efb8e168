package sandbox

// omission is something of the provider's that is not imitated.
type omission struct {
	What string
	Why  string
}

// notImitated is what a program must not learn from this sandbox. The home page
// shows it; the conformance tests hold all the rest.
func notImitated() []omission {
	return append(apiOmissions(), chargeOmissions()...)
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
