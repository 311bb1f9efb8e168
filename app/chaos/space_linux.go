package main

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// unlimited gives a process its space back.
const unlimited = unix.RLIM_INFINITY

// limitFiles lets no file of a running process grow beyond so many bytes: its
// writes fail as on a full disk. Go ignores the signal that comes with it.
func limitFiles(pid int, bytes uint64) error {
	var limit unix.Rlimit
	if err := unix.Prlimit(pid, unix.RLIMIT_FSIZE, nil, &limit); err != nil {
		return fmt.Errorf("ask for the limit of files: %w", err)
	}
	limit.Cur = min(bytes, limit.Max)
	if err := unix.Prlimit(pid, unix.RLIMIT_FSIZE, &limit, nil); err != nil {
		return fmt.Errorf("limit the size of files: %w", err)
	}
	return nil
}
