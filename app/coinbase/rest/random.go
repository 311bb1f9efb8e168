package rest

import (
	"encoding/binary"
	"io"
	"sync"
	"time"
)

// shared lets many calls read one source of randomness.
type shared struct {
	mu     sync.Mutex
	source io.Reader
}

func (s *shared) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return io.ReadFull(s.source, p)
}

// jitter draws a duration below most. Without randomness it is 0.
func (c *Client) jitter(most time.Duration) time.Duration {
	var b [8]byte
	if _, err := io.ReadFull(c.random, b[:]); err != nil {
		return 0
	}
	return time.Duration(binary.BigEndian.Uint64(b[:]) % uint64(most))
}
