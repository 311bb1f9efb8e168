package config

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzLoad feeds any file and variable. Nothing may panic, and the parser must
// read exactly what the scanner let through: nothing swallowed, nothing merged.
func FuzzLoad(f *testing.F) {
	f.Add("[sandbox]\nenabled = yes\n[product a]\nname = A\ndescription = B\nprice = 1\ncurrency = USD\n", "TILL_PRODUCT_A_PRICE=2")
	f.Add("[server]\nlisten = [::1]:80\n[server]\r\n=x\n\ufeff[store]", "TILL_=")
	f.Add("[sandbox]\nenabled: true\n[product a]\nname=\t%(x)s\nprice = 1e9 ; x\n[DEFAULT]\nprice=2", "TILL_SERVER_LISTEN=:::0")
	f.Add("[product a]\nname = #\ndescription = ==\n[product  a]\n[store\nurl = sqlite:"+strings.Repeat("x", 5000), "TILL_STORE_URL=sqlite:\x00")
	f.Add("[sandbox]\nenabled = 1\n[product a]\nmethod = checkout\ncheckout_id = https://commerce.coinbase.com/checkout/3C1F0A52-7d64-4b8e-9a2f-6e5d8b7c4f10?a=%3Cb%3E#c\n", "TILL_PRODUCT_A_CHECKOUT_ID=../x")
	f.Add("[coinbase]\nprovider = business\n[business]\nkey_id = i\nkey_secret = -----BEGIN\\nx\nwebhook_secrets = s\n[product a]\nmethod = checkout\nname = A\ndescription = B\nprice = 1\ncurrency = USD\n", "TILL_BUSINESS_KEY_SECRET=a\nb")
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text, variable string) {
		file := filepath.Join(dir, "config.ini")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		agree(t, file, text)
		for _, read := range []func(string, []string) (Config, error){Load, LoadSandbox} {
			c, err := read(file, []string{variable})
			if err == nil {
				err = c.Print(&bytes.Buffer{})
			} else if strings.Contains(err.Error(), "did somebody write") {
				t.Error(err)
			}
			if err == nil && c.Sandbox.Store == "" && !c.Coinbase.Set() && !c.Business.Set() {
				t.Error("accepted without a sandbox and without a key")
			}
			for _, p := range c.Products {
				_, ok := CheckoutID(p.CheckoutID)
				if free := c.Coinbase.Provider == business && p.CheckoutID == ""; ok != (p.Method == checkout) && !free {
					t.Errorf("method %q with checkout_id %q", p.Method, p.CheckoutID)
				}
			}
		}
	})
}

func agree(t *testing.T, file, text string) {
	t.Helper()
	s, err := read(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.mistakes) > 0 {
		return
	}
	for _, e := range scan("config.ini", text).entries {
		if got := s.values[e.place].value; got != e.value {
			t.Errorf("%s was written %q and read %q", e.place, e.value, got)
		}
	}
}
