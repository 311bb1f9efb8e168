package sandbox_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"till/app/sandbox"
)

// row is one documented fact of the provider's API as a request and what has
// to come back. Words in braces stand for something that is made for the row
// alone: see rig.made.
type row struct {
	ask    string // method and path
	body   string
	header []string
	status int
	has    []string // in the body; regular expressions
	not    []string
	heads  []string // "Name: value" of the answer
}

// holds tests every row of a table, each against things of its own.
func holds(t *testing.T, r *rig, table map[string]row) {
	t.Helper()
	for name, tc := range table {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := r.in(t)
			method, path, _ := strings.Cut(r.fill(tc.ask), " ")
			a := r.send(method, path, r.fill(tc.body), tc.header...)
			if a.StatusCode != tc.status {
				t.Fatalf("status %d, want %d: %s", a.StatusCode, tc.status, a.body)
			}
			for _, part := range tc.has {
				if !regexp.MustCompile(part).MatchString(a.body) {
					t.Errorf("%s is missing in %s", part, a.body)
				}
			}
			for _, part := range tc.not {
				if regexp.MustCompile(part).MatchString(a.body) {
					t.Errorf("%s does not belong in %s", part, a.body)
				}
			}
			for _, head := range tc.heads {
				name, want, _ := strings.Cut(head, ": ")
				if got := a.Header.Get(name); !regexp.MustCompile("^" + want + "$").MatchString(got) {
					t.Errorf("%s: %q, want %s", name, got, want)
				}
			}
		})
	}
}

// fill makes what the braces in s stand for.
func (r *rig) fill(s string) string {
	r.t.Helper()
	return regexp.MustCompile(`\{[a-z]+\}`).ReplaceAllStringFunc(s, r.made)
}

// made makes one thing and returns its id or code; what it does not know it
// returns as it is.
func (r *rig) made(what string) string {
	r.t.Helper()
	switch what {
	case "{charge}":
		return r.create().ID
	case "{code}":
		return r.create().Code
	case "{unresolved}":
		return r.do(r.create().Code, "underpay").Code
	case "{pending}":
		return r.do(r.create().Code, "detect").Code
	case "{completed}":
		return r.do(r.create().Code, "pay").Code
	case "{onchain}":
		return r.createShaped("onchain").Code
	case "{failed}":
		return r.do(r.do(r.createShaped("onchain").Code, "detect").Code, "fail").Code
	case "{checkout}":
		return r.offer().ID
	case "{invoice}":
		return r.bill().ID
	case "{bill}":
		return r.bill().Code
	case "{viewed}":
		return r.viewed().Code
	case "{void}":
		code := r.viewed().Code
		r.want(r.send("POST", "/commerce/invoices/"+code+"/void", ""), http.StatusOK)
		return code
	case "{event}":
		r.create()
		return decode[struct{ Data []struct{ ID string } }](r.t, r.send("GET", "/commerce/events?limit=1", "")).Data[0].ID
	default:
		return r.madeBusiness(what)
	}
}

// createShaped makes a coffee of that shape.
func (r *rig) createShaped(shape string) charge {
	r.t.Helper()
	body := strings.Replace(coffee, `"order_id":"o1"`, `"order_id":"o1","sandbox_shape":"`+shape+`"`, 1)
	return decode[one](r.t, r.want(r.send("POST", "/commerce/charges", body), http.StatusCreated)).Data
}

const notFound = `^\{"error":\{"type":"not_found","message":"Not found"\}\}$`

func TestConformanceOfTheRequestHeaders(t *testing.T) {
	t.Parallel()
	holds(t, start(t), map[string]row{
		"1.1 the key is X-CC-Api-Key":            {ask: "GET /commerce/charges", status: 200},
		"1.1 without it 401":                     {ask: "GET /commerce/charges", header: []string{"X-CC-Api-Key: "}, status: 401, has: []string{`"type":"authentication_error"`}, heads: []string{"Content-Type: application/json; charset=utf-8"}},
		"1.1 gosdk writes X-Cc-Api-Key":          {ask: "GET /commerce/charges", header: []string{"X-CC-Api-Key: ", "X-Cc-Api-Key: " + testKey, "User-Agent: Go-http-client/1.1"}, status: 200},
		"1.1 a version is no must":               {ask: "GET /commerce/charges", header: []string{"X-CC-Version: "}, status: 200, has: []string{`"warnings":\["Missing X-CC-Version header; serving latest API version \(2018-03-22\)"\]`}},
		"1.1 with a version nothing is warned":   {ask: "GET /commerce/charges", status: 200, not: []string{"warnings"}},
		"1.1 other content types are not read":   {ask: "POST /commerce/charges", body: coffee, header: []string{"Content-Type: application/x-www-form-urlencoded"}, status: 400, has: []string{`^\{"error":\{"type":"invalid_request","message":"Required parameter missing: pricing_type"\}\}$`}},
		"1.1 application/json with a charset":    {ask: "POST /commerce/charges", body: coffee, header: []string{"Content-Type: application/json; charset=utf-8"}, status: 201},
		"1.1 Accept is no must":                  {ask: "GET /commerce/charges", header: []string{"Accept: "}, status: 200},
		"1.1 node sends {} with DELETE":          {ask: "DELETE /commerce/checkouts/{checkout}", body: "{}", header: []string{"User-Agent: Coinbase 1.0.4", "Content-Type: application/json"}, status: 204, has: []string{"^$"}},
		"1.1 node lists with limit and order":    {ask: "GET /commerce/charges?limit=2&order=asc", header: []string{"User-Agent: Coinbase 1.0.4"}, status: 200, has: []string{`"limit":2`}},
		"1.1 python writes JSON with blanks":     {ask: "POST /commerce/charges", body: strings.ReplaceAll(coffee, `":`, `": `), header: []string{"User-Agent: python-requests/2.31.0"}, status: 201},
		"1.1 python cancels with an empty body":  {ask: "POST /commerce/charges/{code}/cancel", header: []string{"Content-Type: application/json"}, status: 200, has: []string{"CANCELED"}},
		"1.1 python resolves with an empty body": {ask: "POST /commerce/charges/{unresolved}/resolve", header: []string{"Content-Type: application/json"}, status: 200, has: []string{"RESOLVED"}},
		"1.1 ruby's User-Agent":                  {ask: "GET /commerce/charges", header: []string{"User-Agent: CoinbaseCommerce/0.8.7"}, status: 200},
		"1.1 an unknown header changes nothing":  {ask: "POST /commerce/charges", body: coffee, header: []string{"Idempotency-Key: a"}, status: 201},
	})
}

// replyHead is what every answer carries, whatever it says.
func replyHead() []string {
	return []string{
		"Content-Type: application/json; charset=utf-8", "Cache-Control: no-cache", "Vary: Cookie, Origin",
		"X-Content-Type-Options: nosniff", "X-Frame-Options: deny", "X-Request-Id: [0-9a-f-]{36}",
	}
}

func TestConformanceOfTheAnswerHeaders(t *testing.T) {
	t.Parallel()
	holds(t, start(t), map[string]row{
		"1.1 on 200":                     {ask: "GET /commerce/charges", status: 200, heads: replyHead()},
		"1.1 on 201":                     {ask: "POST /commerce/charges", body: coffee, status: 201, heads: replyHead()},
		"1.1 on 204":                     {ask: "DELETE /commerce/checkouts/{checkout}", status: 204, heads: replyHead()[1:]},
		"1.1 on 400":                     {ask: "POST /commerce/charges", body: "{", status: 400, heads: replyHead()},
		"1.1 on 401":                     {ask: "GET /commerce/charges", header: []string{"X-CC-Api-Key: x"}, status: 401, heads: replyHead()},
		"1.1 on 404":                     {ask: "GET /commerce/charges/NOTTHERE", status: 404, heads: replyHead()},
		"1.1 on 404 of no route":         {ask: "GET /commerce/orders", status: 404, heads: replyHead(), has: []string{notFound}},
		"1.1 on 405, with what is meant": {ask: "PATCH /commerce/charges", status: 405, heads: append([]string{"Allow: .*POST.*"}, replyHead()...), has: []string{`"error"`}},
		"1.1 on 413":                     {ask: "POST /commerce/charges", body: strings.Repeat(" ", 300<<10), status: 413, heads: replyHead(), has: []string{`"error"`}},
		"1.1 on 405 of no method":        {ask: "PROPFIND /commerce/charges", status: 405, heads: replyHead(), has: []string{`"error"`}},
		"1.1 on a head too large":        {ask: "GET /commerce/charges", header: []string{"X-Large: " + strings.Repeat("x", 70<<10)}, status: 431, heads: []string{"Content-Type: application/json; charset=utf-8", "X-Request-Id: [0-9a-f-]{36}"}, has: []string{`"type":"invalid_request"`}},
		"1.1 on a method that is none":   {ask: "PROPFIND /charges/NOTTHERE", status: 405, has: []string{`^\{"error"`}},
		"1.1 the same to a browser":      {ask: "PROPFIND /charges/NOTTHERE", header: []string{"Accept: text/html"}, status: 405, has: []string{"<html"}},
		"1.1 no CORS headers":            {ask: "GET /commerce/charges", header: []string{"Origin: https://shop.example"}, status: 200, heads: []string{"Access-Control-Allow-Origin: "}},
	})
}

func TestConformanceOfTheEndpoints(t *testing.T) {
	t.Parallel()
	holds(t, start(t), map[string]row{
		"1.2 POST /charges answers 201":              {ask: "POST /commerce/charges", body: coffee, status: 201},
		"1.2 GET /charges":                           {ask: "GET /commerce/charges", status: 200, has: []string{`^\{"pagination":`}},
		"1.2 GET /charges/{code}":                    {ask: "GET /commerce/charges/{code}", status: 200, has: []string{`^\{"data":`}},
		"1.2 GET /charges/{id}":                      {ask: "GET /commerce/charges/{charge}", status: 200, has: []string{`^\{"data":`}},
		"1.2 POST cancel by code":                    {ask: "POST /commerce/charges/{code}/cancel", status: 200, has: []string{`"status":"CANCELED"`}},
		"1.2 POST cancel by id":                      {ask: "POST /commerce/charges/{charge}/cancel", body: "{}", status: 200, has: []string{`"status":"CANCELED"`}},
		"1.2 cancel only while NEW":                  {ask: "POST /commerce/charges/{pending}/cancel", status: 400, has: []string{`"type":"invalid_request"`, "only a NEW"}},
		"1.2 POST resolve":                           {ask: "POST /commerce/charges/{unresolved}/resolve", status: 200, has: []string{`"status":"RESOLVED"`}},
		"1.2 resolve only UNRESOLVED":                {ask: "POST /commerce/charges/{completed}/resolve", status: 400, has: []string{`"type":"invalid_request"`, "can only resolve an UNRESOLVED charge"}},
		"1.2 POST /checkouts answers 201":            {ask: "POST /commerce/checkouts", body: beans, status: 201},
		"1.2 GET /checkouts":                         {ask: "GET /commerce/checkouts", status: 200, has: []string{`^\{"pagination":`}},
		"1.2 GET /checkouts/{id}":                    {ask: "GET /commerce/checkouts/{checkout}", status: 200, has: []string{`"resource":"checkout"`}},
		"1.2 PUT /checkouts/{id} with what changes":  {ask: "PUT /commerce/checkouts/{checkout}", body: `{"name":"Dark"}`, status: 200, has: []string{`"name":"Dark"`, `"amount":"14.00"`}},
		"1.2 DELETE /checkouts/{id} answers 204":     {ask: "DELETE /commerce/checkouts/{checkout}", status: 204, has: []string{"^$"}},
		"1.2 POST /invoices answers 201":             {ask: "POST /commerce/invoices", body: bill, status: 201},
		"1.2 GET /invoices":                          {ask: "GET /commerce/invoices", status: 200, has: []string{`^\{"pagination":`}},
		"1.2 GET /invoices/{code}":                   {ask: "GET /commerce/invoices/{bill}", status: 200, has: []string{`"resource":"invoice"`}},
		"1.2 GET /invoices/{id}":                     {ask: "GET /commerce/invoices/{invoice}", status: 200, has: []string{`"resource":"invoice"`}},
		"1.2 POST void":                              {ask: "POST /commerce/invoices/{bill}/void", status: 200, has: []string{`"status":"VOID"`}},
		"1.2 PUT void":                               {ask: "PUT /commerce/invoices/{invoice}/void", status: 200, has: []string{`"status":"VOID"`}},
		"1.2 void while VIEWED":                      {ask: "POST /commerce/invoices/{viewed}/void", status: 200, has: []string{`"status":"VOID"`}},
		"1.2 resolve without a charge":               {ask: "POST /commerce/invoices/{bill}/resolve", status: 400, has: []string{`"type":"invalid_request"`}},
		"1.2 resolve with a NEW charge":              {ask: "PUT /commerce/invoices/{viewed}/resolve", status: 400, has: []string{`"type":"invalid_request"`}},
		"1.2 resolve what is void":                   {ask: "POST /commerce/invoices/{void}/resolve", status: 400, has: []string{"is VOID"}},
		"1.2 void what is void":                      {ask: "POST /commerce/invoices/{void}/void", status: 400, has: []string{"only an OPEN or a VIEWED"}},
		"1.2 GET /events":                            {ask: "GET /commerce/events", status: 200, has: []string{`^\{"pagination":`}},
		"1.2 GET /events/{id}":                       {ask: "GET /commerce/events/{event}", status: 200, has: []string{`"resource":"event"`}},
		"1.2 GET /checkouts?limit=0 tests a key":     {ask: "GET /commerce/checkouts?limit=0", status: 200, has: []string{`"limit":0`, `"data":\[\]`}},
		"1.2 GET /checkouts?limit=0 refuses a wrong": {ask: "GET /commerce/checkouts?limit=0", header: []string{"X-CC-Api-Key: wrong"}, status: 401},
	})
}

func TestConformanceOfEnvelopesAndErrors(t *testing.T) {
	t.Parallel()
	r := start(t)
	holds(t, r, map[string]row{
		"1.3 a single thing is data":                 {ask: "GET /commerce/charges/{code}", status: 200, has: []string{`^\{"data":\{`}, not: []string{"warnings"}},
		"1.3 a list is pagination and data":          {ask: "GET /commerce/charges?limit=0", status: 200, has: []string{`^\{"pagination":\{.*\},"data":\[\]\}$`}},
		"1.3 the pagination's names":                 {ask: "GET /commerce/charges?limit=0", status: 200, has: []string{`"order":"desc","starting_after":null,"ending_before":null,"total":\d+,"limit":0,"yielded":0,"cursor_range":\[\],"previous_uri":null,"next_uri":null`}},
		"1.3 limit is 25 unless said":                {ask: "GET /commerce/events", status: 200, has: []string{`"limit":25`}},
		"1.3 limit up to 100":                        {ask: "GET /commerce/invoices?limit=100", status: 200},
		"1.3 limit beyond 100":                       {ask: "GET /commerce/invoices?limit=101", status: 400, has: []string{"from 0 to 100"}},
		"1.3 order asc":                              {ask: "GET /commerce/invoices?order=asc", status: 200, has: []string{`"order":"asc"`}},
		"1.3 a cursor that is none":                  {ask: "GET /commerce/events?starting_after=x", status: 400, has: []string{"cursor"}},
		"1.3 a cursor of another list":               {ask: "GET /commerce/invoices?ending_before={charge}", status: 400, has: []string{"cursor"}},
		"1.3 resource is on a charge":                {ask: "GET /commerce/charges/{code}", status: 200, has: []string{`"resource":"charge"`}},
		"1.3 resource is on an onchain charge":       {ask: "GET /commerce/charges/{onchain}", status: 200, has: []string{`"resource":"charge"`}},
		"1.3 an error has a type and a message":      {ask: "GET /commerce/charges/NOTTHERE", status: 404, has: []string{notFound}},
		"1.3 warnings stand beside an error":         {ask: "GET /commerce/charges/NOTTHERE", header: []string{"X-CC-Version: "}, status: 404, has: []string{`^\{"error":.*,"warnings":\[`}},
		"1.3 validation_error is 400":                {ask: "POST /commerce/charges", body: strings.Replace(coffee, "4.50", "x", 1), status: 400, has: []string{`"type":"validation_error"`}},
		"1.3 invalid_request is 400":                 {ask: "POST /commerce/charges", body: "{}", status: 400, has: []string{`"type":"invalid_request","message":"Required parameter missing: pricing_type"`}},
		"1.3 authentication_error is 401":            {ask: "GET /commerce/events", header: []string{"X-CC-Api-Key: x"}, status: 401, has: []string{`"type":"authentication_error"`}},
		"1.3 local_price with no_price is 400":       {ask: "POST /commerce/charges", body: strings.Replace(coffee, "fixed_price", "no_price", 1), status: 400},
		"1.3 GET /events/{id} never warns":           {ask: "GET /commerce/events/{event}", header: []string{"X-CC-Version: "}, status: 200, not: []string{"warnings"}},
		"1.3 GET /events may warn":                   {ask: "GET /commerce/events", header: []string{"X-CC-Version: "}, status: 200, has: []string{"warnings"}},
		"1.3 an unknown invoice":                     {ask: "GET /commerce/invoices/NOTTHERE", status: 404, has: []string{notFound}},
		"1.3 an unknown event":                       {ask: "GET /commerce/events/nothing", status: 404, has: []string{notFound}},
		"1.3 a method there is not is JSON, too":     {ask: "DELETE /commerce/events/{event}", status: 405, has: []string{`^\{"error":\{"type":"invalid_request"`}},
		"1.3 a charge cannot be deleted":             {ask: "DELETE /commerce/charges/{code}", status: 405, has: []string{`^\{"error":`}},
		"1.3 an onchain charge is not cancelable":    {ask: "POST /commerce/charges/{onchain}/cancel", status: 404, has: []string{notFound}},
		"1.3 an onchain charge is not resolvable":    {ask: "POST /commerce/charges/{onchain}/resolve", status: 404, has: []string{notFound}},
		"1.3 both cursors at once":                   {ask: "GET /commerce/charges?starting_after=a&ending_before=b", status: 400},
		"1.3 a slash too many, as some clients do":   {ask: "GET /commerce//charges/{code}", status: 200},
		"1.3 a slash at the end, as some clients do": {ask: "GET /commerce/charges/", status: 200},
	})
}

// TestConformanceOfPaging walks every list as the official clients do: until a
// page yields less than the limit, or nothing.
func TestConformanceOfPaging(t *testing.T) {
	t.Parallel()
	r := start(t, func(cfg *sandbox.Config) { cfg.WebhookURL = "" })
	for range 4 {
		r.create() // makes an event, too
		r.offer()
		r.bill()
	}
	for _, list := range []string{"charges", "checkouts", "invoices", "events"} {
		t.Run("1.3 "+list+" end with an empty page", func(t *testing.T) {
			t.Parallel()
			r := r.in(t)
			seen := map[string]bool{}
			query := "?limit=2&order=asc"
			for range 2 {
				page := decode[listing](t, r.want(r.send("GET", "/commerce/"+list+query, ""), http.StatusOK))
				if p := page.Pagination; p.Total != 4 || p.Yielded != 2 || len(p.CursorRange) != 2 || p.PreviousURI == nil {
					t.Fatalf("pagination %+v", p)
				}
				for _, id := range page.ids() {
					seen[id] = true
				}
				query = "?limit=2&order=asc&starting_after=" + page.Pagination.CursorRange[1]
			}
			last := r.want(r.send("GET", "/commerce/"+list+query, ""), http.StatusOK)
			if len(seen) != 4 || !strings.Contains(last.body, `"yielded":0,"cursor_range":[]`) || !strings.Contains(last.body, `"next_uri":null`) {
				t.Errorf("saw %d, then %s", len(seen), last.body)
			}
		})
	}
}

func matches(pattern, text string) bool { return regexp.MustCompile(pattern).MatchString(text) }
