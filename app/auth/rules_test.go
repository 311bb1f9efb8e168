package auth

import (
	"strings"
	"testing"
)

func TestNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Ada": "ada", "  ada.lovelace_1815-x ": "ada.lovelace_1815-x", "ADA@Example.COM": "ada@example.com",
		strings.Repeat("a", 64): strings.Repeat("a", 64), "a+b@example.com": "a+b@example.com",
		"ab": "", "": "", strings.Repeat("a", 65): "", "ada lovelace": "", "a@": "", "@b": "", "a@b@c": "",
		"Ada <ada@example.com>": "", "ada@exam ple.com": "", strings.Repeat("a", 250) + "@b.cd": "",
		"аda": "", "ａｄａ": "", "ada\u202e": "", "ada\x00": "", "\"a b\"@example.com": "", "zoë@example.com": "", "a\nb": "", "\xff\xfe\xfd": "",
	} {
		if got := normalise(name); got != want {
			t.Errorf("normalise(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestPasswords(t *testing.T) {
	t.Parallel()
	for password, good := range map[string]bool{
		"123456789": false, "1234567890": true, "ööööööööö": false, "öööööööööö": true,
		"          ": true, strings.Repeat("x", 256): true, strings.Repeat("x", 257): false,
		"Countess.Ada": false, "countess.ada": false, "countess.ada1": true,
	} {
		if err := checkPassword(FieldNew, password, " Countess.Ada"); (err == nil) != good {
			t.Errorf("%q: %v", password, err)
		}
	}
}
