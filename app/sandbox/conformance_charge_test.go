package sandbox_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"till/app/sandbox"
)

// with is the coffee with one text put in another's place.
func with(from, to string) string { return strings.Replace(coffee, from, to, 1) }

func TestConformanceOfCreating(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ü", 101)
	holds(t, start(t), map[string]row{
		"1.4 name is required in 2018":            {ask: "POST /commerce/charges", body: with(`"name":"Coffee",`, ""), status: 400, has: []string{"missing: name"}},
		"1.4 name of 100 characters":              {ask: "POST /commerce/charges", body: with("Coffee", long[:200]), status: 201},
		"1.4 name of 101 characters":              {ask: "POST /commerce/charges", body: with("Coffee", long), status: 400, has: []string{"validation_error", "maximum is 100"}},
		"1.4 description is required in 2018":     {ask: "POST /commerce/charges", body: with(`"description":"A cup",`, ""), status: 400, has: []string{"missing: description"}},
		"1.4 description of 200 characters":       {ask: "POST /commerce/charges", body: with("A cup", long[:200]+long[:200]), status: 201},
		"1.4 description of 202 characters":       {ask: "POST /commerce/charges", body: with("A cup", long+long), status: 400, has: []string{"validation_error", "maximum is 200"}},
		"1.4 onchain needs neither":               {ask: "POST /commerce/charges", body: `{"pricing_type":"no_price","metadata":{"sandbox_shape":"onchain"}}`, status: 201, has: []string{`"name":""`}},
		"1.4 pricing_type is required":            {ask: "POST /commerce/charges", body: with(`"pricing_type":"fixed_price",`, ""), status: 400, has: []string{"missing: pricing_type"}},
		"1.4 pricing_type no_price":               {ask: "POST /commerce/charges", body: `{"name":"Tip","description":"Thanks","pricing_type":"no_price"}`, status: 201, has: []string{`"pricing_type":"no_price"`}, not: []string{`"pricing":`}},
		"1.4 pricing_type of neither kind":        {ask: "POST /commerce/charges", body: with("fixed_price", "percent"), status: 400, has: []string{"validation_error"}},
		"1.4 local_price is required":             {ask: "POST /commerce/charges", body: with("local_price", "price"), status: 400, has: []string{"missing: local_price"}},
		"1.4 local_price is refused for no_price": {ask: "POST /commerce/charges", body: with("fixed_price", "no_price"), status: 400, has: []string{"local_price is not allowed"}},
		"1.4 an amount may be a number":           {ask: "POST /commerce/charges", body: with(`"4.50"`, "4.5"), status: 201, has: []string{`"local":\{"amount":"4.50"`}},
		"1.4 metadata comes back":                 {ask: "POST /commerce/charges", body: with(`{"order_id":"o1"}`, `{"order_id":"o1","custom":"c","n":1}`), status: 201, has: []string{`"metadata":\{"order_id":"o1","custom":"c","n":1\}`}},
		"1.4 metadata may be missing":             {ask: "POST /commerce/charges", body: with(`"metadata":{"order_id":"o1"},`, ""), status: 201, has: []string{`"metadata":\{\}`}},
		"1.4 redirect_url and cancel_url":         {ask: "POST /commerce/charges", body: coffee, status: 201, has: []string{`"redirect_url":"http://127.0.0.1:9/success\?order=o1"`, `"cancel_url":"http://127.0.0.1:9/cancel\?order=o1"`}},
		"1.4 logo_url":                            {ask: "POST /commerce/charges", body: with(`"name"`, `"logo_url":"https://shop.example/logo.png","name"`), status: 201, has: []string{`"logo_url":"https://shop.example/logo.png"`}},
		"1.4 checkout_id":                         {ask: "POST /commerce/charges", body: with(`"name"`, `"checkout_id":"{checkout}","name"`), status: 201, has: []string{`"checkout":\{"id":"`}},
		"1.4 buyer_locale, spelt either way":      {ask: "POST /commerce/charges", body: with(`"name"`, `"buyer_locale":"de","Buyer_locale":"de","name"`), status: 201},
		"a shape of its own":                      {ask: "POST /commerce/charges", body: with(`"order_id":"o1"`, `"sandbox_shape":"onchain"`), status: 201, has: []string{`"charge_kind":"WEB3"`}},
		"a shape that is none":                    {ask: "POST /commerce/charges", body: with(`"order_id":"o1"`, `"sandbox_shape":"2019"`), status: 400, has: []string{"validation_error", "2018 or onchain"}},
		"a shape that is no text":                 {ask: "POST /commerce/charges", body: with(`"order_id":"o1"`, `"sandbox_shape":true`), status: 400, has: []string{"2018 or onchain"}},
	})
}

// TestConformanceOfTheCharge holds both shapes, each after a payment, against
// their documented names.
func TestConformanceOfTheCharge(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	r := start(t, func(cfg *sandbox.Config) { cfg.Now = func() time.Time { return now } })
	holds(t, r, map[string]row{
		"1.5 identity":              {ask: "GET /commerce/charges/{code}", status: 200, has: []string{`"id":"[0-9a-f-]{36}","resource":"charge","code":"[A-Z0-9]{8}"`}},
		"1.5 hosted_url":            {ask: "GET /commerce/charges/{code}", status: 200, has: []string{`"hosted_url":"` + r.url + `/charges/[A-Z0-9]{8}"`}},
		"1.5 times in seconds":      {ask: "GET /commerce/charges/{code}", status: 200, has: []string{`"created_at":"2026-03-01T12:00:00Z"`}, not: []string{"confirmed_at"}},
		"1.5 expiry after an hour":  {ask: "GET /commerce/charges/{code}", status: 200, has: []string{`"expires_at":"2026-03-01T13:00:00Z"`}},
		"1.5 confirmed_at":          {ask: "GET /commerce/charges/{completed}", status: 200, has: []string{`"confirmed_at":"2026-03-01T12:00:00Z"`}},
		"1.5 timeline":              {ask: "GET /commerce/charges/{completed}", status: 200, has: []string{`"timeline":\[\{"time":"2026-03-01T12:00:00Z","status":"NEW"\},\{"time":"[^"]+","status":"PENDING","payment":\{"network":"bitcoin","transaction_id":"[0-9a-f]{64}","value":\{"amount":"[0-9.]+","currency":"BTC"\}\}\},\{"time":"[^"]+","status":"COMPLETED"`}},
		"1.5 pricing for each coin": {ask: "GET /commerce/charges/{code}", status: 200, has: []string{`"pricing":\{.*"bitcoin":\{"amount":"0.00007594","currency":"BTC"\}`, `"local":\{"amount":"4.50","currency":"EUR"\}`}},
		"1.5 addresses for each coin": {ask: "GET /commerce/charges/{code}", status: 200, has: []string{
			`"addresses":\{"apecoin":"[^"]+","bitcoin":"[^"]+","bitcoincash":"[^"]+","dai":"[^"]+","dogecoin":"[^"]+","ethereum":"[^"]+","litecoin":"[^"]+","polygon":"[^"]+","pusdc":"[^"]+","pweth":"[^"]+","shibainu":"[^"]+","tether":"[^"]+","usdc":"[^"]+"\}`}},
		"1.5 exchange_rates":                     {ask: "GET /commerce/charges/{code}", status: 200, has: []string{`"exchange_rates":\{.*"BTC-USD":"64000"`, `"local_exchange_rates":\{.*"BTC-EUR":"59259`}},
		"1.5 payment_threshold":                  {ask: "GET /commerce/charges/{code}", status: 200, has: []string{`"payment_threshold":\{"overpayment_absolute_threshold":\{"amount":"5.00","currency":"EUR"\},"overpayment_relative_threshold":"0.005","underpayment_absolute_threshold":\{"amount":"5.00","currency":"EUR"\},"underpayment_relative_threshold":"0.005"\}`}},
		"1.5 applied_threshold":                  {ask: "GET /commerce/charges/{code}", status: 200, has: []string{`"applied_threshold":\{"amount":"0.0225","currency":"EUR"\},"applied_threshold_type":"RELATIVE"`}},
		"1.5 merchant and fees":                  {ask: "GET /commerce/charges/{code}", status: 200, has: []string{`"fee_rate":0.01,"fees_settled":true,"organization_name":"[^"]+","support_email":"[^"]+","brand_color":"","brand_logo_url":"","coinbase_managed_merchant":false,"collected_email":false,"pwcb_only":false,"offchain_eligible":false`}},
		"1.5 a payment":                          {ask: "GET /commerce/charges/{completed}", status: 200, has: []string{`"payments":\[\{"payment_id":"[0-9a-f]{64}","network":"bitcoin","transaction_id":"[0-9a-f]{64}","status":"CONFIRMED","detected_at":"2026-03-01T12:00:00Z","value":\{"local":\{"amount":"4.50","currency":"EUR"\},"crypto":\{"amount":"0.00007594","currency":"BTC"\}\},"block":\{"height":\d+,"hash":"[0-9a-f]{64}","confirmations":3,"confirmations_accumulated":3,"confirmations_required":3\}\}\]`}},
		"1.5 a payment on its way":               {ask: "GET /commerce/charges/{pending}", status: 200, has: []string{`"status":"PENDING","detected_at"`, `"confirmations":0`}},
		"1.7 charge_kind":                        {ask: "GET /commerce/charges/{onchain}", status: 200, has: []string{`"charge_kind":"WEB3"`}},
		"1.7 hosted_url":                         {ask: "GET /commerce/charges/{onchain}", status: 200, has: []string{`"hosted_url":"` + r.url + `/pay/[0-9a-f-]{36}"`}},
		"1.7 lifetime of 48 hours":               {ask: "GET /commerce/charges/{onchain}", status: 200, has: []string{`"expires_at":"2026-03-03T12:00:00Z"`}},
		"1.7 pricing in settlement":              {ask: "GET /commerce/charges/{onchain}", status: 200, has: []string{`"pricing":\{"local":\{"amount":"4.50","currency":"EUR"\},"settlement":\{"amount":"4.86","currency":"USDC"\}\}`}},
		"1.7 redirects":                          {ask: "GET /commerce/charges/{onchain}", status: 200, has: []string{`"redirects":\{"success_url":"http://127.0.0.1:9/success\?order=o1","cancel_url":"[^"]+","will_redirect_after_success":true\}`}, not: []string{`"redirect_url"`}},
		"1.7 no addresses, rates or thresholds":  {ask: "GET /commerce/charges/{onchain}", status: 200, not: []string{`"addresses"`, `exchange_rates`, `threshold`}},
		"1.7 no retail payments, no third party": {ask: "GET /commerce/charges/{onchain}", status: 200, has: []string{`"web3_retail_payments_enabled":false`, `"third_party_provider":null`}, not: []string{"web3_retail_payment_metadata", "subsidized_payments"}},
		"1.7 a failure and its reason":           {ask: "GET /commerce/charges/{failed}", status: 200, has: []string{`"success_events":\[\],"failure_events":\[\{"sender":"0x[0-9a-f]+","tx_hsh":"0x[0-9a-f]+",[^}]*"finalized":false,[^}]*"reason":"[^"]+"\}\]`}},
		"1.7 web3_data before a wallet":          {ask: "GET /commerce/charges/{onchain}", status: 200, has: []string{`"web3_data":\{"transfer_intent":null,"success_events":\[\],"failure_events":\[\],"contract_addresses":\{"1":"0x[0-9a-f]+","137":"0x[0-9a-f]+","8453":"0x[0-9a-f]+"\},"settlement_currency_addresses":\{`}},
	})
}

func TestConformanceOfTheOnchainPayment(t *testing.T) {
	t.Parallel()
	r := start(t)
	c := r.createShaped("onchain")
	r.want(r.send("POST", "/control/charges/"+c.Code+"/pay", `{"coin":"pusdc"}`), http.StatusOK)
	paid := r.send("GET", "/commerce/charges/"+c.ID, "").body
	for name, part := range map[string]string{
		"1.7 the status is lower case":         `"status":"confirmed"`,
		"1.7 payment_id is the hash":           `"payment_id":"0x`,
		"1.7 payer_addresses":                  `"payer_addresses":["`,
		"1.7 the network is the chosen one":    `"network":"polygon"`,
		"1.7 the chain, too":                   `"chain_id":137`,
		"1.7 call_data of the transfer intent": `"recipient_amount":"4860000"`,
		"1.7 the deadline is the charge's":     `"deadline":"` + c.ExpiresAt + `"`,
		"1.7 seen, not final":                  `"finalized":false`,
		"1.7 seen again, final":                `"finalized":true`,
		"1.7 tx_hsh is misspelt":               `"tx_hsh":"0x`,
		"1.7 what went in, and what it cost":   `"network_fee_paid":"0","network_fee_paid_local":"0","input_token_amount":"4860000","input_token_address":"0x`,
		"1.7 timeline NEW, SIGNED, PENDING, …": `"status":"SIGNED"`,
	} {
		if !strings.Contains(paid, part) {
			t.Errorf("%s: %s is missing in %s", name, part, paid)
		}
	}
	if got := r.show(c.Code).steps(); got != "NEW SIGNED PENDING COMPLETED" {
		t.Errorf("steps %s", got)
	}
}

// TestConformanceOfTheTimeline lives through every documented course.
func TestConformanceOfTheTimeline(t *testing.T) {
	t.Parallel()
	r := start(t)
	for name, tc := range map[string]struct {
		shape   string
		actions string
		steps   string
		told    string // the events after charge:created
	}{
		"1.6 NEW":                            {"2018", "", "NEW", ""},
		"1.6 PENDING":                        {"2018", "detect", "NEW PENDING", "pending"},
		"1.6 COMPLETED":                      {"2018", "pay", "NEW PENDING COMPLETED", "pending confirmed"},
		"1.6 EXPIRED":                        {"2018", "expire", "NEW EXPIRED", "failed"},
		"1.6 UNRESOLVED/UNDERPAID":           {"2018", "underpay", "NEW PENDING UNRESOLVED/UNDERPAID", "pending failed"},
		"1.6 UNRESOLVED/OVERPAID":            {"2018", "overpay", "NEW PENDING UNRESOLVED/OVERPAID", "pending failed"},
		"1.6 UNRESOLVED/DELAYED":             {"2018", "expire pay", "NEW EXPIRED UNRESOLVED/DELAYED", "failed delayed"},
		"1.6 UNRESOLVED/MULTIPLE":            {"2018", "twice", "NEW PENDING UNRESOLVED/MULTIPLE", "pending failed"},
		"1.6 MULTIPLE after COMPLETED":       {"2018", "pay twice", "NEW PENDING COMPLETED UNRESOLVED/MULTIPLE", "pending confirmed failed"},
		"1.6 the real resolve timeline":      {"2018", "expire pay resolve", "NEW EXPIRED UNRESOLVED/DELAYED RESOLVED", "failed delayed resolved"},
		"1.6 CANCELED":                       {"2018", "cancel", "NEW CANCELED", ""},
		"1.6 a little less is COMPLETED":     {"2018", "pay:under_slightly", "NEW PENDING COMPLETED", "pending confirmed"},
		"1.6 a little more is COMPLETED":     {"2018", "pay:over_slightly", "NEW PENDING COMPLETED", "pending confirmed"},
		"1.6 too little waits for the rest":  {"2018", "pay:under", "NEW PENDING", "pending"},
		"1.6 too little, then the rest":      {"2018", "pay:under pay:rest", "NEW PENDING COMPLETED", "pending confirmed"},
		"1.6 too little at the end":          {"2018", "pay:under expire", "NEW PENDING UNRESOLVED/UNDERPAID", "pending failed"},
		"1.6 the rest of an UNDERPAID, late": {"2018", "underpay pay:rest", "NEW PENDING UNRESOLVED/UNDERPAID UNRESOLVED/DELAYED", "pending failed delayed"},
		"1.7 SIGNED between NEW and PENDING": {"onchain", "detect", "NEW SIGNED PENDING", "pending"},
		"1.7 COMPLETED":                      {"onchain", "pay", "NEW SIGNED PENDING COMPLETED", "pending confirmed"},
		"1.7 EXPIRED":                        {"onchain", "expire", "NEW EXPIRED", "failed"},
		"1.7 FAILED":                         {"onchain", "detect fail", "NEW SIGNED PENDING FAILED", "pending failed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := r.in(t)
			c := r.createShaped(tc.shape)
			for _, action := range strings.Fields(tc.actions) {
				action, sum, named := strings.Cut(action, ":")
				body := ""
				if named {
					body = `{"sum":"` + sum + `"}`
				}
				r.want(r.send("POST", "/control/charges/"+c.Code+"/"+action, body), http.StatusOK)
			}
			if got := r.show(c.Code).steps(); got != tc.steps {
				t.Errorf("steps %s, want %s", got, tc.steps)
			}
			if got := r.toldOf(c.Code); got != strings.TrimSpace("created "+tc.told) {
				t.Errorf("told %s, want created %s", got, tc.told)
			}
		})
	}
}

// toldOf lists the events of a charge, without "charge:", oldest first.
func (r *rig) toldOf(code string) string {
	r.t.Helper()
	type page struct {
		Pagination struct {
			Yielded int      `json:"yielded"`
			Range   []string `json:"cursor_range"`
		}
		Data []struct {
			Type string
			Data struct{ Code string }
		}
	}
	var told []string
	query := "?order=asc&limit=100"
	for {
		got := decode[page](r.t, r.want(r.send("GET", "/commerce/events"+query, ""), http.StatusOK))
		for _, e := range got.Data {
			if e.Data.Code == code {
				told = append(told, strings.TrimPrefix(e.Type, "charge:"))
			}
		}
		if got.Pagination.Yielded < 100 {
			return strings.Join(told, " ")
		}
		query = "?order=asc&limit=100&starting_after=" + got.Pagination.Range[1]
	}
}

func TestConformanceOfTheSevenDays(t *testing.T) {
	t.Parallel()
	r := start(t)
	within, behind := r.create(), r.create()
	r.advance("167h")
	if got := r.do(within.Code, "pay").steps(); got != "NEW EXPIRED UNRESOLVED/DELAYED" {
		t.Errorf("1.6 a payment within seven days is noticed: %s", got)
	}
	r.advance("2h")
	a := r.want(r.send("POST", "/control/charges/"+behind.Code+"/pay", ""), http.StatusConflict)
	if !strings.Contains(a.body, "seven days") {
		t.Errorf("1.6 a payment after seven days is not: %s", a.body)
	}
}

func TestConformanceOfAPriceThatTheBuyerDecides(t *testing.T) {
	t.Parallel()
	r := start(t)
	for shape, prices := range map[string]int{"2018": 0, "onchain": 2} {
		body := `{"name":"Tip","description":"Thanks","pricing_type":"no_price","metadata":{"sandbox_shape":"` + shape + `"}}`
		c := decode[one](t, r.want(r.send("POST", "/commerce/charges", body), http.StatusCreated)).Data
		if len(c.Pricing) != 0 {
			t.Errorf("1.5 no pricing without a price, %s: %v", shape, c.Pricing)
		}
		if paid := r.do(c.Code, "pay"); len(paid.Pricing) != prices || paid.Status != "COMPLETED" {
			t.Errorf("1.7 pricing once it is known, %s: %v, %s", shape, paid.Pricing, paid.Status)
		}
	}
}

func TestConformanceOfCheckoutsInvoicesAndEvents(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	r := start(t, func(cfg *sandbox.Config) { cfg.Now = func() time.Time { return now } })
	holds(t, r, map[string]row{
		"1.8 the checkout's names":         {ask: "GET /commerce/checkouts/{checkout}", status: 200, has: []string{`"id":"[0-9a-f-]{36}","resource":"checkout","name":"Beans","description":"House roast","requested_info":\["email"\],"pricing_type":"fixed_price","local_price":\{"amount":"14.00","currency":"USD"\},"brand_color":"#0B5D4B","brand_logo_url":"","created_at":"2026-03-01T12:00:00Z","updated_at":"2026-03-01T12:00:00Z"`}, not: []string{"redirect"}},
		"1.8 requested_info onchain":       {ask: "POST /commerce/checkouts", body: strings.Replace(beans, `"email"`, `"address","phone","employer","occupation"`, 1), status: 201},
		"1.8 the checkout's further names": {ask: "POST /commerce/checkouts", body: strings.Replace(beans, `"name"`, `"total_price":{"amount":"1","currency":"USD"},"buyer_locale":"en","metadata":{},"name"`, 1), status: 201},
		"1.8 the invoice's names":          {ask: "GET /commerce/invoices/{bill}", status: 200, has: []string{`"id":"[0-9a-f-]{36}","resource":"invoice","code":"[A-Z0-9]{8}","status":"OPEN","business_name":"The roastery","customer_name":"Ada","customer_email":"ada@example.com","memo":"Four bags","local_price":\{"amount":"40.00","currency":"USD"\}`}, not: []string{`"charge"`}},
		"1.8 the invoice's hosted_url":     {ask: "GET /commerce/invoices/{bill}", status: 200, has: []string{`"hosted_url":"` + r.url + `/invoices/[A-Z0-9]{8}"`}},
		"1.8 the invoice's times":          {ask: "GET /commerce/invoices/{bill}", status: 200, has: []string{`"created_at":"2026-03-01T12:00:00\+00:00","updated_at":"2026-03-01T12:00:00\+00:00"`}},
		"1.8 the charge once viewed":       {ask: "GET /commerce/invoices/{viewed}", status: 200, has: []string{`"status":"VIEWED"`, `"charge":\{"id":"[0-9a-f-]{36}","resource":"charge"`, `"invoice":\{"id":"[0-9a-f-]{36}","code":"[A-Z0-9]{8}"\}`}},
		"1.8 the event's names":            {ask: "GET /commerce/events/{event}", status: 200, has: []string{`^\{"data":\{"api_version":"2018-03-22","created_at":"2026-03-01T12:00:00Z","data":\{.*\},"id":"[0-9a-f-]{36}","resource":"event","type":"charge:created"\}\}$`}},
	})
}

func TestConformanceOfWebhooks(t *testing.T) {
	t.Parallel()
	r := start(t)
	c := r.create()
	for _, action := range []string{"expire", "pay", "resolve"} {
		r.do(c.Code, action)
	}
	r.do(r.create().Code, "pay")
	for _, kind := range []string{"created", "pending", "confirmed", "failed", "delayed", "resolved"} {
		t.Run("2 charge:"+kind+" is sent as it is listed", func(t *testing.T) {
			t.Parallel()
			r := r.in(t)
			got := r.hook.await(t, "charge:"+kind, 1)
			listed := r.want(r.send("GET", "/commerce/events/"+got.env.Event.ID, ""), http.StatusOK).body
			if want := strings.TrimSuffix(strings.TrimPrefix(listed, `{"data":`), "}"); !strings.Contains(string(got.body), want) {
				t.Errorf("sent %s, listed %s", got.body, want)
			}
		})
	}
	t.Run("2 the head is as it was captured", func(t *testing.T) {
		t.Parallel()
		head := r.hook.await(t, "charge:confirmed", 1).header
		for name, want := range map[string]string{
			"User-Agent": "weipay-webhooks", "Content-Type": "application/json", "Accept": "*/*",
			"Accept-Encoding": "gzip;q=1.0,deflate;q=0.6,identity;q=0.3",
		} {
			if got := head.Get(name); got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
	})
	t.Run("2 the keys are in order of the alphabet", func(t *testing.T) {
		t.Parallel()
		body := r.hook.await(t, "charge:confirmed", 1).body
		var plain any
		if err := json.Unmarshal(body, &plain); err != nil {
			t.Fatal(err)
		}
		sorted, err := json.Marshal(plain)
		if err != nil || string(sorted) != string(body) {
			t.Errorf("sent %s, sorted %s, %v", body, sorted, err)
		}
	})
}
