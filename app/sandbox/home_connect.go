package sandbox

// sdk says how a program for the provider is pointed here instead.
type sdk struct {
	Name string
	Code string
	Note string
}

// sdks are the official ones, by their public sources. KEY stands for the API
// key.
func sdks(publicURL string) []sdk {
	base := publicURL + "/commerce/"
	return []sdk{
		{
			"Node: coinbase-commerce-node",
			"const { Client } = require('coinbase-commerce-node');\n" +
				"const client = Client.init(KEY);\n" +
				"client.setBaseApiUrl('" + base + "');",
			"Call it on the client that init returns, with the slash at the end.",
		},
		{
			"Python: coinbase-commerce",
			"from coinbase_commerce.client import Client\n" +
				"client = Client(api_key=KEY, base_api_uri='" + base + "')",
			"Keep the slash at the end: without it the client drops /commerce.",
		},
		{
			"PHP: coinbase/coinbase-commerce",
			"use CoinbaseCommerce\\ApiClient;\n" +
				"ApiClient::init($key, '" + base + "', '2018-03-22', 10);",
			"",
		},
		{
			"Ruby: coinbase_commerce",
			"client = CoinbaseCommerce::Client.new(api_key: KEY, api_url: '" + base + "')",
			"Keep the slash at the end.",
		},
		{
			"Go: coinbase-samples/commerce-sdk-go",
			"client := commerce.NewClient(&commerce.Credentials{ApiKey: key}, http.Client{}).\n" +
				"\tBaseUrl(\"" + publicURL + "/commerce\")",
			"Without the slash: its paths begin with one.",
		},
	}
}

// curl makes a charge without any SDK.
func curl(publicURL string) string {
	return "curl " + publicURL + "/commerce/charges \\\n" +
		"  -H \"X-CC-Api-Key: $KEY\" -H 'X-CC-Version: 2018-03-22' -H 'Content-Type: application/json' \\\n" +
		`  -d '{"name":"Coffee","description":"A cup","pricing_type":"fixed_price",` + "\n" +
		`       "local_price":{"amount":"4.50","currency":"EUR"}}'`
}

// imitated says what a program finds here as it would there.
func imitated() []string {
	return []string{
		"Charges, checkouts, invoices and events over REST, with their lists, errors and warnings.",
		"Both ages of a charge: 2018 with addresses and exceptions, and onchain.",
		"The pages a buyer pays on, hosted and in a frame, with partial, wrong and late payments.",
		"Signed webhooks to several endpoints, tried again for three days, with a log and resending.",
		"Coinbase Business: single-use checkouts with keys that make a request happen once, refunds, subscriptions, webhooks signed in both versions.",
	}
}
