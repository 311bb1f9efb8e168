package business

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/golang-jwt/jwt/v5"
)

// Key is an API key: what its tokens are signed with, and its name.
type Key struct {
	id      string
	method  jwt.SigningMethod
	private crypto.Signer
}

// ID is the name by which the provider knows the key. It is no secret.
func (k *Key) ID() string { return k.id }

// String names the key; the secret is never shown.
func (k *Key) String() string { return "key " + k.id }

// GoString is what String is.
func (k *Key) GoString() string { return k.String() }

// ParseKey reads an API key as the Coinbase Developer Platform hands it out:
// the secret is an EC key in PEM, whose lines may end in \n written out, or an
// Ed25519 key of 64 bytes in base64. The error says what is wrong and what to do.
func ParseKey(id, secret string) (*Key, error) {
	id, secret = unquote(id), unquote(secret)
	switch {
	case id == "":
		return nil, errors.New("the key id is missing: copy it from the API key's page in the Coinbase Developer Platform")
	case !sendable(id):
		return nil, errors.New("the key id has blanks or line breaks in it: copy it again, it is the short text beside the secret")
	case isEd25519(id):
		return nil, errors.New("the key id is a key secret: the id is the short text beside it; see that the two are not mixed up")
	case secret == "":
		return nil, errors.New("the key secret is missing: it is shown once, when the API key is made; make a new key if it is lost")
	}
	if strings.Contains(secret, "-----") {
		return parsePEM(id, secret)
	}
	return parseEd25519(id, secret)
}

// parseEd25519 reads the seed and the public key in one piece of base64.
func parseEd25519(id, secret string) (*Key, error) {
	raw, err := decodeBase64(secret)
	if err != nil {
		return nil, errors.New("the key secret is neither PEM nor base64: copy it again, whole and unchanged")
	}
	switch len(raw) {
	case ed25519.PrivateKeySize:
	case ed25519.SeedSize:
		return nil, errors.New("the key secret has 32 bytes, which is half of an Ed25519 key: copy the whole secret, 88 characters of base64")
	default:
		return nil, fmt.Errorf("the key secret has %d bytes where an Ed25519 key has 64: copy it again, 88 characters of base64", len(raw))
	}
	private := ed25519.NewKeyFromSeed(raw[:ed25519.SeedSize])
	if !private.Equal(ed25519.PrivateKey(raw)) {
		return nil, errors.New("the two halves of the key secret do not belong together: copy it again, whole and unchanged")
	}
	return newKey(id, private)
}

// newKey chooses how a private key signs.
func newKey(id string, private any) (*Key, error) {
	switch private := private.(type) {
	case *ecdsa.PrivateKey:
		if name := private.Curve.Params().Name; name != "P-256" {
			return nil, fmt.Errorf("the key secret is an EC key on the curve %s: make an API key with the algorithm ECDSA (P-256) or Ed25519", name)
		}
		return &Key{id: id, method: jwt.SigningMethodES256, private: private}, nil
	case *rsa.PrivateKey:
		return nil, wrongType("an RSA key")
	case ed25519.PrivateKey:
		return &Key{id: id, method: jwt.SigningMethodEdDSA, private: private}, nil
	}
	return nil, wrongType("of another type")
}

// isEd25519 reports whether a text has the shape of a secret.
func isEd25519(text string) bool {
	raw, err := decodeBase64(text)
	return err == nil && len(raw) == ed25519.PrivateKeySize
}

func decodeBase64(s string) ([]byte, error) {
	s = strings.Join(strings.Fields(s), "") // a line that was broken in two
	return base64.RawStdEncoding.DecodeString(strings.TrimRight(s, "="))
}

// unquote removes what a copied text may be wrapped in.
func unquote(s string) string { return strings.Trim(strings.TrimSpace(s), `"'`) }

// sendable reports whether a text can stand in a header.
func sendable(s string) bool {
	for _, r := range s {
		if r <= ' ' || r > '~' {
			return false
		}
	}
	return s != ""
}
