package sandbox_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"till/app/sandbox"
)

// checkout is what the tests read of one.
type checkout struct {
	ID            string                             `json:"id"`
	Resource      string                             `json:"resource"`
	Name          string                             `json:"name"`
	Description   string                             `json:"description"`
	LogoURL       string                             `json:"logo_url"`
	RequestedInfo []string                           `json:"requested_info"`
	PricingType   string                             `json:"pricing_type"`
	LocalPrice    *struct{ Amount, Currency string } `json:"local_price"`
	BrandColor    string                             `json:"brand_color"`
	CreatedAt     string                             `json:"created_at"`
	UpdatedAt     string                             `json:"updated_at"`
}

// price is what it costs in one line, "" when the buyer decides.
func (c checkout) price() string {
	if c.LocalPrice == nil {
		return ""
	}
	return c.LocalPrice.Amount + " " + c.LocalPrice.Currency
}

type oneCheckout struct{ Data checkout }

const beans = `{"name":"Beans","description":"House roast","pricing_type":"fixed_price",` +
	`"local_price":{"amount":"14.00","currency":"USD"},"requested_info":["email"],"brand_color":"#0B5D4B"}`

// offer makes a checkout for beans.
func (r *rig) offer() checkout {
	r.t.Helper()
	return decode[oneCheckout](r.t, r.want(r.send("POST", "/commerce/checkouts", beans), http.StatusCreated)).Data
}

func (r *rig) showCheckout(id string) checkout {
	r.t.Helper()
	return decode[oneCheckout](r.t, r.want(r.send("GET", "/commerce/checkouts/"+id, ""), http.StatusOK)).Data
}

func TestCheckoutIsCreatedAndShown(t *testing.T) {
	t.Parallel()
	for _, shape := range []string{"2018", "onchain"} {
		t.Run(shape, func(t *testing.T) {
			t.Parallel()
			now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
			r := start(t, func(cfg *sandbox.Config) {
				cfg.Shape = shape
				cfg.Now = func() time.Time { return now }
			})
			made := r.offer()
			if len(made.ID) != 36 || made.Resource != "checkout" || made.Name != "Beans" || made.Description != "House roast" ||
				made.PricingType != "fixed_price" || made.price() != "14.00 USD" || made.BrandColor != "#0B5D4B" ||
				made.CreatedAt != "2026-03-01T12:00:00Z" || made.UpdatedAt != made.CreatedAt {
				t.Errorf("made %+v", made)
			}
			shown := r.showCheckout(strings.ToUpper(made.ID))
			if shown.ID != made.ID || !slices.Equal(shown.RequestedInfo, []string{"email"}) {
				t.Errorf("shown %+v", shown)
			}
		})
	}
}

func TestCheckoutWithoutPriceOrInfo(t *testing.T) {
	t.Parallel()
	r := start(t)
	a := r.want(r.send("POST", "/commerce/checkouts", `{"name":"Tip","description":"Thanks","pricing_type":"no_price"}`), http.StatusCreated)
	if !strings.Contains(a.body, `"requested_info":[]`) || strings.Contains(a.body, "local_price") {
		t.Errorf("checkout %s", a.body)
	}
	page := r.want(r.send("GET", "/checkout/"+decode[oneCheckout](t, a).Data.ID, ""), http.StatusOK)
	if !strings.Contains(page.body, "You decide how much") {
		t.Errorf("page %s", page.body)
	}
}

func TestCheckoutChangesOnlyWhatIsNamed(t *testing.T) {
	t.Parallel()
	r := start(t)
	for name, tc := range map[string]struct {
		body  string
		want  string // name, description, price, info
		raise bool
	}{
		"the name":            {`{"name":"Dark beans"}`, "Dark beans|House roast|14.00 USD|email", true},
		"the price":           {`{"local_price":{"amount":"15","currency":"EUR"}}`, "Beans|House roast|15.00 EUR|email", true},
		"the amount alone":    {`{"local_price":{"amount":"15.5"}}`, "Beans|House roast|15.50 USD|email", true},
		"no price any more":   {`{"pricing_type":"no_price"}`, "Beans|House roast||email", true},
		"the info":            {`{"requested_info":["name","phone"]}`, "Beans|House roast|14.00 USD|name phone", true},
		"no info any more":    {`{"requested_info":[]}`, "Beans|House roast|14.00 USD|", true},
		"nothing":             {`{}`, "Beans|House roast|14.00 USD|email", true},
		"a name that is none": {`{"name":" "}`, "Beans|House roast|14.00 USD|email", false},
		"a price of nothing":  {`{"local_price":{"amount":"0"}}`, "Beans|House roast|14.00 USD|email", false},
		"a price too much":    {`{"pricing_type":"no_price","local_price":{"amount":"1","currency":"USD"}}`, "Beans|House roast|14.00 USD|email", false},
		"no JSON":             {`{`, "Beans|House roast|14.00 USD|email", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := r.in(t)
			made := r.offer()
			r.want(r.send("PUT", "/commerce/checkouts/"+made.ID, tc.body), map[bool]int{true: 200, false: 400}[tc.raise])
			got := r.showCheckout(made.ID)
			line := strings.Join([]string{got.Name, got.Description, got.price(), strings.Join(got.RequestedInfo, " ")}, "|")
			if line != tc.want || got.CreatedAt != made.CreatedAt || got.BrandColor != made.BrandColor {
				t.Errorf("is now %s, want %s: %+v", line, tc.want, got)
			}
		})
	}
}

func TestCheckoutTellsWhenItChanged(t *testing.T) {
	t.Parallel()
	r := start(t)
	made := r.offer()
	r.advance("1h")
	r.want(r.send("PUT", "/commerce/checkouts/"+made.ID, `{"name":"Dark beans"}`), http.StatusOK)
	if got := r.showCheckout(made.ID); got.UpdatedAt <= made.UpdatedAt || got.CreatedAt != made.CreatedAt {
		t.Errorf("created %s, updated %s; was %s", got.CreatedAt, got.UpdatedAt, made.UpdatedAt)
	}
}

func TestCheckoutIsDeleted(t *testing.T) {
	t.Parallel()
	r := start(t)
	for _, body := range []string{"", "{}"} {
		made := r.offer()
		charge := r.createFrom(made.ID)
		path := "/commerce/checkouts/" + made.ID
		if a := r.want(r.send("DELETE", path, body, "Content-Type: application/json"), http.StatusNoContent); a.body != "" {
			t.Errorf("a deletion answers %q", a.body)
		}
		r.want(r.send("DELETE", path, body), http.StatusNotFound)
		r.want(r.send("GET", path, ""), http.StatusNotFound)
		if got := r.show(charge.Code); got.Checkout == nil || got.Checkout.ID != made.ID {
			t.Errorf("its charge forgot it: %+v", got)
		}
	}
}

// createFrom makes a charge that names a checkout, at its own price.
func (r *rig) createFrom(id string) charge {
	r.t.Helper()
	body := strings.Replace(coffee, `"metadata"`, `"checkout_id":"`+id+`","metadata"`, 1)
	return decode[one](r.t, r.want(r.send("POST", "/commerce/charges", body), http.StatusCreated)).Data
}

func TestChargeNamesItsCheckout(t *testing.T) {
	t.Parallel()
	for _, shape := range []string{"2018", "onchain"} {
		t.Run(shape, func(t *testing.T) {
			t.Parallel()
			r := start(t, func(cfg *sandbox.Config) { cfg.Shape = shape })
			made := r.offer()
			c := r.createFrom(made.ID)
			if c.Checkout == nil || c.Checkout.ID != made.ID || c.Pricing["local"].Amount != "4.50" {
				t.Errorf("charge %+v", c)
			}
			if got := r.hook.await(t, "charge:created", 1).env.Event.Data.Checkout; got == nil || got.ID != made.ID {
				t.Errorf("the webhook says checkout %v", got)
			}
			if got := r.create(); got.Checkout != nil {
				t.Errorf("a charge of its own says checkout %v", got.Checkout)
			}
		})
	}
}

func TestCheckoutAPIRefuses(t *testing.T) {
	t.Parallel()
	r := start(t)
	for name, tc := range map[string]struct {
		method, path, body, header string
		status                     int
		kind, message              string
	}{
		"no key":                  {"GET", "/commerce/checkouts", "", "X-CC-Api-Key: ", 401, "authentication_error", "API key"},
		"an unknown one":          {"GET", "/commerce/checkouts/nothing", "", "", 404, "not_found", "Not found"},
		"changing an unknown one": {"PUT", "/commerce/checkouts/nothing", `{"name":"x"}`, "", 404, "not_found", "Not found"},
		"deleting an unknown one": {"DELETE", "/commerce/checkouts/nothing", "", "", 404, "not_found", "Not found"},
		"a wrong method":          {"POST", "/commerce/checkouts/nothing", "{}", "", 405, "invalid_request", "Method not allowed"},
		"another body type":       {"POST", "/commerce/checkouts", beans, "Content-Type: text/plain", 400, "invalid_request", "missing: pricing_type"},
		"no JSON":                 {"POST", "/commerce/checkouts", "[", "", 400, "invalid_request", "JSON of a checkout"},
		"no name":                 {"POST", "/commerce/checkouts", strings.Replace(beans, "Beans", "", 1), "", 400, "invalid_request", "missing: name"},
		"no price":                {"POST", "/commerce/checkouts", `{"name":"a","description":"b","pricing_type":"fixed_price"}`, "", 400, "invalid_request", "missing: local_price"},
		"an unknown info":         {"POST", "/commerce/checkouts", strings.Replace(beans, `"email"`, `"shoe_size"`, 1), "", 400, "validation_error", "requested_info"},
		"a color that is none":    {"POST", "/commerce/checkouts", strings.Replace(beans, "#0B5D4B", "red;", 1), "", 400, "validation_error", "brand_color"},
		"a script as logo":        {"POST", "/commerce/checkouts", strings.Replace(beans, `"name"`, `"logo_url":"javascript:alert(1)","name"`, 1), "", 400, "validation_error", "logo_url"},
		"an unknown cursor":       {"GET", "/commerce/checkouts?starting_after=x", "", "", 400, "invalid_request", "cursor"},
		"a charge of no checkout": {"POST", "/commerce/charges", strings.Replace(coffee, `"metadata"`, `"checkout_id":"x","metadata"`, 1), "", 400, "invalid_request", "checkout_id"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var header []string
			if tc.header != "" {
				header = append(header, tc.header)
			}
			a := r.in(t).send(tc.method, tc.path, tc.body, header...)
			got := decode[struct {
				Error struct{ Type, Message string }
			}](t, a)
			if a.StatusCode != tc.status || got.Error.Type != tc.kind || !strings.Contains(got.Error.Message, tc.message) {
				t.Errorf("%d %s, want %d %s %q", a.StatusCode, a.body, tc.status, tc.kind, tc.message)
			}
		})
	}
}

func TestCheckoutListPages(t *testing.T) {
	t.Parallel()
	r := start(t)
	var id [3]string
	for i := range id {
		id[i] = r.offer().ID
	}
	r.create() // a charge is no checkout
	for name, tc := range map[string]struct {
		query string
		want  []string
		next  string
	}{
		"all, newest first": {"", []string{id[2], id[1], id[0]}, ""},
		"the first page":    {"?limit=2", []string{id[2], id[1]}, "/commerce/checkouts?limit=2&starting_after=" + id[1]},
		"the last page":     {"?limit=2&starting_after=" + id[1], []string{id[0]}, ""},
		"behind the last":   {"?starting_after=" + id[0], []string{}, ""},
		"oldest first":      {"?limit=2&order=asc", []string{id[0], id[1]}, "/commerce/checkouts?limit=2&order=asc&starting_after=" + id[1]},
		"backward":          {"?limit=1&ending_before=" + id[0], []string{id[1]}, "/commerce/checkouts?limit=1&starting_after=" + id[1]},
		"only the total":    {"?limit=0", []string{}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := r.in(t)
			got := decode[listing](t, r.want(r.send("GET", "/commerce/checkouts"+tc.query, ""), http.StatusOK))
			next := ""
			if got.Pagination.NextURI != nil {
				next = strings.TrimPrefix(*got.Pagination.NextURI, r.url)
			}
			if !slices.Equal(got.ids(), tc.want) || got.Pagination.Total != 3 || got.Pagination.Yielded != len(tc.want) || next != tc.next {
				t.Errorf("ids %v, pagination %+v, next %s; want %v, next %s", got.ids(), got.Pagination, next, tc.want, tc.next)
			}
		})
	}
}

func TestControlListsCheckouts(t *testing.T) {
	t.Parallel()
	r := start(t)
	first, second := r.offer(), r.offer()
	got := decode[struct{ Data []checkout }](t, r.want(r.send("GET", "/control/checkouts", "", "X-CC-Api-Key: "), http.StatusOK)).Data
	if len(got) != 2 || got[0].ID != second.ID || got[1].ID != first.ID || got[1].Name != "Beans" {
		t.Errorf("checkouts %+v", got)
	}
}
