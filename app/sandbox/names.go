package sandbox

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/google/uuid"

	"till/app/sandbox/ledger"
)

// names makes up ids. Its source of randomness need not be safe for
// concurrent use.
type names struct {
	mu     sync.Mutex
	random io.Reader
}

// id returns a random uuid.
func (n *names) id() (string, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	id, err := uuid.NewRandomFromReader(n.random)
	if err != nil {
		return "", fmt.Errorf("make up an id: %w", err)
	}
	return id.String(), nil
}

// checkout returns the id of a new checkout of business.
func (n *names) checkout(now time.Time) (string, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return ledger.NewCheckoutID(now, n.random)
}

// code returns eight random letters and digits.
func (n *names) code() (string, error) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	const fair = 256 - 256%len(alphabet) // bytes above would prefer the first letters
	n.mu.Lock()
	defer n.mu.Unlock()
	code := make([]byte, 0, 8)
	for one := make([]byte, 1); len(code) < cap(code); {
		if _, err := io.ReadFull(n.random, one); err != nil {
			return "", fmt.Errorf("make up a code: %w", err)
		}
		if int(one[0]) < fair {
			code = append(code, alphabet[int(one[0])%len(alphabet)])
		}
	}
	return string(code), nil
}
