package gateway

import (
	"strings"
	"testing"
)

func TestLink(t *testing.T) {
	t.Parallel()
	for raw, fine := range map[string]bool{
		"https://commerce.coinbase.com/charges/ABCD1234":   true,
		"http://127.0.0.1:8402/charges/ABCD1234":           true,
		"http://localhost:8402/pay/x":                      true,
		"http://[::1]:8402/pay/x":                          true,
		"http://till.localhost/pay/x":                      true,
		"http://commerce.coinbase.com/charges/ABCD1234":    false,
		"http://127.0.0.1.evil.example/":                   false,
		"javascript:alert(1)":                              false,
		"data:text/html,hi":                                false,
		"//commerce.coinbase.com/x":                        false,
		"/charges/x":                                       false,
		"https:///x":                                       false,
		"https://coinbase.com@evil.example/":               false,
		"https://evil.example\\@coinbase.com/":             false,
		"https://a.example/\nx":                            false,
		"":                                                 false,
		"https://a.example/" + strings.Repeat("x", maxURL): false,
	} {
		t.Run(cut(raw, 60), func(t *testing.T) {
			t.Parallel()
			want := ""
			if fine {
				want = raw
			}
			if got := link(raw); got != want {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestCutCountsCharacters(t *testing.T) {
	t.Parallel()
	if got := cut("Café ₿ar", 6); got != "Café ₿" {
		t.Errorf("got %q", got)
	}
	if got := cut("short", 6); got != "short" {
		t.Errorf("got %q", got)
	}
}
