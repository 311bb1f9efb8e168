package sandbox_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"till/app/sandbox"
)

// invoice is what the tests read of one.
type invoice struct {
	ID         string                            `json:"id"`
	Code       string                            `json:"code"`
	Status     string                            `json:"status"`
	HostedURL  string                            `json:"hosted_url"`
	LocalPrice struct{ Amount, Currency string } `json:"local_price"`
	CreatedAt  string                            `json:"created_at"`
	UpdatedAt  string                            `json:"updated_at"`
	Charge     *charge                           `json:"charge"`
}

type oneInvoice struct{ Data invoice }

const bill = `{"business_name":"The roastery","customer_email":"ada@example.com","customer_name":"Ada",` +
	`"local_price":{"amount":"40.00","currency":"USD"},"memo":"Four bags"}`

// bill makes an invoice for four bags.
func (r *rig) bill() invoice {
	r.t.Helper()
	return decode[oneInvoice](r.t, r.want(r.send("POST", "/commerce/invoices", bill), http.StatusCreated)).Data
}

func (r *rig) showInvoice(ref string) invoice {
	r.t.Helper()
	return decode[oneInvoice](r.t, r.want(r.send("GET", "/commerce/invoices/"+ref, ""), http.StatusOK)).Data
}

// viewed makes an invoice at which its customer has looked.
func (r *rig) viewed() invoice {
	r.t.Helper()
	made := r.bill()
	r.look(made)
	return r.showInvoice(made.Code)
}

// look opens the invoice's page.
func (r *rig) look(i invoice) answer {
	r.t.Helper()
	a := r.send("GET", strings.TrimPrefix(i.HostedURL, r.url), "")
	if a.StatusCode >= http.StatusBadRequest {
		r.t.Fatalf("the invoice's page: %d %s", a.StatusCode, a.body)
	}
	return a
}

func TestInvoiceIsPaid(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	r := start(t, func(cfg *sandbox.Config) { cfg.Now = func() time.Time { return now } })
	made := r.bill()
	if made.Status != "OPEN" || made.Charge != nil || len(made.Code) != 8 || made.HostedURL != r.url+"/invoices/"+made.Code ||
		made.LocalPrice.Amount != "40.00" || made.CreatedAt != "2026-03-01T12:00:00+00:00" {
		t.Errorf("made %+v", made)
	}
	r.look(made)
	seen := r.showInvoice(made.Code)
	if seen.Status != "VIEWED" || seen.Charge == nil || seen.Charge.Pricing["local"].Amount != "40.00" {
		t.Fatalf("viewed %+v", seen)
	}
	r.look(made)
	if again := r.showInvoice(made.ID); again.Charge.Code != seen.Charge.Code {
		t.Error("a second look made another charge")
	}
	paid := r.do(seen.Charge.Code, "pay")
	if paid.Invoice == nil || paid.Invoice.ID != made.ID || paid.Invoice.Code != made.Code {
		t.Errorf("its charge says invoice %v", paid.Invoice)
	}
	if got := r.hook.await(t, "charge:confirmed", 1).env.Event.Data.Invoice; got == nil || got.Code != made.Code {
		t.Errorf("the webhook says invoice %v", got)
	}
	if got := r.showInvoice(made.Code); got.Status != "PAID" || got.Charge.Code != paid.Code {
		t.Errorf("in the end %+v", got)
	}
	r.want(r.send("POST", "/commerce/invoices/"+made.Code+"/void", ""), http.StatusBadRequest)
}

func TestInvoiceGetsANewChargeAfterTheHour(t *testing.T) {
	t.Parallel()
	r := start(t)
	first := r.viewed()
	r.advance("61m")
	r.look(first)
	second := r.showInvoice(first.Code)
	if second.Charge.Code == first.Charge.Code || second.UpdatedAt == first.UpdatedAt || second.Status != "VIEWED" {
		t.Errorf("after the hour: %+v", second)
	}
	if got := r.show(first.Charge.Code).steps(); got != "NEW EXPIRED" {
		t.Errorf("the first charge is %s", got)
	}
	r.do(second.Charge.Code, "pay")
	r.do(first.Charge.Code, "pay") // late
	if got := r.showInvoice(first.Code); got.Status != "PAID" || got.Charge.Code != second.Charge.Code {
		t.Errorf("in the end: %+v", got)
	}
}

func TestInvoiceIsResolvedWithItsCharge(t *testing.T) {
	t.Parallel()
	r := start(t)
	seen := r.viewed()
	r.do(seen.Charge.Code, "underpay")
	if got := r.showInvoice(seen.Code); got.Status != "VIEWED" {
		t.Errorf("underpaid: %s", got.Status)
	}
	got := decode[oneInvoice](t, r.want(r.send("PUT", "/commerce/invoices/"+seen.ID+"/resolve", ""), http.StatusOK)).Data
	if got.Status != "PAID" || got.Charge.steps() != "NEW PENDING UNRESOLVED/UNDERPAID RESOLVED" {
		t.Errorf("resolved: %+v", got)
	}
	if a := r.look(seen); a.StatusCode != http.StatusOK {
		t.Errorf("a paid invoice leads on: %d", a.StatusCode)
	}
}

func TestVoidInvoiceStaysVoid(t *testing.T) {
	t.Parallel()
	r := start(t)
	seen := r.viewed()
	r.want(r.send("POST", "/commerce/invoices/"+seen.Code+"/void", "{}"), http.StatusOK)
	r.look(seen)
	r.want(r.send("POST", "/control/charges/"+seen.Charge.Code+"/pay", ""), http.StatusConflict)
	if got := r.showInvoice(seen.Code); got.Status != "VOID" || got.Charge.Code != seen.Charge.Code || got.Charge.steps() != "NEW CANCELED" {
		t.Errorf("in the end: %+v", got)
	}
}

func TestMoneyOnItsWayOutlivesAVoid(t *testing.T) {
	t.Parallel()
	r := start(t)
	seen := r.viewed()
	r.do(seen.Charge.Code, "detect")
	r.want(r.send("POST", "/commerce/invoices/"+seen.Code+"/void", "{}"), http.StatusOK)
	r.do(seen.Charge.Code, "confirm")
	if got := r.showInvoice(seen.Code); got.Status != "VOID" || got.Charge.steps() != "NEW PENDING COMPLETED" {
		t.Errorf("in the end: %+v", got)
	}
}

func TestInvoiceAPIRefuses(t *testing.T) {
	t.Parallel()
	holds(t, start(t), map[string]row{
		"no business":      {ask: "POST /commerce/invoices", body: strings.Replace(bill, "The roastery", " ", 1), status: 400, has: []string{"missing: business_name"}},
		"no customer":      {ask: "POST /commerce/invoices", body: strings.Replace(bill, "ada@example.com", "", 1), status: 400, has: []string{"missing: customer_email"}},
		"no address":       {ask: "POST /commerce/invoices", body: strings.Replace(bill, "ada@", "ada.", 1), status: 400, has: []string{"validation_error", "customer_email"}},
		"no price":         {ask: "POST /commerce/invoices", body: strings.Replace(bill, "local_price", "price", 1), status: 400, has: []string{"missing: local_price"}},
		"a price of none":  {ask: "POST /commerce/invoices", body: strings.Replace(bill, "40.00", "0", 1), status: 400, has: []string{"more than 0"}},
		"a long memo":      {ask: "POST /commerce/invoices", body: strings.Replace(bill, "Four bags", strings.Repeat("x", 1001), 1), status: 400, has: []string{"memo is too long"}},
		"no JSON":          {ask: "POST /commerce/invoices", body: "[", status: 400, has: []string{"JSON of an invoice"}},
		"voiding no one":   {ask: "POST /commerce/invoices/nothing/void", status: 404},
		"resolving no one": {ask: "PUT /commerce/invoices/nothing/resolve", status: 404},
	})
}
