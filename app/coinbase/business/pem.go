package business

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// parsePEM reads a private key in one of the wrappings it is found in.
func parsePEM(id, secret string) (*Key, error) {
	block := firstKey(secret)
	if block == nil {
		return nil, errors.New(`the key secret begins like PEM and cannot be read: keep its lines, or write \n where each of them ends`)
	}
	if block.Headers["DEK-Info"] != "" || block.Type == "ENCRYPTED PRIVATE KEY" {
		return nil, errors.New("the key secret is locked with a passphrase: give it without one")
	}
	private, err := privateKey(block)
	if err != nil {
		return nil, err
	}
	return newKey(id, private)
}

func privateKey(block *pem.Block) (private any, err error) {
	switch block.Type {
	case "EC PRIVATE KEY":
		private, err = x509.ParseECPrivateKey(block.Bytes)
	case "PRIVATE KEY":
		private, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	case "RSA PRIVATE KEY":
		return nil, wrongType("an RSA key")
	case "PUBLIC KEY", "EC PUBLIC KEY", "RSA PUBLIC KEY":
		return nil, wrongType("a public key, which cannot sign")
	default:
		return nil, wrongType(fmt.Sprintf("a %.40q", block.Type))
	}
	if err != nil {
		return nil, errors.New("the key secret is PEM with something broken inside: copy it again, whole and unchanged")
	}
	return private, nil
}

func wrongType(what string) error {
	return fmt.Errorf("the key secret is %s: give the private key of an API key with the algorithm ECDSA (P-256) or Ed25519", what)
}

// firstKey returns the first PEM block that is more than parameters, nil if
// there is none. Line ends may be written out as \n.
func firstKey(text string) *pem.Block {
	text = strings.NewReplacer(`\r`, "", `\n`, "\n").Replace(text)
	for rest := []byte(text); ; {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		if block == nil || block.Type != "EC PARAMETERS" {
			return block
		}
	}
}

// ParsePublicKey reads the public half of an API key, an EC (P-256) or Ed25519
// key in PEM, whose lines may end in \n written out.
func ParsePublicKey(text string) (crypto.PublicKey, error) {
	block := firstKey(unquote(text))
	switch {
	case block == nil:
		return nil, errors.New(`the public key cannot be read: give it in PEM, and keep its lines or write \n where each of them ends`)
	case strings.Contains(block.Type, "PRIVATE"):
		return nil, errors.New("the public key is a private one: give the public half, and keep this one to yourself")
	case block.Type != "PUBLIC KEY":
		return nil, fmt.Errorf("the public key is a %.40q: give PEM that begins with -----BEGIN PUBLIC KEY-----", block.Type)
	}
	public, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, errors.New("the public key is PEM with something broken inside: copy it again, whole and unchanged")
	}
	switch public := public.(type) {
	case *ecdsa.PublicKey:
		if public.Curve.Params().Name == "P-256" {
			return public, nil
		}
	case ed25519.PublicKey:
		return public, nil
	}
	return nil, errors.New("the public key is of the wrong type: give an EC (P-256) or Ed25519 key")
}
