package sandbox_test

import (
	"net/http"
	"strings"
	"testing"
)

const tenCups = `{"business_name":"Till & Sons","customer_email":"anna@example.com","memo":"Ten cups","local_price":{"amount":"45.00","currency":"EUR"}}`

func TestInvoiceLeadsToItsCharge(t *testing.T) {
	t.Parallel()
	r := start(t)
	invoice := decode[struct{ Data struct{ Code string } }](t, r.want(r.send("POST", "/commerce/invoices", tenCups), http.StatusCreated)).Data
	path := "/invoices/" + invoice.Code
	first := r.want(r.send("GET", path, ""), http.StatusSeeOther).Header.Get("Location")
	if !strings.HasPrefix(first, "/charges/") {
		t.Fatalf("leads to %q", first)
	}
	page := r.want(r.send("GET", first, ""), http.StatusOK).body
	if !strings.Contains(page, "Till &amp; Sons") || !strings.Contains(page, "45.00") {
		t.Errorf("the charge's page is %s", page)
	}
	r.advance("61m")
	second := r.want(r.send("GET", path, ""), http.StatusSeeOther).Header.Get("Location")
	if second == first {
		t.Error("an expired charge is not replaced")
	}
	if home := r.want(r.send("GET", "/", ""), http.StatusOK).body; !strings.Contains(home, `href="`+path+`"`) {
		t.Error("the home page does not list the invoice")
	}
	r.do(strings.TrimPrefix(second, "/charges/"), "pay")
	paid := r.want(r.send("GET", path, ""), http.StatusOK).body
	for _, part := range []string{"This invoice is paid", "Ten cups", "45.00", invoice.Code} {
		if !strings.Contains(paid, part) {
			t.Errorf("%s is missing in %s", part, paid)
		}
	}
}

func TestVoidInvoiceSaysSo(t *testing.T) {
	t.Parallel()
	r := start(t)
	invoice := decode[struct{ Data struct{ Code string } }](t, r.want(r.send("POST", "/commerce/invoices", tenCups), http.StatusCreated)).Data
	r.want(r.send("POST", "/commerce/invoices/"+invoice.Code+"/void", ""), http.StatusOK)
	page := r.want(r.send("GET", "/invoices/"+strings.ToLower(invoice.Code), ""), http.StatusOK).body
	if !strings.Contains(page, "This invoice is void") || strings.Contains(page, "<form") {
		t.Errorf("page %s", page)
	}
	r.want(r.send("GET", "/invoices/NOTTHERE", ""), http.StatusNotFound)
}
