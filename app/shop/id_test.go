package shop_test

import (
	"bytes"
	"testing"

	"till/app/shop"
)

func TestTokens(t *testing.T) {
	t.Parallel()
	token, err := shop.NewToken(bytes.NewReader(bytes.Repeat([]byte{0xff}, 16)))
	if err != nil || !shop.ValidToken(token) || len(token) != 26 {
		t.Errorf("token %q, %v", token, err)
	}
	if _, err := shop.NewToken(bytes.NewReader([]byte("short"))); err == nil {
		t.Error("a token was made of too little randomness")
	}
	for _, bad := range []string{"", "abc", "AAAAAAAAAAAAAAAAAAAAAAAAAA", "../../../../../../etc/passwd", "aaaaaaaaaaaaaaaaaaaaaaaaa1"} {
		if shop.ValidToken(bad) {
			t.Errorf("%q is taken for a token", bad)
		}
	}
}

func TestMoneyIsWrittenWithAtLeastTwoPlaces(t *testing.T) {
	t.Parallel()
	for amount, want := range map[string]string{"4.5": "4.50 USD", "4": "4.00 USD", "0.12345": "0.12345 USD", "1e2": "100.00 USD"} {
		m, err := shop.ParseMoney(amount, "usd")
		if err != nil || m.String() != want {
			t.Errorf("%s is written %q (%v), want %q", amount, m, err, want)
		}
	}
	if _, err := shop.ParseMoney("four", "USD"); err == nil {
		t.Error("an amount in words was read")
	}
}
