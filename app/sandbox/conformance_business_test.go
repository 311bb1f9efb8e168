package sandbox_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"till/app/coinbase/business"
	"till/app/sandbox"
)

// but is the latte with one text put in another's place.
func but(from, to string) string { return strings.Replace(latte, from, to, 1) }

// fault is how every error looks.
func fault(kind string) string {
	return `^\{"errorType":"` + kind + `","errorMessage":"[^"]+.*","correlationId":"[0-9a-f-]{36}","errorLink":"https://[^"]+"\}$`
}

func TestConformanceOfBusinessCalls(t *testing.T) {
	t.Parallel()
	at := "GET " + checkoutsURL
	holds(t, startBusiness(t), map[string]row{
		"4.2 POST /checkouts answers 201":          {ask: "POST " + checkoutsURL, body: latte, status: 201, has: []string{`^\{"id":"[0-9a-f]{24}"`}},
		"4.2 the same below /sandbox":              {ask: "POST /business/sandbox/api/v1/checkouts", body: latte, status: 201},
		"4.2 GET /checkouts":                       {ask: at + "?pageSize=100", status: 200, has: []string{`^\{"checkouts":\[.*\]\}$`}},
		"4.2 GET /checkouts/{id}":                  {ask: at + "/{active}", status: 200, has: []string{`"status":"ACTIVE"`}},
		"4.2 one store behind both paths":          {ask: "GET /business/sandbox/api/v1/checkouts/{active}", status: 200},
		"4.2 POST deactivate":                      {ask: "POST " + checkoutsURL + "/{active}/deactivate", status: 200, has: []string{`"status":"DEACTIVATED"`}},
		"4.2 deactivate only ACTIVE":               {ask: "POST " + checkoutsURL + "/{processing}/deactivate", status: 400, has: []string{fault("invalid_request"), "only an ACTIVE"}},
		"4.2 deactivate what is":                   {ask: "POST " + checkoutsURL + "/{deactivated}/deactivate", status: 400},
		"4.2 POST refund":                          {ask: "POST " + checkoutsURL + "/{paid}/refund", body: `{"amount":"1.00"}`, status: 200, has: []string{`^\{"checkout":\{"id":.*\},"refund":\{"id":"[0-9a-f]{24}","checkoutId":"[0-9a-f]{24}","amount":"1.00","currency":"USDC","status":"PENDING"`}},
		"4.2 refund PARTIALLY_REFUNDED":            {ask: "POST " + checkoutsURL + "/{partly}/refund", body: `{"amount":"3.50","reason":"Cold"}`, status: 200, has: []string{`"reason":"Cold"`}},
		"4.2 refund more than is left":             {ask: "POST " + checkoutsURL + "/{partly}/refund", body: `{"amount":"3.51"}`, status: 400, has: []string{"3.50 USDC left"}},
		"4.2 refund ACTIVE":                        {ask: "POST " + checkoutsURL + "/{active}/refund", body: `{"amount":"1.00"}`, status: 400, has: []string{"only a COMPLETED"}},
		"4.2 refund REFUNDED":                      {ask: "POST " + checkoutsURL + "/{refunded}/refund", body: `{"amount":"1.00"}`, status: 400, has: []string{"is REFUNDED"}},
		"4.2 refund without a currency":            {ask: "POST " + checkoutsURL + "/{euros}/refund", body: `{"amount":"4.50"}`, status: 200, has: []string{`"refund":\{"id":"[0-9a-f]{24}","checkoutId":"[0-9a-f]{24}","amount":"4.86","currency":"USDC","status":"PENDING".*"fiatAmount":"4.50"`}},
		"4.2 refund in the coin":                   {ask: "POST " + checkoutsURL + "/{euros}/refund", body: `{"amount":"4.50","currency":"USDC"}`, status: 200, has: []string{`"amount":"4.50","currency":"USDC","status":"PENDING"`}},
		"4.2 refund with 500 characters":           {ask: "POST " + checkoutsURL + "/{paid}/refund", body: `{"amount":"1.00","reason":"` + strings.Repeat("ü", 500) + `"}`, status: 200},
		"4.2 refund with 501 characters":           {ask: "POST " + checkoutsURL + "/{paid}/refund", body: `{"amount":"1.00","reason":"` + strings.Repeat("ü", 501) + `"}`, status: 400, has: []string{"at most 500 characters"}},
		"4.2 refund in another currency":           {ask: "POST " + checkoutsURL + "/{paid}/refund", body: `{"amount":"1.00","currency":"EUR"}`, status: 400, has: []string{"cannot be refunded in"}},
		"4.2 refund without an amount":             {ask: "POST " + checkoutsURL + "/{paid}/refund", body: `{}`, status: 400, has: []string{"amount must be"}},
		"4.2 the sandbox refunds 2.00":             {ask: "POST /business/sandbox/api/v1/checkouts/{paid}/refund", body: `{"amount":"2.00"}`, status: 200},
		"4.2 the sandbox refunds no more":          {ask: "POST /business/sandbox/api/v1/checkouts/{paid}/refund", body: `{"amount":"2.01"}`, status: 400, has: []string{"at most 2.00"}},
		"4.2 the sandbox counts in USDC":           {ask: "POST /business/sandbox/api/v1/checkouts/{euros}/refund", body: `{"amount":"1.86"}`, status: 400, has: []string{"at most 2.00"}},
		"4.2 the sandbox's limit is told last":     {ask: "POST /business/sandbox/api/v1/checkouts/{active}/refund", body: `{"amount":"2.01"}`, status: 400, has: []string{"only a COMPLETED"}},
		"4.2 no update":                            {ask: "PUT " + checkoutsURL + "/{active}", body: latte, status: 405, has: []string{fault("invalid_request")}},
		"4.2 no lookup by the link's name":         {ask: "GET /business/api/v1{link}", status: 404, has: []string{fault("not_found")}},
		"4.2 a charge of Commerce is none":         {ask: at + "/{charge}", status: 404, has: []string{fault("not_found")}},
		"4.2 nor can it be deactivated":            {ask: "POST " + checkoutsURL + "/{code}/deactivate", status: 404},
		"4.2 a checkout is no charge of Commerce":  {ask: "GET /commerce/charges/{active}", status: 404, has: []string{notFound}},
		"4.2 nor can Commerce cancel it":           {ask: "POST /commerce/charges/{active}/cancel", status: 404, has: []string{notFound}},
		"4.2 Commerce does not list it":            {ask: "GET /commerce/charges?limit=100", status: 200, not: []string{"payment-links"}},
		"4.2 the deprecated payment links are not": {ask: "GET /business/api/v1/payment-links", status: 404, has: []string{fault("not_found")}},
		"4.2 a path there is not":                  {ask: "GET /business/api/v2/checkouts", status: 404, has: []string{fault("not_found")}},
	})
}

func TestConformanceOfBusinessCreating(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ü", 501)
	keys := func(n int) string {
		var all []string
		for i := range n {
			all = append(all, `"k`+strconv.Itoa(i)+`":"v"`)
		}
		return "{" + strings.Join(all, ",") + "}"
	}
	rows := map[string]row{}
	add := func(name, from, to string, status int, has ...string) {
		if status == 400 {
			has = append(has, fault("invalid_request"))
		}
		rows["4.2 "+name] = row{ask: "POST " + checkoutsURL, body: but(from, to), status: status, has: has}
	}
	add("amount is required", `"amount":"4.50",`, ``, 400)
	add("amount is a text", `"4.50"`, `4.50`, 400, "amount must not be a number")
	add("amount of one cent", "4.50", "0.01", 201, `"amount":"0.01"`)
	add("amount of nothing", "4.50", "0.00", 400)
	add("amount of 100 000 000", "4.50", "100000000", 201, `"amount":"100000000.00"`)
	add("amount beyond", "4.50", "100000000.01", 400)
	add("amount with three decimals", "4.50", "4.505", 400)
	add("amount below zero", "4.50", "-4.50", 400)
	add("amount with an exponent", "4.50", "1e2", 400)
	add("currency USDC", "USDC", "USDC", 201, `"currency":"USDC"`)
	add("currency EUR becomes USDC", "USDC", "EUR", 201, `"amount":"4.86","currency":"USDC"`, `"fiatAmount":"4.50","fiatCurrency":"EUR"`)
	add("currency of none", "USDC", "BTC", 400)
	add("network base", `"currency"`, `"network":"base","currency"`, 201, `"network":"base"`)
	add("network of another", `"currency"`, `"network":"polygon","currency"`, 400)
	add("description of 500 characters", "Coffee", long[:1000], 201)
	add("description of 501 characters", "Coffee", long, 400, "500 characters")
	add("description may be missing", `"description":"Coffee",`, ``, 201)
	add("metadata comes back", `{"order_id":"o1"}`, `{"order_id":"o1","b":"2"}`, 201, `"metadata":\{"b":"2","order_id":"o1"\}`)
	add("metadata of 20 keys", `{"order_id":"o1"}`, keys(20), 201)
	add("metadata of 21 keys", `{"order_id":"o1"}`, keys(21), 400, "20 keys")
	add("metadata of 100 characters", `"o1"`, `"`+long[:200]+`"`, 201)
	add("metadata of 101 characters", `"o1"`, `"`+long[:202]+`"`, 400, "100 characters")
	add("metadata is text", `"o1"`, `1`, 400)
	add("redirects come back", "a", "a", 201, `"successRedirectUrl":"http://127.0.0.1:9/success\?order=o1","failRedirectUrl":"http://127.0.0.1:9/cancel\?order=o1"`)
	add("redirects by https", "http://127.0.0.1:9/success", "https://shop.example/success", 201)
	add("redirects by http, elsewhere", "http://127.0.0.1:9/success", "http://shop.example/success", 400, "https")
	add("redirects of 2049 characters", "/success?order=o1", "/"+strings.Repeat("a", 2049), 400, "2048")
	add("redirects that are none", "http://127.0.0.1:9/cancel?order=o1", "javascript:alert(1)", 400)
	add("expiresAt", `"currency"`, `"expiresAt":"2999-01-01T00:00:00Z","currency"`, 201, `"expiresAt":"2999-01-01T00:00:00.000Z"`)
	add("expiresAt in the past", `"currency"`, `"expiresAt":"2001-01-01T00:00:00Z","currency"`, 400, "future")
	add("expiresAt that is none", `"currency"`, `"expiresAt":"soon","currency"`, 400)
	add("unknown fields change nothing", `"currency"`, `"x":{"y":1},"currency"`, 201)
	add("amount, spelt otherwise", `"amount"`, `"AMOUNT"`, 400, "amount must be")
	add("a name spelt otherwise is unknown", "successRedirectUrl", "successRedirectURL", 201, `\},"expiresAt":"[^"]*","failRedirectUrl"`)
	add("a name spelt in both ways", `"currency"`, `"Amount":"9.99","currency"`, 201, `"amount":"4.50"`)
	add("metadata keeps its spelling", `"order_id"`, `"AMOUNT"`, 201, `"metadata":\{"AMOUNT":"o1"\}`)
	add("not JSON", latte, `amount=4.50`, 400)
	rows["a body that is packed"] = row{
		ask: "POST " + checkoutsURL, body: packed(t, latte), header: []string{"Content-Encoding: gzip"},
		status: 400, has: []string{fault("invalid_request")},
	}
	holds(t, startBusiness(t), rows)
}

func packed(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestConformanceOfBusinessObject(t *testing.T) {
	t.Parallel()
	// A token's time is the real one, so that of the tests cannot stand still.
	r := startBusiness(t)
	at := "GET " + checkoutsURL
	moment := `"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"`
	holds(t, r, map[string]row{
		"4.2 url":                            {ask: at + "/{active}", status: 200, has: []string{`"url":"` + r.url + `/payment-links/pl_[0-9a-hjkmnp-tv-z]{26}"`}},
		"4.2 x402_url":                       {ask: at + "/{active}", status: 200, has: []string{`"x402_url":"` + r.url + `/x402/[0-9a-f]{24}"`}},
		"4.2 network, address, tokenAddress": {ask: at + "/{active}", status: 200, has: []string{`"network":"base","address":"sandbox-usdc-[0-9a-f]+","tokenAddress":"0x0+"`}},
		"4.2 times in milliseconds":          {ask: at + "/{active}", status: 200, has: []string{`"expiresAt":` + moment, `"createdAt":` + moment + `,"updatedAt":` + moment}},
		"4.2 ACTIVE":                         {ask: at + "/{active}", status: 200, has: []string{`"status":"ACTIVE"`}, not: []string{"settlement", "transactionHash", "refund"}},
		"4.2 PROCESSING":                     {ask: at + "/{processing}", status: 200, has: []string{`"status":"PROCESSING"`}, not: []string{"settlement", "transactionHash"}},
		"4.2 COMPLETED":                      {ask: at + "/{paid}", status: 200, has: []string{`"status":"COMPLETED"`, `"settlement":\{"totalAmount":"4.50","feeAmount":"0.05","netAmount":"4.45","currency":"USDC"\}`, `"transactionHash":"0x[0-9a-f]{64}"`}},
		"4.2 EXPIRED":                        {ask: at + "/{over}", status: 200, has: []string{`"status":"EXPIRED"`}, not: []string{"settlement"}},
		"4.2 FAILED":                         {ask: at + "/{broken}", status: 200, has: []string{`"status":"FAILED"`}, not: []string{"settlement"}},
		"4.2 DEACTIVATED":                    {ask: at + "/{deactivated}", status: 200, has: []string{`"status":"DEACTIVATED"`}},
		"4.2 REFUNDED":                       {ask: at + "/{refunded}", status: 200, has: []string{`"status":"REFUNDED"`, `"refundedAmount":"4.50"`, `"refunds":\[\{"id":"[0-9a-f]{24}","checkoutId":"[0-9a-f]{24}","amount":"4.50","currency":"USDC","status":"COMPLETED","transactionHash":"0x[0-9a-f]{64}","createdAt":` + moment + `,"completedAt":` + moment}},
		"4.2 PARTIALLY_REFUNDED":             {ask: at + "/{partly}", status: 200, has: []string{`"status":"PARTIALLY_REFUNDED"`, `"refundedAmount":"1.00"`}},
		"4.2 a refund that FAILED":           {ask: at + "/{unrefunded}", status: 200, has: []string{`"status":"COMPLETED"`, `"status":"FAILED"`}, not: []string{"refundedAmount", "completedAt"}},
	})
	fiat := r.want(r.send("POST", checkoutsURL, but("USDC", "EUR")), http.StatusCreated)
	id := fiat.body[7:31]
	r.act(id, "pay", `refund:{"amount":"2.25","currency":"EUR"}`)
	if got := r.send("GET", checkoutsURL+"/"+id, "").body; !strings.Contains(got, `"fiatAmount":"2.25","fiatCurrency":"EUR","exchangeRate":"0.9259`) || !strings.Contains(got, `"amount":"2.43"`) {
		t.Errorf("4.2 a refund of a price in euros: %s", got)
	}
}

func TestConformanceOfBusinessLists(t *testing.T) {
	t.Parallel()
	r := startBusiness(t)
	var paid, all []string // the newest first
	for i := range 5 {
		made := r.orderAs("Coffee number " + strconv.Itoa(i))
		all = slices.Insert(all, 0, made.ID)
		if i%2 == 0 {
			r.act(made.ID, "pay")
			paid = slices.Insert(paid, 0, made.ID)
		}
	}
	third := r.checkout(all[2]).CreatedAt.UTC().Format("2006-01-02T15:04:05.000Z")
	r.create() // a charge of Commerce is not in it
	for name, tc := range map[string]struct {
		query string
		want  []string
		pages []int // how long they are
	}{
		"4.2 all, the newest first":        {"", all, []int{5}},
		"4.2 status":                       {"?status=COMPLETED", paid, []int{3}},
		"4.2 status, several":              {"?status=COMPLETED&status=ACTIVE", all, []int{5}},
		"4.2 status of none":               {"?status=EXPIRED", nil, []int{0}},
		"4.2 descriptionQuery":             {"?descriptionQuery=NUMBER+3", all[1:2], []int{1}},
		"4.2 startTime in the past":        {"?startTime=2001-01-01T00:00:00.000Z", all, []int{5}},
		"4.2 startTime to come":            {"?startTime=2999-01-01T00:00:00Z", nil, []int{0}},
		"4.2 startTime and endTime of one": {"?descriptionQuery=number+2&startTime=" + third + "&endTime=" + third, all[2:3], []int{1}},
		"4.2 endTime in the past":          {"?endTime=2001-01-01T00:00:00Z", nil, []int{0}},
		"4.2 pageSize and pageToken":       {"?pageSize=2", all, []int{2, 2, 1}},
		"4.2 pageSize of exactly all":      {"?pageSize=5", all, []int{5}},
		"4.2 pageSize of 1, with a status": {"?pageSize=1&status=COMPLETED", paid, []int{1, 1, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ids, pages := r.in(t).pages(tc.query)
			if !slices.Equal(ids, tc.want) || !slices.Equal(pages, tc.pages) {
				t.Errorf("pages of %v: %v, want %v: %v", pages, ids, tc.pages, tc.want)
			}
		})
	}
	holds(t, r, map[string]row{
		"4.2 pageSize of 0":           {ask: "GET " + checkoutsURL + "?pageSize=0", status: 400, has: []string{fault("invalid_request")}},
		"4.2 pageSize of 101":         {ask: "GET " + checkoutsURL + "?pageSize=101", status: 400},
		"4.2 pageToken that is none":  {ask: "GET " + checkoutsURL + "?pageToken=x", status: 400, has: []string{"nextPageToken"}},
		"4.2 more pages are promised": {ask: "GET " + checkoutsURL + "?pageSize=1", status: 200, has: []string{`"nextPageToken":"[^"]+"\}$`}},
		"4.2 status that is none":     {ask: "GET " + checkoutsURL + "?status=NEW", status: 400, has: []string{"PARTIALLY_REFUNDED"}},
		"4.2 startTime that is none":  {ask: "GET " + checkoutsURL + "?startTime=today", status: 400},
	})
}

// orderAs makes a checkout of that description.
func (r *rig) orderAs(description string) business.Checkout {
	r.t.Helper()
	return decode[business.Checkout](r.t, r.want(r.send("POST", checkoutsURL, but("Coffee", description)), http.StatusCreated))
}

// pages follows a list to its end: the ids, and how long each page was.
func (r *rig) pages(query string) (ids []string, lengths []int) {
	r.t.Helper()
	for next := ""; ; {
		page := decode[struct {
			Checkouts     []struct{ ID string }
			NextPageToken *string
		}](r.t, r.want(r.send("GET", checkoutsURL+query+next, ""), http.StatusOK))
		for _, c := range page.Checkouts {
			ids = append(ids, c.ID)
		}
		lengths = append(lengths, len(page.Checkouts))
		if page.NextPageToken == nil {
			return ids, lengths
		}
		if len(page.Checkouts) == 0 {
			r.t.Fatal("an empty page is followed by another")
		}
		next = "&pageToken=" + *page.NextPageToken
		if query == "" {
			next = "?" + next[1:]
		}
	}
}

func TestConformanceOfBusinessPageSize(t *testing.T) {
	t.Parallel()
	r := startBusiness(t)
	for range 21 {
		r.order()
	}
	if _, lengths := r.pages(""); !slices.Equal(lengths, []int{20, 1}) {
		t.Errorf("4.2 pageSize is 20 unless said: pages of %v", lengths)
	}
}

func TestConformanceOfBusinessIdempotency(t *testing.T) {
	t.Parallel()
	r := startBusiness(t)
	const key = "X-Idempotency-Key: 4f9c2c1e-5b7a-4d38-8f21-0c6d5e4f3a2b"
	first := r.want(r.send("POST", checkoutsURL, latte, key), http.StatusCreated)
	blank := strings.ReplaceAll(latte, `":`, `": `)
	for name, tc := range map[string]struct {
		path, body, key string
		status          int
		same            bool
	}{
		"4.2 same key, same body":           {checkoutsURL, latte, key, 201, true},
		"4.2 the same, written differently": {checkoutsURL, blank, key, 201, true},
		"4.2 same key, another body":        {checkoutsURL, but("4.50", "4.51"), key, 422, false},
		"4.2 same key, another call":        {"/business/sandbox/api/v1/checkouts", latte, key, 422, false},
		"4.2 another key":                   {checkoutsURL, latte, "X-Idempotency-Key: b", 201, false},
		"4.2 no key":                        {checkoutsURL, latte, "X-Idempotency-Key: ", 201, false},
		"4.2 a key of 129 characters":       {checkoutsURL, latte, "X-Idempotency-Key: " + strings.Repeat("k", 129), 400, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := r.in(t)
			again := r.want(r.send("POST", tc.path, tc.body, tc.key), tc.status)
			if (again.body == first.body) != tc.same {
				t.Errorf("answered %s, first %s", again.body, first.body)
			}
		})
	}
	id := r.act(r.order().ID, "pay").ID
	const refundKey = "X-Idempotency-Key: refund-1"
	one := r.want(r.send("POST", checkoutsURL+"/"+id+"/refund", `{"amount":"1.00"}`, refundKey), http.StatusOK)
	r.act(id, "refund") // it is completed meanwhile
	two := r.want(r.send("POST", checkoutsURL+"/"+id+"/refund", `{"amount":"1.00"}`, refundKey), http.StatusOK)
	if one.body != two.body || len(r.checkout(id).Refunds) != 1 {
		t.Errorf("refunds %+v", r.checkout(id).Refunds)
	}
	r.advance("25h")
	if late := r.send("POST", checkoutsURL, latte, key); late.body != first.body {
		t.Errorf("after a day: %s", late.body)
	}
}

// TestOneKeyMakesOneCheckout: they come at once.
func TestOneKeyMakesOneCheckout(t *testing.T) {
	t.Parallel()
	r := startBusiness(t)
	const many = 8
	answers := make([]answer, many)
	var group sync.WaitGroup
	for i := range many {
		group.Go(func() {
			answers[i] = r.send("POST", checkoutsURL, latte, "X-Idempotency-Key: 6f0a2c5e-9d1b-4e7a-a3c8-5b2d4f6e8a10")
		})
	}
	group.Wait()
	for _, a := range answers {
		if a.StatusCode != http.StatusCreated || a.body != answers[0].body {
			t.Errorf("4.2 one is answered %d %s, another %s", a.StatusCode, a.body, answers[0].body)
		}
	}
	if ids, _ := r.pages(""); len(ids) != 1 {
		t.Errorf("4.2 there are %v", ids)
	}
}

func TestConformanceOfBusinessErrors(t *testing.T) {
	t.Parallel()
	holds(t, startBusiness(t), map[string]row{
		"4.2 400 invalid_request":         {ask: "POST " + checkoutsURL, body: "{}", status: 400, has: []string{fault("invalid_request")}, heads: []string{"Content-Type: application/json; charset=utf-8"}},
		"4.2 401":                         {ask: "GET " + checkoutsURL, header: []string{"Authorization: "}, status: 401, has: []string{fault("unauthorized")}},
		"4.2 404":                         {ask: "GET " + checkoutsURL + "/000000000000000000000000", status: 404, has: []string{fault("not_found")}},
		"a slash too many":                {ask: "GET /business//api/v1/checkouts", status: 200},
		"4.2 413":                         {ask: "POST " + checkoutsURL, body: strings.Repeat(" ", 300<<10), status: 413, has: []string{fault("invalid_request")}},
		"4.4 a subscription there is not": {ask: "GET " + subscribeURL + "/nothing", status: 404, has: []string{fault("not_found")}},
		"4.3 Commerce's key opens none":   {ask: "GET " + checkoutsURL, header: []string{"Authorization: Bearer " + testKey}, status: 401, has: []string{fault("unauthorized")}},
	})
}

// TestConformanceOfBusinessTime lives through a day.
func TestConformanceOfBusinessTime(t *testing.T) {
	t.Parallel()
	r := startBusiness(t, func(cfg *sandbox.Config) { cfg.ConfirmAfter = 30 * time.Minute })
	plain, seen := r.order(), r.act(r.order().ID, "detect")
	if left := plain.ExpiresAt.Sub(plain.CreatedAt.Time); left != 24*time.Hour {
		t.Errorf("4.2 expiresAt is %s after createdAt", left)
	}
	r.advance("31m")
	if got := r.checkout(seen.ID).Status; got != "COMPLETED" {
		t.Errorf("4.2 PROCESSING becomes %s", got)
	}
	r.want(r.send("POST", checkoutsURL+"/"+seen.ID+"/refund", `{"amount":"4.50"}`), http.StatusOK)
	if got := r.checkout(seen.ID); got.Status != "COMPLETED" || got.Refunds[0].Status != "PENDING" {
		t.Errorf("4.2 a refund that is on its way: %+v", got)
	}
	r.advance("31m")
	if got := r.checkout(seen.ID); got.Status != "REFUNDED" {
		t.Errorf("4.2 a refund that has come: %+v", got)
	}
	r.advance("24h")
	if got := r.checkout(plain.ID).Status; got != "EXPIRED" {
		t.Errorf("4.2 after a day: %s", got)
	}
}
