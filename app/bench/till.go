package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	apiKey = "bench"
	secret = "30291a20-0bd1-4267-9b0f-e6e7b123c0bf" // signs the webhooks of this run, nothing else
)

// till is the measured process.
type till struct {
	cmd     *exec.Cmd
	address string // host:port of the shop
	log     string
}

// writeConfig writes the configuration of a shop without a sandbox, whose
// provider is this program, and without limits, since all buyers are one.
func writeConfig(dir, provider string) error {
	text := fmt.Sprintf(`[server]
listen = 127.0.0.1:0
limit_orders = 0
limit_sockets = 0
limit_order_sockets = 0

[coinbase]
base_url = %s

[product coffee]
name = Coffee
description = A flat white.
price = 4.50
currency = USD
`, provider)
	if err := os.WriteFile(filepath.Join(dir, "config.ini"), []byte(text), 0o600); err != nil {
		return fmt.Errorf("write the configuration: %w", err)
	}
	return nil
}

// startTill starts this very program as a till and returns when it listens.
func startTill(ctx context.Context, dir string) (*till, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, fmt.Errorf("find this program: %w", err)
	}
	t := &till{log: filepath.Join(dir, "till.log")}
	log, err := os.Create(t.log)
	if err != nil {
		return nil, fmt.Errorf("make the till's log: %w", err)
	}
	defer func() { _ = log.Close() }() // the child has its own
	t.cmd = exec.CommandContext(ctx, self, "serve", "--config", filepath.Join(dir, "config.ini"))
	t.cmd.Env = append(cleanEnvironment(), "TILL_COINBASE_API_KEY="+apiKey, "TILL_COINBASE_WEBHOOK_SECRETS="+secret)
	t.cmd.Stderr = log
	t.cmd.Cancel = func() error { return t.cmd.Process.Signal(syscall.SIGTERM) }
	t.cmd.WaitDelay = 20 * time.Second
	out, err := t.cmd.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("listen to the till: %w", err)
	}
	if err := t.cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the till: %w", err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, t.stop(fmt.Errorf("the till did not come up: %w", err))
	}
	t.address = strings.TrimPrefix(strings.Fields(line)[0], "shop=http://")
	return t, nil
}

// cleanEnvironment is ours without what would configure the till.
func cleanEnvironment() []string {
	var env []string
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "TILL_") {
			env = append(env, pair)
		}
	}
	return env
}

// stop ends the till and returns err, with the end of the till's log if there
// is anything to explain.
func (t *till) stop(err error) error {
	_ = t.cmd.Process.Signal(syscall.SIGTERM) // it may be gone already; Wait tells
	if failure := t.cmd.Wait(); failure != nil {
		err = errors.Join(err, fmt.Errorf("the till ended badly: %w", failure))
	}
	if err == nil {
		return nil
	}
	log, _ := os.ReadFile(t.log) // without it the error alone has to do
	return fmt.Errorf("%w\nthe till's last words:\n%s", err, log[max(0, len(log)-2000):])
}

// resident returns how many bytes of memory the till occupies.
func (t *till) resident() (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", t.cmd.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("memory is read from Linux's /proc: %w", err)
	}
	for line := range strings.Lines(string(status)) {
		if kb, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			n, err := strconv.ParseInt(strings.Fields(kb)[0], 10, 64)
			return n << 10, err
		}
	}
	return 0, errors.New("/proc/PID/status has no VmRSS")
}

// settled waits until the till's memory has changed by less than a hundredth
// for three seconds, and returns it.
func (t *till) settled(ctx context.Context) (int64, error) {
	const calm = 6
	last, err := t.resident()
	for same, tries := 0, 0; same < calm && tries < 60 && err == nil; tries++ {
		if err = pause(ctx, 500*time.Millisecond); err != nil {
			return 0, err
		}
		var now int64
		now, err = t.resident()
		if same++; now-last > last/100 || last-now > last/100 {
			same, last = 0, now
		}
	}
	return last, err
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
