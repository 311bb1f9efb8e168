package business

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"
)

// zeros is randomness without a surprise.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func block(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func pkcs8(t *testing.T, key any) string {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return block("PRIVATE KEY", der)
}

func pkix(t *testing.T, key any) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return block("PUBLIC KEY", der)
}

// testEd25519 is a key made of a seed of ones, as the provider writes it.
func testEd25519() (secret string, private ed25519.PrivateKey) {
	private = ed25519.NewKeyFromSeed([]byte(strings.Repeat("\x01", ed25519.SeedSize)))
	return base64.StdEncoding.EncodeToString(private), private
}

func testEC(t *testing.T) (id, secret, public string) {
	t.Helper()
	id, secret, public, err := GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return id, secret, public
}

func TestParseKeyInItsSpellings(t *testing.T) {
	t.Parallel()
	id, secret, _ := testEC(t)
	key, err := ParseKey(id, secret)
	if err != nil {
		t.Fatal(err)
	}
	ed, private := testEd25519()
	for name, tc := range map[string]struct{ secret, alg string }{
		"EC":                          {secret, "ES256"},
		"EC with \\n written out":     {strings.ReplaceAll(secret, "\n", `\n`), "ES256"},
		"EC with \\r\\n written out":  {strings.ReplaceAll(secret, "\n", `\r\n`), "ES256"},
		"EC in quotes":                {`"` + strings.ReplaceAll(strings.TrimSpace(secret), "\n", `\n`) + `"`, "ES256"},
		"EC with DOS line ends":       {strings.ReplaceAll(secret, "\n", "\r\n"), "ES256"},
		"EC in PKCS #8":               {pkcs8(t, key.private), "ES256"},
		"EC after its parameters":     {block("EC PARAMETERS", []byte{6, 8, 42, 134, 72, 206, 61, 3, 1, 7}) + secret, "ES256"},
		"Ed25519":                     {ed, "EdDSA"},
		"Ed25519 without its padding": {strings.TrimRight(ed, "="), "EdDSA"},
		"Ed25519 on two lines":        {ed[:40] + "\n" + ed[40:] + "\n", "EdDSA"},
		"Ed25519 in PKCS #8":          {pkcs8(t, private), "EdDSA"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k, err := ParseKey(" "+id+"\n", tc.secret)
			if err != nil || k.method.Alg() != tc.alg || k.ID() != id {
				t.Errorf("got %v, %v", k, err)
			}
		})
	}
}

func TestParseKeySaysWhatToDo(t *testing.T) {
	t.Parallel()
	_, secret, public := testEC(t)
	ed, private := testEd25519()
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	halves := append(append([]byte{}, private[:32]...), make([]byte, 32)...)
	for name, tc := range map[string]struct{ id, secret, says string }{
		"no key id":                   {" ", secret, "key id is missing: copy"},
		"a key id with a line break":  {"a\nb", secret, "key id has blanks"},
		"the secret as key id":        {secret, secret, "key id has blanks"},
		"an Ed25519 key as key id":    {ed, ed, "the key id is a key secret"},
		"the two mixed up":            {ed, "3f6c8a2e-0000-4000-8000-000000000000", "see that the two are not mixed up"},
		"no secret":                   {"id", "", "key secret is missing"},
		"neither PEM nor base64":      {"id", "what?", "neither PEM nor base64: copy"},
		"an RSA key":                  {"id", block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey)), "an RSA key: give"},
		"an RSA key in PKCS #8":       {"id", pkcs8(t, rsaKey), "an RSA key: give"},
		"another curve":               {"id", pkcs8(t, p384), "curve P-384: make"},
		"a public key":                {"id", public, "a public key, which cannot sign: give"},
		"a certificate":               {"id", block("CERTIFICATE", []byte{1}), `"CERTIFICATE": give`},
		"a locked key":                {"id", block("ENCRYPTED PRIVATE KEY", []byte{1}), "passphrase: give"},
		"an old locked key":           {"id", "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END EC PRIVATE KEY-----\n", "passphrase: give"},
		"PEM cut off":                 {"id", secret[:80], `write \n where`},
		"PEM on one line":             {"id", strings.ReplaceAll(secret, "\n", " "), `write \n where`},
		"PEM broken inside":           {"id", block("EC PRIVATE KEY", []byte{1, 2, 3}), "broken inside: copy"},
		"half of an Ed25519 key":      {"id", base64.StdEncoding.EncodeToString(private[:32]), "32 bytes, which is half"},
		"a cut Ed25519 key":           {"id", ed[:80], "has 60 bytes where an Ed25519 key has 64"},
		"halves of two Ed25519 keys":  {"id", base64.StdEncoding.EncodeToString(halves), "do not belong together: copy"},
		"a key for something else":    {"id", block("OPENSSH PRIVATE KEY", []byte{1}), `"OPENSSH PRIVATE KEY": give`},
		"nothing between the dashes-": {"id", "----------", `write \n where`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k, err := ParseKey(tc.id, tc.secret)
			if err == nil || !strings.Contains(err.Error(), tc.says) {
				t.Fatalf("got %v, %v", k, err)
			}
			if body := strings.Trim(tc.secret, " -\n"); len(body) > 30 && strings.Contains(err.Error(), body[30:]) {
				t.Errorf("the secret is in the error: %v", err)
			}
		})
	}
}

func TestAKeyDoesNotShowItsSecret(t *testing.T) {
	t.Parallel()
	ed, _ := testEd25519()
	k, err := ParseKey("my-key", ed)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fmt.Sprint(k), fmt.Sprintf("%+v", k), fmt.Sprintf("%#v", k)} {
		if text != "key my-key" {
			t.Errorf("a key is shown as %s", text)
		}
	}
}

func TestParsePublicKey(t *testing.T) {
	t.Parallel()
	_, secret, public := testEC(t)
	_, private := testEd25519()
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct{ text, says string }{
		"EC":                      {public, ""},
		"EC with \\n written out": {strings.ReplaceAll(public, "\n", `\n`), ""},
		"Ed25519":                 {pkix(t, private.Public()), ""},
		"nothing":                 {"", "give it in PEM"},
		"a private key":           {secret, "a private one: give the public half"},
		"another curve":           {pkix(t, p384.Public()), "wrong type: give"},
		"broken inside":           {block("PUBLIC KEY", []byte{1}), "broken inside: copy"},
		"a certificate":           {block("CERTIFICATE", []byte{1}), "BEGIN PUBLIC KEY"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key, err := ParsePublicKey(tc.text)
			if tc.says == "" && (err != nil || key == nil) {
				t.Errorf("got %v, %v", key, err)
			}
			if tc.says != "" && (err == nil || !strings.Contains(err.Error(), tc.says)) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestGenerateKeyUsesTheGivenRandomness(t *testing.T) {
	t.Parallel()
	source := func() *strings.Reader { return strings.NewReader(strings.Repeat("randomly", 6)) }
	id, secret, _, err := GenerateKey(source())
	if err != nil {
		t.Fatal(err)
	}
	if again, same, _, err := GenerateKey(source()); err != nil || again != id || same != secret {
		t.Errorf("not the same key: %v", err)
	}
	for name, random := range map[string]interface{ Read([]byte) (int, error) }{
		"only zeros": zeros{}, "too little": strings.NewReader("20 bytes are too few"), "nothing": strings.NewReader(""),
	} {
		if _, _, _, err := GenerateKey(random); err == nil {
			t.Errorf("%s: a key was made", name)
		}
	}
}

func FuzzParseKey(f *testing.F) {
	ed, _ := testEd25519()
	f.Add("id", ed)
	f.Add("id", "-----BEGIN EC PRIVATE KEY-----\\nAAAA\\n-----END EC PRIVATE KEY-----")
	f.Add("", "-----")
	f.Fuzz(func(t *testing.T, id, secret string) {
		k, err := ParseKey(id, secret)
		if (k == nil) == (err == nil) {
			t.Fatalf("got %v, %v", k, err)
		}
		if k == nil {
			return
		}
		if token, err := k.Token("GET", "host/path", testNow, zeros{}); err != nil || !sendable(token) {
			t.Errorf("the key cannot sign: %q, %v", token, err)
		}
	})
}
