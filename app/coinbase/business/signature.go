package business

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// ErrSignature is what every failure of [Verify] is.
var ErrSignature = errors.New("the webhook's signature does not hold")

// The kinds of [ErrSignature].
var (
	ErrSignatureMissing   = fmt.Errorf("%w: there is none", ErrSignature)
	ErrSignatureMalformed = fmt.Errorf("%w: it cannot be read", ErrSignature)
	ErrSignatureTooOld    = fmt.Errorf("%w: it is too old: check this machine's clock if this lasts", ErrSignature)
	ErrSignatureTooNew    = fmt.Errorf("%w: it is from the future: check this machine's clock if this lasts", ErrSignature)
	ErrSignatureWrong     = fmt.Errorf("%w: it was made with another secret, or what it covers was altered on the way", ErrSignature)
)

// mostNames bounds the work that an unverified header can ask for.
const mostNames = 64

// signature is a signature header, taken apart.
type signature struct {
	at     string // Unix seconds, as received
	names  string // of the headers v1 covers, as received
	v0, v1 []byte // nil: absent
}

// bare is what v0 puts before the body.
func (s signature) bare() string { return s.at + "." }

// withHeaders is what v1 puts before the body: a header that is missing counts
// as empty.
func (s signature) withHeaders(h http.Header) string {
	names := strings.Split(s.names, " ")
	values := make([]string, len(names))
	for i, name := range names {
		values[i] = h.Get(name)
	}
	return s.at + "." + s.names + "." + strings.Join(values, ".") + "."
}

// fresh reports whether the signature was made about now.
func (s signature) fresh(now time.Time) error {
	seconds, err := strconv.ParseInt(s.at, 10, 64)
	if err != nil || seconds < 0 {
		return ErrSignatureMalformed
	}
	// Compared in whole seconds: a duration would not hold the distant ones.
	switch limit := int64(tolerance / time.Second); {
	case seconds < now.Unix()-limit:
		return ErrSignatureTooOld
	case seconds > now.Unix()+limit:
		return ErrSignatureTooNew
	}
	return nil
}

// parseSignature reads "t=…,v0=…,h=…,v1=…" in any order. Parts it does not know
// are passed over; one that stands there twice has no meaning.
func parseSignature(header string) (signature, error) {
	parts := map[string]string{}
	for part := range strings.SplitSeq(header, ",") {
		key, value, _ := strings.Cut(part, "=")
		key = strings.TrimSpace(key)
		if _, twice := parts[key]; twice {
			return signature{}, ErrSignatureMalformed
		}
		parts[key] = strings.TrimSpace(value)
	}
	return assemble(parts)
}

func assemble(parts map[string]string) (signature, error) {
	s := signature{at: parts["t"], names: parts["h"]}
	names, named := parts["h"]
	for version, into := range map[string]*[]byte{"v0": &s.v0, "v1": &s.v1} {
		text, there := parts[version]
		if !there {
			continue
		}
		mac, err := hex.DecodeString(text)
		if err != nil || len(mac) != sha256.Size {
			return signature{}, ErrSignatureMalformed
		}
		*into = mac
	}
	switch {
	case s.at == "", s.v0 == nil && s.v1 == nil, s.v1 != nil && !named, strings.Count(names, " ") >= mostNames:
		return signature{}, ErrSignatureMalformed
	}
	return s, nil
}
