package business

import (
	"crypto"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"
)

const hostPath = "business.coinbase.com/api/v1/checkouts"

var testNow = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

// pair is a key and its public half.
type pair struct {
	key    *Key
	public crypto.PublicKey
}

func pairs(t *testing.T) map[string]pair {
	t.Helper()
	id, secret, publicPEM := testEC(t)
	ec, err := ParseKey(id, secret)
	if err != nil {
		t.Fatal(err)
	}
	public, err := ParsePublicKey(publicPEM)
	if err != nil {
		t.Fatal(err)
	}
	edSecret, private := testEd25519()
	ed, err := ParseKey("ed-key", edSecret)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]pair{"ES256": {ec, public}, "EdDSA": {ed, private.Public()}}
}

// TestTokenAsTheProviderReadsIt takes a token apart by hand.
func TestTokenAsTheProviderReadsIt(t *testing.T) {
	t.Parallel()
	for alg, p := range pairs(t) {
		t.Run(alg, func(t *testing.T) {
			t.Parallel()
			token, err := p.key.Token("POST", hostPath, testNow, zeros{})
			if err != nil {
				t.Fatal(err)
			}
			parts := strings.Split(token, ".")
			if len(parts) != 3 {
				t.Fatalf("%d parts", len(parts))
			}
			now := float64(testNow.Unix())
			for i, want := range []map[string]any{
				{"alg": alg, "kid": p.key.ID(), "typ": "JWT", "nonce": strings.Repeat("0", 32)},
				{"iss": "cdp", "sub": p.key.ID(), "nbf": now, "iat": now, "exp": now + 120, "uri": "POST " + hostPath},
			} {
				raw, err := base64.RawURLEncoding.DecodeString(parts[i])
				if err != nil {
					t.Fatal(err)
				}
				var got map[string]any
				if err := json.Unmarshal(raw, &got); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

// TestEachAPIGetsTheBindingItIsKnownToTake, or both where that is not known.
func TestEachAPIGetsTheBindingItIsKnownToTake(t *testing.T) {
	t.Parallel()
	p := newProvider(t, answer(200, goodCheckout), answer(200, `{"subscriptions":[]}`))
	if _, err := p.client(t).FindCheckout(t.Context(), checkoutID); err != nil {
		t.Fatal(err)
	}
	if _, err := p.subscriptions(t).List(t.Context()); err != nil {
		t.Fatal(err)
	}
	host := strings.TrimPrefix(p.URL, "http://")
	for i, want := range []claims{
		{URI: "GET " + host + "/sandbox/api/v1/checkouts/" + checkoutID},
		{URI: "GET " + host + "/platform/v2/data/webhooks/subscriptions", URIs: []string{"GET " + host + "/platform/v2/data/webhooks/subscriptions"}},
	} {
		var got claims
		if _, _, err := jwt.NewParser().ParseUnverified(p.auth[i], &got); err != nil {
			t.Fatal(err)
		}
		if age := time.Since(got.NotBefore.Time); age < early || age > time.Minute {
			t.Errorf("it holds since %s", age)
		}
		got.RegisteredClaims = jwt.RegisteredClaims{}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestVerifyToken(t *testing.T) {
	t.Parallel()
	all := pairs(t)
	for alg, p := range all {
		token, err := p.key.Token("POST", hostPath, testNow, zeros{})
		if err != nil {
			t.Fatal(err)
		}
		other := all["ES256"].public
		if alg == "ES256" {
			other = all["EdDSA"].public
		}
		_, _, stranger := testEC(t)
		strangers, err := ParsePublicKey(stranger)
		if err != nil {
			t.Fatal(err)
		}
		for name, tc := range map[string]struct {
			public           crypto.PublicKey
			method, hostPath string
			now              time.Time
			says             string
		}{
			"as signed":              {p.public, "POST", hostPath, testNow, ""},
			"at its end":             {p.public, "POST", hostPath, testNow.Add(2 * time.Minute), ""},
			"after its end":          {p.public, "POST", hostPath, testNow.Add(3 * time.Minute), "expired"},
			"before its time":        {p.public, "POST", hostPath, testNow.Add(-time.Minute), "not valid yet"},
			"another method":         {p.public, "GET", hostPath, testNow, `must name "GET `},
			"another path":           {p.public, "POST", hostPath + "/x", testNow, "not for this request"},
			"another type of key":    {other, "POST", hostPath, testNow, "signing method"},
			"somebody else's key":    {strangers, "POST", hostPath, testNow, "refused"},
			"a key that is no key":   {"key", "POST", hostPath, testNow, "cannot be verified"},
			"a private key is wrong": {p.key.private, "POST", hostPath, testNow, "cannot be verified"},
		} {
			t.Run(alg+" "+name, func(t *testing.T) {
				t.Parallel()
				err := VerifyToken(tc.public, token, tc.method, tc.hostPath, tc.now)
				if tc.says == "" && err != nil {
					t.Error(err)
				}
				if tc.says != "" && (err == nil || !strings.Contains(err.Error(), tc.says)) {
					t.Errorf("got %v, want something with %q", err, tc.says)
				}
			})
		}
	}
}

// TestVerifyTokenOfOthers: other programs bind the request in a list, and what
// is missing or unsigned is refused.
func TestVerifyTokenOfOthers(t *testing.T) {
	t.Parallel()
	p := pairs(t)["ES256"]
	good := func() jwt.MapClaims {
		return jwt.MapClaims{
			"iss": "cdp", "sub": p.key.ID(), "nbf": testNow.Unix(), "exp": testNow.Unix() + 120,
			"uris": []string{"GET elsewhere", "POST " + hostPath},
		}
	}
	for name, tc := range map[string]struct {
		change func(jwt.MapClaims, map[string]any)
		good   bool
	}{
		"uris":           {func(jwt.MapClaims, map[string]any) {}, true},
		"uri":            {func(c jwt.MapClaims, _ map[string]any) { delete(c, "uris"); c["uri"] = "POST " + hostPath }, true},
		"no binding":     {func(c jwt.MapClaims, _ map[string]any) { delete(c, "uris") }, false},
		"no end":         {func(c jwt.MapClaims, _ map[string]any) { delete(c, "exp") }, false},
		"no beginning":   {func(c jwt.MapClaims, _ map[string]any) { delete(c, "nbf") }, false},
		"another issuer": {func(c jwt.MapClaims, _ map[string]any) { c["iss"] = "me" }, false},
		"no subject":     {func(c jwt.MapClaims, _ map[string]any) { delete(c, "sub") }, false},
		"another kid":    {func(_ jwt.MapClaims, h map[string]any) { h["kid"] = "other" }, false},
		"no kid":         {func(_ jwt.MapClaims, h map[string]any) { delete(h, "kid") }, false},
		"no nonce":       {func(_ jwt.MapClaims, h map[string]any) { delete(h, "nonce") }, false},
		"no text":        {func(_ jwt.MapClaims, h map[string]any) { h["nonce"] = 1 }, false},
		"two minutes": {func(c jwt.MapClaims, _ map[string]any) {
			c["nbf"] = testNow.Unix() - 60
			c["exp"] = testNow.Unix() + 60
		}, true},
		"a longer life": {func(c jwt.MapClaims, _ map[string]any) { c["exp"] = testNow.Unix() + 126 }, false},
		"an old token":  {func(c jwt.MapClaims, _ map[string]any) { c["nbf"] = testNow.Unix() - 3600 }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said := good()
			token := jwt.NewWithClaims(jwt.SigningMethodES256, said)
			token.Header["kid"], token.Header["nonce"] = p.key.ID(), "00"
			tc.change(said, token.Header)
			signed, err := token.SignedString(p.key.private)
			if err != nil {
				t.Fatal(err)
			}
			if err := VerifyToken(p.public, signed, "POST", hostPath, testNow); (err == nil) != tc.good {
				t.Errorf("got %v", err)
			}
		})
	}
	unsigned, err := jwt.NewWithClaims(jwt.SigningMethodNone, good()).SignedString(jwt.UnsafeAllowNoneSignatureType)
	if err != nil {
		t.Fatal(err)
	}
	for _, token := range []string{unsigned, "", "a.b.c", "Bearer x"} {
		if VerifyToken(p.public, token, "POST", hostPath, testNow) == nil {
			t.Errorf("%q was accepted", token)
		}
	}
}

func TestTwoTokensDiffer(t *testing.T) {
	t.Parallel()
	key := pairs(t)["EdDSA"].key
	random := strings.NewReader(strings.Repeat("a", 16) + strings.Repeat("b", 16))
	first, err1 := key.Token("GET", hostPath, testNow, random)
	second, err2 := key.Token("GET", hostPath, testNow, random)
	if err1 != nil || err2 != nil || first == second {
		t.Errorf("%v, %v; the same: %v", err1, err2, first == second)
	}
	if _, err := key.Token("GET", hostPath, testNow, random); err == nil {
		t.Error("a token without a nonce")
	}
}
