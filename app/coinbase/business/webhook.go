package business

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// SignatureHeader carries the signature of a webhook.
const SignatureHeader = "X-Hook0-Signature"

// tolerance is how far a signature's time may be from ours, either way.
const tolerance = 300 * time.Second

// Sign returns the signature header of a webhook in both versions: v0 covers
// the time and the body, v1 also the named headers as they stand in h.
func Sign(secret string, at time.Time, h http.Header, names []string, body []byte) string {
	s := signature{at: strconv.FormatInt(at.Unix(), 10), names: strings.Join(names, " ")}
	return "t=" + s.at +
		",v0=" + hex.EncodeToString(sum(secret, s.bare(), body)) +
		",h=" + s.names +
		",v1=" + hex.EncodeToString(sum(secret, s.withHeaders(h), body))
}

// Verify holds a webhook's signature against the secrets; each is tried, in
// constant time, and an empty one never fits. The time of the signature must be
// within 300 s of now. When v1 is there it alone decides; it covers the headers
// that the sender named, so they must be as they were received. Its errors are
// kinds of [ErrSignature].
func Verify(secrets []string, h http.Header, body []byte, now time.Time) error {
	values := h.Values(SignatureHeader)
	switch {
	case len(values) == 0 || values[0] == "":
		return ErrSignatureMissing
	case len(values) > 1:
		return ErrSignatureMalformed // which of them is meant?
	}
	s, err := parseSignature(values[0])
	if err != nil {
		return err
	}
	if err := s.fresh(now); err != nil {
		return err
	}
	prefix, want := s.bare(), s.v0
	if s.v1 != nil {
		prefix, want = s.withHeaders(h), s.v1
	}
	return match(secrets, prefix, body, want)
}

// Covers reports whether a webhook that [Verify] holds for genuine is genuine in
// that header, too: only v1 covers any, and only those that the sender named.
func Covers(h http.Header, header string) bool {
	s, err := parseSignature(h.Get(SignatureHeader))
	if err != nil || s.v1 == nil {
		return false
	}
	return slices.ContainsFunc(strings.Split(s.names, " "), func(name string) bool { return strings.EqualFold(name, header) })
}

// match looks for the secret a signature was made with.
func match(secrets []string, prefix string, body, want []byte) error {
	fits := false
	for _, secret := range secrets {
		if secret != "" && hmac.Equal(sum(secret, prefix, body), want) {
			fits = true
		}
	}
	if !fits {
		return ErrSignatureWrong
	}
	return nil
}

// sum is the HMAC-SHA256 under the secret's own characters.
func sum(secret, prefix string, body []byte) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(prefix))
	mac.Write(body)
	return mac.Sum(nil)
}
