package sandbox_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"till/app/coinbase/business"
	"till/app/sandbox"
)

// ed25519Key makes a key as the provider hands it out, and its public half.
func ed25519Key(t *testing.T) (key *business.Key, private ed25519.PrivateKey, public string) {
	t.Helper()
	half, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(half)
	if err != nil {
		t.Fatal(err)
	}
	if key, err = business.ParseKey("an-ed25519-key", base64.StdEncoding.EncodeToString(private)); err != nil {
		t.Fatal(err)
	}
	return key, private, string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func TestConformanceOfTokens(t *testing.T) {
	t.Parallel()
	key, private, public := ed25519Key(t)
	now := time.Now() // and it stays so: a token is good for two minutes, which a busy machine may take
	r := start(t, func(cfg *sandbox.Config) {
		cfg.BusinessPublicKey, cfg.Now = public, func() time.Time { return now }
	})
	host := strings.TrimPrefix(r.url, "http://")
	var nonce [16]byte
	_, stranger, _ := ed25519Key(t)
	sign := func(private ed25519.PrivateKey, head, claims map[string]any) string {
		made := jwt.NewWithClaims(jwt.SigningMethodEdDSA, jwt.MapClaims{
			"iss": "cdp", "sub": key.ID(), "nbf": now.Unix(), "exp": now.Add(2 * time.Minute).Unix(),
			"uri": "GET " + host + checkoutsURL,
		})
		made.Header["kid"], made.Header["nonce"] = key.ID(), hex.EncodeToString(nonce[:])
		for name, value := range head {
			made.Header[name] = value
		}
		for name, value := range claims {
			made.Claims.(jwt.MapClaims)[name] = value //nolint:errcheck,forcetypeassert // it was made above
			if value == nil {
				delete(made.Claims.(jwt.MapClaims), name) //nolint:errcheck,forcetypeassert // the same
			}
		}
		signed, err := made.SignedString(private)
		if err != nil {
			t.Fatal(err)
		}
		return signed
	}
	token := func(head, claims map[string]any) string { return sign(private, head, claims) }
	type claims = map[string]any
	bearer := func(token string) []string { return []string{"Authorization: Bearer " + token} }
	ok, no := []string{`^\{"checkouts":`}, []string{fault("unauthorized")}
	holds(t, r, map[string]row{
		"4.3 EdDSA with uri":                 {ask: "GET " + checkoutsURL, header: bearer(token(nil, nil)), status: 200, has: ok},
		"4.3 uris, as cdp-sdk":               {ask: "GET " + checkoutsURL, header: bearer(token(nil, claims{"uri": nil, "uris": []string{"GET " + host + checkoutsURL}})), status: 200, has: ok},
		"4.3 uri has no query":               {ask: "GET " + checkoutsURL + "?pageSize=5", header: bearer(token(nil, nil)), status: 200, has: ok},
		"4.3 bearer, spelt otherwise":        {ask: "GET " + checkoutsURL, header: []string{"Authorization: bearer " + token(nil, nil)}, status: 200, has: ok},
		"4.3 uri of another method":          {ask: "GET " + checkoutsURL, header: bearer(token(nil, claims{"uri": "POST " + host + checkoutsURL})), status: 401, has: no},
		"4.3 uri of another path":            {ask: "GET " + checkoutsURL, header: bearer(token(nil, claims{"uri": "GET " + host + "/business/sandbox/api/v1/checkouts"})), status: 401, has: no},
		"4.3 uri of another host":            {ask: "GET " + checkoutsURL, header: bearer(token(nil, claims{"uri": "GET business.coinbase.com/api/v1/checkouts"})), status: 401, has: no},
		"4.3 no uri":                         {ask: "GET " + checkoutsURL, header: bearer(token(nil, claims{"uri": nil})), status: 401, has: no},
		"4.3 exp is over":                    {ask: "GET " + checkoutsURL, header: bearer(token(nil, claims{"exp": now.Add(-time.Minute).Unix()})), status: 401, has: no},
		"4.3 nbf is to come":                 {ask: "GET " + checkoutsURL, header: bearer(token(nil, claims{"nbf": now.Add(time.Hour).Unix()})), status: 401, has: no},
		"4.3 exp is an hour after nbf":       {ask: "GET " + checkoutsURL, header: bearer(token(nil, claims{"exp": now.Add(time.Hour).Unix()})), status: 401, has: append(no, "lives for too long")},
		"4.3 nbf is an hour before exp":      {ask: "GET " + checkoutsURL, header: bearer(token(nil, claims{"nbf": now.Add(-time.Hour).Unix()})), status: 401, has: no},
		"4.3 no nonce":                       {ask: "GET " + checkoutsURL, header: bearer(token(claims{"nonce": ""}, nil)), status: 401, has: append(no, "no nonce")},
		"4.3 a nonce that is none":           {ask: "GET " + checkoutsURL, header: bearer(token(claims{"nonce": 7}, nil)), status: 401, has: no},
		"4.3 iss is another":                 {ask: "GET " + checkoutsURL, header: bearer(token(nil, claims{"iss": "me"})), status: 401, has: no},
		"4.3 kid is another":                 {ask: "GET " + checkoutsURL, header: bearer(token(claims{"kid": "me"}, nil)), status: 401, has: no},
		"4.3 signed with another key":        {ask: "GET " + checkoutsURL, header: bearer(sign(stranger, nil, nil)), status: 401, has: no},
		"4.3 no token":                       {ask: "GET " + checkoutsURL, status: 401, has: no},
		"4.3 no scheme":                      {ask: "GET " + checkoutsURL, header: []string{"Authorization: " + token(nil, nil)}, status: 401, has: no},
		"4.3 for subscriptions all the same": {ask: "GET " + subscribeURL, header: bearer(token(nil, nil)), status: 401, has: no},
	})
}

// TestBothKindsOfKeySign lets Till's own client in.
func TestBothKindsOfKeySign(t *testing.T) {
	t.Parallel()
	key, _, public := ed25519Key(t)
	edwards := startBusiness(t, func(cfg *sandbox.Config) { cfg.BusinessPublicKey = public })
	edwards.key = key
	escaped := startBusiness(t, func(cfg *sandbox.Config) {
		cfg.BusinessPublicKey = strings.ReplaceAll(cfg.BusinessPublicKey, "\n", `\n`)
	})
	for name, r := range map[string]*rig{
		"4.3 ES256 from an EC key": startBusiness(t), "4.3 EdDSA from 64 bytes": edwards, "a PEM without line ends": escaped,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, path := range []string{"/api/v1", "/sandbox/api/v1"} {
				if all, err := r.in(t).client(path).ListCheckouts(t.Context(), time.Time{}); err != nil || len(all.Checkouts) != 0 {
					t.Errorf("%s: %v, %v", path, all, err)
				}
			}
		})
	}
}

func TestWithoutAKeyNobodyIsLetIn(t *testing.T) {
	t.Parallel()
	r := start(t)
	if a := r.want(r.send("GET", checkoutsURL, ""), http.StatusUnauthorized); !strings.Contains(a.body, "[sandbox] business_public_key") {
		t.Errorf("answered %s", a.body)
	}
}

func TestAWrongPublicKeyStopsTheStart(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		set  func(*sandbox.Config)
		says string
	}{
		"no PEM":           {func(cfg *sandbox.Config) { cfg.BusinessPublicKey = "key" }, "[sandbox] business_public_key"},
		"a URL, no secret": {func(cfg *sandbox.Config) { cfg.BusinessWebhookURL = "http://x" }, "business_webhook_secret"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := sandbox.Config{StoreURL: "sqlite:" + t.TempDir() + "/x.db", APIKey: "k", WebhookSecret: "s", Shape: "2018", Now: time.Now, Random: rand.Reader}
			tc.set(&cfg)
			if _, err := sandbox.New(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("%v", err)
			}
		})
	}
}
