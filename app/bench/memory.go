package main

import (
	"context"
	"fmt"
	"syscall"
)

// spare is how many files a process needs beside its sockets.
const spare = 500

// checkFiles makes sure that both processes may open all sockets. Go programs
// raise their own soft limit to the hard one.
func checkFiles() error {
	var most syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &most); err != nil {
		return fmt.Errorf("ask how many files may be open: %w", err)
	}
	if most.Cur < sockets+spare {
		return fmt.Errorf("only %d files may be open, %d sockets are to be; raise the limit with ulimit -n", most.Cur, sockets)
	}
	return nil
}

// measureMemory opens the sockets and compares the till's memory before and
// after. Sockets that came and went have warmed it up before.
func measureMemory(ctx context.Context, t *till, orders []order, r *result) ([]*page, error) {
	warm, err := openAll(ctx, t, orders[:sockets/10])
	closeAll(warm)
	if err != nil {
		return nil, err
	}
	before, err := t.settled(ctx)
	if err != nil {
		return nil, err
	}
	pages, err := openAll(ctx, t, orders)
	if err != nil {
		return pages, err
	}
	after, err := t.settled(ctx)
	r.before, r.after = before, after
	return pages, err
}
