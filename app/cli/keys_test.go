package cli_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"till/app/cli"
)

// pemOf writes a key in PEM, with its line ends written out if they are to be.
func pemOf(t *testing.T, kind string, key any, ends string) string {
	t.Helper()
	var der []byte
	var err error
	switch private := key.(type) {
	case *ecdsa.PrivateKey:
		if kind == "EC PRIVATE KEY" {
			der, err = x509.MarshalECPrivateKey(private)
			break
		}
		der, err = x509.MarshalPKCS8PrivateKey(key)
	case *rsa.PrivateKey, ed25519.PrivateKey:
		der, err = x509.MarshalPKCS8PrivateKey(key)
	default:
		der, err = x509.MarshalPKIXPublicKey(key)
	}
	must(t, err)
	return strings.ReplaceAll(string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})), "\n", ends)
}

// keyed is a merchant of Business with a key in the environment, and a sandbox
// that knows a public one.
type keyed struct {
	t       *testing.T
	dir     string
	environ []string
}

func newKeyed(t *testing.T, public, id, secret string) *keyed {
	t.Helper()
	dir := configured(t, liveConfig)
	box := begin(t, time.Now, dir, "sandbox", "TILL_SANDBOX_LISTEN=127.0.0.1:0",
		"TILL_SANDBOX_WEBHOOK_URL=http://127.0.0.1:9/", "TILL_SANDBOX_BUSINESS_WEBHOOK_URL=http://127.0.0.1:9/",
		"TILL_SANDBOX_BUSINESS_PUBLIC_KEY="+public)
	return &keyed{t: t, dir: dir, environ: []string{
		"TILL_COINBASE_PROVIDER=business", "TILL_BUSINESS_BASE_URL=" + box.box + "/business",
		"TILL_BUSINESS_WEBHOOK_SECRETS=a-secret", "TILL_BUSINESS_KEY_ID=" + id, "TILL_BUSINESS_KEY_SECRET=" + secret,
	}}
}

func (k *keyed) run(command string) (status int, stdout, stderr string) {
	k.t.Helper()
	var out, complaints bytes.Buffer
	host := cli.Host{Now: time.Now, Random: rand.Reader}
	args := []string{command, "--config", filepath.Join(k.dir, "config.ini")}
	status = cli.Run(k.t.Context(), host, args, k.environ, strings.NewReader(""), &out, &complaints)
	return status, out.String(), complaints.String()
}

// TestAKeyOfEitherKindIsLetIn signs requests of `till check` and of a till that
// sells, and the sandbox verifies them.
func TestAKeyOfEitherKindIsLetIn(t *testing.T) {
	t.Parallel()
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	const written = `\n` // as it stands in an environment file
	for name, tc := range map[string]struct{ secret, public string }{
		"EC in PEM":                   {pemOf(t, "EC PRIVATE KEY", ec, "\n"), pemOf(t, "PUBLIC KEY", ec.Public(), "\n")},
		"EC with \\n written out":     {pemOf(t, "EC PRIVATE KEY", ec, written), pemOf(t, "PUBLIC KEY", ec.Public(), written)},
		"EC in PKCS #8, written out":  {pemOf(t, "PRIVATE KEY", ec, written), pemOf(t, "PUBLIC KEY", ec.Public(), "\n")},
		"EC in quotes, written out":   {`"` + pemOf(t, "EC PRIVATE KEY", ec, written) + `"`, pemOf(t, "PUBLIC KEY", ec.Public(), "\n")},
		"Ed25519 in base64":           {base64.StdEncoding.EncodeToString(ed), pemOf(t, "PUBLIC KEY", ed.Public(), "\n")},
		"Ed25519 in PEM, written out": {pemOf(t, "PRIVATE KEY", ed, written), pemOf(t, "PUBLIC KEY", ed.Public(), written)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newKeyed(t, tc.public, "organizations/1/apiKeys/2", tc.secret)
			if status, stdout, stderr := k.run("check"); status != 0 || !strings.Contains(stdout, "/business/api/v1 answers and accepts the API key.") {
				t.Errorf("till check: status %d, %s%s", status, stdout, stderr)
			}
			r := serveIn(t, k.dir, k.environ...)
			if now := r.look(t, r.buy(t, "coffee")); now.State != "waiting" || !strings.Contains(now.Links.Pay, "/payment-links/pl_") {
				t.Errorf("bought, the order is %+v:\n%s", now, r.log)
			}
		})
	}
}

// TestAKeyThatIsNoneIsRefusedInWords: nothing starts, and what it says is what to
// do, but not the secret.
func TestAKeyThatIsNoneIsRefusedInWords(t *testing.T) {
	t.Parallel()
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	must(t, err)
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	old, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	good := pemOf(t, "EC PRIVATE KEY", ec, "\n")
	const id, names = "organizations/1/apiKeys/2", "[business] key_id and key_secret (TILL_BUSINESS_KEY_ID, TILL_BUSINESS_KEY_SECRET): "
	for name, tc := range map[string]struct{ id, secret, says string }{
		"no key id":              {"", good, "[business] key_id: is missing; copy the API key's id from the Coinbase Developer Platform"},
		"no secret":              {id, "", "[business] key_secret: is missing; copy the API key's secret from the Coinbase Developer Platform into the environment as TILL_BUSINESS_KEY_SECRET"},
		"the secret as key id":   {strings.ReplaceAll(good, "\n", `\n`), good, names + "the key id has blanks or line breaks in it: copy it again"},
		"an RSA key":             {id, pemOf(t, "PRIVATE KEY", old, `\n`), names + "the key secret is an RSA key: give the private key of an API key with the algorithm ECDSA (P-256) or Ed25519"},
		"an EC key, other curve": {id, pemOf(t, "EC PRIVATE KEY", p384, `\n`), names + "the key secret is an EC key on the curve P-384: make an API key with the algorithm ECDSA (P-256) or Ed25519"},
		"a public key":           {id, pemOf(t, "PUBLIC KEY", ec.Public(), `\n`), names + "the key secret is a public key, which cannot sign: give the private key"},
		"half of an Ed25519 key": {id, base64.StdEncoding.EncodeToString(ed.Seed()), names + "the key secret has 32 bytes, which is half of an Ed25519 key: copy the whole secret"},
		"PEM in one line":        {id, strings.ReplaceAll(good, "\n", " "), names + `the key secret begins like PEM and cannot be read: keep its lines, or write \n where each of them ends`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newKeyed(t, pemOf(t, "PUBLIC KEY", ec.Public(), "\n"), tc.id, tc.secret)
			for _, command := range []string{"check", "serve"} {
				status, stdout, stderr := k.run(command)
				if status != 1 || stdout != "" || !strings.Contains(stderr, tc.says) {
					t.Errorf("till %s: status %d, %s%s\nwant %s", command, status, stdout, stderr, tc.says)
				}
				if secret := secretPart(tc.secret); secret != "" && strings.Contains(stderr, secret) {
					t.Errorf("till %s tells the secret: %s", command, stderr)
				}
			}
		})
	}
}

// secretPart is a piece from the midst of a secret.
func secretPart(secret string) string {
	if len(secret) < 40 {
		return ""
	}
	return secret[len(secret)/2 : len(secret)/2+10]
}

// TestAKeyOfSomebodyElseIsRefusedInWords, which only who verifies it can tell.
func TestAKeyOfSomebodyElseIsRefusedInWords(t *testing.T) {
	t.Parallel()
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	k := newKeyed(t, pemOf(t, "PUBLIC KEY", ed.Public(), "\n"), "organizations/1/apiKeys/2", pemOf(t, "EC PRIVATE KEY", ec, `\n`))
	status, _, stderr := k.run("check")
	if status != 1 || !strings.Contains(stderr, "does not accept the API key. Copy it again from the Coinbase Developer Platform") {
		t.Errorf("till check: status %d, %s", status, stderr)
	}
	r := serveIn(t, k.dir, k.environ...)
	id := r.buy(t, "coffee")
	eventually(t, "the order says that it came to nothing", func() bool { return r.look(t, id).State == "failed" })
	var out bytes.Buffer
	host := cli.Host{Now: time.Now, Random: rand.Reader}
	args := []string{"orders", "show", id, "--config", filepath.Join(k.dir, "config.ini")}
	if cli.Run(t.Context(), host, args, k.environ, strings.NewReader(""), &out, &out) != 0 || !strings.Contains(out.String(), "run `till check`") {
		t.Errorf("the merchant is told\n%s", &out)
	}
}
