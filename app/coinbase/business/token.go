package business

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const (
	issuer   = "cdp"
	lifetime = 120 * time.Second // of a token
	leeway   = 5 * time.Second   // between two clocks
	// early is how much older than it is a token says to be: so small a difference
	// of the clocks shows nowhere, and whether the provider bears one is not known.
	early = 2 * time.Second
)

// claims are what a token says. The request it is for stands in one of two
// places, as the provider's own programs differ.
type claims struct {
	jwt.RegisteredClaims
	URI  string   `json:"uri,omitempty"`
	URIs []string `json:"uris,omitempty"`
}

// Token returns a token for one request, good for two minutes from now.
// hostPath is the host, with the port if there is one in the URL, and the path
// without the query.
func (k *Key) Token(method, hostPath string, now time.Time, random io.Reader) (string, error) {
	return k.sign(claims{URI: binding(method, hostPath)}, now, random)
}

// sign completes the claims and signs them.
func (k *Key) sign(said claims, now time.Time, random io.Reader) (string, error) {
	var nonce [16]byte
	if _, err := io.ReadFull(random, nonce[:]); err != nil {
		return "", fmt.Errorf("draw a nonce: %w", err)
	}
	said.RegisteredClaims = jwt.RegisteredClaims{
		Issuer: issuer, Subject: k.id,
		NotBefore: jwt.NewNumericDate(now), IssuedAt: jwt.NewNumericDate(now),
		ExpiresAt: jwt.NewNumericDate(now.Add(lifetime)),
	}
	token := jwt.NewWithClaims(k.method, said)
	token.Header["kid"] = k.id
	token.Header["nonce"] = hex.EncodeToString(nonce[:])
	signed, err := token.SignedString(k.private)
	if err != nil {
		return "", fmt.Errorf("sign a token with key %s: %w", k.id, err)
	}
	return signed, nil
}

// authorize puts a fresh token into a request for checkouts, bound as by the
// provider's own plugins, which are known to be taken there.
func (k *Key) authorize(req *http.Request, now time.Time, random io.Reader) (string, error) {
	token, err := k.Token(req.Method, hostPathOf(req), now.Add(-early), random)
	return bear(req, token, err)
}

// authorizeTwice does it for subscriptions. They are at another host, that of a
// program of the provider's that binds in a list; which way is taken there is not
// known. So the token has both: a reader passes over claims it does not know.
func (k *Key) authorizeTwice(req *http.Request, now time.Time, random io.Reader) (string, error) {
	bound := binding(req.Method, hostPathOf(req))
	token, err := k.sign(claims{URI: bound, URIs: []string{bound}}, now.Add(-early), random)
	return bear(req, token, err)
}

func bear(req *http.Request, token string, err error) (string, error) {
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	return token, nil
}

func hostPathOf(req *http.Request) string { return req.URL.Host + req.URL.EscapedPath() }

// binding names the one request a token is for.
func binding(method, hostPath string) string { return method + " " + hostPath }

// VerifyToken reports what is wrong with a token for that request, nil if
// nothing is: it must be signed by the owner of the public key, be current, have
// a nonce and a life of two minutes at most, and name the request in uri or
// among uris.
func VerifyToken(public crypto.PublicKey, token, method, hostPath string, now time.Time) error {
	algorithm, err := algorithmOf(public)
	if err != nil {
		return err
	}
	parser := jwt.NewParser(
		jwt.WithValidMethods([]string{algorithm}),
		jwt.WithTimeFunc(func() time.Time { return now }), jwt.WithLeeway(leeway),
		jwt.WithExpirationRequired(), jwt.WithNotBeforeRequired(), jwt.WithIssuer(issuer),
	)
	var said claims
	parsed, err := parser.ParseWithClaims(token, &said, func(*jwt.Token) (any, error) { return public, nil })
	if err != nil {
		return fmt.Errorf("the token is refused: %w", err)
	}
	switch want := binding(method, hostPath); {
	case said.Subject == "" || parsed.Header["kid"] != said.Subject:
		return errors.New("the token does not name its key in sub and kid")
	case said.ExpiresAt.Sub(said.NotBefore.Time) > lifetime+leeway:
		return fmt.Errorf("the token lives for too long: exp may be %s after nbf at most, so make one for every request", lifetime)
	case !hasNonce(parsed):
		return errors.New("the token has no nonce in its header: draw one for every token")
	case said.URI != want && !slices.Contains(said.URIs, want):
		return fmt.Errorf("the token is not for this request: it must name %q", want)
	}
	return nil
}

func hasNonce(token *jwt.Token) bool {
	nonce, ok := token.Header["nonce"].(string)
	return ok && nonce != ""
}

// algorithmOf is the one algorithm a key's tokens may be signed with.
func algorithmOf(public crypto.PublicKey) (string, error) {
	switch public.(type) {
	case *ecdsa.PublicKey:
		return jwt.SigningMethodES256.Alg(), nil
	case ed25519.PublicKey:
		return jwt.SigningMethodEdDSA.Alg(), nil
	}
	return "", fmt.Errorf("a token cannot be verified with a %T", public)
}
