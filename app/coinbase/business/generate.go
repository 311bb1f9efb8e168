package business

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"

	"github.com/google/uuid"
)

// GenerateKey makes an API key of one's own, for an imitation of the provider:
// an id and an EC (P-256) key pair in PEM.
func GenerateKey(random io.Reader) (id, secretPEM, publicPEM string, err error) {
	name, err := uuid.NewRandomFromReader(random)
	if err != nil {
		return "", "", "", fmt.Errorf("draw a key id: %w", err)
	}
	private, err := drawKey(random)
	if err != nil {
		return "", "", "", err
	}
	secret, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		return "", "", "", fmt.Errorf("write the private key: %w", err)
	}
	public, err := x509.MarshalPKIXPublicKey(private.Public())
	if err != nil {
		return "", "", "", fmt.Errorf("write the public key: %w", err)
	}
	return name.String(), writePEM("EC PRIVATE KEY", secret), writePEM("PUBLIC KEY", public), nil
}

// drawKey draws a private key from the given randomness, which the standard
// library's own generator does not use. A number out of range is drawn again;
// that it is needed twice happens never.
func drawKey(random io.Reader) (*ecdsa.PrivateKey, error) {
	const patience = 8
	var scalar [32]byte
	for range patience {
		if _, err := io.ReadFull(random, scalar[:]); err != nil {
			return nil, fmt.Errorf("draw a private key: %w", err)
		}
		if private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), scalar[:]); err == nil {
			return private, nil
		}
	}
	return nil, errors.New("draw a private key: the source of randomness has none in it")
}

func writePEM(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}
