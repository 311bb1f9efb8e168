//go:build !linux

package main

import (
	"errors"
	"fmt"
)

// unlimited gives a process its space back.
const unlimited = 0

// limitFiles takes a running process's space away, where that is possible.
func limitFiles(int, uint64) error {
	return fmt.Errorf("limit the size of files: %w", errors.ErrUnsupported)
}
