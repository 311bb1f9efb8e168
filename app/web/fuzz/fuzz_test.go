package fuzz_test

import (
	"net/http"
	"strings"
	"testing"

	"till/app/coinbase/commerce"
)

// FuzzWebhook sends any body and signature to the receiver. Only what is signed
// with the secret is accepted, and only what is accepted is stored.
func FuzzWebhook(f *testing.F) {
	event := `{"id":1,"event":{"id":"e1","type":"charge:confirmed","data":{"id":"x","code":"Y"}}}`
	f.Add(event, commerce.Sign(secret, []byte(event)), true)
	f.Add(event, strings.ToUpper(commerce.Sign(secret, []byte(event))), false)
	f.Add(`{"id":1, "event":{"resource":"event"}}`, "231055346fa57e134e8a65284147ea2a5776337f4863b62da3f90558ed027d56", false)
	f.Add("", "", false)
	f.Add("not JSON", "sha256=00", true)
	f.Add(`{"event":{"id":"\u0000","data":{"timeline":[{"time":"0000"}],"pricing":{"local":{"amount":"1e9999"}}}}}`, "00", true)
	s := newSite(f)
	f.Fuzz(func(t *testing.T, body, signature string, sign bool) {
		right := commerce.Sign(secret, []byte(body))
		if sign {
			signature = right
		}
		before := s.stored.Load()
		res := s.send(t, http.MethodPost, "/webhooks/commerce", body, commerce.SignatureHeader, signature)
		stored := s.stored.Load() != before
		switch {
		case res.StatusCode != http.StatusOK && res.StatusCode != http.StatusBadRequest:
			t.Errorf("answered %d", res.StatusCode)
		case stored != (res.StatusCode == http.StatusOK):
			t.Errorf("answered %d, stored %v", res.StatusCode, stored)
		case stored && !strings.EqualFold(strings.TrimSpace(signature), right):
			t.Errorf("accepted with the signature %q", signature)
		}
	})
}

// FuzzForm sends any form to any address of the shop. What strangers type is
// never our fault, leads to no other site, and is shown to nobody as markup.
func FuzzForm(f *testing.F) {
	const plain, parts = "application/x-www-form-urlencoded", "multipart/form-data; boundary="
	f.Add("/orders", plain, "product=coffee&token=aaaaaaaaaaaaaaaaaaaaaaaaaa&method=charge")
	f.Add("/orders?product=coffee", plain, "product=%00&product=tea&method=")
	f.Add("/orders", parts+"b", "--b\r\nContent-Disposition: form-data; name=\"product\"\r\n\r\ncoffee\r\n--b--\r\n")
	f.Add("/orders/"+known+"/payments", parts, "x")
	f.Add("/orders/"+known+"/cancel", "application/json", `{"product":"coffee"}`)
	f.Add("/success?order=aaaaaaaaaaaaaaaaaaaaaaaaaa&order=%ff", plain, "")
	f.Add("/orders/../orders/%2e%2e/payments", plain, "%")
	f.Add("/login?next=//evil.example", plain, "username=%22%3E%3Cfuzz%3E&password=b&next=https:%5c%5cevil.example")
	f.Add("/register?next=/%09/evil.example", plain, "username=<fuzz>&password=correct+horse+battery&next=/\\evil.example")
	f.Add("/account/orders?next=%3Cfuzz%3E", plain, "")
	s := newSite(f)
	f.Fuzz(func(t *testing.T, address, kind, form string) {
		for _, method := range []string{http.MethodPost, http.MethodGet} {
			res := s.send(t, method, "/"+strings.TrimLeft(address, "/"), form, "Content-Type", kind)
			if res.StatusCode >= http.StatusInternalServerError {
				t.Errorf("%s %q answered %d", method, address, res.StatusCode)
			}
			if to := res.Header.Get("Location"); to != "" && !local(to) {
				t.Errorf("%s %q leads to %q", method, address, to)
			}
			if strings.Contains(res.body, "<fuzz") {
				t.Errorf("%s %q shows markup of a stranger's", method, address)
			}
			if res.Header.Get("Content-Security-Policy") == "" || res.Header.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s %q is answered without protection", method, address)
			}
		}
	})
}

// local reports whether a browser that is sent there stays on the site.
func local(to string) bool {
	return strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//") && !strings.ContainsAny(to, "\\\t\r\n")
}
