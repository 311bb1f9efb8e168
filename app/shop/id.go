package shop

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"io"
	"strings"
)

// OrderID names an order. It is 128 random bits in 26 lower-case base32
// characters: whoever knows it may watch the order, nobody else can guess it.
type OrderID string

// PaymentID names one attempt to pay an order; made like an [OrderID].
type PaymentID string

// Slug names a product in the configuration and in URLs: lower-case letters,
// digits and inner hyphens.
type Slug string

const idBytes = 16

var idEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// NewToken draws 128 bits from random and returns them as 26 characters of
// lower-case base32. It fails only when the source does.
func NewToken(random io.Reader) (string, error) {
	var b [idBytes]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("draw 128 random bits: %w", err)
	}
	return idEncoding.EncodeToString(b[:]), nil
}

// ValidToken reports whether s looks like what [NewToken] returns, so that a
// stranger's text never reaches the database or a log as an id.
func ValidToken(s string) bool {
	if len(s) != idEncoding.EncodedLen(idBytes) {
		return false
	}
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz234567") == ""
}

// adoptedID derives the id of a payment that the provider began: the same
// charge gives the same id, in whatever order its evidence arrives.
func adoptedID(p Provider, env Environment, charge string) PaymentID {
	sum := sha256.Sum256([]byte(string(p) + "\x00" + string(env) + "\x00" + charge))
	return PaymentID(idEncoding.EncodeToString(sum[:idBytes]))
}

// newUUID draws a random uuid.
func newUUID(random io.Reader) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("draw a uuid: %w", err)
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80 // version 4, variant of RFC 9562
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
}
