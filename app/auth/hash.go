package auth

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/alexedwards/argon2id"

	"till/app/shop"
)

const (
	hashMemory     = 19 * 1024 // KiB
	hashIterations = 2
	// hashersAtOnce bounds the memory and the cores that logging in can take.
	hashersAtOnce = 2
	// hashPatience is how long a login waits for its turn.
	hashPatience = 5 * time.Second
)

// hasher makes and checks password hashes, a few at once.
type hasher struct {
	slots chan struct{}
	dummy string // a hash that no password fits, checked where there is no account
}

func newHasher(random io.Reader) (*hasher, error) {
	h := &hasher{slots: make(chan struct{}, hashersAtOnce)}
	nobody, err := shop.NewToken(random)
	if err != nil {
		return nil, err
	}
	h.dummy, err = h.hash(context.Background(), nobody)
	return h, err
}

// hash returns the argon2id hash of a password, with a salt of its own.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	if err := h.enter(ctx); err != nil {
		return "", err
	}
	defer h.leave()
	hash, err := argon2id.CreateHash(password, &argon2id.Params{
		Memory: hashMemory, Iterations: hashIterations, Parallelism: 1, SaltLength: 16, KeyLength: 32,
	})
	if err != nil {
		return "", fmt.Errorf("hash a password: %w", err)
	}
	return hash, nil
}

// fits reports whether the password is the one that was hashed.
func (h *hasher) fits(ctx context.Context, password, hash string) (bool, error) {
	if err := h.enter(ctx); err != nil {
		return false, err
	}
	defer h.leave()
	ok, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("check a password: %w", err)
	}
	return ok, nil
}

// enter waits for a turn, politely: not for ever.
func (h *hasher) enter(ctx context.Context) error {
	waiting, cancel := context.WithTimeout(ctx, hashPatience)
	defer cancel()
	select {
	case h.slots <- struct{}{}:
		return nil
	case <-waiting.Done():
		return shop.Errorf(shop.Unavailable, "Many people are logging in right now. Please try again in a moment.")
	}
}

func (h *hasher) leave() { <-h.slots }
