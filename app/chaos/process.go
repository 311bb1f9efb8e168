package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"
)

// restart is how soon a process is started again that ended by itself.
const restart = 300 * time.Millisecond

// process is a till that is kept running, as a supervisor would.
type process struct {
	name string
	args []string
	log  *os.File

	mu     sync.Mutex
	env    []string
	cmd    *exec.Cmd
	up     bool          // it has said where it listens
	killed bool          // by us
	asked  bool          // by us, to stop
	down   time.Duration // how long it stays down then

	starts, kills, stillborn int
	wrongs                   []string // how it ended that it should not have
}

func newProcess(dir, name string, env []string, args ...string) (*process, error) {
	log, err := os.Create(filepath.Join(dir, name+".log"))
	if err != nil {
		return nil, fmt.Errorf("make a log: %w", err)
	}
	return &process{name: name, args: args, env: env, log: log}, nil
}

// keep runs it until ctx ends, and starts it again whenever it has ended.
func (p *process) keep(ctx context.Context) {
	defer func() { _ = p.log.Close() }() // a log that is cut short loses nothing that counts
	for ctx.Err() == nil {
		rest := p.once(ctx)
		_ = pause(ctx, rest) // the loop looks
	}
}

// once runs it until it ends and returns how long to wait before the next time.
func (p *process) once(ctx context.Context) time.Duration {
	cmd := exec.CommandContext(ctx, p.args[0], p.args[1:]...)
	// By pipes: a disk that is full for the till must not take its log away.
	cmd.Stderr = struct{ io.Writer }{p.log}
	cmd.Stdout = announced(p.listening)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 15 * time.Second
	p.mu.Lock()
	cmd.Env = p.env
	err := cmd.Start()
	p.cmd, p.up, p.killed, p.asked = cmd, false, false, false
	p.starts++
	p.mu.Unlock()
	if err == nil {
		err = cmd.Wait()
	}
	return p.ended(ctx, err)
}

func (p *process) ended(ctx context.Context, err error) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	up := p.up
	p.up = false
	switch {
	case p.killed:
		return p.down
	case ctx.Err() != nil, p.asked:
		if state := p.cmd.ProcessState; state == nil || !state.Success() {
			p.wrongs = append(p.wrongs, fmt.Sprintf("%s did not stop well on SIGTERM: %v", p.name, err))
		}
	case up:
		p.wrongs = append(p.wrongs, fmt.Sprintf("%s ended by itself: %v", p.name, err))
	default:
		p.stillborn++
	}
	return restart
}

func (p *process) listening() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.up = true
}

func (p *process) isUp() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.up
}

// await waits until it listens.
func (p *process) await(ctx context.Context) error {
	for !p.isUp() {
		if err := pause(ctx, 20*time.Millisecond); err != nil {
			return fmt.Errorf("%s did not come up, see %s: %w", p.name, p.log.Name(), err)
		}
	}
	return nil
}

// kill ends it without a warning; it stays down for a while.
func (p *process) kill(down time.Duration) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.up {
		return fmt.Errorf("%s is down already", p.name)
	}
	p.killed, p.down, p.up = true, down, false
	p.kills++
	return p.cmd.Process.Kill()
}

// squeeze lets no file of its grow beyond so many bytes.
func (p *process) squeeze(bytes uint64) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.up {
		return fmt.Errorf("%s is down", p.name)
	}
	return limitFiles(p.cmd.Process.Pid, bytes)
}

// announced calls itself at the end of the first line that is written to it.
type announced func()

// Write waits for a line.
func (a announced) Write(text []byte) (int, error) {
	if bytes.ContainsRune(text, '\n') {
		a()
	}
	return len(text), nil
}

// cleanEnvironment is ours without what would configure a till.
func cleanEnvironment() []string {
	var env []string
	for _, pair := range os.Environ() {
		if !strings.HasPrefix(pair, "TILL_") {
			env = append(env, pair)
		}
	}
	return env
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
