package config_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"

	"till/app/config"
)

const checkoutID = "3c1f0a52-7d64-4b8e-9a2f-6e5d8b7c4f10"

func TestCheckoutID(t *testing.T) {
	t.Parallel()
	for given, fine := range map[string]bool{
		checkoutID:                  true,
		strings.ToUpper(checkoutID): true,
		"  " + checkoutID + "\n":    true,
		"https://commerce.coinbase.com/checkout/" + checkoutID:                               true,
		"https://commerce.coinbase.com/checkout/" + checkoutID + "/":                         true,
		"https://commerce.coinbase.com/checkout/" + checkoutID + "?utm=a&b=/checkout/c#here": true,
		"HTTPS://Commerce.Coinbase.com/checkout/" + strings.ToUpper(checkoutID):              true,
		"https://commerce.coinbase.com/embed/checkout/" + checkoutID:                         true,
		"commerce.coinbase.com/checkout/" + checkoutID:                                       true,
		"http://127.0.0.1:8402/checkout/" + checkoutID:                                       true,
		"http://[::1]:8402/checkout/" + checkoutID:                                           true,

		"":                                      false,
		"17":                                    false,
		checkoutID[1:]:                          false,
		checkoutID + "0":                        false,
		strings.ReplaceAll(checkoutID, "-", ""): false,
		"g" + checkoutID[1:]:                    false,
		"/checkout/" + checkoutID:               false,
		"../" + checkoutID:                      false,
		"https://commerce.coinbase.com/charges/" + checkoutID:           false,
		"https://commerce.coinbase.com/checkout/":                       false,
		"https://commerce.coinbase.com/?checkout=" + checkoutID:         false,
		"https://u:p@commerce.coinbase.com/checkout/" + checkoutID:      false,
		"javascript:/checkout/" + checkoutID:                            false,
		"https://commerce.coinbase.com/checkout/" + checkoutID + "/pay": false,
		checkoutID + "\n" + checkoutID:                                  false,
	} {
		t.Run(given, func(t *testing.T) {
			t.Parallel()
			id, ok := config.CheckoutID(given)
			if want := map[bool]string{true: checkoutID}[fine]; id != want || ok != fine {
				t.Errorf("got %q, %v", id, ok)
			}
		})
	}
}

func TestLoad_Checkout(t *testing.T) {
	t.Parallel()
	const head = "[product gift-card]\nmethod = checkout\ncheckout_id = "
	one := decimal.RequireFromString("1.00")
	for name, tc := range map[string]struct {
		text    string
		environ []string
		want    config.Product
	}{
		"all is made up": {
			head + checkoutID + "\n", nil,
			config.Product{Name: "gift-card", Description: "Sold through a checkout.", Price: one, Currency: "USD"},
		},
		"a link": {
			head + "https://commerce.coinbase.com/checkout/" + strings.ToUpper(checkoutID) + "?from=mail\n", nil,
			config.Product{Name: "gift-card", Description: "Sold through a checkout.", Price: one, Currency: "USD"},
		},
		"a link in the environment": {
			head + "\n", []string{"TILL_PRODUCT_GIFT_CARD_CHECKOUT_ID=http://[::1]:8402/checkout/" + checkoutID},
			config.Product{Name: "gift-card", Description: "Sold through a checkout.", Price: one, Currency: "USD"},
		},
		"what is written is kept": {
			head + checkoutID + "\nname = Card\ndescription = Good.\nprice = 20\ncurrency = EUR\nimage = card.svg\n", nil,
			config.Product{Name: "Card", Description: "Good.", Price: decimal.NewFromInt(20), Currency: "EUR", Image: "card.svg"},
		},
		"half of it": {
			head + checkoutID + "\nprice = 20\n", []string{"TILL_PRODUCT_GIFT_CARD_NAME=Card"},
			config.Product{Name: "Card", Description: "Sold through a checkout.", Price: decimal.NewFromInt(20), Currency: "USD"},
		},
	} {
		tc.want.Slug, tc.want.Method, tc.want.CheckoutID = "gift-card", "checkout", checkoutID
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			with := load(t, sandboxOn+tc.text, tc.environ...)
			without := load(t, tc.text, append(tc.environ, "TILL_COINBASE_API_KEY=k", "TILL_COINBASE_WEBHOOK_SECRETS=s")...)
			alone, err := config.LoadSandbox(write(t, tc.text+product), tc.environ)
			if err != nil {
				t.Fatal(err)
			}
			for what, c := range map[string]config.Config{"sandbox on": with, "sandbox off": without, "sandbox alone": alone} {
				if diff := cmp.Diff([]config.Product{tc.want}, c.Products); diff != "" {
					t.Errorf("%s: %s", what, diff)
				}
			}
		})
	}
}

func TestLoad_TwoProductsMayShareACheckout(t *testing.T) {
	t.Parallel()
	one := "[product a]\nmethod = checkout\ncheckout_id = " + checkoutID + "\n"
	c := load(t, sandboxOn+one+strings.Replace(one, "product a", "product b", 1))
	if len(c.Products) != 2 || c.Products[0].CheckoutID != c.Products[1].CheckoutID {
		t.Errorf("products %+v", c.Products)
	}
}

func TestLoadSandbox_PassesOverAFaultyCheckout(t *testing.T) {
	t.Parallel()
	text := "[product a]\nmethod = checkout\ncheckout_id = 17\nprice = x\n[product b]\nmethod = checkout\ncheckout_id = " + checkoutID + "\n"
	c, err := config.LoadSandbox(write(t, text), nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Products) != 1 || c.Products[0].Slug != "b" {
		t.Errorf("products %+v", c.Products)
	}
}

func TestConfig_PrintShowsWhatACheckoutIsFilledWith(t *testing.T) {
	t.Parallel()
	first := load(t, sandboxOn+"[product a]\nmethod = checkout\ncheckout_id = http://x/checkout/"+checkoutID+"\n")
	var out bytes.Buffer
	if err := first.Print(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\n# default\nname = a\n", "\n# default\nprice = 1.00\n", "\n# config.ini line 5\ncheckout_id = " + checkoutID + "\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
	if diff := cmp.Diff(first.Products, load(t, out.String()).Products); diff != "" {
		t.Error(diff)
	}
}
